"""Records as lines of files: none is lost, none is read that is not whole, the newest counts."""

import errno
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tscbench import StoreError
from tscbench.results import shards as module
from tscbench.results.record_lines import Shard
from tscbench.results.shards import Shards

IDS = [f"{n:040x}" for n in range(200)]


@pytest.fixture
def shards(tmp_path) -> Shards:
    return Shards(tmp_path)


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"))


def found(folder: Path) -> dict[str, object]:
    """What a process that has just begun reads."""
    return {key: r["n"] for key, r in Shards(folder).read(IDS) if r is not None}


def test_a_record_comes_back_as_it_was_written(shards, tmp_path):
    record = {"n": 0.1 + 0.2, "text": 'é\n"', "none": None, "nan": float("inf"), "big": 1 << 70}
    shards.append(IDS[0], record)
    for reader in (shards, Shards(tmp_path), pickle.loads(pickle.dumps(shards))):
        assert dict(reader.read([IDS[1], IDS[0]])) == {IDS[1]: None, IDS[0]: record}


def test_others_read_it_as_json_lines(shards, tmp_path):
    shards.append(IDS[3], {"n": 3})
    [line] = files(tmp_path)[0].read_text().splitlines()
    told = json.loads(line)
    assert told.pop("crc") and told == {"id": IDS[3], "version": 1, "record": {"n": 3}}


def test_the_newest_counts_whatever_its_file_is_called(tmp_path, monkeypatch):
    names = iter(["z.jsonl", "m.jsonl", "a.jsonl"])  # as of clocks that run backwards
    monkeypatch.setattr("tscbench.results.shard_writer.new_name", lambda: next(names))
    writers = [Shards(tmp_path) for _ in range(3)]
    for n, writer in enumerate(writers):
        writer.append(IDS[0], {"n": n})
        assert found(tmp_path) == {IDS[0]: n}
        assert [dict(w.read(IDS[:1]))[IDS[0]]["n"] for w in writers] == [n] * 3


def test_what_is_read_again_is_the_new_tail_alone(shards, tmp_path, monkeypatch):
    reader, read = Shards(tmp_path), []
    get = Shard.look

    def look(shard, state):
        found = get(shard, state)
        read.append(len(found))
        return found

    monkeypatch.setattr(Shard, "look", look)
    for n in range(3):
        shards.append(IDS[n], {"n": n})
        read.clear()
        assert sum(record is not None for _, record in reader.read(IDS)) == n + 1
        assert sum(record is not None for _, record in reader.read(IDS)) == n + 1
        assert read == [1]


def test_a_file_that_was_changed_where_it_was_read_is_read_again(shards, tmp_path):
    reader = Shards(tmp_path)
    shards.append(IDS[0], {"n": 0})
    assert dict(reader.read(IDS[:1])) == {IDS[0]: {"n": 0}}
    [file] = files(tmp_path)
    whole = bytearray(file.read_bytes())
    whole[-5] ^= 1
    file.write_bytes(whole)
    assert dict(reader.read(IDS[:1])) == {IDS[0]: None} and reader.damaged == 1


def test_a_record_that_is_damaged_after_it_was_found_is_not_read(shards, tmp_path, monkeypatch):
    for n in range(2):
        shards.append(IDS[n], {"n": n})
    [file] = files(tmp_path)
    get = Shard.get

    def damage_first(shard, places):
        whole = bytearray(file.read_bytes())
        whole[-5] ^= 128
        file.write_bytes(whole)
        return get(shard, places)

    monkeypatch.setattr(Shard, "get", damage_first)
    assert dict(shards.read(IDS[:2])) == {IDS[0]: {"n": 0}, IDS[1]: None}


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_torn_last_line_is_no_record_and_the_others_are(shards, tmp_path, cut):
    for n in range(3):
        shards.append(IDS[n], {"n": n})
    [file] = files(tmp_path)
    file.write_bytes(file.read_bytes()[:-cut])
    assert found(tmp_path) == {IDS[0]: 0, IDS[1]: 1}
    assert Shards(tmp_path).damaged == 1
    Shards(tmp_path).append(IDS[2], {"n": 22})
    assert found(tmp_path) == {IDS[0]: 0, IDS[1]: 1, IDS[2]: 22} and len(files(tmp_path)) == 2


@pytest.mark.parametrize("at", range(0, 110, 3))
def test_a_flipped_bit_costs_its_own_record_at_most(shards, tmp_path, at):
    for n in range(3):
        shards.append(IDS[n], {"n": n})
    [file] = files(tmp_path)
    lines = file.read_bytes().splitlines(keepends=True)
    line = bytearray(lines[1])
    line[at % len(line)] ^= 1 << (at % 7)
    file.write_bytes(lines[0] + bytes(line) + lines[2])
    kept = found(tmp_path)
    assert kept == {IDS[0]: 0, IDS[2]: 2} or kept == {IDS[0]: 0}  # its newline was hit
    assert Shards(tmp_path).damaged >= 1


