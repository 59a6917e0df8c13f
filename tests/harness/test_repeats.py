"""Rounds by a clock that only moves when it is told: their length, their order, what flags them."""

import gc
import os
import subprocess
import sys
from dataclasses import dataclass, field

import numpy as np
import pytest

from tscbench import StoreError
from tscbench.harness.exclusive import exclusive, undisturbed
from tscbench.harness.repeats import (
    Clock,
    Repeat,
    Turns,
    disturbed,
    interrupted,
    one_repeat,
    quartiles,
    take_turns,
    warm_up,
)
from tscbench.line.threads import threads


@dataclass
class Hand:
    """Moves a clock by hand; `asked` remembers who did."""

    now: float = 0.0
    own: float = 0.0
    others: float = 0.0
    asked: list = field(default_factory=list)

    @property
    def clock(self):
        return Clock(lambda: self.now, lambda: self.own, lambda: self.others)

    def call(self, seconds, name="", share=1.0, others=0.0):
        """A call that takes so long; a list of seconds is taken one after the other."""
        left = list(seconds) if isinstance(seconds, list) else None

        def call():
            took = left.pop(0) if left is not None else seconds
            self.now += took
            self.own += share * took
            self.others += others * took
            self.asked.append(name)

        return call


@pytest.fixture
def hand():
    return Hand()


@pytest.mark.parametrize(("seconds", "n"), [(0.007, 3), (0.02, 1), (0.5, 1), (0.0125, 2)])
def test_a_round_calls_until_its_least_seconds_have_passed(hand, seconds, n):
    found = one_repeat(hand.call(seconds), 0.02, hand.clock)
    assert len(hand.asked) == n
    assert found == Repeat(pytest.approx(seconds), pytest.approx(1.0))


def test_a_round_knows_what_share_of_a_core_it_had(hand):
    assert one_repeat(hand.call(0.03, share=0.6), 0.02, hand.clock).share == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("seconds", "repeats"),
    [
        ([0.1, 0.05, 0.04, 0.039, 0.037, 9], 5),  # 0.040, 0.039, 0.037 agree within 10 %
        ([0.04, 0.04, 0.04, 9], 3),
        ([0.040, 0.045, 0.040, 0.045, 0.0412, 0.0412, 9], 6),  # 12 % apart, until two less so
        ([0.3, 0.6, 0.3, 9], 3),  # a second has passed
        ([1.5, 9], 1),
    ],
)
def test_warming_up_ends_when_three_rounds_agree_or_after_a_second(hand, seconds, repeats):
    assert warm_up(hand.call(seconds), 0.02, 1.0, hand.clock) == repeats
    assert len(hand.asked) == repeats


def test_calls_take_turns_round_by_round(hand):
    calls = {name: [hand.call(0.03, name)] for name in ("reference", "teacher")}
    calls["student"] = [hand.call(0.03, f"rows {nth}") for nth in range(2)]
    turns = take_turns(calls, 3, 0.02, hand.clock)
    rows = ["rows 0", "rows 1", "rows 0"]
    assert hand.asked == [who for nth in rows for who in ("reference", "teacher", nth)]
    assert {name: len(found) for name, found in turns.repeats.items()} == dict.fromkeys(calls, 3)
    assert turns.others == 0


def test_quartiles_are_those_of_linear_interpolation():
    assert quartiles(np.arange(1.0, 10.0)) == (3.0, 5.0, 7.0)
    assert quartiles(np.array([4.0, 1.0, 2.0, 3.0])) == (1.75, 2.5, 3.25)


def turns_of(reference, others=0.0):
    return Turns({"reference": [Repeat(seconds, 1.0) for seconds in reference]}, others)


def test_other_processes_and_a_reference_that_moves_disturb(hand):
    steady = [1.0] * 9
    assert disturbed(turns_of(steady, others=0.19), "reference", 2) == ""
    assert disturbed(turns_of(steady, others=0.7), "reference", 2) == (
        "other processes had 0.7 of 2 cores"
    )
    assert disturbed(turns_of(steady, others=0.7), "reference", 8) == ""
    one_slow = [1.0] * 8 + [5.0]
    assert disturbed(turns_of(one_slow), "reference", 2) == ""
    three_slow = [1.0] * 6 + [1.2] * 3
    said = disturbed(turns_of(three_slow), "reference", 2)
    assert said == "the reference kernel's quartiles lay 20% apart"


def test_what_others_had_is_measured_while_the_turns_last(hand):
    hand.others = 1000.0
    turns = take_turns({"a": [hand.call(0.02, others=0.5)]}, 4, 0.02, hand.clock)
    assert turns.others == pytest.approx(0.5)


def test_a_thread_that_lost_its_core_in_more_than_a_quarter_of_the_rounds_is_told():
    def shares(*found):
        return interrupted([Repeat(1.0, share) for share in found])

    assert shares(*[1.0] * 8, 0.2) == ""
    assert shares(*[1.0] * 6, *[0.5] * 3) == "its thread had 50% of a core"


def test_a_real_clock_moves():
    clock = Clock()
    before = clock.wall(), clock.own(), clock.others()
    sum(range(200_000))
    assert clock.wall() > before[0] and clock.own() > before[1]
    assert clock.others() > before[2] - 1


def test_one_timing_pass_at_a_time(isolated):
    with exclusive():
        mine = rf"another timing pass .*process {os.getpid()}\)"
        with pytest.raises(StoreError, match=mine), exclusive():
            pass
        code = "from tscbench.harness.exclusive import exclusive\nwith exclusive(): pass"
        other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert other.returncode and "another timing pass" in other.stderr
    with exclusive():
        pass


def test_a_pass_that_was_killed_leaves_no_lock():
    code = (
        "import os\nfrom tscbench.harness.exclusive import exclusive\nwith exclusive(): os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 9
    with exclusive():
        pass


def test_threads_are_fixed_within_and_as_before_afterwards(monkeypatch):
    import torch
    from threadpoolctl import threadpool_info

    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    had = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with pytest.raises(RuntimeError), threads(1):
            assert os.environ["OMP_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "1"
            assert {pool["num_threads"] for pool in threadpool_info()} == {1}
            assert torch.get_num_threads() == 1
            raise RuntimeError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(had)
    assert os.environ["OMP_NUM_THREADS"] == "7" and "MKL_NUM_THREADS" not in os.environ


def test_the_collector_rests_within_and_works_again_after_an_error():
    with pytest.raises(KeyboardInterrupt), undisturbed(1):
        assert not gc.isenabled()
        raise KeyboardInterrupt
    assert gc.isenabled()
