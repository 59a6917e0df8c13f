"""tscbench data show: any dataset on one screen, and the spec to type."""

import json

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def mine(tmp_path):
    rng = np.random.default_rng(0)
    columns = {f"c{j}": rng.standard_normal(60) for j in range(30)}
    columns |= {"share": [f"{k}%" for k in range(20)] * 3, "y": ["no", "yes"] * 30}
    pd.DataFrame(columns).to_csv("mine.csv", index=False)
    return "mine.csv"


def test_a_file_fits_on_a_screen(cli, mine):
    said = cli("data", "show", mine, "--target", "y")
    lines = said.out.splitlines()
    assert said.code == 0 and len(lines) <= 26 and max(map(len, lines)) <= 80
    assert lines[0].startswith("60 rows, 31 columns") and "no 30, yes 30" in lines[1]
    assert lines[5].startswith("share") and "say numbers=[share]" in " ".join(said.out.split())
    assert "and 21 more: 21 numeric (--full shows them)" in said.out
    assert lines[-1] == "--dataset 'file(path=mine.csv, target=y)'"
    assert "c29" in cli("data", "show", mine, "--target", "y", "--full").out


def test_nothing_is_guessed_of_a_file(cli, mine):
    said = cli("data", "show", mine)
    assert "32 columns: c0, c1" in said.out and "--target COLUMN" in said.out


def test_as_json(cli, mine):
    said = json.loads(cli("data", "show", mine, "--target", "y", "--json").out)
    assert said["spec"] == "file(path=mine.csv, target=y)" and said["classes"] == {
        "no": 30,
        "yes": 30,
    }
    assert said["columns"][30]["warnings"] and said["missing_words"]["NA"] == 0


def test_any_dataset(cli):
    assert "569 rows, 30 columns" in cli("data", "show", "breast_cancer").out
    assert "images of 1 × 8 × 8" in cli("data", "show", "digits(form=images)").out


def test_test_rows_that_were_training_rows_are_counted_and_values_stay_on_a_line(cli, tmp_path):
    rows = [(k % 15, "a\nb" if k % 2 else "c", "no" if k % 3 else "yes") for k in range(60)]
    table = pd.DataFrame(rows, columns=["x", "note", "y"])
    table["part"] = np.where(np.arange(60) < 45, "train", "test")
    table.to_csv("marked.csv", index=False)
    said = cli("data", "show", "file(path=marked.csv, target=y, test=part)").out
    assert "test rows 15 marked (100.0% equal a training row)" in said and "a b, c" in said
    table.loc[45:, "x"] += 100
    table.to_csv("marked.csv", index=False)
    said = cli("data", "show", "file(path=marked.csv, target=y, test=part)").out
    assert "test rows 15 marked\n" in said


@pytest.mark.parametrize("verb", ["plan", "run"])
def test_a_bare_file_name_is_answered_with_the_spec(cli, mine, verb):
    said = cli(verb, "quick", "--dataset", mine)
    spec = "'file(path=mine.csv, target=COLUMN)'"
    assert said.code == 2 and f"mine.csv is a file: --dataset {spec} (columns: c0, " in said.err
    assert "no file gone.csv" in cli(verb, "quick", "--dataset", "gone.csv").err
