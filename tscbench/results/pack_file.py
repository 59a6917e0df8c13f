"""A pack as one file: a zip of text that any tool opens, and of arrays, with a digest of each."""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tscbench.contracts.collector import uncollected
from tscbench.contracts.errors import StoreError
from tscbench.results.frames import SPEED_KEY, SPEEDS
from tscbench.results.pack import SCHEMA, TEXTS, Pack, axes_of, is_pack
from tscbench.results.surroundings import surroundings
from tscbench.results.zip_limits import members_of, read_member

if TYPE_CHECKING:
    import numpy as np

    from tscbench.results.pack_schema import Manifest, PackedMember

MANIFEST, ABOUT, SUITE, LOCK = "manifest.json", "about.json", "suite.toml", "lock.json"
RECORDS, SPEEDS_FILE, ENVIRONMENT = "records.jsonl", "speeds.jsonl", "environment.json"
NEEDED = (MANIFEST, ABOUT, SUITE, LOCK, RECORDS, SPEEDS_FILE, ENVIRONMENT)
EPOCH = (1980, 1, 1, 0, 0, 0)
"""When every member was changed, so that the same pack is the same file."""

MOST_RECORDS = 200_000
DAMAGED = (
    *(OSError, ValueError, KeyError, TypeError, EOFError, MemoryError),
    *(RuntimeError, zipfile.BadZipFile, zlib.error, struct.error),
)
"""What reading a file may raise that is no pack; a deep recursion is a RuntimeError."""

Arrays = Mapping[str, "np.ndarray[Any, Any]"]


def save_pack(pack: Pack, file: Path, predictions: Arrays | None = None) -> Path:
    """Writes a pack, whole or not at all; the same pack gives the same bytes. predictions: by
    `<id of the cell>.<part>`.

    Raises:
        StoreError: what it says could not be read again, the file is there and no pack, or it
            cannot be written.
    """
    contents = {name: text.encode() for name, text in _texts(pack).items()}
    for name, array in (predictions or {}).items():
        contents[f"predictions/{name}.npy"] = _npy(array)
    return write_members(contents, file)


def write_members(members: Mapping[str, bytes], file: Path) -> Path:
    """Writes the members of a pack, with the manifest of them, whole or not at all.

    Raises:
        StoreError: see `save_pack`.
    """
    if file.exists() and not _is_pack(file):
        raise StoreError(f"{file} is there, and no pack: choose another name")
    contents = dict(members)
    told = {
        name: {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
        for name, body in sorted(contents.items())
    }
    made_by = f"tscbench {surroundings()['tscbench']}"
    manifest = {"format": "tscbench pack", "schema": SCHEMA, "made_by": made_by, "members": told}
    contents[MANIFEST] = json_text(manifest).encode()
    try:
        pack_in(contents, contents)  # as a reader will
    except DAMAGED as error:
        raise StoreError(f"{file} cannot be written as a pack: {why(error)}") from error
    part = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
            for name in (MANIFEST, *sorted(told)):
                zipped.writestr(_info(name), contents[name], zipfile.ZIP_DEFLATED, 9)
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"{file} cannot be written: {error.strerror or error}") from error
    return file


def _is_pack(file: Path) -> bool:
    """Whether a file is such that a pack may take its place."""
    try:
        with zipfile.ZipFile(file) as zipped:
            return MANIFEST in zipped.namelist()
    except DAMAGED:
        return False


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EPOCH)
    info.external_attr, info.create_system = 0o644 << 16, 3
    return info


def _texts(pack: Pack) -> dict[str, str]:
    """The members that are text."""
    records = [_json_line(_printable(r)) for r in sorted(pack.records, key=axes_of)]
    speeds = pack.speeds.reindex(columns=list(SPEEDS)).astype(SPEEDS).sort_values(SPEED_KEY)
    rows = speeds.astype(object).where(speeds.notna(), None).to_dict("records")
    made = {json.dumps(r["made_with"], sort_keys=True) for r in pack.records if "made_with" in r}
    return {
        ABOUT: json_text({**{name: getattr(pack, name) for name in TEXTS}, "origins": {}}),
        SUITE: pack.suite.rstrip("\n") + "\n",
        LOCK: json_text(pack.lock),
        RECORDS: "".join(records),
        SPEEDS_FILE: "".join(map(_json_line, rows)),
        ENVIRONMENT: json_text([json.loads(one) for one in sorted(made)]),
    }


