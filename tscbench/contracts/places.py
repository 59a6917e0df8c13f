"""Folders on this machine that hold what tscbench keeps."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def user_cache() -> Path:
    """The user's cache folder for tscbench."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "tscbench"


def store_url() -> str:
    """`TSCBENCH_STORE` where it is a URL, such as `s3://bucket/folder`; nothing else."""
    given = os.environ.get("TSCBENCH_STORE", "")
    return given if "://" in given else ""


def default_store() -> Path:
    """`TSCBENCH_STORE`, or a folder in the user's cache; of a URL what stands before it here."""
    if url := store_url():
        name = hashlib.blake2b(url.encode(), digest_size=8).hexdigest()
        return user_cache() / f"store-{name}"
    return Path(os.environ.get("TSCBENCH_STORE") or user_cache() / "store").expanduser()


def data_folder() -> Path:
    """`TSCBENCH_DATA`, or a folder in the user's cache."""
    return Path(os.environ.get("TSCBENCH_DATA") or user_cache() / "data").expanduser()
