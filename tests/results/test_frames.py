"""What records say, as rows."""

from tscbench.contracts.kinds import AXES
from tscbench.results.frames import failure_of, history_of, scores_in

CELL = dict(zip(AXES, ("d", 0, "t", "q", "g", "fake", "o", "s", 1), strict=True))


def rows_of(**record):
    frame = scores_in([{"cell": CELL, "status": "ok", "scores": {}, **record}])
    return {tuple(row) for row in frame[["part", "metric", "value"]].itertuples(index=False)}


def test_a_record_holds_more_than_its_own_scores():
    beside = {"generator": {"scores": {"test": {"auc": 0.4}}}}
    facts = {"size": {"nodes": 31, "trees": 2}}
    extras = {"copy_rate": {"scores": {"share": 0.2}}, "fid": {"error": "none"}}
    found = rows_of(scores={"valid": {"auc": 0.5}}, beside=beside, facts=facts, extras=extras)
    assert found == {
        ("valid", "auc", 0.5),
        ("test", "generator.auc", 0.4),
        ("test", "nodes", 31.0),
        ("synthetic", "copy_rate.share", 0.2),
    }
    teacher = rows_of(cell={**CELL, "student": "teacher"}, extras={"oob": {"scores": {"auc": 1.0}}})
    assert teacher == {("train", "oob.auc", 1.0)}


def test_axes_are_text_and_rows_in_their_order():
    cells = [{**CELL, "split": split, "seed": "-"} for split in (10, 2)]
    scores = {"test": {"b": 0.5, "a": 0.5}}
    frame = scores_in([{"cell": cell, "status": "ok", "scores": scores} for cell in cells])
    assert frame["split"].tolist() == ["10", "10", "2", "2"] and frame["seed"].tolist() == ["-"] * 4
    assert frame["metric"].tolist() == ["a", "b", "a", "b"]


def test_epochs_count_from_one():
    facts = {"history": {"train_loss": [0.5, 0.25], "test_accuracy": [0.75]}}
    frame = history_of([{"cell": CELL, "facts": facts}, {"cell": CELL}])
    told = frame[["epoch", "figure", "value"]].values.tolist()
    assert told == [[1, "test_accuracy", 0.75], [1, "train_loss", 0.5], [2, "train_loss", 0.25]]


def test_a_failure_is_one_line():
    record = {"step": "student", "error": "ValueError: no"}
    assert failure_of(record) == "student: ValueError: no"
    assert failure_of({**record, "place": "a.py:3"}) == "a.py:3: ValueError: no"
