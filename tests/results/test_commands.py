"""What the commands on a run asked for, one by one and together."""

import pytest

from tscbench.results.cell import Cell
from tscbench.results.commands import bare, commands_of, in_words, options_of, remembered

PLAIN = {"options": {}, "plugins": [], "against": []}


def asked(*options, planned=(), **last):
    commands = [{**PLAIN, "options": one} for one in options]
    commands[-1] |= last
    cells = [Cell(d, split, "t", "q", "none", "real", "o", "s", seed) for d, split, seed in planned]
    return {**remembered(commands), "planned": {cell.id: cell.axes for cell in cells}}


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ([{}], {}),
        ([{"dataset": "no:a"}], {"dataset": "no:a"}),
        ([{"dataset": "a"}, {"dataset": "a"}], {"dataset": "a"}),
        ([{"dataset": "a"}, {"dataset": "b"}], {"dataset": "a,b"}),
        ([{"dataset": "a,b(x=1, y=2)"}, {"dataset": "b(x=1, y=2)"}], {"dataset": "a,b(x=1, y=2)"}),
        ([{"dataset": "mine"}, {}], {"dataset": "mine,*"}),
        ([{"dataset": "mine"}, {"dataset": "no:a"}], {"dataset": "mine,*"}),
        ([{"student": "s"}, {"dataset": "b"}], {"dataset": "*,b", "student": "s,*"}),
    ],
)
def test_together_they_choose_what_each_of_them_did(options, chosen):
    assert options_of(asked(*options)) == chosen


def test_splits_and_seeds_are_those_of_the_cells():
    told = asked({"seed": "1"}, {"seed": "no:0"}, planned=[("a", 0, 1), ("a", 0, 2), ("a", 0, "-")])
    assert options_of(told) == {"seed": "1,2"}


def test_what_is_of_a_plugin_file_that_is_gone_is_not_asked_for(tmp_path):
    file = tmp_path / "mine.py"
    file.touch()
    told = asked({"generator": "none"}, {"generator": "mine"}, plugins=[str(file)])
    assert options_of(told) == {"generator": "none,mine"}
    file.unlink()
    assert options_of(told) == {"generator": "none,*"}
    [_, named] = bare(commands_of(told))
    assert named["plugins"] == ["mine.py"]
    assert in_words("quick", [named]) == "tscbench run quick --generator mine --plugin mine.py"


def test_a_bare_name_is_no_file_even_where_one_lies(tmp_path, monkeypatch):
    """A pack of somebody's names files; none of those that lie here is meant."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").touch()
    assert options_of(asked({"generator": "mine"}, plugins=["mine.py"])) == {}
