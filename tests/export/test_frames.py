"""Students and generators of a run speak the user's own frames."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import tscbench
from tscbench import DataError, SpecError
from tscbench.results.cell import Cell
from tscbench.tabular import from_frame, read_table, to_labels, to_rows


def table(n=200):
    """Text, true and false, whole numbers and gaps; the class follows from them but for noise."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 70, n),
            "colour": rng.choice(["red", "blue", "10", "9"], n),
            "member": rng.random(n) < 0.5,
            "weight": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
        }
    )
    risk = frame["age"] / 30 + (frame["colour"] == "red") + frame["member"] + rng.normal(size=n) / 2
    return frame.assign(late=np.digitize(risk, [2, 3])).replace(
        {"late": {0: "no", 1: "a bit", 2: "yes"}}
    )


@pytest.fixture
def run(cli, lab):
    """Results of a student on a table, with synthetic rows of its own and of a file."""

    def go(frame=None, generators=("smoothed_bootstrap",), student="tree", **axes):
        (table() if frame is None else frame).to_csv("t.csv", index=False)
        grid = {
            "dataset": ["file(path=t.csv, target=late)"],
            "teacher": ["forest(n_trees=5)"],
            "generator": list(generators),
            "mix": ["both(ratio=1)"],
            "student": [student],
            **axes,
        }
        suite = lab.suite(grid, headline="accuracy", metrics=["accuracy", "brier"])
        done = cli("run", suite, "--out", "run")
        assert done.code == 0, done.err
        return tscbench.load("run")

    return go


def student_row(results):
    scores = results.scores().query("student != 'teacher' and part == 'test'")
    return scores, scores.iloc[0]


def test_a_students_answers_to_the_users_frame_give_its_scores(run):
    results = run()
    scores, cell = student_row(results)
    value = scores.set_index("metric")["value"]
    frame = pd.read_csv("t.csv")
    test = frame.loc[results.rows(cell, "test").index]
    student = results.student(cell)
    found = student.predict_frame(test[test.columns[::-1]])
    assert found.name == "late" and found.index.equals(test.index)
    assert (found == test["late"]).mean() == value["accuracy"]
    p = student.predict_proba(test)
    assert list(p.columns) == ["a bit", "no", "yes"] and np.allclose(p.sum(axis=1), 1)
    truth = pd.get_dummies(test["late"])[p.columns]
    assert ((p - truth) ** 2).sum(axis=1).mean() == pytest.approx(value["brier"], abs=1e-9)


def test_the_parts_of_a_cell_are_rows_of_the_users_table(run):
    results = run()
    _, cell = student_row(results)
    frame = pd.read_csv("t.csv")
    parts = [results.rows(cell, part) for part in ("train", "valid", "test")]
    for part in parts:
        pd.testing.assert_frame_equal(part, frame.loc[part.index], check_index_type=False)
    assert sorted(np.concatenate([part.index for part in parts])) == list(frame.index)
    with pytest.raises(SpecError, match="no part 'tset'; did you mean 'test'"):
        results.rows(cell, "tset")


def test_a_frame_that_lacks_something_is_told_what(run):
    results = run()
    _, cell = student_row(results)
    student = results.student(cell)
    with pytest.raises(DataError, match="the frame: no column 'age'"):
        student.predict_frame(table().drop(columns="age"))
    with pytest.raises(DataError, match="column 'colour' holds 'pink'"):
        student.predict_proba(table().assign(colour="pink"))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("labelled", [False, True])
def test_synthetic_rows_are_a_table_that_reads_back_to_the_same(run, cli, suffix, labelled):
    table().to_csv("rows.csv", index=False)
    made = "samples(labels=true, path=rows.csv)" if labelled else "smoothed_bootstrap"
    results = run(generators=[made])
    _, cell = student_row(results)
    said = cli("samples", "run", "--rows", "50", "--out", f"synthetic.{suffix}")
    assert said.code == 0 and said.out.split() == [f"synthetic.{suffix}"], said.err
    frame = read_table(Path(f"synthetic.{suffix}"))
    names = [*table().columns] if labelled else [*table().columns][:-1]
    assert list(frame.columns) == names and len(frame) == 50
    drawn = results.sampler(cell).sample(50, np.random.default_rng(0))
    schema = results.schema(cell)
    x, y = drawn if labelled else (drawn, None)
    np.testing.assert_array_equal(to_rows(frame, schema, "back"), x)
    if labelled:
        np.testing.assert_array_equal(to_labels(frame, schema, "back"), y)
    again = f"samples(path=synthetic.{suffix}, labels={str(labelled).lower()})"
    plan = tscbench.plan("quick", dataset="file(path=t.csv, target=late)", generator=again)
    assert plan.lines and not any("samples" in reason for reason in plan.skipped)


