"""Epochs of networks: when they converge, and their figures."""

import xml.etree.ElementTree as Xml

import numpy as np
import pandas as pd
import pytest

from tscbench.boards.history import (
    FIGURES,
    converged,
    history_boards,
    history_figures,
    history_frame,
)
from tscbench.contracts.kinds import AXES

CURVES = {
    ("none", "real"): {
        0: {
            "train_loss": [3, 2, 1],
            "valid_accuracy": [0.5, 0.695, 0.70],
            "test_accuracy": [0.6] * 3,
        },
        1: {"train_loss": [3, 2, 2], "valid_accuracy": [0.5, 0.6, 0.8], "test_accuracy": [0.8] * 3},
    },
    ("gan", "stream(p_fake=0.8)"): {0: {"train_loss": [5, None]}},
}


@pytest.fixture
def history():
    rows = [
        [*("toy", 0, "nin", "inbag", generator, mix, "logits", "lenet", seed), epoch, figure, value]
        for (generator, mix), seeds in CURVES.items()
        for seed, figures in seeds.items()
        for figure, values in figures.items()
        for epoch, value in enumerate(values, 1)
    ]
    return pd.DataFrame(rows, columns=[*AXES, "epoch", "figure", "value"])


def test_converged_is_the_first_epoch_near_the_best(history):
    found = converged(history).set_index(["generator", "seed"])
    assert found["converged"].to_dict() == pytest.approx(
        {("none", 0): 2, ("none", 1): 3, ("gan", 0): np.nan}, nan_ok=True
    )
    assert found.loc[("none", 1), ["epochs", "train_loss", "test_accuracy"]].tolist() == [3, 2, 0.8]


def test_the_board_has_means_over_repeats(history):
    (board,) = history_boards(history)
    rows = board.table.set_index("method")
    assert rows.loc["none", "converged after"] == "2.5"
    assert rows.loc["none", "last loss"] == "1.5000 ± 0.5000"
    assert rows.loc["none", "last test accuracy"] == "0.7000 ± 0.1000"
    other = rows.drop(index="none").iloc[0]
    assert list(other[["converged after", "last loss", "last test accuracy"]]) == [
        "–",
        "5.0000",
        "–",
    ]


def test_a_figure_has_a_line_for_each_arm_against_epochs(history):
    frame = history_frame(history, "train_loss")
    real = frame[frame["generator"] == "none"]
    assert real[["x", "mean"]].to_numpy().tolist() == [[1, 3], [2, 2], [3, 1.5]]
    figures = history_figures(history)
    assert list(figures) == ["train_loss", "valid_accuracy", "test_accuracy"]
    for name, figure in figures.items():
        Xml.fromstring(figure)
        assert "epoch" in figure and ("gan" in figure) == (name == "train_loss")


def test_a_fit_of_one_epoch_is_in_the_table_and_in_no_figure(history):
    once = history[history["epoch"] == 1].assign(student="one_pass")
    assert history_figures(pd.concat([history, once])) == history_figures(history)
    (board,) = history_boards(pd.concat([history, once]))
    assert set(board.table["student"]) == {"lenet", "one_pass"}
    assert "One epoch only" in history_figures(once)["train_loss"], "where there is nothing else"


def test_what_a_student_chose_is_no_epoch(history):
    chosen = history[history["epoch"] == 1].assign(figure="gamma_alpha")
    assert history_boards(chosen) == []


def test_a_teacher_is_a_level_line_of_accuracy_and_has_no_loss(history):
    asked = ["toy", 0, "nin", "-", "-", "-", "-", "teacher", "-"]
    epochs = [[*asked, e, f, v] for e, v in [(1, 0.7), (2, 0.9)] for f in FIGURES]
    both = pd.concat([history, pd.DataFrame(epochs, columns=history.columns)])
    frame = history_frame(both, "test_accuracy")
    (row,) = frame[frame["student"] == "teacher"].to_dict("records")
    assert np.isnan(row["x"]) and row["mean"] == 0.9
    assert set(history_frame(both, "train_loss")["student"]) == {"lenet"}
    only = pd.DataFrame(epochs, columns=history.columns)
    assert history_figures(only) == {}, "no student has epochs"


def test_many_epochs_lie_in_equal_steps_and_the_last_has_a_mark(history):
    here = history[(history["figure"] == "train_loss") & (history["generator"] == "none")].iloc[:1]

    def drawn(n):
        many = pd.concat([here.assign(epoch=e, value=1 / e) for e in range(1, n + 1)])
        return history_figures(many)["train_loss"]

    assert drawn(30).count("<title>none,") == 30 and drawn(300).count("<title>none,") == 1
    assert ">100<" in drawn(300) and ">200<" in drawn(300)


def test_board_history_of_a_run(cli, lab):
    lab.run({"student": ["mlp(epochs=3, hidden=[4])", "linear"], "objective": ["logits"]})
    done = cli("board", lab.folder / "run", "--history")
    assert done.code == 0, done.err
    (row,) = [line for line in done.out.splitlines() if line.startswith("mlp(")]
    assert "  3 " in row
    assert (lab.folder / "run" / "history_test_accuracy.svg").exists()
    there = lab.folder / "elsewhere" / "figures"
    assert cli("board", lab.folder / "run", "--history", "--out", there).code == 0
    assert (there / "history_test_accuracy.svg").exists()
    assert cli("board", lab.folder / "run", "--out", there).code == 2
    none = cli("board", lab.folder / "run", "--history", "--student", "linear")
    assert none.code != 0 and none.err.count("\n") == 1
