"""Cells of a pack made again, within limits."""

from pathlib import Path

from tscbench.harness.limits import Allowance
from tscbench.harness.rerun import rerun
from tscbench.harness.verify import Seen, planned_here
from tscbench.results.packed import pack_of

TINY = str(Path(__file__).parents[1] / "tiny.py")


def test_a_cell_that_takes_more_than_it_may_is_not_seen(lab):
    pack = pack_of(lab.run({"student": ["linear(pause=2)"]}, splits=1))
    here = planned_here(pack, [TINY])
    ((line, _),) = [one for one in here.finished if one[0].cell.student.startswith("linear")]
    assert rerun(here, 0, jobs=1, allowance=Allowance()) == []
    again = rerun(here, 9, jobs=1, allowance=Allowance(seconds=1.0))
    assert again == [Seen("again", "not seen", f"takes more than it may (timeout): {line.cell}")]
    again = rerun(here, 9, jobs=1, allowance=Allowance())
    assert again == [Seen("again", "right", f"equal to the last bit: {line.cell}")]
