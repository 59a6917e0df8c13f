"""A run is opened again as all of its commands made it."""

from tscbench.harness.session import reopen

GRID = {"dataset": ["toy(n=70)", "toy(n=90)"], "student": ["linear", "steps(n=2)"]}


def test_cells_of_every_command_are_planned_and_no_others(lab, cli):
    first = {"dataset": "toy(n=70)", "student": "linear"}
    lab.run(GRID, splits=1, options=first)
    run = lab.run(GRID, splits=1, options={"dataset": "toy(n=90)", "student": "steps"})
    planned = reopen(run.folder).plan.lines
    cells = {(line.cell.dataset, line.cell.student) for line in planned}
    assert cells == {("toy(n=70)", "linear"), ("toy(n=90)", "steps(n=2)")} and len(planned) == 2
    assert "2 of 2 cells ok, 0 failed, 0 out of date" in cli("status", run.folder).out
    words = [word for axis, text in first.items() for word in (f"--{axis}", text)]
    why = cli("cache", "why", run.folder, *words)
    assert why.code == 0 and "all is in the store" in why.out, why.err
    assert cli("time", run.folder, "--quick", *words).code == 0
