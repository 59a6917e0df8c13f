"""Packs of earlier schemas are brought to the present one, and hold what they held."""

import hashlib
import json
import zipfile

import numpy as np
import pytest
from made_run import made_run

from tscbench import StoreError
from tscbench.results.pack import SCHEMA
from tscbench.results.pack_file import load_pack, save_pack
from tscbench.results.pack_predictions import stored_in

MADE = made_run(n_rows=1, splits=2, seeds=1)
CELL = "0123456789" * 4
TOLD = {
    "tscbench run made": ("tscbench", [({}, [], [])]),
    "tscbench run made.toml --seed 0": ("", [({"seed": "0"}, [], [])]),
    "tscbench run made --generator 'none,munge(p=0.5, s=1)' --plugin 'my own.py' --plugin b.py "
    "--against published, then tscbench run made --seed 1,2": (
        "tscbench",
        [
            ({"generator": "none,munge(p=0.5, s=1)"}, ["my own.py", "b.py"], ["published"]),
            ({"seed": "1,2"}, [], []),
        ],
    ),
}
"""Commands as schema 1 told them, and what they say."""


@pytest.fixture
def current(tmp_path):
    """A pack of today with predictions."""
    arrays = {f"{CELL}.{part}": np.arange(6.0).reshape(3, 2) for part in ("valid", "test")}
    return save_pack(MADE, tmp_path / "current.tscpack", arrays)


def members_in(file):
    with zipfile.ZipFile(file) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def earlier(current, command="tscbench run made", schema=1, text=None, suite=None, **changes):
    """A pack as schema 1 had it. text: all that it says of itself. suite: that of its suite."""
    members = members_in(current)
    about = json.loads(members["about.json"])
    del about["home"], about["commands"]
    told = {**about, "command": command, **changes} if text is None else text
    members["about.json"] = json.dumps(told).encode()
    members["suite.toml"] = suite or members["suite.toml"]
    told = {
        name: {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
        for name, body in members.items()
        if name != "manifest.json"
    }
    manifest = {"format": "tscbench pack", "schema": schema, "made_by": "x", "members": told}
    members["manifest.json"] = json.dumps(manifest).encode()
    file = current.with_name("earlier.tscpack")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, body in members.items():
            zipped.writestr(name, body)
    return file


@pytest.mark.parametrize("command", TOLD)
def test_a_pack_of_schema_1_is_refused_until_it_is_migrated(command, current, cli):
    file = earlier(current, command)
    refused = cli("board", file)
    assert refused.code == 2 and f"schema 1, and schema {SCHEMA} is read here" in refused.err
    assert "tscbench migrate" in refused.err
    done = cli("migrate", file)
    assert done.code == 0 and f"from schema 1 to {SCHEMA}" in done.err
    home, commands = TOLD[command]
    pack = load_pack(file)
    assert pack.home == home and pack.command == command
    parts = ("options", "plugins", "against")
    assert [tuple(one[part] for part in parts) for one in pack.commands] == commands
    with stored_in(file) as stored:
        assert stored.cells == [CELL] and stored.read(CELL)["test"].tolist()[2] == [4.0, 5.0]
    same = {"about.json", "manifest.json"}
    before, after = members_in(current), members_in(file)
    assert before.keys() == after.keys()
    assert all(before[name] == after[name] for name in before.keys() - same)
    again = cli("migrate", file)
    assert again.code == 0 and "is of schema 2 already" in again.err
    assert members_in(file) == after


def test_it_may_be_written_elsewhere(current, cli):
    file = earlier(current)
    before = file.read_bytes()
    out = file.with_name("out.tscpack")
    assert cli("migrate", file, "--out", out).code == 0
    assert file.read_bytes() == before
    assert members_in(out) == members_in(current), "the pack that the same run gives today"
    again = file.with_name("again.tscpack")
    assert cli("migrate", out, "--out", again).code == 0 and again.read_bytes() == out.read_bytes()
    own = file.with_name("thesis.txt")
    own.write_text("mine")
    refused = cli("migrate", file, "--out", own)
    assert refused.code == 2 and "no pack: choose another name" in refused.err
    assert own.read_text() == "mine"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"command": "rm -rf ~"}, "is no command of tscbench run"),
        ({"command": "tscbench run 'made"}, "No closing quotation"),
        ({"command": "tscbench run made --seed"}, "is no command of tscbench run"),
        ({"command": "tscbench run made --luck 7"}, "no axis 'luck'"),
        ({"command": "tscbench run made --plugin ../evil.py"}, "bare name of a file"),
        ({"title": "<script>"}, "title"),
        ({"schema": SCHEMA + 1}, "a later tscbench reads"),
        ({"schema": SCHEMA}, "home"),
        ({"text": "x"}, "about.json must be a table"),
        ({"text": ["command"]}, "about.json must be a table"),
        ({"text": {}}, "it has no command"),
        ({"suite": b'name = "made"\na = ' + b"[" * 90_000 + b"]" * 90_000}, "suite|deep|recursion"),
        ({"suite": b'name = "made; rm -rf ~"'}, "suite.toml: name"),
    ],
)
def test_what_is_no_pack_is_not_migrated(current, changes, said):
    from tscbench.results.migrations import migrate

    file = earlier(current, **changes)
    before = file.read_bytes()
    with pytest.raises(StoreError, match=said) as refused:
        migrate(file, file)
    assert "\n" not in str(refused.value)
    assert file.read_bytes() == before
    assert {one.name for one in file.parent.iterdir()} == {"current.tscpack", "earlier.tscpack"}


def test_a_changed_member_is_not_migrated(current, cli):
    file = earlier(current)
    members = members_in(file)
    name = f"predictions/{CELL}.test.npy"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for member, body in members.items():
            zipped.writestr(member, body[:-1] + b"x" if member == name else body)
    done = cli("migrate", file)
    assert done.code == 2 and f"{name} is not what manifest.json says" in done.err
