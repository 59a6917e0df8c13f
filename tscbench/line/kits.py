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
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, ast.ImportFrom) or not node.module or node.level:
            continue
        package, _, rest = node.module.partition(".")
        kit, _, module = rest.partition(".")
        if package != "tscbench" or kit not in KITS:
            continue
        homes = _homes(kit)
        for alias in node.names:
            if module:
                yield ROOT / kit / f"{module.replace('.', '/')}.py"
            elif alias.name in homes:
                yield homes[alias.name]


@cache
def _homes(kit: str) -> dict[str, Path]:
    """Where each top-level name of a kit is defined."""
    homes = {}
    for file in sorted((ROOT / kit).rglob("*.py")):
        for node in ast.parse(file.read_bytes()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                homes[node.name] = file
    return homes
