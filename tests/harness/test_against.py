"""A run against results that are there: only the new cells are made, and the others are checked."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from made_records import alter

import tscbench
from tscbench.line.sealed import read_sealed
from tscbench.results.pack_file import load_pack, save_pack
from tscbench.results.packed import pack_of
from tscbench.results.run import Run
from tscbench.results.sources import sources_of
from tscbench.results.surroundings import hardware

GRID = {
    "generator": ["none", "far"],
    "mix": ["real", "fake(ratio=1)"],
    "student": ["linear", "steps(n=2)"],
}
MINE = """
from tscbench import Rows, Sampler, generator

@generator(source="a test", version="{version}")
def mine(train: Rows) -> Sampler:
    return Sampler(lambda n, rng: train.x[rng.integers(len(train.x), size=n)] + 0.1)
"""


@pytest.fixture
def there(lab, tmp_path):
    """The words of a run against a pack of the suite, and the pack."""
    run = lab.run(GRID, splits=2, out="first")
    pack = save_pack(pack_of(run), tmp_path / "small.tscpack")
    (tmp_path / "mine.py").write_text(MINE.format(version=1))
    lab.forget_fits()
    tiny = str(Path(__file__).parents[1] / "tiny.py")
    words = [lab.folder / "small.toml", "--plugin", tiny, "--plugin", tmp_path / "mine.py"]
    return pack, [*words, "--generator", "mine", "--against", pack]


def test_a_plan_says_what_is_new_and_what_is_taken(cli, there):
    _, words = there
    facts = json.loads(cli("plan", *words, "--json").out)
    assert (facts["runnable"], facts["taken"], facts["other_recipes"]) == (4, 4, 0)
    assert "against: 4 cells taken, 4 new" in cli("plan", *words).out


def test_a_plan_reckons_with_what_the_published_cells_took(cli, there, monkeypatch, tmp_path):
    _, words = there
    monkeypatch.setenv("TSCBENCH_STORE", str(tmp_path / "new"))
    alone = json.loads(cli("plan", *words[:-2], "--json").out)
    beside = json.loads(cli("plan", *words, "--json").out)
    assert alone["jobs_of_unknown_time"] == alone["jobs"]
    own = beside["steps"]["sampler"]["to make"] + beside["steps"]["synthetic"]["to make"]
    of_teachers = 2  # no record says how long their predictions take, one for each split
    assert own + of_teachers == beside["jobs_of_unknown_time"] < beside["jobs"]
    assert beside["seconds"] is not None


def test_only_new_cells_are_made_and_ranked_among_those_that_were_there(cli, lab, there):
    pack, words = there
    done = cli("run", *words, "--out", "own")
    assert done.code == 0, done.err
    assert "4 cells taken, 4 new" in done.err and "equal to the last bit" in done.err
    brought = {source.path: source.brought for source in sources_of(["own"])}
    named = {source.path: source.brought for source in sources_of(["own", str(pack)])}
    assert brought[pack] and not named[pack], "what is named itself is not brought along"
    tiny = [word for word in words if word != "--against"][1:5]
    assert cli("pack", "own", "--predictions", "--out", "own.tscpack").code == 0
    seen = {r["what"]: r for r in json.loads(cli("verify", "own.tscpack", *tiny, "--json").out)}
    assert seen["scores"]["state"] == "right", "teachers that were taken are packed too"
    whole = cli("merge", "own", pack, "--out", "whole").out
    assert "14 of 14 cells ok" in whole, whole
    assert cli("run", *words, "--mix", "real", "--out", "none").code == 4
    assert "mine · fake (yours)" in done.out
    records = list(Run(lab.folder / "here" / "own").records())
    assert {r["cell"]["generator"] for r in records} == {"mine"} and len(records) == 4
    board = cli("board", "own", "--full").out
    assert "mine · fake (yours)" in board and "far · fake" in board
    assert cli("board", "own").out.startswith("own: "), "not called like what it stands against"
    assert "4 of 4 cells ok" in cli("status", "own").out
    scores = tscbench.load("own").scores()
    assert {"far", "mine", "none"} <= set(scores["generator"])
    again = cli("run", *words, "--out", "own")
    assert again.code == 0 and "nothing to do" in again.err


def test_a_command_without_others_is_remembered_as_it_was_given(cli, lab, there):
    pack, words = there
    assert cli("run", *words, "--out", "own").code == 0
    assert cli("run", *words[:-2], "--out", "own").code == 0
    own = Run(lab.folder / "here" / "own")
    with_others, alone = pack_of(own).command.split(", then ")
    assert with_others == f"{alone} --against {pack.name}"
    assert pack in {source.path for source in sources_of(["own"])}, "it is still ranked among them"


def _say_of_all(run, contended):
    for file in (run.folder / "speeds").iterdir():
        rows = read_sealed(file)["rows"]
        run.write_speeds(file.stem, [{**row, "contended": contended} for row in rows])


def test_what_was_taken_is_timed_again_beside_ones_own(cli, lab, there):
    """Elsewhere other hardware has timed more models, and yet the two that are compared have
    speeds of this one."""
    pack, words = there
    elsewhere = cli("time", lab.folder / "first", "--batch", "8", "--repeats", "3")
    assert elsewhere.code == 0, elsewhere.err
    timed = pack_of(Run(lab.folder / "first"))
    speeds = timed.speeds.assign(hardware="another machine", contended=False)
    save_pack(replace(timed, speeds=speeds), pack)
    assert cli("run", *words, "--out", "own").code == 0
    timed = cli("time", "own", "--generator", "none,far,mine", "--batch", "8", "--repeats", "3")
    assert timed.code == 0 and "timed 6 of 6 students" in timed.err, timed.err
    run = Run(lab.folder / "here" / "own")
    _say_of_all(run, contended=True)
    words = ("compare", "own", "far", "mine", "--metric", "rows_per_second")
    assert "rows: timed while others were at work" in cli(*words).err
    _say_of_all(run, contended=False)  # as on a machine that does nothing else
    own = run.speeds()
    assert set(own["generator"]) >= {"far", "mine"} and set(own["hardware"]) == {hardware()}
    found = json.loads(cli(*words, "--json").out)
    here = own.groupby("generator")["rows_per_second"].mean()
    (row,) = found["rows"]
    assert (row["a"], row["b"]) == pytest.approx((here["far"], here["mine"]))


def test_a_cell_that_comes_out_otherwise_is_told(cli, lab, there):
    _, words = there

    def change(record):
        record["scores"]["test"]["hits"] += 1e-4
        return record

    alter(lab.folder / "first", change)
    changed = save_pack(pack_of(Run(lab.folder / "first")), lab.folder / "changed.tscpack")
    done = cli("run", *words[:-1], changed, "--out", "own")
    assert done.code == 0 and "came out otherwise when it was made again (test hits)" in done.err


def test_other_data_and_other_suites_are_refused(cli, lab, there):
    pack, words = there
    other = lab.suite(GRID, splits=2, valid=0.2)
    refused = cli("run", other, *words[1:])
    assert refused.code == 2 and "is of another version of suite small" in refused.err
    named = lab.suite(GRID, splits=2, name="another")
    refused = cli("run", named, *words[1:])
    assert refused.code == 2 and "has no results of suite another (has: small)" in refused.err


def test_from_python_it_is_the_same(lab, there, in_process):
    pack, words = there
    results = tscbench.run(
        words[0],
        plugins=[words[2], words[4]],
        generator="mine",
        against=[pack],
        out="own",
    )
    assert {"far", "mine"} <= set(results.scores()["generator"])
    assert any("equal to the last bit" in notice for notice in Run(Path("own")).asked()["notices"])
    assert len(list(Run(Path("own")).records())) == 4


def test_splits_that_are_not_those_of_today_are_refused(cli, lab, there):
    pack, words = there
    read = load_pack(pack)
    for record in read.records:
        record["provenance"]["split"] = "0" * 40
    other = save_pack(read, lab.folder / "other.tscpack")
    refused = cli("plan", *words[:-1], other)
    assert refused.code == 2 and "leave it out with --dataset no:toy" in refused.err
