"""Folders on this machine that hold what tscbench keeps."""

from __future__ import annotations

import os
from pathlib import Path


def user_cache() -> Path:
    """The user's cache folder for tscbench."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "tscbench"


def default_store() -> Path:
    """`TSCBENCH_STORE`, or a folder in the user's cache."""
    return Path(os.environ.get("TSCBENCH_STORE") or user_cache() / "store").expanduser()


def data_folder() -> Path:
    """`TSCBENCH_DATA`, or a folder in the user's cache."""
    return Path(os.environ.get("TSCBENCH_DATA") or user_cache() / "data").expanduser()
