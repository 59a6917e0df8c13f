"""Where values rest: one file per artefact, named by its key, written once, by rename."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import StoreError
from tscbench.line.value_file import is_sound, read_facts, read_value, write_value

FORMAT = "v2"

HOUR = 3600
"""Seconds within which a value that is read again is not marked as used once more."""


@contextlib.contextmanager
def disk_trouble(where: Path) -> Any:
    """Turns an OSError about `where` into one sentence."""
    try:
        yield
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        cures = {
            errno.ENOSPC: "the disk is full: free some space and issue the same command again",
            errno.EDQUOT: "your quota is used up: free some space and issue the same command again",
            errno.EROFS: "the disk is read-only: choose another folder",
            errno.EACCES: "it may not be written: choose another folder",
        }
        why = cures.get(error.errno or 0, str(error))
        raise StoreError(f"cannot write in {where}: {why}") from error


def write_whole(path: Path, write: Any) -> None:
    """Writes a file so that it is there whole or not at all; `write` gets the open binary file."""
    with disk_trouble(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                write(file)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise


def _entries(folder: Path | os.DirEntry[str]) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing where it is not there, or no more."""
    try:
        with os.scandir(folder) as found:
            return list(found)
    except (FileNotFoundError, NotADirectoryError):
        return []


@dataclass(frozen=True)
class Store:
    """A folder of artefacts, a file each; see `value_file`."""

    root: Path

    def path(self, key: str) -> Path:
        return self.root / FORMAT / key[:2] / key

    def beside(self, what: str, key: str) -> Path:
        """A file that lies beside a value and is none."""
        return self.path(key).with_name(f".{what}-{key}")

    def has(self, key: str) -> bool:
        return self.path(key).exists()

    def keys(self) -> set[str]:
        """The keys of everything kept."""
        return {file.name for file in self._files() if not file.name.startswith(".")}

    def _files(self) -> Iterator[os.DirEntry[str]]:
        """All files, also those that are no values; a folder that somebody removes meanwhile has
        none."""
        for shard in _entries(self.root / FORMAT):
            if shard.is_dir():
                yield from _entries(shard)

    def write(self, key: str, value: Any, facts: Mapping[str, Any]) -> int:
        """Keeps a value; returns its bytes. What is there already stays."""
        path = self.path(key)
        if not path.exists():
            write_whole(path, lambda file: write_value(file, value, facts))
        return Store.size(self, key)

    def read(self, key: str) -> Any:
        """A kept value; a file that does not read, or holds other bytes than were written, is set
        aside, so that it is made again.

        Raises:
            StoreError: there is no such value, or it was set aside.
        """
        path = self.path(key)
        try:
            used = path.stat().st_mtime
            if abs(time.time() - used) > HOUR:
                with contextlib.suppress(OSError):  # somebody else's store may be read all the same
                    os.utime(path)
            return read_value(path)
        except MemoryError:
            raise
        except FileNotFoundError as error:
            raise self.gone(key) from error
        except OSError as error:
            raise StoreError(f"cannot read {path}: {error.strerror or error}") from error
        except Exception as error:
            self.set_aside(key)
            raise StoreError(
                f"{path} is damaged and was set aside ({type(error).__name__}: {error}); "
                "issue the same command again"
            ) from error

    def gone(self, key: str) -> StoreError:
        """What is said of a value that is not there, or no more."""
        return StoreError(f"{self.path(key)} has gone from the store; issue the same command again")

    def set_aside(self, key: str) -> None:
        """Forgets a damaged value, whose file stays for a month under another name."""
        path = self.path(key)
        with disk_trouble(path.parent), contextlib.suppress(FileNotFoundError):
            path.replace(self.beside("damaged", key))

    def size(self, key: str) -> int:
        """Bytes of a kept value; 0 where there is none."""
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError:
            return 0

    def is_sound(self, key: str) -> bool:
        """Whether a kept value has the bytes that were written."""
        return is_sound(self.path(key))

    def facts(self, key: str) -> dict[str, Any] | None:
        """The facts kept beside a value, or None."""
        try:
            return read_facts(self.path(key))
        except (FileNotFoundError, ValueError):
            return None
        except OSError as error:
            raise StoreError(f"cannot read the store {self.root}: {error}") from error

    def drop(self, key: str) -> None:
        """Forgets a value."""
        path = self.path(key)
        with disk_trouble(path.parent), contextlib.suppress(FileNotFoundError):
            path.unlink()

    def checkpoint(self, key: str) -> Path:
        """Where what is made of a value so far rests, while it is being made."""
        return self.beside("checkpoint", key)

    def drop_checkpoint(self, key: str) -> None:
        """Forgets what was made of a value so far."""
        with contextlib.suppress(OSError):
            self.checkpoint(key).unlink()

    def trim(self, limit: int, keep: Iterable[str] = ()) -> int:
        """Drops the values longest unused until at most `limit` bytes are left; returns the bytes
        dropped. Those in `keep` stay. What a killed process left half written goes after a day, as
        its lock does; a checkpoint and what was damaged after a month."""
        left = {".part": 1, ".lock": 1, ".checkpoint": 30, ".damaged": 30}
        for file in self._files():
            days = left.get(file.name.partition("-")[0])
            with contextlib.suppress(OSError):
                if days and file.stat().st_mtime < time.time() - days * 86400:
                    Path(file).unlink()
        kept = set(keep)
        sizes = []
        for key in self.keys():
            with contextlib.suppress(FileNotFoundError):
                status = self.path(key).stat()
                sizes.append((status.st_mtime, status.st_size, key))
        excess = sum(size for _, size, _ in sizes) - limit
        dropped = 0
        for _, size, key in sorted(sizes):
            if dropped >= excess:
                break
            if key not in kept:
                Store.drop(self, key)  # of a store elsewhere the copy that is here
                dropped += size
        return dropped
