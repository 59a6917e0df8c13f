"""Whether more of a metric is better is what its plugin says."""

import pytest

from tscbench.harness.direction import higher_is_better
from tscbench.results import Run


@pytest.mark.parametrize(
    ("metric", "higher"),
    [("auc", True), ("log_loss", False), ("tscbench/brier", False), ("nobody_has_it", True)],
)
def test_the_room_of_a_metric_is_asked(isolated, metric, higher):
    run = Run(isolated / "run")
    run.write_asked({"plugins": [str(isolated / "gone.py")], "home": ""})
    assert higher_is_better(run, metric) is higher


def test_the_room_may_be_in_a_file_of_the_run(isolated):
    file = isolated / "mine.py"
    file.write_text(
        '"""Mine."""\nfrom tscbench import Array, metric\n\n\n'
        '@metric(source="mine", higher_is_better=False)\n'
        "def misses(labels: Array, outputs: Array) -> float:\n"
        '    """Share of rows that are wrong."""\n'
        "    return float((outputs.argmax(axis=1) != labels).mean())\n"
    )
    run = Run(isolated / "run")
    run.write_asked({"plugins": [str(file)], "home": ""})
    assert higher_is_better(run, "misses") is False
