"""Whether more of a metric is better is what its plugin says."""

from tscbench.harness.lower import is_lower, lower_metrics
from tscbench.registry import discover


def test_the_plugin_of_a_metric_is_asked(isolated):
    file = isolated / "mine.py"
    file.write_text(
        '"""Mine."""\nfrom tscbench import Array, metric\n\n\n'
        '@metric(source="mine", direction="lower")\n'
        "def misses(labels: Array, outputs: Array, *, k: int = 1) -> float:\n"
        '    """Share of rows that are wrong."""\n'
        "    return float((outputs.argmax(axis=1) != labels).mean())\n"
    )
    registry = discover([file])
    metrics = ["log_loss", "auc", "tscbench/brier", "nobody_has_it", "misses(k=2)", "misses"]
    assert lower_metrics(registry, metrics) == [
        "log_loss",
        "misses",
        "misses(k=2)",
        "tscbench/brier",
    ]
    assert not is_lower(registry, "nobody_has_it")
