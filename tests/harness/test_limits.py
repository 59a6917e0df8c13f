"""What a step may take: the command line is final, else the larger of suite's and plugin's word."""

import pytest

from tscbench import SpecError, generator
from tscbench.contracts.kinds import plugin_of
from tscbench.harness.limits import DEFAULT_SECONDS, Allowance, wanted
from tscbench.harness.shard import Shard, shard
from tscbench.processes import Limits


def plugin(**resources):
    @generator(source="a test", resources=resources)
    def made(train):
        """Takes much."""

    return plugin_of(made)


def test_a_plugin_may_take_more_than_others_and_no_less():
    suite = Allowance(seconds=100.0, memory=1e9)
    assert suite.of([]) == Limits(100.0, int(1e9))
    assert suite.of([plugin(seconds="2h"), plugin(memory="8G")]) == Limits(7200.0, 8 << 30)
    assert suite.of([plugin(seconds=5, memory="1M")]) == Limits(100.0, int(1e9))


def test_the_command_line_is_final():
    given = Allowance(seconds=100.0).bound("10min", "2G")
    assert given.of([plugin(seconds="2h", memory="8G")]) == Limits(600.0, 2 << 30)
    half = Allowance(seconds=100.0).bound(None, 1000)
    assert half.of([plugin(seconds="2h", memory="8G")]) == Limits(7200.0, 1000)


def test_without_a_word_it_is_six_hours_and_any_memory():
    assert Allowance().of([]) == Limits(DEFAULT_SECONDS, None)
    assert Allowance().bound("inf", None).of([]) == Limits(None, None)


def test_a_suite_s_words_change_nothing_that_cells_mean(lab):
    plain = lab.open({}).source.suite
    limited = lab.open({}, timeout="2min", memory="3G").source.suite
    assert limited.allowance.of([]) == Limits(120.0, 3 << 30)
    assert limited.digest == plain.digest


def test_a_suite_with_no_amount_is_refused_with_its_line(lab):
    with pytest.raises(
        Exception, match=r"line \d+: timeout: .*'soon' is no amount; write 90, 10min"
    ):
        lab.open({}, timeout="soon")


def test_what_a_worker_must_have_is_the_most_that_is_asked_for():
    assert wanted([plugin(GPU=1, seconds=5), plugin(GPU=2, disk=1, memory="1G")]) == {
        "GPU": 2.0,
        "disk": 1.0,
    }


GRID = {"generator": ["far", "copies"], "mix": ["real", "fake(ratio=1)"], "student": ["steps(n=2)"]}


def test_parts_have_every_line_once_and_what_shares_a_fit_together(lab):
    session = lab.open(GRID | {"student": ["steps(n=2)", "steps(n=5)", "linear"]}, seeds=3)
    lines = list(session.plan.all_lines())
    parts = [[line for line in lines if Shard(i, 3).has(line)] for i in (1, 2, 3)]
    assert sorted(map(id, sum(parts, []))) == sorted(map(id, lines))
    assert all(parts)
    for part in parts:
        fits = {line.fit for line in part}
        assert sum(line.fit in fits for line in lines) == len(part)


@pytest.mark.parametrize("text", ["", "3", "0/2", "3/2", "a/b", "1/0", "-1/2"])
def test_what_is_no_part_is_refused(text):
    with pytest.raises(SpecError, match="write the part and their number, such as 1/8 up to 8/8"):
        shard(text)
    assert str(shard("2/8")) == "2/8"
