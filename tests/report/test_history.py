"""Tables of epochs of networks."""

import pandas as pd
import pytest
from made_scores import network_history

from tscbench.report.history import history_tables
from tscbench.report.names import names_of


def tables_of(history):
    return history_tables(history, names_of(history))


def test_the_table_has_means_over_repeats():
    (table,) = tables_of(network_history())
    rows = table.frame.set_index("generator")
    assert rows.loc["none", "converged"] == 2.5
    assert rows.loc["none", "train_loss"] == 1.5
    assert rows.loc["none", "train_loss_standard_error"] == 0.5
    assert rows.loc["none", "test_accuracy"] == pytest.approx(0.7)
    other = {c.heading: str(c.cell(rows.loc["gan"])) for c in table.columns if c.form}
    assert other["converged after"] == other["last test accuracy"] == "–"
    assert other["last loss"] == "5.0000"


def test_a_fit_of_one_epoch_is_in_the_table():
    history = network_history()
    once = history[history["epoch"] == 1].assign(student="one_pass")
    (table,) = tables_of(pd.concat([history, once]))
    assert set(table.frame["student"]) == {"lenet", "one_pass"}


def test_what_a_student_chose_is_no_epoch():
    history = network_history()
    chosen = history[history["epoch"] == 1].assign(figure="gamma_alpha")
    assert tables_of(chosen) == []


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
