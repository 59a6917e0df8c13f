"""One table out of many sources: whose a method is, what is one cell, and what is no table."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from made_run import made_run

import tscbench
from tscbench import SpecError, StoreError
from tscbench.analysis.study import study_of
from tscbench.report.names import names_in
from tscbench.results import sources
from tscbench.results.joined import Part, joined
from tscbench.results.pack_file import save_pack
from tscbench.results.published import published_packs
from tscbench.results.sources import packs_of, sources_of

MADE = made_run(n_rows=641, splits=2, seeds=1)


def mine(pack, generator="kde", name="mine", by="mine.py", code="1", version=""):
    """The cells of one generator under another name, as a plugin of somebody."""
    made = {"distribution": by, "version": version, "fingerprint": code, "spec": name}
    made_of = {"data": "d" * 40, "split": "5" * 40, "plugins": {"generator": made}}
    rest = {"mix": None, "baseline": None, "nested": None, "out_of_fold": None, "directions": {}}
    records = [
        {**r, "cell": {**r["cell"], "generator": name}, "provenance": made_of | rest}
        for r in pack.records
        if r["cell"]["generator"] == generator
    ]
    return replace(pack, records=records, speeds=pack.speeds.iloc[:0])


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder with a published pack of the suite "made"."""
    save_pack(MADE, tmp_path / "made.tscpack")
    save_pack(mine(MADE), tmp_path / "own.tscpack")
    monkeypatch.setattr(sources, "published_packs", lambda: {"made": tmp_path / "made.tscpack"})
    return tmp_path


def test_one_s_own_method_stands_among_the_published_and_is_marked(cli, shelf):
    said = cli("board", "published", shelf / "own.tscpack", "--full")
    assert said.code == 0 and "mine · fake (yours)" in said.out and "munge · fake " in said.out
    assert "munge · fake (" not in said.out
    rows = json.loads(cli("board", "published", shelf / "own.tscpack", "--format", "json").out)
    of = {row["method"]: row["source"] for row in rows[0]["rows"]}
    assert of["mine · fake (yours)"] == "yours" and of["munge · fake"] == "published"
    said = cli("compare", "published:made", shelf / "own.tscpack", "none", "mine")
    assert said.code == 0 and "mine" in said.out, said.err


def test_a_table_of_several_sources_has_the_numbers_of_each(shelf):
    results = tscbench.load("published", shelf / "own.tscpack")
    scores = results.scores().query("metric == 'auc'")
    kde, own = (scores[scores["generator"] == name] for name in ("kde", "mine"))
    assert len(own) > 20 and own["value"].tolist() == kde["value"].tolist()
    whole = tscbench.load("published").scores()
    shared = results.scores().query("generator != 'mine'").reset_index(drop=True)
    recorded = shared["metric"].isin(MADE.scores["metric"])
    pd.testing.assert_frame_equal(
        shared[recorded].reset_index(drop=True),
        whole[whole["metric"].isin(MADE.scores["metric"])].reset_index(drop=True),
    )


def test_two_people_s_mine_never_collide_and_nor_do_two_versions_of_one():
    own = Part("yours", "a", mine(MADE)), Part("alice", "b", mine(MADE, "gmm", code="2"))
    pack = joined([Part("published", "p", MADE), *own])
    names = set(names_in(study_of(pack)).of_arm.values())
    assert {"mine · fake (yours)", "mine:alice · fake (alice)"} <= names
    assert any("another plugin" in notice for notice in pack.notices)
    newer = Part("newer", "b", mine(MADE, "gmm", version="2"))
    assert "mine:newer" in {r["cell"]["generator"] for r in joined([own[0], newer]).records}
    same = joined([own[0], replace(own[0], origin="again")])
    assert {r["cell"]["generator"] for r in same.records} == {"mine"} and not same.notices


def test_plugins_of_one_name_in_files_of_one_name_stay_apart(tmp_path):
    for nth, code in enumerate("abc"):
        (tmp_path / str(nth)).mkdir()
        save_pack(mine(MADE, code=code), tmp_path / str(nth) / "made.tscpack")
    [pack] = packs_of(sources_of([str(tmp_path / str(n) / "made.tscpack") for n in range(3)]))
    found = {record["cell"]["generator"] for record in pack.records}
    assert found == {"mine", "mine:made", "mine:made-2"}


def test_no_source_turns_the_table_of_others_around():
    upside_down = replace(mine(MADE), lower=("auc", "mine_only"))
    pack = joined([Part("published", "p", MADE), Part("yours", "m", upside_down)])
    assert pack.lower == ["brier", "log_loss", "mine_only"]
    assert study_of(pack).direction("auc") == "higher"


