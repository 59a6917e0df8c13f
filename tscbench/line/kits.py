"""Which files of the public kits a file stands on; read from the source, nothing is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KITS = ("images", "tabular", "nn")


def kit_files(path: Path) -> set[Path]:
    """The kit files that define what `path` imports from the kits, and those that they import in
    turn."""
    files: set[Path] = set()
    todo = [path]
    while todo:
        new = set(_imported(todo.pop())) - files
        files |= new
        todo += new
    return files


def _imported(path: Path) -> Iterator[Path]:
    for kit, module, name in _names(path.read_bytes()):
        if module:
            yield ROOT / kit / f"{module.replace('.', '/')}.py"
        elif name in _homes(kit):
            yield _homes(kit)[name]


@cache
def _names(source: bytes) -> list[tuple[str, str, str]]:
    """What a source imports from the kits: the kit, the module in it where that is said, a name."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            package, _, rest = node.module.partition(".")
            kit, _, module = rest.partition(".")
            if package == "tscbench" and kit in KITS:
                names += [(kit, module, alias.name) for alias in node.names]
    return names


@cache
def _homes(kit: str) -> dict[str, Path]:
    """Where each top-level name of a kit is defined."""
    homes = {}
    for file in sorted((ROOT / kit).rglob("*.py")):
        for node in ast.parse(file.read_bytes()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                homes[node.name] = file
    return homes