def test_one_table_is_of_one_generator_which_an_id_or_an_axis_names(run, cli):
    results = run(generators=["smoothed_bootstrap", "munge"])
    said = cli("samples", "run", "--out", "one.csv")
    assert said.code == 2 and "2 generators fit, and one.csv takes one: narrow" in said.err
    assert cli("samples", "run", "--generator", "munge", "--out", "one.csv").code == 0
    (record,) = (r for r in results.records() if r["cell"]["generator"] == "munge")
    cell = Cell(**record["cell"])
    assert cli("samples", "run", cell.id[:8], "--out", "two.csv").code == 0
    assert Path("one.csv").read_bytes() == Path("two.csv").read_bytes()
    both = cli("samples", "run", "--rows", "3").out.split()
    assert len(both) == 2 and all(len(pd.read_csv(name)) == 3 for name in both)
    assert cli("samples", "run", "zzz").code == 4


def test_an_exports_schema_names_levels_and_its_readme_makes_x_of_a_frame(run, monkeypatch):
    results = run(frame=table().assign(late=lambda f: f["late"] == "yes"))
    _, cell = student_row(results)
    results.export(cell, to="onnx", out="export")
    facts = json.loads(Path("export/schema.json").read_text(encoding="utf-8"))
    kinds = {c["name"]: c.get("levels", c["kind"]) for c in facts["columns"]}
    assert kinds == {
        "age": "numeric",
        "colour": ["10", "9", "blue", "red"],
        "member": [False, True],
        "weight": "numeric",
    }
    assert facts["target"] == "late" and facts["classes"] == ["False", "True"]
    frame = pd.read_csv("t.csv")
    readme = Path("export/README.md").read_text(encoding="utf-8")
    blocks = [text.partition("```")[0] for text in readme.split("```python\n")[1:]]
    (code,) = (block for block in blocks if "schema.json" in block)
    monkeypatch.chdir("export")
    space = {"frame": frame}
    exec(code, space)
    np.testing.assert_array_equal(space["x"], from_frame(frame, "late").rows.x)


RIDGE = "sklearn(estimator=[sklearn.preprocessing.StandardScaler, sklearn.linear_model.Ridge])"


def test_the_order_of_columns_categories_and_rows_does_not_matter(lab):
    """Of the student alone, by the labels: ridge regression, which draws nothing, on data whose
    categories are two, so that another order of codes is another sign."""
    frame = table().assign(part=np.where(np.arange(200) < 140, "train", "test"))
    frame["colour"] = pd.Categorical(frame["colour"] == "red").rename_categories(["other", "red"])
    frame["weight"] = frame["weight"].fillna(0)
    other = frame.iloc[np.random.default_rng(1).permutation(200)]
    other = other[["member", "weight", "part", "late", "colour", "age"]]
    other = other.assign(colour=other["colour"].cat.reorder_categories(["red", "other"]))
    frame.to_parquet("one.parquet"), other.to_parquet("other.parquet")
    files = [f"file(path={n}.parquet, target=late, test=part)" for n in ("one", "other")]
    grid = {"dataset": files, "teacher": ["forest(n_trees=1)"], "student": [RIDGE]}
    grid |= {"objective": ["labels"]}
    suite = lab.suite(grid, headline="accuracy", metrics=["accuracy", "log_loss"], valid=0)
    scores = tscbench.run(str(suite), out="run", jobs=1).scores().query("part == 'test'")
    one, two = (scores[scores["dataset"] == file].sort_values("metric") for file in files)
    assert {"accuracy", "log_loss"} <= set(one["metric"])
    np.testing.assert_allclose(one["value"], two["value"], rtol=1e-6)
