"""Epochs of networks: when they converge, and means of what was noted."""

import numpy as np
import pandas as pd
import pytest
from made_scores import network_history, teacher_epochs, watched_gradients

from tscbench.analysis.epochs import converged, gradient_frame, history_frame


def test_converged_is_the_first_epoch_near_the_best():
    found = converged(network_history()).set_index(["generator", "seed"])
    assert found["converged"].to_dict() == pytest.approx(
        {("none", 0): 2, ("none", 1): 3, ("gan", 0): np.nan}, nan_ok=True
    )
    assert found.loc[("none", 1), ["epochs", "train_loss", "test_accuracy"]].tolist() == [3, 2, 0.8]


def test_what_choosing_on_test_rows_would_report():
    one = network_history().query("seed == 1 and figure == 'test_accuracy'").iloc[:1]
    rows = pd.concat(one.assign(epoch=k, value=v) for k, v in enumerate([0.5, 0.9, 0.7], 1))
    assert converged(rows)[["test_accuracy", "chosen_on_test"]].values.tolist() == [[0.7, 0.9]]


def test_one_good_epoch_is_no_convergence():
    valid = [0.5, 0.9, 0.5, 0.6, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]
    one = network_history().query("seed == 1 and figure == 'valid_accuracy'").iloc[:1]
    rows = [one.assign(epoch=k, value=v) for k, v in enumerate(valid, 1)]
    assert converged(pd.concat(rows))["converged"].tolist() == [2.0]
    assert converged(pd.concat(rows[2:]))["converged"].tolist() == [9.0]


def test_variances_of_gradients_are_meaned_over_epochs_then_over_repeats():
    found = gradient_frame(watched_gradients()).set_index(["student", "term"])
    assert found.loc[("kdgan", "c_adv"), ["mean", "n"]].tolist() == pytest.approx([2.5e-3, 2])
    assert found.loc[("kdgan", "c_adv"), "standard_error"] == pytest.approx(0.5e-3)
    assert found.loc[("kdgan(gradient=reinforce)", "c_kd"), "mean"] == pytest.approx(2.5e-4)
    assert gradient_frame(network_history()).empty


def test_means_are_over_repeats_epoch_by_epoch():
    frame = history_frame(network_history(), "train_loss")
    real = frame[frame["generator"] == "none"]
    assert real[["x", "mean"]].to_numpy().tolist() == [[1, 3], [2, 2], [3, 1.5]]


def test_a_teacher_has_its_last_accuracy_and_no_loss():
    both = pd.concat([network_history(), teacher_epochs()])
    frame = history_frame(both, "test_accuracy")
    (row,) = frame[frame["student"] == "teacher"].to_dict("records")
    assert np.isnan(row["x"]) and row["mean"] == 0.9
    assert set(history_frame(both, "train_loss")["student"]) == {"lenet"}
