"""tscbench pack and verify: a pack says what its run says, and what is wrong with one is seen."""

import hashlib
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_records import alter

from tscbench.registry import find_suite
from tscbench.results.agree import differing
from tscbench.results.pack_file import load_pack, save_pack
from tscbench.results.pack_predictions import stored_in

TINY = Path(__file__).parents[1] / "tiny.py"
GRID = {
    "generator": ["none", "far"],
    "mix": ["real", "fake(ratio=1)"],
    "student": ["linear", "steps(n=2)"],
}


@pytest.fixture
def packed(lab, cli):
    """The pack of a small run, with predictions."""
    lab.run(GRID, splits=2)
    done = cli("pack", lab.folder / "run", "--predictions", "--out", lab.folder / "a.tscpack")
    assert done.code == 0 and "predictions: " in done.err and "MB before" in done.err, done.err
    return lab.folder / "a.tscpack"


@pytest.fixture
def seen(cli):
    def call(pack, *words):
        done = cli("verify", pack, "--plugin", TINY, "--json", *words)
        rows = json.loads(done.out) if done.out else []
        found = {row["what"]: (row["state"], row["said"]) for row in rows}
        again = [row for row in rows if row["what"] == "again"]
        found |= {f"again {nth}": (row["state"], row["said"]) for nth, row in enumerate(again, 1)}
        return done, found

    return call


def stored(file):
    """The predictions that a pack holds."""
    with stored_in(file) as found:
        return {
            f"{cell}.{part}": array
            for cell in found.cells
            for part, array in found.read(cell).items()
        }


def test_a_pack_is_its_run_and_what_it_says_is_right(lab, packed, seen, cli):
    done, found = seen(packed, "--rerun", "2")
    assert done.code == 0, (done.out, done.err)
    assert {state for state, _ in found.values()} == {"right"}
    assert "again 2" in found and "again 3" not in found
    boards = [cli("board", of, "--format", "csv").out for of in (packed, lab.folder / "run")]
    assert boards[0] == boards[1] and "far" in boards[0]
    again = cli("pack", lab.folder / "run", "--predictions", "--out", lab.folder / "b.tscpack")
    assert again.code == 0
    assert (lab.folder / "b.tscpack").read_bytes() == packed.read_bytes()
    merged = cli("merge", packed, lab.folder / "run", "--out", "whole")
    assert merged.code == 0 and "10 of 10 cells ok" in merged.out


def test_a_score_that_was_changed_is_seen(packed, seen):
    pack = load_pack(packed)
    record = next(r for r in pack.records if r["cell"]["student"] == "linear")
    record["scores"]["test"]["hits"] += 0.0001
    changed = save_pack(pack, packed.with_name("changed.tscpack"), stored(packed))
    done, found = seen(changed)
    assert done.code == 1 and found["scores"][0] == "wrong" and "test hits" in found["scores"][1]
    bare = save_pack(pack, packed.with_name("bare.tscpack"))
    done, found = seen(bare, "--rerun", "99")
    assert done.code == 1 and found["scores"][0] == "not seen"
    assert [s for w, (s, _) in found.items() if w.startswith("again ")].count("wrong") == 1


def without(arrays, cell):
    return {name: array for name, array in arrays.items() if not name.startswith(cell)}


def test_what_was_not_looked_at_is_not_right(packed, seen, cli):
    pack, arrays = load_pack(packed), stored(packed)
    fewer = without(arrays, next(iter(arrays)).partition(".")[0])
    done, found = seen(save_pack(pack, packed.with_name("fewer.tscpack"), fewer))
    assert done.code == 0 and found["scores"][0] == "not seen", found
    assert found["scores"][1] == "9 of 10 cells score as their predictions do, to the last bit"
    record = next(r for r in pack.records if r["cell"]["student"] == "linear")
    record["scores"]["test"]["invented"] = 1.0
    done, found = seen(save_pack(pack, packed.with_name("more.tscpack"), arrays))
    assert found["scores"][0] == "not seen" and "not worked out: invented" in found["scores"][1]


def test_a_size_that_was_changed_is_seen(packed, seen):
    pack = load_pack(packed)
    record = next(r for r in pack.records if r["cell"]["student"] == "linear")
    record["facts"]["size"]["rows"] += 1
    changed = save_pack(pack, packed.with_name("changed.tscpack"))
    done, found = seen(changed, "--rerun", "99")
    wrong = [said for state, said in found.values() if state == "wrong"]
    assert done.code == 1 and wrong and all("size rows" in said for said in wrong), found


