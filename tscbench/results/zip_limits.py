"""Reading a zip of a stranger: names, numbers, sizes and ratios are held to limits before a byte of
it is unpacked, and nothing is ever unpacked to a disk."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Sequence

MOST_MEMBERS = 50_000
MOST_TEXT = 256 << 20
"""Bytes of a text; the records of the largest board are a tenth of it."""

MOST_BYTES = 4 << 30
"""Of all that a pack holds, predictions with it."""

MOST_RATIO = 200
"""How much smaller than its content a member may be: records come to a twentieth."""

SMALL = 1 << 20
"""Bytes below which a ratio does no harm."""

PREDICTION = re.compile(r"predictions/[0-9a-f]{40}\.(?:valid|test)\.npy")


def members_of(zipped: zipfile.ZipFile, needed: Sequence[str]) -> list[str]:
    """The names of the members, all of which are such as a pack has.

    Raises:
        ValueError: a name that no pack has, or more than a pack may hold.
    """
    infos = zipped.infolist()
    if len(infos) > MOST_MEMBERS:
        raise ValueError(f"it has {len(infos)} members, and a pack at most {MOST_MEMBERS}")
    names = [info.filename for info in infos]
    if len(set(names)) < len(names):
        raise ValueError("two members have one name")
    for info in infos:
        _must_be_plain(info, needed)
    if (total := sum(info.file_size for info in infos)) > MOST_BYTES:
        raise ValueError(f"it would unpack to {total} bytes, and a pack to {MOST_BYTES}")
    if missing := [name for name in needed if name not in names]:
        raise ValueError(f"it lacks {', '.join(missing)}")
    return names


def _must_be_plain(info: zipfile.ZipInfo, needed: Sequence[str]) -> None:
    name = repr(info.orig_filename[:80])
    if info.orig_filename not in needed and not PREDICTION.fullmatch(info.orig_filename):
        raise ValueError(f"a pack has no member {name}")
    mode = info.external_attr >> 16
    if info.is_dir() or (mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode)):
        raise ValueError(f"{name} is no plain file")
    if info.flag_bits & 1:
        raise ValueError(f"{name} is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{name} is compressed in a way that packs are not")
    if info.file_size > MOST_TEXT:
        raise ValueError(f"{name} would unpack to {info.file_size} bytes: at most {MOST_TEXT}")
    if info.file_size > max(SMALL, MOST_RATIO * info.compress_size):
        raise ValueError(f"{name} unpacks to more than {MOST_RATIO} times its size")


def read_member(zipped: zipfile.ZipFile, name: str) -> bytes:
    """A member, whose length is what the zip says of it.

    Raises:
        ValueError: it is not.
    """
    info = zipped.getinfo(name)
    with zipped.open(info) as file:
        body = file.read(info.file_size + 1)
    if len(body) != info.file_size:
        raise ValueError(f"{name} is not as long as the zip says")
    return body
