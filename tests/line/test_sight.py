"""Nobody sees more than the contract says: spies of every kind, and students that would cheat."""

from __future__ import annotations

import numpy as np
import pytest

from tscbench import (
    Data,
    Predictor,
    Rows,
    Sampler,
    Schema,
    dataset,
    generator,
    objective,
    probe,
    query,
    student,
    teacher,
    to_logits,
    to_probabilities,
)
from tscbench.contracts.types import Loss, Targets

MIXES = ["real", "fake(ratio=1)", "both(ratio=1)", "stream(p_fake=0.5)"]
SEEN: dict[str, set[str]] = {}
N = 240


def spied(way: str, rows: Rows) -> None:
    """Notes what rows hold on a way to a plugin."""
    held = {name for name in ("y", "privileged", "truth") if getattr(rows, name) is not None}
    SEEN.setdefault(way, set()).update(held | ({"id"} if (rows.id >= 0).any() else set()))


@dataset(version="1")
def telling() -> Data:
    """Noise, sorted by class, with a second view and a truth that say the class."""
    x = np.random.default_rng(0).standard_normal((N, 2))
    y = np.arange(N) * 2 // N
    facts = {"numeric": np.ones(2, bool), "cardinality": np.zeros(2, int), "privileged": (1,)}
    schema = Schema((2,), (2,), **facts)
    rows = Rows(x, y, np.arange(N), y[:, None].astype(float), np.eye(2)[y] * 4)
    return Data(schema, rows)


def watched(kind: str, schema: Schema) -> Predictor:
    def predict(rows: Rows):
        spied(f"{kind} asked", rows)
        return np.zeros((len(rows), *schema.outputs))

    return Predictor(predict)


@teacher(version="1")
def spy_teacher(train: Rows, valid: Rows, schema: Schema, progress) -> Predictor:
    spied("teacher train", train)
    spied("teacher valid", valid)
    model = watched("teacher", schema)
    progress.judge(model)
    return model


@query(version="1")
def spy_query(teacher: Predictor, train: Rows, rows: Rows):
    spied("query train", train)
    spied("query rows", rows)
    return teacher.predict(rows)


@generator(version="1")
def spy_generator(train: Rows, valid: Rows) -> Sampler:
    spied("generator train", train)
    spied("generator valid", valid)
    return Sampler(lambda n, rng: rng.standard_normal((n, 2)))


@objective(version="1")
def spy_objective(outputs, schema: Schema) -> Targets:
    return Targets(to_probabilities(outputs, schema), Loss.SQUARED)


@student(version="1", offers={"squared", "streaming"})
def spy_student(compression_set, valid: Rows, train: Rows, schema: Schema, rng, progress):
    spied("student set", compression_set.rows)
    spied("student valid", valid)
    spied("student train", train)
    for batch in compression_set.batches(16, rng):
        assert set(vars(batch)) == {"x", "targets"}
    model = watched("student", schema)
    progress.judge(model)
    return model


@probe(version="1")
def spy_probe(rows: Rows, train: Rows, valid: Rows) -> dict[str, float]:
    for way, given in (("rows", rows), ("train", train), ("valid", valid)):
        spied(f"probe {way}", given)
    return {}


PLUGINS = [telling, spy_teacher, spy_query, spy_generator, spy_objective, spy_student, spy_probe]

MAY_SEE = {
    "teacher train": {"id", "y", "privileged"},
    "teacher valid": {"id", "y", "privileged"},
    "teacher asked": {"id", "privileged"},  # by a query, about training rows
    "query train": {"id", "privileged"},
    "query rows": {"id", "privileged"},
    "generator train": {"id", "y"},
    "generator valid": {"id", "y"},
    "student set": {"id", "y"},
    "student valid": {"id", "y"},
    "student train": {"id", "y"},
    "student asked": set(),
    "probe rows": {"y"},
    "probe train": {"id", "y"},
    "probe valid": {"id", "y"},
}


@pytest.mark.parametrize("mix", MIXES)
def test_nobody_sees_more_than_the_contract_says(lab, mix):
    SEEN.clear()
    grid = f"""dataset = ["telling"]
teacher = ["spy_teacher"]
query = ["spy_query"]
generator = ["spy_generator"]
objective = ["spy_objective"]
student = ["spy_student"]
mix = ["{mix}"]"""
    folder = lab.of_functions(PLUGINS, grid, 'probes = ["spy_probe"]')
    records = list(folder.records())
    assert [r["status"] for r in records] == ["ok", "ok"], records
    fixed = mix != "real" and not mix.startswith("stream")
    absent = set() if fixed else {"probe rows", "probe train", "probe valid"}
    absent |= {"generator train", "generator valid"} if mix == "real" else set()
    assert set(SEEN) == set(MAY_SEE) - absent
    assert {way: seen - MAY_SEE[way] for way, seen in SEEN.items() if seen - MAY_SEE[way]} == {}


def answers(found, rows: Rows, schema: Schema):
    return to_logits(np.eye(2)[np.broadcast_to(found, len(rows)).astype(int)], schema)


@student(version="1")
def by_id(compression_set, schema: Schema) -> Predictor:
    """The label of the training row with the nearest id."""
    ids, y = compression_set.rows.id, compression_set.labels
    return Predictor(
        lambda rows: answers(y[np.abs(rows.id[:, None] - ids).argmin(axis=1)], rows, schema)
    )


@student(version="1")
def by_place(compression_set, schema: Schema) -> Predictor:
    """The later a row is asked about, the higher its class."""
    return Predictor(lambda rows: answers(np.arange(len(rows)) * 2 // len(rows), rows, schema))


@student(version="1")
def by_privilege(compression_set, schema: Schema) -> Predictor:
    """What the second view says, where it is shown."""
    return Predictor(
        lambda rows: answers(0 if rows.privileged is None else rows.privileged[:, 0], rows, schema)
    )


def test_students_that_would_cheat_score_no_better_than_chance(lab):
    cheats = ["by_id", "by_place", "by_privilege"]
    grid = f"""dataset = ["telling"]
teacher = ["spy_teacher"]
student = {cheats}""".replace("'", '"')
    folder = lab.of_functions([*PLUGINS, by_id, by_place, by_privilege], grid, "splits = 5")
    scores = folder.scores()
    scores = scores[(scores["metric"] == "auc") & scores["student"].isin(cheats)]
    for part, n in (("valid", 25), ("test", 72)):
        of = scores[scores["part"] == part].groupby("student")["value"].mean()
        assert set(of.index) == set(cheats)
        chance = 0.5 + 4 * np.sqrt(1 / (12 * n / 4)) / np.sqrt(5)  # four standard errors
        assert of.max() < chance, of