def json_text(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"


def _json_line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"


def _printable(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without the control characters that an error of somebody's library may hold."""
    words = {name: record[name] for name in ("error", "traceback", "log") if name in record}
    clean = {
        name: "".join(c if c.isprintable() or c in "\n\t" else "?" for c in str(text))
        for name, text in words.items()
    }
    return {**record, **clean}


def _npy(array: np.ndarray[Any, Any]) -> bytes:
    import numpy as np

    body = io.BytesIO()
    np.save(body, np.ascontiguousarray(array, dtype=np.float64), allow_pickle=False)
    return body.getvalue()


def load_pack(file: Path) -> Pack:
    """The pack in a file, which may be anybody's: nothing of it is run, and nothing is written.

    Raises:
        StoreError: it is none, or one that says what a pack may not say; in one sentence.
    """
    if (file / "run.json").is_file():
        raise StoreError(f"{file} is a run, no pack: make one of it with tscbench pack {file}")
    if not is_pack(file):
        there = "a folder" if file.is_dir() else "nothing"
        raise StoreError(f"{file} is no pack: {there} is there")
    try:
        with zipfile.ZipFile(file) as zipped:
            names = members_of(zipped, NEEDED)
            contents = {name: read_member(zipped, name) for name in NEEDED}
            return pack_in(contents, names)
    except DAMAGED as error:
        raise StoreError(f"{file} is refused as a pack: {why(error)}") from error


@uncollected()
def pack_in(contents: Mapping[str, bytes], names: Iterable[str]) -> Pack:
    """The pack that members hold, each read as what it must be. names: of all members.

    Raises:
        ValueError, KeyError: it is none.
    """
    import tomllib

    import pandas as pd

    from tscbench.results.pack_schema import (
        PackedAbout,
        PackedLock,
        PackedSuite,
        must_be_environment,
        must_be_record,
        must_be_speed,
    )

    must_be_current(must_be_listed(contents, names))
    about = read_json(contents[ABOUT], ABOUT)
    PackedAbout.model_validate(about)
    suite = contents[SUITE].decode("utf-8")
    _named(PackedSuite.model_validate, tomllib.loads(suite), SUITE)
    records = list(_lines(contents[RECORDS], RECORDS))
    seen: set[tuple[str, ...]] = set()
    for nth, record in enumerate(records, 1):
        _named(must_be_record, record, f"{RECORDS}, line {nth}")
        if axes_of(record) in seen:
            raise ValueError(f"{RECORDS}, line {nth}: a second record of one cell")
        seen.add(axes_of(record))
    rows = list(_lines(contents[SPEEDS_FILE], SPEEDS_FILE))
    for nth, row in enumerate(rows, 1):
        _named(must_be_speed, row, f"{SPEEDS_FILE}, line {nth}")
    lock = read_json(contents[LOCK], LOCK)
    _named(PackedLock.model_validate, lock, LOCK)
    _named(must_be_environment, read_json(contents[ENVIRONMENT], ENVIRONMENT), ENVIRONMENT)
    speeds = pd.DataFrame(rows, columns=list(SPEEDS)).astype(SPEEDS)
    return Pack(**about, suite=suite, lock=lock, records=records, speeds=speeds)


def must_be_listed(contents: Mapping[str, bytes], names: Iterable[str]) -> Manifest:
    """The manifest among members, which says of all others what they are. names: of all members.

    Raises:
        ValueError: it does not, or is of a later schema than is read here.
    """
    from tscbench.results.pack_schema import Manifest

    manifest = Manifest.model_validate(read_json(contents[MANIFEST], MANIFEST))
    if manifest.schema_ > SCHEMA:
        raise ValueError(f"it is of schema {manifest.schema_}, which a later tscbench reads")
    if set(manifest.members) != set(names) - {MANIFEST}:
        raise ValueError(f"{MANIFEST} does not list the members that there are")
    for name, body in contents.items():
        if name != MANIFEST:
            must_be(manifest.members[name], body, name)
    return manifest


def must_be_current(manifest: Manifest) -> None:
    """Refuses a pack of an earlier schema than is read here.

    Raises:
        ValueError: it is one.
    """
    if manifest.schema_ < SCHEMA:
        raise ValueError(f"it is of schema {manifest.schema_}, and schema {SCHEMA} is read here: "
                         "tscbench migrate brings it to that")  # fmt: skip


def must_be(told: PackedMember, body: bytes, name: str) -> None:
    """Holds a member against what the manifest says of it.

    Raises:
        ValueError: it is another.
    """
    if len(body) != told.bytes:
        raise ValueError(f"{name} is not as long as {MANIFEST} says")
    if hashlib.sha256(body).hexdigest() != told.sha256:
        raise ValueError(f"{name} is not what {MANIFEST} says: its sha256 differs")


def _named(check: Any, value: Any, where: str) -> None:
    """Says where a check fails."""
    try:
        check(value)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{where}: {why(error)}") from error


def read_json(body: bytes, name: str) -> Any:
    """The value that JSON writes, in which every number is finite."""
    from pydantic_core import from_json

    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise ValueError(f"{name} is no JSON: {error}") from error


def _lines(body: bytes, name: str) -> Iterator[Any]:
    lines: Sequence[bytes] = body.splitlines()
    if len(lines) > MOST_RECORDS:
        raise ValueError(f"{name} has {len(lines)} lines, and a pack at most {MOST_RECORDS}")
    for nth, line in enumerate(lines, 1):
        yield read_json(line, f"{name}, line {nth}")


def why(error: BaseException) -> str:
    """An error in one line: of several mistakes the first."""
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))[:80]
        return f"{where}: {first['msg'].removeprefix('Value error, ')}"
    if isinstance(error, KeyError):
        return f"it has no {error.args[0]}"
    said = str(error).splitlines() or [type(error).__name__]
    return "".join(c if c.isprintable() else "?" for c in said[0])[:300]
