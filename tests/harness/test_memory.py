"""A worker keeps what others ask for, and no student: a large forest weighs more than it says."""

from tscbench.harness import work


def test_students_are_forgotten_when_their_scores_are_known(lab):
    grid = {"student": ["steps(n=2)", "steps(n=4)", "linear"], "generator": ["far"]}
    session = lab.open(grid | {"mix": ["real", "fake(ratio=1)"]})
    from tscbench.results.run import Run

    run = lab.go(session, Run(lab.folder / "run"))
    assert {record["status"] for record in run.records()} == {"ok"}
    (evaluator,) = work._EVALUATORS.values()
    students = {line.model.key for line in session.plan.lines}
    assert len(students) == 6 and not students & set(evaluator._memory)
    assert evaluator._memory, "rows and outputs stay"