def test_what_is_beside_all_that_is_made_again_is_not_right(packed, seen):
    pack = load_pack(packed)
    for record in pack.records:
        if record["cell"]["student"] == "linear":
            record["scores"]["test"]["invented"] = 1.0
    done, found = seen(save_pack(pack, packed.with_name("more.tscpack")), "--rerun", "99")
    states = {state for what, (state, _) in found.items() if what.startswith("again")}
    said = [said for state, said in found.values() if "test invented beside" in said]
    assert done.code == 0 and states == {"right", "not seen"} and said, found


def test_predictions_of_other_rows_are_refused(packed, seen):
    arrays = stored(packed)
    name = min(arrays)
    for changed in (arrays[name][:-1], arrays[name] * np.nan):
        file = save_pack(load_pack(packed), packed.with_name("b.tscpack"), arrays | {name: changed})
        done, _ = seen(file)
        assert done.code == 2 and "predictions of" in done.err and "must be finite" in done.err


def test_predictions_of_no_finished_cell_are_read_too(packed, seen):
    arrays = stored(packed)
    file = save_pack(load_pack(packed), packed.with_name("b.tscpack"), arrays)
    with zipfile.ZipFile(file) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist()}
    manifest = json.loads(members["manifest.json"])
    for part in ("valid", "test"):
        name = f"predictions/{'0' * 40}.{part}.npy"
        members[name] = b"nonsense"
        digest = hashlib.sha256(b"nonsense").hexdigest()
        manifest["members"][name] = {"sha256": digest, "bytes": 8}
    members["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(file, "w") as zipped:
        for name, body in members.items():
            zipped.writestr(name, body)
    done, _ = seen(file)
    assert done.code == 2 and "is no array of float64" in done.err


def test_what_stands_beside_a_score_hides_none(packed, seen):
    """Probes and others may be called like a part: each number is compared by what it is."""
    pack = load_pack(packed)
    record = next(r for r in pack.records if r["cell"]["student"] == "linear")
    true = record["scores"]["test"]["hits"]
    record["scores"]["test"]["hits"] = 0.9999
    record["extras"] = {"test": {"key": "0" * 40, "scores": {"hits": true}}}
    changed = save_pack(pack, packed.with_name("b.tscpack"), stored(packed))
    done, found = seen(changed, "--rerun", "99")
    assert done.code == 1 and found["scores"][0] == "wrong"
    assert sum(state == "wrong" for name, (state, _) in found.items() if "again " in name) == 1


def test_others_that_are_scored_beside_are_compared_number_by_number():
    a = {"beside": {"t": {"scores": {"test": {"x": 1.0, "y": 2.0}}}}}
    b = {"beside": {"t": {"scores": {"test": {"y": 2.0, "x": 1.0, "z": 3.0}}}}}
    assert differing(a, b) == ""
    b["beside"]["t"]["scores"]["test"]["x"] = 1.5
    assert differing(a, b) == "beside t test x"
    probes = [{"extras": {"p": {"key": key, "scores": {"n": n}}}} for key, n in ("a1", "b2", "a3")]
    assert differing(probes[0], probes[1]) == "", "another version of a probe says something else"
    assert differing(probes[0], probes[2]) == "p n"


@pytest.mark.parametrize("since", [["hits"], ["hits", "tscbench/accuracy"]])
def test_metrics_spelled_otherwise_or_dropped_leave_the_suite_as_it_is(lab, cli, seen, since):
    lab.run(GRID, splits=1, metrics=["hits", "accuracy"])
    lab.run(GRID, splits=1, metrics=since)
    assert cli("pack", lab.folder / "run", "--predictions", "--out", "c.tscpack").code == 0
    done, found = seen("c.tscpack")
    assert found["suite"][0] == "right" and done.code == 0, found


def test_cells_of_all_commands_are_packed_and_a_plugin_that_is_gone_is_told(lab, cli):
    suite = lab.suite({"generator": ["none"], "mix": ["fake(ratio=1)"]}, splits=1)
    for name in ("one", "two"):
        Path(f"{name}.py").write_text(MINE.replace("def mine", f"def {name}"))
        words = ("--plugin", TINY, "--plugin", f"{name}.py", "--generator", name)
        assert cli("run", suite, *words, "--out", "runs/both").code == 0
    done = cli("pack", "runs/both", "--predictions", "--out", "both.tscpack")
    assert "predictions: of 3 of 3 finished cells" in done.err, done.err
    command = load_pack(Path("both.tscpack")).command
    first, second = command.split(", then ")
    assert "--generator one" in first and "two" not in first
    assert "--generator two" in second and "one.py" not in second
    Path("one.py").unlink()
    assert cli("time", "runs/both", "--quick").code == 0, "the last command's plugins are here"
    done = cli("pack", "runs/both", "--out", "fewer.tscpack")
    assert "not here: generator one" in done.err and "out of date" not in done.err, done.err
    Path("notes.docx").write_text("mine")
    assert cli("pack", "runs/both", "--out", "notes.docx").code == 2
    assert Path("notes.docx").read_text() == "mine"


def test_a_joined_plugin_that_is_not_here_leaves_its_cells_unseen(lab, cli):
    lab.run({"generator": ["none"]}, splits=1)
    suite = lab.suite({"generator": ["none"]}, splits=1)
    words = ("run", suite, "--plugin", TINY, "--generator", "mine", "--mix", "fake(ratio=1)")
    Path("mine.py").write_text(MINE)
    assert cli(*words, "--plugin", "mine.py", "--out", "runs/joined").code == 0
    assert cli("pack", "runs/joined", "--predictions", "--out", "j.tscpack").code == 0
    bare = cli("verify", "j.tscpack", "--plugin", TINY, "--rerun", "1", "--json")
    found = {row["what"]: row for row in json.loads(bare.out)}
    assert found["scores"]["state"] == found["again"]["state"] == "not seen"
    assert found["again"]["said"].endswith("not here: generator mine")
    done = cli("submit", "j.tscpack", "--plugin", TINY, "--out", "bare")
    assert "self-reported" in done.err, done.err
    Path("misses.py").write_text(METRIC)
    words = ("--out", "k.tscpack", "--plugin", TINY, "--plugin", "misses.py")
    said = cli("rescore", "j.tscpack", "--metric", "misses", *words).err
    assert "1 of 2 cells have misses; not here: generator mine" in said
    wrong = cli("rescore", "j.tscpack", "--metric", "nonsense", *words)
    assert wrong.code == 2 and "nonsense" in wrong.err and "refused" not in wrong.err


def test_a_record_of_other_code_is_seen(packed, seen):
    pack = load_pack(packed)
    pack.records[0]["key"] = "0" * 40
    done, found = seen(save_pack(pack, packed.with_name("b.tscpack"), stored(packed)))
    assert done.code == 1 and "1 of 10 records are of other code" in found["code"][1]


def test_a_probe_of_other_code_is_seen(lab, cli, seen):
    lab.run(GRID, splits=1, probes=["place"])
    assert cli("pack", lab.folder / "run", "--out", "a.tscpack").code == 0
    done, found = seen("a.tscpack")
    assert done.code == 0 and found["code"][0] == "right", found
    pack = load_pack(Path("a.tscpack"))
    extra = next(x for r in pack.records for n, x in r.get("extras", {}).items() if "place" in n)
    extra["key"] = "0" * 40
    done, found = seen(save_pack(pack, Path("b.tscpack")))
    assert done.code == 1 and "1 of 5 records are of other code" in found["code"][1]


def test_records_that_ask_no_teacher_or_cap_their_rows_are_planned_too(lab, cli, seen):
    capped = {"dataset": ["toy(n_train=40)"], "teacher": ["forgetful"]}
    lab.run(capped, {"objective": ["labels"], "student": ["steps(n=2)"]})
    assert cli("pack", lab.folder / "run", "--out", "a.tscpack").code == 0
    done, found = seen("a.tscpack")
    assert found["code"] == ("right", "3 records have the recipe planned here"), (done, found)


def test_a_record_of_a_cell_that_its_suite_does_not_plan_is_seen(packed, seen):
    pack = load_pack(packed)
    pack.records[0]["cell"]["objective"] = "labels"
    done, found = seen(save_pack(pack, packed.with_name("b.tscpack"), stored(packed)))
    assert done.code == 1 and found["code"][1] == "1 records are of no cell that is planned here"


def test_predictions_of_another_cell_are_seen(packed, seen):
    arrays = stored(packed)
    one, other, *_ = (n for n in sorted(arrays) if n.endswith(".test"))
    arrays[one], arrays[other] = arrays[other] + 1.0, -arrays[one]
    done, found = seen(save_pack(load_pack(packed), packed.with_name("b.tscpack"), arrays))
    assert done.code == 1 and found["scores"][0] == "wrong"


def test_other_rows_are_seen(packed, seen):
    pack = load_pack(packed)
    lock = {**pack.lock, "datasets": {"toy": "0" * 40}}
    done, found = seen(save_pack(replace(pack, lock=lock), packed.with_name("b.tscpack")))
    assert done.code == 1 and found["datasets"] == ("wrong", "not as here: dataset toy")
    lock = {**pack.lock, "datasets": {**pack.lock["datasets"], "elsewhere": "0" * 40}}
    done, found = seen(save_pack(replace(pack, lock=lock), packed.with_name("b.tscpack")))
    assert found["datasets"] == ("not seen", "1 as here; not here: elsewhere")


def test_another_suite_of_an_installed_name_is_seen(packed, seen, monkeypatch):
    done, found = seen(packed)
    assert found["suite"][0] == "right"
    monkeypatch.setattr("tscbench.harness.verify.find_suite", lambda name: find_suite("quick"))
    done, found = seen(packed)
    assert done.code == 1 and found["suite"] == (
        "wrong",
        "small is installed here with another text",
    )


def test_a_pack_of_a_plugin_that_is_not_here_says_which(cli, packed):
    done = cli("verify", packed)
    assert done.code == 2 and "no generator 'far'" in done.err


def test_merging_packs_lists_what_does_not_agree(lab, packed, cli):
    alter(
        lab.folder / "run",
        lambda record: {
            **record,
            "scores": {p: {m: v + 0.1 for m, v in s.items()} for p, s in record["scores"].items()},
        },
    )
    merged = cli("merge", packed, lab.folder / "run", "--out", "whole")
    assert merged.code == 1 and "left out: " in merged.out and "numbers differ" in merged.out


def test_predictions_are_those_of_the_store(packed):
    with stored_in(packed) as found:
        arrays = found.read(found.cells[0])
    assert set(arrays) == {"valid", "test"} and arrays["test"].dtype == np.float64


MINE = """
from tscbench import Sampler, generator

@generator(source="a test")
def mine(train, schema) -> Sampler:
    return Sampler(lambda n, rng: train.x[rng.integers(len(train.x), size=n)])
"""

METRIC = """
import numpy as np
from tscbench import metric

@metric(source="a test", direction="lower")
def misses(labels, outputs, schema) -> float:
    return float(np.mean(outputs.argmax(axis=1) != labels))
"""


def test_a_new_metric_costs_no_fit(lab, packed, cli):
    Path("misses.py").write_text(METRIC)
    lab.forget_fits()
    words = ("--plugin", TINY, "--plugin", "misses.py", "--metric", "misses")
    done = cli("rescore", packed, *words, "--out", "b.tscpack")
    assert done.code == 0 and "10 of 10 cells have misses" in done.err, done.err
    assert not lab.fits
    before, after = load_pack(packed), load_pack(Path("b.tscpack"))
    assert "misses" in after.lower
    for old, new in zip(before.records, after.records, strict=True):
        scores = new["scores"]["test"]
        assert scores["misses"] == pytest.approx(1 - scores["hits"])
        assert {m: v for m, v in scores.items() if m != "misses"} == old["scores"]["test"]
    bare = save_pack(before, Path("bare.tscpack"))
    done = cli("rescore", bare, *words, "--out", "c.tscpack")
    assert done.code == 2 and "stores no predictions" in done.err and not Path("c.tscpack").exists()


def test_a_submission_is_a_pack_with_its_card(packed, cli):
    done = cli("submit", packed, "--plugin", TINY, "--out", "mine")
    assert done.code == 0, done.err
    folder = Path("mine/leaderboard/submissions/small/a")
    assert {path.name for path in folder.iterdir()} == {"README.md", "a.tscpack", "tiny.py"}
    card = (folder / "README.md").read_text()
    assert card.startswith("# ") and "**rerun**" in card and card.count("to be filled in") == 5
    assert "| generator | far " in card.replace("  ", " ") and "tscbench verify a.tscpack" in card
    again = cli("submit", packed, "--plugin", TINY, "--out", "mine")
    assert again.code == 2 and "not empty" in again.err


def test_a_submission_takes_a_folder_of_plugins_and_no_two_of_one_name(packed, cli):
    Path("whole").mkdir()
    shutil.copy(TINY, "whole/tiny.py")
    done = cli("submit", packed, "--plugin", "whole", "--out", "mine")
    assert done.code == 0, done.err
    assert Path("mine/leaderboard/submissions/small/a/whole/tiny.py").is_file()
    Path("other").mkdir()
    Path("other/whole").mkdir()
    Path("other/whole/far.py").write_text(MINE)
    done = cli("submit", packed, "--plugin", "whole", "--plugin", "other/whole", "--out", "b")
    assert done.code == 2 and "two plugin files are called whole" in done.err
    assert not Path("b").exists()


def test_what_is_wrong_is_not_submitted(packed, cli):
    pack = load_pack(packed)
    pack.records[0]["key"] = "0" * 40
    save_pack(pack, Path("b.tscpack"))
    done = cli("submit", "b.tscpack", "--plugin", TINY, "--out", "mine")
    assert done.code == 2 and "something is wrong: code: 1 of 10" in done.err
    assert not Path("mine").exists()
