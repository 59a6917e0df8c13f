"""A plan asks plugins that read files whether they fit the data, before anything runs."""

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

import tscbench
from tscbench import Sampler, generator


def table():
    rng = np.random.default_rng(0)
    colour = rng.choice(["red", "blue"], 80)
    return pd.DataFrame(
        {"colour": colour, "x": rng.normal(size=80), "y": np.where(colour == "red", "no", "yes")}
    )


@pytest.fixture
def suite(lab):
    """A suite on a table with these teachers and generators, planned or run."""
    table().to_csv("t.csv", index=False)

    def write(teacher="forest(n_trees=3)", generators=("none",)):
        grid = {
            "dataset": ["file(path=t.csv, target=y)"],
            "teacher": [teacher],
            "generator": list(generators),
            "mix": ["both(ratio=1)"],
            "student": ["tree"],
        }
        return str(lab.suite(grid, headline="accuracy", metrics=["accuracy"]))

    return write


def test_rows_that_do_not_fit_are_left_out_with_the_reason(suite):
    table().to_csv("good.csv", index=False)
    table().assign(colour="pink").to_csv("bad.csv", index=False)
    good, bad = "samples(path=good.csv)", "samples(path=bad.csv)"
    plan = tscbench.plan(suite(generators=[good, bad]))
    assert [line.cell.generator for line in plan.lines] == [good]
    (reason,) = plan.skipped
    assert reason.startswith(f"generator {bad}: ") and "'colour' holds 'pink' (row 0" in reason


def test_so_is_a_model_of_another_table(suite, cli):
    model = make_pipeline(OneHotEncoder(), LogisticRegression())
    joblib.dump(model.fit(table()[["colour"]], table()["y"]), "good.joblib")
    other = table().rename(columns={"colour": "hue"})
    joblib.dump(model.fit(other[["hue"]], other["y"]), "bad.joblib")
    assert len(tscbench.plan(suite("pretrained(path=good.joblib)", ["none"])).skipped) == 1
    said = cli("plan", suite("pretrained(path=bad.joblib)", ["smoothed_bootstrap"]))
    assert "takes a column 'hue', and the dataset has colour, x" in said.out.replace("\n", " ")
    assert "0 runnable" in said.out


def test_each_is_asked_once_for_a_dataset_and_within_others_too(suite):
    asked = []

    def why(params, schema):
        asked.append(schema.columns)
        return "" if params["fits"] else "it is another table"

    @generator(check=why)
    def mine(train, *, fits: bool = True):
        """Training rows; fits: whether they fit."""
        return Sampler(lambda n, rng: train.x[rng.integers(len(train.x), size=n)])

    path = suite(generators=["none", "mine", "mine(fits=false)", "inferior(generator=mine)"])
    plan = tscbench.plan(path, generators=[mine], seed="0,1,2", generator="mine,mine(fits=false)")
    assert asked == [("colour", "x")] * 2
    assert list(plan.skipped) == ["generator mine(fits=false): it is another table"]


def test_a_check_that_raises_is_a_reason(suite):
    @generator(check=lambda params, schema: params["nothing"])
    def mine(train):
        """Training rows."""
        return Sampler(lambda n, rng: train.x[:n])

    plan = tscbench.plan(suite(generators=["none"]), generators=[mine])
    assert any("its check raised KeyError" in reason for reason in plan.skipped)
