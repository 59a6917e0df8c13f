"""How far fits are, as worker processes say it: to whoever watches, and never in the way."""

import os

import pytest

from tscbench.line import progress_file
from tscbench.line.progress_file import said, say_in, shown


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(progress_file, "SAID_EVERY", 0.0)
    say_in(tmp_path)
    yield tmp_path
    say_in(None)


def watch(place, steps):
    return [said(place) for _ in shown(steps, "student net")]


def test_steps_are_said_while_they_are_done(place):
    assert watch(place, range(3)) == [[f"student net: epoch {n} of 3"] for n in (1, 2, 3)]
    assert said(place) == [], "a fit that ended is silent"
    assert watch(place, range(8, 10)) == [[f"student net: epoch {n} of 10"] for n in (9, 10)]
    assert watch(place, iter("ab")) == [[f"student net: epoch {n}"] for n in (1, 2)]


def test_a_fit_that_stops_early_or_fails_is_silent(place):
    for _ in shown(range(9), "one"):
        break
    assert said(place) == []
    with pytest.raises(ZeroDivisionError):
        [1 / step for step in shown(range(9), "two")]
    assert said(place) == []


def test_each_process_says_its_own(place):
    (place / "1").write_text("teacher far: epoch 2 of 4")
    (place / "2").write_text("")
    assert watch(place, range(1)) == [["student net: epoch 1 of 1", "teacher far: epoch 2 of 4"]]


def test_it_is_said_now_and_then(place, monkeypatch):
    monkeypatch.setattr(progress_file, "SAID_EVERY", 1e9)
    assert watch(place, range(3)) == [["student net: epoch 1 of 3"]] * 3


def test_what_cannot_be_written_or_read_is_left_unsaid(place):
    place.rmdir()
    assert list(shown(range(3), "x")) == [0, 1, 2] and said(place) == []
    place.mkdir()
    (place / str(os.getpid())).mkdir()
    assert list(shown(range(3), "x")) == [0, 1, 2] and said(place) == []


def test_nobody_watches():
    steps = range(3)
    assert shown(steps, "x") is steps
