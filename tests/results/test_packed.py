"""What a run folder says of itself goes into its pack."""

import pytest

from tscbench import StoreError
from tscbench.results.cell import Cell
from tscbench.results.pack_file import save_pack
from tscbench.results.packed import pack_at, pack_of
from tscbench.results.run import Run

CELLS = [Cell(d, 0, "t", "q", "none", "real", "o", "s", seed) for d in "ab" for seed in (10, 9)]
ASKED = {
    "name": "mine",
    "headline": "auc",
    "lower": ["log_loss"],
    "notices": ["mind this"],
    "options": {"generator": "none,munge(p=0.5, s=1)"},
    "plugins": ["folder/mine.py"],
    "planned": {cell.id: cell.axes for cell in CELLS},
}


def made(folder, suite, **more):
    run = Run(folder / "run")
    run.write_asked({**ASKED, "suite": suite, **more})
    return run


def test_a_pack_says_what_the_run_was_asked(tmp_path):
    run = made(tmp_path, 'title = "Which?"\nsame_source = [["a", "b", "gone"], ["a", "gone"]]')
    pack = pack_of(run)
    assert (pack.name, pack.title, pack.headline) == ("run", "Which?", "auc")
    assert (pack.lower, pack.notices) == (("log_loss",), ("mind this",))
    assert pack.sources == {"a": "a + b", "b": "a + b"}
    order = [(record["cell"]["dataset"], record["cell"]["seed"]) for record in pack.records]
    assert order == [("a", 10), ("a", 9), ("b", 10), ("b", 9)], "in the order of their axes as text"
    assert {record["status"] for record in pack.records} == {"missing"}


@pytest.mark.parametrize("suite", ["splits = 3", "= no toml"])
def test_a_suite_that_says_nothing_is_no_error(tmp_path, suite):
    pack = pack_of(made(tmp_path, suite))
    assert pack.title == "Suite mine" and pack.sources == {}


def test_the_command_makes_the_run_again(tmp_path):
    words = "--generator 'none,munge(p=0.5, s=1)' --plugin mine.py"
    own = made(tmp_path / "own", 'name = "mine"')
    assert pack_of(own).command == f"tscbench run mine.toml {words}"
    assert pack_of(own).bare_command == "tscbench run mine.toml --plugin mine.py"
    installed = {"home": "tscbench", "options": {}, "plugins": []}
    assert pack_of(made(tmp_path, 'name = "mine"', **installed)).command == "tscbench run mine"


def test_a_run_is_of_this_version_and_a_pack_is_a_file(tmp_path):
    run = made(tmp_path, 'name = "mine"')
    save_pack(pack_of(run), tmp_path / "pack")
    assert pack_at(run.folder).title == pack_at(tmp_path / "pack").title
    older = {name: value for name, value in ASKED.items() if name != "lower"}
    run.write_asked({**older, "suite": ""})
    with pytest.raises(
        StoreError, match="written by an earlier version: issue its run command again"
    ):
        pack_at(run.folder)
    with pytest.raises(StoreError, match="holds no run"):
        pack_at(tmp_path)
