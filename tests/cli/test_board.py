"""tscbench board, and the boards that a run ends with."""

from pathlib import Path

PROBES = """
name = "probes"
probes_only = true
probes = ["copy_rate"]
[[grid]]
dataset = ["breast_cancer"]
generator = ["munge", "smoothed_bootstrap"]
"""


def test_a_suite_of_probes_has_their_board(cli):
    Path("probes.toml").write_text(PROBES)
    done = cli("run", "probes.toml")
    assert done.code == 0, done.err
    table = cli("board", "runs/probes").out
    assert table in done.out and "copy_rate of synthetic rows" in table
    assert "munge" in table and "smoothed_bootstrap" in table
    timed = cli("time", "runs/probes")
    assert timed.code == 4 and "has no model to time" in timed.err
    drawn = cli(
        "samples", "runs/probes", "--generator", "munge", "--rows", "3", "--out", "rows.csv"
    )
    assert drawn.code == 0 and len(Path("rows.csv").read_text().splitlines()) == 4