def test_after_a_write_that_failed_the_next_one_is_whole(shards, tmp_path, monkeypatch):
    shards.append(IDS[0], {"n": 0})
    write = os.write

    def full(file, data):
        if len(data) > 10:
            return write(file, data[:10])
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(StoreError, match="the disk is full"):
            shards.append(IDS[1], {"n": 1, "more": "x" * 100})
    shards.append(IDS[2], {"n": 2})
    assert found(tmp_path) == {IDS[0]: 0, IDS[2]: 2}
    assert len(files(tmp_path)) == 2


def test_many_files_become_one_and_lose_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MANY", 5)
    for n in range(8):
        writer = Shards(tmp_path)
        writer.append(IDS[0], {"n": n})
        writer.append(IDS[n + 1], {"n": n})
        writer.close()
    reader = Shards(tmp_path)
    before = dict(reader.read(IDS))
    Shards(tmp_path).compact()
    assert len(files(tmp_path)) == 1
    assert dict(reader.read(IDS)) == before == dict(Shards(tmp_path).read(IDS))
    again = Shards(tmp_path)
    again.append(IDS[0], {"n": "new"})
    assert found(tmp_path)[IDS[0]] == "new"


def test_records_that_were_replaced_go(shards, tmp_path):
    for n in range(5):
        shards.append(IDS[0], {"n": n})
    shards.compact()
    assert found(tmp_path) == {IDS[0]: 4}
    assert files(tmp_path)[0].read_bytes().count(b"\n") == 1


def test_a_file_that_is_still_written_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MANY", 1)
    alive, ended = Shards(tmp_path), Shards(tmp_path)
    alive.append(IDS[0], {"n": 0})
    ended.append(IDS[1], {"n": 1})
    ended.append(IDS[1], {"n": 2})
    ended.compact()
    alive.append(IDS[2], {"n": 3})
    assert found(tmp_path) == {IDS[0]: 0, IDS[1]: 2, IDS[2]: 3}


WRITE = """
import sys
from pathlib import Path
from tscbench.results import shards
shards.MANY = 2
first = int(sys.argv[2])
for round in range(5):
    mine = shards.Shards(Path(sys.argv[1]))
    for n in range(first, first + 50):
        mine.append(f"{n:040x}", {"n": n, "round": round, "pad": "x" * 5000})
    mine.compact()
print("done", flush=True)
"""


def test_several_processes_write_and_compact_at_once_and_lose_nothing(tmp_path):
    words = [sys.executable, "-c", WRITE, str(tmp_path)]
    writers = [subprocess.Popen([*words, str(50 * n)]) for n in range(4)]
    reader, seen = Shards(tmp_path), 0
    while any(writer.poll() is None for writer in writers):
        now = sum(record is not None for _, record in reader.read(IDS))
        assert now >= seen, "a record that was there is gone"
        seen = now
    assert [writer.returncode for writer in writers] == [0] * 4
    records = dict(Shards(tmp_path).read(IDS))
    assert {r["n"] for r in records.values()} == set(range(200))
    assert {r["round"] for r in records.values()} == {4}


def test_what_was_written_survives_sigkill(tmp_path):
    code = WRITE.replace("mine.compact()", "print('round', flush=True)")
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), "0"], stdout=subprocess.PIPE
    )
    writer.stdout.readline()
    time.sleep(0.002)
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert set(found(tmp_path).values()) == set(range(50))


def test_a_folder_that_is_none_is_one_sentence(tmp_path):
    (tmp_path / "records").write_text("a file")
    shards = Shards(tmp_path / "records")
    assert list(shards.read(IDS[:1])) == [(IDS[0], None)]
    with pytest.raises(StoreError, match="cannot write in"):
        shards.append(IDS[0], {"n": 0})


@pytest.mark.parametrize("name", ["look", "get"])
def test_files_that_cannot_be_read_are_one_sentence(shards, tmp_path, monkeypatch, name):
    shards.append(IDS[0], {"n": 0})

    def refused(*given):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Shard, name, refused)
    with pytest.raises(StoreError, match="cannot read .*: Permission denied"):
        list(Shards(tmp_path).read(IDS))


def test_reading_leaves_the_collector_as_it_was(shards):
    import gc

    shards.append(IDS[0], {"n": 0})
    next(shards.read(IDS))
    list(shards.read(IDS))
    assert gc.isenabled()
