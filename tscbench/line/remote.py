"""A store elsewhere: values at a URL that fsspec reads, with a folder of this machine before it."""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import StoreError
from tscbench.contracts.places import default_store, store_url
from tscbench.line.store import FORMAT, Store, write_whole
from tscbench.line.value_file import facts_in

OBJECTS = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oci", "oss", "memory"}
"""Protocols by which a value is there whole or not at all, without being renamed."""


@dataclass(frozen=True)
class Remote:
    """Values at a URL, such as `s3://bucket/folder`, by the path that they have in a store.

    There are no locks: two machines may make one value twice, which is equal to the last bit and
    written whole, so that it does no harm.
    """

    url: str

    def has(self, path: str) -> bool:
        """Whether a value is there."""
        with self._reached() as (fs, root):
            return bool(fs.exists(f"{root}/{path}"))

    def names(self, folder: str) -> set[str]:
        """The last part of the paths of all values under a folder."""
        with self._reached() as (fs, root), contextlib.suppress(FileNotFoundError):
            names = {str(path).rpartition("/")[2] for path in fs.find(f"{root}/{folder}")}
            return {name for name in names if not name.startswith(".")}
        return set()

    def size(self, path: str) -> int:
        """Bytes of a value; 0 where there is none."""
        with self._reached() as (fs, root), contextlib.suppress(FileNotFoundError):
            return int(fs.info(f"{root}/{path}")["size"])
        return 0

    def line(self, path: str) -> bytes:
        """The first line of a value.

        Raises:
            FileNotFoundError: there is none.
        """
        with self._reached() as (fs, root), fs.open(f"{root}/{path}", "rb") as file:
            return bytes(file.readline())

    def fetch(self, path: str, to: Any) -> None:
        """Copies a value to an open file.

        Raises:
            FileNotFoundError: there is none.
        """
        with self._reached() as (fs, root), fs.open(f"{root}/{path}", "rb") as file:
            shutil.copyfileobj(file, to, 1 << 24)

    def put(self, path: str, file: Path) -> None:
        """Copies a file there, whole or not at all; what is there is replaced."""
        with self._reached() as (fs, root):
            target = f"{root}/{path}"
            spoken = {fs.protocol} if isinstance(fs.protocol, str) else set(fs.protocol)
            if spoken & OBJECTS:
                fs.put_file(str(file), target)
                return
            folder, _, name = target.rpartition("/")
            part = f"{folder}/.part-{secrets.token_hex(8)}-{name}"
            fs.makedirs(folder, exist_ok=True)
            try:
                fs.put_file(str(file), part)
                fs.mv(part, target)
            except BaseException:
                with contextlib.suppress(Exception):
                    fs.rm_file(part)
                raise

    def drop(self, path: str) -> None:
        """Forgets a value."""
        with self._reached() as (fs, root), contextlib.suppress(FileNotFoundError):
            fs.rm_file(f"{root}/{path}")

    @contextlib.contextmanager
    def _reached(self) -> Iterator[tuple[Any, str]]:
        """The file system and the folder in it; what goes wrong there is one sentence."""
        try:
            yield _opened(self.url)
        except (FileNotFoundError, StoreError, MemoryError):
            raise
        except Exception as error:
            said = " ".join(f"{type(error).__name__}: {error}".split())
            raise StoreError(f"cannot reach the store {self.url}: {said}") from error


@cache
def _opened(url: str) -> tuple[Any, str]:
    """The file system of a URL, which remembers no listing, and the path in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise StoreError(f'the store {url} needs fsspec: pip install "tscbench[dask]"') from error
    try:
        fs, root = url_to_fs(url, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise StoreError(f"cannot read the store {url}: {error}") from error
    return fs, str(root).rstrip("/")


@dataclass(frozen=True)
class SharedStore(Store):
    """A folder of this machine before a store elsewhere: what is read is copied here first, what is
    made is copied there at once. The limit of `trim`, and locks, are of this folder alone."""

    remote: Remote

    def has(self, key: str) -> bool:
        return super().has(key) or self.remote.has(_path(key))

    def keys(self) -> set[str]:
        """The keys of everything kept, here or there."""
        return super().keys() | self.remote.names(FORMAT)

    def write(self, key: str, value: Any, facts: Mapping[str, Any]) -> int:
        """Keeps a value here and there; returns its bytes. What is there already stays."""
        size = super().write(key, value, facts)
        if not self.remote.has(_path(key)):
            self.remote.put(_path(key), self.path(key))
        return size

    def read(self, key: str) -> Any:
        """A kept value; see `Store.read`."""
        self._fetch(key)
        return super().read(key)

    def _fetch(self, key: str) -> None:
        if not super().has(key) and self.remote.has(_path(key)):
            write_whole(self.path(key), lambda file: self.remote.fetch(_path(key), file))

    def set_aside(self, key: str) -> None:
        """Forgets a damaged value, there too: it may have come from there."""
        super().set_aside(key)
        self.remote.drop(_path(key))

    def size(self, key: str) -> int:
        """Bytes of a kept value; 0 where there is none."""
        return super().size(key) or self.remote.size(_path(key))

    def is_sound(self, key: str) -> bool:
        """Whether a kept value has the bytes that were written."""
        self._fetch(key)
        return super().is_sound(key)

    def facts(self, key: str) -> dict[str, Any] | None:
        """The facts kept beside a value, or None; of what is not here they alone are read."""
        if super().has(key):
            return super().facts(key)
        with contextlib.suppress(FileNotFoundError, ValueError):
            return facts_in(self.remote.line(_path(key)))
        return None

    def drop(self, key: str) -> None:
        """Forgets a value, here and there."""
        super().drop(key)
        self.remote.drop(_path(key))


def _path(key: str) -> str:
    return f"{FORMAT}/{key[:2]}/{key}"


def open_store() -> Store:
    """The store that `TSCBENCH_STORE` says: a folder, or a URL with a folder here before it."""
    url = store_url()
    return SharedStore(default_store(), Remote(url)) if url else Store(default_store())
