"""Packs of strangers: each of these is refused in one sentence, and nothing is written."""

import copy
import hashlib
import io
import json
import pickle
import struct
import warnings
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from made_run import made_run

from tscbench import StoreError
from tscbench.results.pack import SCHEMA
from tscbench.results.pack_file import load_pack, save_pack
from tscbench.results.pack_predictions import stored_in

MADE = made_run(n_rows=1, splits=2, seeds=1)
CELL = "0123456789" * 4
LATER = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The members of a sound pack."""
    file = save_pack(MADE, tmp_path_factory.mktemp("sound") / "sound.tscpack")
    with zipfile.ZipFile(file) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def sealed(members):
    """Members with a manifest that agrees with them, as a liar would make it."""
    own = {name: body for name, body in members.items() if name != "manifest.json"}
    said = {n: {"sha256": hashlib.sha256(b).hexdigest(), "bytes": len(b)} for n, b in own.items()}
    manifest = {"format": "tscbench pack", "schema": SCHEMA, "made_by": "x", "members": said}
    return {"manifest.json": json.dumps(manifest).encode(), **own}


def written(file, members):
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        warnings.simplefilter("ignore")  # two members of one name
        for name, body in members.items():
            zipped.writestr(name, body)
    return file


def member(name, body):
    return lambda members: sealed({**members, name: body})


def lost(name):
    return lambda members: sealed({n: body for n, body in members.items() if n != name})


def record(change):
    """A pack whose first record is changed."""

    def change_first(members):
        lines = members["records.jsonl"].splitlines()
        first = json.loads(lines[0])
        change(first)
        lines[0] = json.dumps(first).encode()
        return sealed({**members, "records.jsonl": b"\n".join(lines) + b"\n"})

    return change_first


def put(*path, value):
    """A record with a value at a path."""

    def change(body):
        for name in path[:-1]:
            body = body[name]
        body[path[-1]] = value

    return record(change)


def text_of_first(old, new):
    return lambda m: sealed({**m, "records.jsonl": m["records.jsonl"].replace(old, new, 1)})


def about(**changes):
    def change(members):
        told = {**json.loads(members["about.json"]), **changes}
        return sealed({**members, "about.json": json.dumps(told).encode()})

    return change


def command(**changes):
    return about(commands=[{"options": {}, "plugins": [], "against": [], **changes}])


def speed(**changes):
    def change(members):
        lines = members["speeds.jsonl"].splitlines()
        lines[0] = json.dumps({**json.loads(lines[0]), **changes}).encode()
        return sealed({**members, "speeds.jsonl": b"\n".join(lines) + b"\n"})

    return change


def another_length(members):
    """A manifest that says another length of a member."""
    whole = sealed(members)
    said = json.loads(whole["manifest.json"])
    said["members"]["about.json"]["bytes"] += 1
    return {**whole, "manifest.json": json.dumps(said).encode()}


def manifest(**changes):
    def change(members):
        whole = sealed(members)
        said = {**json.loads(whole["manifest.json"]), **changes}
        return {**whole, "manifest.json": json.dumps(said).encode()}

    return change


DEEP = b"[" * 100_000 + b"]" * 100_000
NONSENSE = b"{}\n" * 1_000_000
FIRST_SCORE = ("scores", "test", "auc")

HOSTILE = {
    "path that climbs": member("../../evil", b"x"),
    "absolute path": member("/etc/evil", b"x"),
    "path of another system": member("..\\evil", b"x"),
    "drive letter": member("C:/evil", b"x"),
    "module": member("sitecustomize.py", b"import os"),
    "pickle": member("records.pkl", pickle.dumps({"a": 1})),
    "pickle in place of records": member("records.jsonl", pickle.dumps([1, 2])),
    "pickle in place of about": member("about.json", pickle.dumps({"a": 1})),
    "hidden file": member(".bashrc", b"x"),
    "name with zero": member("about.json\0.txt", b"x"),
    "prediction of no cell": member("predictions/../x.test.npy", b"x"),
    "prediction of another part": member(f"predictions/{CELL}.train.npy", b"x"),
    "zip bomb": member("speeds.jsonl", b"\n" * (64 << 20)),
    "a million rows": member("records.jsonl", NONSENSE),
    "a million speeds": member("speeds.jsonl", NONSENSE),
    "no records": lost("records.jsonl"),
    "no about": lost("about.json"),
    "no suite": lost("suite.toml"),
    "no lock": lost("lock.json"),
    "no speeds": lost("speeds.jsonl"),
    "no manifest": lambda m: {n: b for n, b in m.items() if n != "manifest.json"},
    "wrong digest": lambda m: {**m, "about.json": m["about.json"] + b" "},
    "changed records": lambda m: {**m, "records.jsonl": m["records.jsonl"] + b"\n"},
    "manifest without members": manifest(members={}),
    "a member that is not listed": lambda m: {**sealed(m), f"predictions/{CELL}.test.npy": b"x"},
    "a later schema": manifest(schema=SCHEMA + 1),
    "an earlier schema": manifest(schema=SCHEMA - 1),
    "no schema at all": manifest(schema=0),
    "another length": another_length,
    "another format": manifest(format="tscbench run"),
    "manifest that says more": manifest(more=1),
    "schema as text": manifest(schema="1"),
    "deep records": member("records.jsonl", DEEP),
    "deep about": member("about.json", DEEP),
    "deep lock": member("lock.json", DEEP),
    "deep suite": member("suite.toml", b'name = "x"\na = ' + DEEP[:9999] + DEEP[-9999:]),
    "records that are a list": member("records.jsonl", b"[1, 2]\n"),
    "record that is a number": member("records.jsonl", b"7\n"),
    "bytes that are no text": member("about.json", b"\xff\xfe\x00"),
    "suite that is no text": member("suite.toml", b"\xff\xfe\x00"),
    "suite that is no TOML": member("suite.toml", b"= no"),
    "suite without a name": member("suite.toml", b"headline = 'auc'"),
    "suite with a number as name": member("suite.toml", b"name = 3"),
    "lock that is a list": member("lock.json", b"[]"),
    "score NaN": text_of_first(b'"auc": 0.', b'"auc": NaN, "x": 0.'),
    "score infinite": text_of_first(b'"auc": 0.', b'"auc": Infinity, "x": 0.'),
    "score beyond numbers": text_of_first(b'"auc": 0.', b'"auc": 1e999, "x": 0.'),
    "score as text": put(*FIRST_SCORE, value="0.99"),
    "score as truth": put(*FIRST_SCORE, value=True),
    "score as list": put(*FIRST_SCORE, value=[1.0]),
    "time to come": put("ended", value=LATER),
    "time that is none": put("ended", value="yesterday"),
    "time without its zone": put("ended", value="2026-01-31T12:00:00"),
    "time of another zone": put("ended", value="2026-01-31T12:00:00+05:00"),
    "time written otherwise": put("ended", value="20260131T120000Z"),
    "control letters in facts of epochs": put("facts", value={"note": [1.0, "a\x1b[2J"]}),
    "seconds below nought": put("seconds", "student", value=-1.0),
    "rows below nought": put("rows", "test", value=-1),
    "no such status": put("status", value="excellent"),
    "failed with scores": put("status", value="failed"),
    "finished without key": record(lambda r: r.pop("key")),
    "finished without scores": put("scores", value={}),
    "key that is no digest": put("key", value="../../x"),
    "unknown field": put("code", value="import os"),
    "markup in a generator": put("cell", "generator", value="<script>alert(1)</script>"),
    "markup in a metric": put("scores", "test", "<img src=x onerror=alert(1)>", value=1.0),
    "markup in a fact": put("facts", "<b>", value=1.0),
    "formula as generator": put("cell", "generator", value='=HYPERLINK("http://x")'),
    "formula as dataset": put("cell", "dataset", value="@SUM(1)"),
    "formula with a sign": put("cell", "student", value="-2+3"),
    "formula with plus": put("cell", "mix", value="+1"),
    "name with a line": put("cell", "generator", value="a\nb"),
    "name that a terminal obeys": put("cell", "generator", value="\x1b[2J"),
    "name that turns text": put("cell", "generator", value="\u202egnp"),
    "endless name": put("cell", "generator", value="a" * 10_000),
    "endless text": put("notes", value=["a" * 1_000_000]),
    "error that a terminal obeys": put("error", value="\x1b]0;x\x07"),
    "cell without an axis": record(lambda r: r["cell"].pop("mix")),
    "cell with another axis": put("cell", "luck", value="7"),
    "cell that is a list": put("cell", value=["a"]),
    "split below nought": put("cell", "split", value=-1),
    "split as fraction": put("cell", "split", value=0.5),
    "split as text": put("cell", "split", value="0"),
    "generator as number": put("cell", "generator", value=5),
    "generator without a name": put("cell", "generator", value=""),
    "provenance that is nothing": put("provenance", value=None),
    "key that is nothing": put("key", value=None),
    "finished without its rows": put("rows", value={"train": 7}),
    "finished without seconds": record(lambda r: r.pop("seconds")),
    "failed and says not why": record(lambda r: (r.pop("scores"), r.update(status="failed"))),
    "size beyond numbers": put("facts", value={"size": {"nodes": 10**400}}),
    "size below nought": put("facts", value={"size": {"nodes": -1}}),
    "size as truth": put("facts", value={"size": {"nodes": True}}),
    "epochs beyond numbers": put("facts", value={"history": {"loss": [10**400]}}),
    "step as formula": put("step", value="=1+1"),
    "data as a number": about(data={"dataset_0": 5}),
    "data of another type": about(data={"dataset_0": {"rows": "many"}}),
    "a plugin's facts as text": about(plugins={"generator/munge": "x"}),
    "parameters as text": about(plugins={"generator/munge": {"parameters": "x"}}),
    "whose methods are told": about(origins={"forest · inbag · kde": "published"}),
    "notice of two lines": about(notices=["fine\nscores  right"]),
    "lock of other types": member("lock.json", b'{"datasets": []}'),
    "lock that says more": member("lock.json", b'{"code": "x"}'),
    "suite with a share as text": member("suite.toml", b'name = "x"\ntest = "x"'),
    "suite that tests all rows": member("suite.toml", b'name = "x"\ntest = 1.0'),
    "suite without training rows": member("suite.toml", b'name = "x"\nvalid = 1.0'),
    "versions as text": member("environment.json", b'"x"'),
    "versions with markup": member("environment.json", b'[{"cpu": "<b>"}]'),
    "speed as truth": speed(rows_per_second=True),
    "a cell twice": lambda m: sealed(
        {**m, "records.jsonl": m["records.jsonl"] + m["records.jsonl"].splitlines(True)[0]}
    ),
    "title with markup": about(title="<script>alert(1)</script>"),
    "title as formula": about(title="=1+1"),
    "title as list": about(title=["x"]),
    "about that says more": about(more=1),
    "plugins as text": about(plugins="x"),
    "home with markup": about(home="<b>tscbench</b>"),
    "no command": about(commands=[]),
    "command as text": about(commands=["tscbench run quick; rm -rf ~"]),
    "command on no axis": command(options={"luck": "7"}),
    "command of two lines": command(options={"generator": "a\nrm -rf ~"}),
    "plugin file elsewhere": command(plugins=["../../evil.py"]),
    "plugin file from the root": command(plugins=["/etc/evil.py"]),
    "plugin file that is a folder": command(plugins=[".."]),
    "notices with escapes": about(notices=["\x1b[31m"]),
    "hardware with markup": speed(hardware="<b>fast</b>"),
    "hardware as formula": speed(hardware="=1"),
    "speed as text": speed(rows_per_second="fast"),
    "speed below nought": speed(rows_per_second=-1.0),
    "speed without a column": lambda m: sealed({**m, "speeds.jsonl": b"{}\n"}),
}
assert len(HOSTILE) >= 60


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pack_is_refused_in_a_sentence_and_nothing_is_written(name, sound, tmp_path, cli):
    file = written(tmp_path / "x.tscpack", HOSTILE[name](copy.copy(sound)))
    before = set(tmp_path.rglob("*"))
    with pytest.raises(StoreError, match="is refused as a pack: ") as refused:
        load_pack(file)
    said = str(refused.value)
    assert "\n" not in said and len(said) < 700 and "\x1b" not in said
    assert set(tmp_path.rglob("*")) == before


def raw(sound, change):
    """The bytes of a sound pack, of which some are changed."""
    body = io.BytesIO()
    written(body, sound)
    return change(bytearray(body.getvalue()))


def flagged(body):
    """Says of each member that it is encrypted."""
    at = 0
    while (at := body.find(b"PK\x01\x02", at)) >= 0:
        body[at + 8] |= 1
        at += 4
    return body


def resized(body):
    """Says of each member that it is larger than it is."""
    at = 0
    while (at := body.find(b"PK\x01\x02", at)) >= 0:
        body[at + 24 : at + 28] = struct.pack("<I", 900_000)
        at += 4
    return body


def linked(body):
    at = body.find(b"PK\x01\x02")
    body[at + 38 : at + 42] = struct.pack("<I", 0o120777 << 16)
    return body


RAW = {
    "nothing": lambda body: b"",
    "no zip": lambda body: b"hello",
    "half a zip": lambda body: body[: len(body) // 2],
    "a pickle": lambda body: pickle.dumps({"a": 1}),
    "damaged bytes": lambda body: body[:200] + b"\0" * 50 + body[250:],
    "encrypted": flagged,
    "sizes that lie": resized,
    "a link": linked,
}


@pytest.mark.parametrize("name", RAW)
def test_a_file_that_is_no_pack_is_refused_by_the_command_line(name, sound, tmp_path, cli):
    (tmp_path / "x.tscpack").write_bytes(raw(sound, RAW[name]))
    for verb in (("board",), ("status",), ("verify",)):
        done = cli(*verb, tmp_path / "x.tscpack")
        assert done.code == 2 and done.out == "" and "is refused as a pack: " in done.err
        assert len(done.err.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["x.tscpack"]


def npy(array, **how):
    body = io.BytesIO()
    np.save(body, array, **how)
    return body.getvalue()


def shaped(shape):
    """An array whose header says another shape."""
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode()
    head += b" " * (118 - len(head) - 1) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + b"\0" * 80


ARRAYS = {
    "objects": npy(np.array([{"a": 1}], dtype=object), allow_pickle=True),
    "a pickle": pickle.dumps([1.0]),
    "texts": npy(np.array(["a"])),
    "whole numbers": npy(np.arange(5)),
    "half numbers": npy(np.zeros((2, 2), np.float32)),
    "by columns": npy(np.asfortranarray(np.zeros((3, 2)))),
    "a record type": npy(np.zeros(2, dtype=[("a", "<f8")])),
    "too short": npy(np.zeros((4, 2)))[:-8],
    "too large a shape": shaped("(1000000000000, 2)"),
    "a shape that is code": shaped("__import__('os')"),
    "nothing": b"",
    "a bracket that stays open": shaped("(2, 5"),
    "a shape below nought": shaped("(-1,)"),
    "no type at all": npy(np.zeros(3)).replace(b"'<f8'", b"()   "),
    "no header": b"\x93NUMPY\x01\x00\xff\xff",
}


@pytest.mark.parametrize("name", ARRAYS)
def test_predictions_that_are_no_numbers_are_refused(name, sound, tmp_path):
    arrays = {f"predictions/{CELL}.{part}.npy": ARRAYS[name] for part in ("valid", "test")}
    file = written(tmp_path / "x.tscpack", sealed({**sound, **arrays}))
    with pytest.raises(StoreError, match="is refused as a pack: "), stored_in(file) as stored:
        stored.read(CELL)


def test_a_pack_with_any_byte_changed_is_refused_or_says_the_same(sound, tmp_path):
    rng, body = np.random.default_rng(0), raw(sound, bytes)
    for place in rng.integers(len(body), size=120):
        changed = bytearray(body)
        changed[place] ^= int(rng.integers(1, 256))
        (tmp_path / "x").write_bytes(changed)
        try:
            found = load_pack(tmp_path / "x")
        except StoreError:
            continue
        assert [r["scores"] for r in found.records] == [r["scores"] for r in MADE.records]


def test_the_sound_pack_is_read(sound, tmp_path):
    assert len(load_pack(written(tmp_path / "x", sealed(sound))).records) == len(MADE.records)


def test_classes_may_be_called_as_those_of_adult_are(tmp_path):
    made = replace(MADE, data={"dataset_0": {"table": {"classes": {"<=50K": 3, ">50K, -1": 1}}}})
    file = tmp_path / "adult.tscpack"
    save_pack(made, file)
    assert load_pack(file).data == made.data
