"""Whether more of a metric is better is what its plugin says."""

import pytest

from tscbench.harness.direction import direction_of
from tscbench.results import Run


@pytest.mark.parametrize(
    ("metric", "direction"),
    [
        ("auc", "higher"),
        ("log_loss", "lower"),
        ("tscbench/brier", "lower"),
        ("nobody_has_it", "higher"),
    ],
)
def test_the_room_of_a_metric_is_asked(isolated, metric, direction):
    run = Run(isolated / "run")
    run.write_asked({"plugins": [str(isolated / "gone.py")], "home": ""})
    assert direction_of(run, metric) == direction


def test_the_room_may_be_in_a_file_of_the_run(isolated):
    file = isolated / "mine.py"
    file.write_text(
        '"""Mine."""\nfrom tscbench import Array, metric\n\n\n'
        '@metric(source="mine", direction="lower")\n'
        "def misses(labels: Array, outputs: Array) -> float:\n"
        '    """Share of rows that are wrong."""\n'
        "    return float((outputs.argmax(axis=1) != labels).mean())\n"
    )
    run = Run(isolated / "run")
    run.write_asked({"plugins": [str(file)], "home": ""})
    assert direction_of(run, "misses") == "lower"