@pytest.mark.parametrize("name", ["published", "yours"])
def test_no_file_marks_its_methods_as_those_of_others(name, tmp_path):
    save_pack(mine(MADE), tmp_path / f"{name}.tscpack")
    save_pack(mine(MADE, "gmm", "other", code="2"), tmp_path / "b.tscpack")
    [pack] = packs_of(sources_of([str(tmp_path / f"{name}.tscpack"), str(tmp_path / "b.tscpack")]))
    assert set(pack.origins.values()) == {f"{name}.tscpack", "b"}


def test_a_cell_that_two_sources_score_otherwise_is_the_first_s_and_told():
    first = MADE.records[-1]
    changed = json.loads(json.dumps(first))
    changed["scores"]["test"]["auc"] += 1e-9
    other = replace(MADE, records=[*MADE.records[:-1], changed])
    pack = joined([Part("published", "p", MADE), Part("yours", "mine", other)])
    assert pack.records[-1]["scores"] == first["scores"] and len(pack.records) == len(MADE.records)
    assert pack.notices == ("mine scores 1 cell that is in p too otherwise: shown as there",)
    assert set(pack.origins.values()) == {"published"}


def test_a_cell_that_has_finished_counts_before_one_that_has_not():
    left = {"cell": MADE.records[0]["cell"], "status": "missing"}
    other = replace(MADE, records=[left])
    for parts in ((MADE, other), (other, MADE)):
        pack = joined([Part(str(n), str(n), part) for n, part in enumerate(parts)])
        assert all(record["status"] == "ok" for record in pack.records)


def test_other_rows_and_other_suites_are_no_table():
    own, other = mine(MADE), mine(MADE, "gmm", "other")
    for record in other.records:
        record["provenance"] = {**record["provenance"], "data": "e" * 40}
    with pytest.raises(StoreError, match="dataset dataset_0 of b is not that of a"):
        joined([Part("a", "a", own), Part("b", "b", other)])
    with pytest.raises(StoreError, match="another version of suite made than a"):
        joined([Part("a", "a", MADE), Part("b", "b", replace(MADE, suite=MADE.suite + "n = 1\n"))])


def test_speeds_of_other_hardware_share_no_ranking():
    slow = MADE.speeds.assign(hardware="other", rows_per_second=1.0)
    own = replace(mine(MADE), speeds=slow[slow["generator"] == "kde"].assign(generator="mine"))
    pack = joined([Part("published", "p", MADE), Part("yours", "m", own)])
    assert any("m was timed on other hardware than p" in notice for notice in pack.notices)
    rows = study_of(pack).related.query("metric == 'rows_per_second'")
    assert set(rows["value"]) == set(MADE.speeds["rows_per_second"])


def test_what_is_published_is_named_and_listed(cli):
    packs = published_packs()
    assert {"tabular", "gan-tsc", "label-policy"} <= set(packs)
    said = cli("board", "published")
    assert said.code == 0 and all(f"\n{name} " in said.out for name in packs)
    asked = "--metric auc, --full, --dataset magic, --costs, --part valid, --missing worst"
    for words in map(str.split, asked.split(", ")):
        lost = cli("board", "published", *words)
        assert lost.code == 2 and f"{words[0]} is about one suite: name it (has: " in lost.err
    wrong = cli("board", "published:tabula")
    assert wrong.code == 2 and "no suite 'tabula' is published; did you mean 'tabular'" in wrong.err
    with pytest.raises(SpecError, match="several suites: name one"):
        tscbench.load("published")
    assert "2430 of 2430 cells ok" in cli("status", "published:tabular").out
    assert all(source.published for source in sources_of(["published"]))
    assert sources_of([str(packs["tabular"])])[0].published
    assert not Path("runs").exists()


def test_sources_of_several_suites_are_a_pack_each(shelf):
    of = [*sources_of(["published"]), *sources_of([str(published_packs()["tabular"])])]
    assert [pack.suite_name for pack in packs_of(of)] == ["made", "tabular"]


def test_a_submission_stands_on_its_board_and_is_marked_by_how_far_it_was_looked_at(
    tmp_path, monkeypatch, cli
):
    board = save_pack(MADE, tmp_path / "packs" / "made.tscpack")
    there = tmp_path / "submissions" / "made" / "own"
    save_pack(mine(MADE), there / "own.tscpack")
    monkeypatch.setattr(sources, "published_packs", lambda: {"made": board})
    said = cli("board", "published", "--full")
    assert said.code == 0 and "mine · fake (own, self-reported)" in said.out, said.err
    (there / "README.md").write_text("# own\n\n**rerun**: …\n", encoding="utf-8")
    assert "mine · fake (own, rerun)" in cli("board", "published:made", "--full").out
    assert "munge · fake (" not in cli("board", "published:made", "--full").out


def test_a_name_of_nothing_is_told_what_may_be_meant(cli):
    said = cli("board", "publishd")
    assert said.code == 2 and "publishd holds no run" in said.err
    assert "did you mean 'published'" in said.err
    assert "it is made by: tscbench run quick" in cli("board").err
