"""The packs that come with tscbench. Little is imported here, for completion in a shell waits."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

PUBLISHED = "published"
"""What stands for all of them; `published:SUITE` for one."""

SUFFIX = ".tscpack"
"""How the file of a pack is named."""


def is_published(name: str) -> bool:
    """Whether a name stands for packs that come with tscbench."""
    return name.partition(":")[0] == PUBLISHED


def published_packs() -> dict[str, Path]:
    """The packs that come with tscbench, by their suites: those of a clone or of the wheel."""
    found = find_spec("tscbench_leaderboard")
    clone = Path(__file__).parents[2] / "leaderboard"
    folders = [*((found.submodule_search_locations if found else None) or ()), clone]
    packs = (sorted(Path(folder).glob(f"packs/*{SUFFIX}")) for folder in folders)
    return {pack.stem: pack.resolve() for pack in next(filter(None, packs), [])}
