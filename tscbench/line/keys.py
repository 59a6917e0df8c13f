"""Keys: a digest of everything that determines a value, and the random stream of a step."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from packaging.requirements import Requirement

from tscbench.contracts.errors import ContractError
from tscbench.contracts.kinds import Plugin
from tscbench.contracts.spec import Spec
from tscbench.contracts.types import Array, Rng
from tscbench.line.kits import kit_files
from tscbench.registry import PYTHON, Bound


def digest(value: Any) -> str:
    """40 hexadecimal digits that name a JSON value, whatever the order of its keys."""
    return hashlib.blake2b(_ENCODE(value).encode(), digest_size=20).hexdigest()


_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def stream(*parts: str | int) -> Rng:
    """The random stream of a step: from (step, split, seed, fold), never from a key."""
    text = "/".join(map(str, parts))
    seed = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return np.random.default_rng(int.from_bytes(seed, "big"))


def content(*arrays: Array | None) -> str:
    """A digest of arrays: their bytes, shapes and types."""
    hasher = hashlib.blake2b(digest_size=20)
    for array in arrays:
        if array is None:
            hasher.update(b"none")
            continue
        hasher.update(f"{array.dtype.str}{array.shape}".encode())
        hasher.update(np.ascontiguousarray(array).view(np.uint8).data)
    return hasher.hexdigest()


def content_of(value: Any) -> Any:
    """A value as JSON that names it by its content: all fields of dataclasses but those that are
    `silent`; arrays by their digests.

    Raises:
        ContractError: what no content names, such as a function.
    """
    if is_dataclass(value) and not isinstance(value, type):
        told = [f.name for f in fields(value) if not f.metadata.get("silent")]
        return {name: content_of(getattr(value, name)) for name in told}
    if isinstance(value, np.ndarray):
        return content(value)
    if isinstance(value, tuple):
        return [content_of(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ContractError(f"a {type(value).__name__} is not named by its content")


def file_content(path: Path) -> str:
    """A digest of a file's bytes; of a folder, of the names, sizes and times of what is in it, as
    its files may be many and what is read from them is named by its own content later."""
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file())
        states = [(p.relative_to(path).as_posix(), p.stat()) for p in files]
        return digest([[name, state.st_size, state.st_mtime_ns] for name, state in states])
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=20)).hexdigest()


@lru_cache(1000)
def plugin_key(bound: Bound) -> str:
    """What a bound plugin contributes to a key."""
    return digest(plugin_content(bound))


@lru_cache(1000)
def plugin_content(bound: Bound) -> dict[str, Any]:
    """A bound plugin as JSON: name, parameters with defaults, fingerprint."""
    return {
        "plugin": f"{bound.plugin.kind}/{bound.plugin.name}",
        "params": {name: _plain(value) for name, value in bound.params.items()},
        "code": fingerprint(bound.plugin),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Bound):
        return plugin_key(value)
    if isinstance(value, Path):
        return {"content": file_content(value)}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    if isinstance(value, Mapping):
        return {name: _plain(v) for name, v in value.items()}
    if isinstance(value, Spec):
        return str(value)
    return value


_FINGERPRINTS: dict[tuple[Callable[..., Any], Callable[..., Any] | None], str] = {}


def fingerprint(plugin: Plugin) -> str:
    """A digest of a plugin's code: its own files without comments, docstrings and layout, the files
    of the kits that it imports from, those that train it where it is a network, and major.minor of
    the libraries it declares. `version=` stands for the code. Of a function that was handed over
    from Python what it refers to counts too, as it is now."""
    called = plugin.function, plugin.fit
    if called not in _FINGERPRINTS or plugin.origin == PYTHON:
        _FINGERPRINTS[called] = digest(
            {
                "code": _code(plugin),
                "libraries": {name: _minor(name) for name in map(_library, plugin.requires)},
            }
        )
    return _FINGERPRINTS[called]


def _code(plugin: Plugin) -> Any:
    if plugin.version is not None:
        return {"version": plugin.version}
    source = inspect.getsourcefile(plugin.function)
    if source is None or not Path(source).exists():
        return _pickled(plugin)
    path = Path(source)
    files = sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else [path]
    if plugin.fit is not None:  # what trains a network is of its student
        files.append(Path(inspect.getfile(plugin.fit)))
    used = sorted(set().union(*(kit_files(file) for file in files)))
    trees = [_tree(file) for file in [*files, *used]]
    digests = [hashlib.blake2b(tree.encode()).hexdigest() for tree in trees]
    return [*digests, _pickled(plugin)] if plugin.origin == PYTHON else digests


def _pickled(plugin: Plugin) -> dict[str, str]:
    """A digest of a function with its closure, and with the globals that it uses where its module
    cannot be imported, as a notebook's."""
    import cloudpickle

    return {"pickle": hashlib.blake2b(cloudpickle.dumps(plugin.function)).hexdigest()}


def _tree(path: Path) -> str:
    """The syntax tree of a file as text, without docstrings; comments and layout are not in it."""
    return _tree_of(path.read_bytes())


@cache
def _tree_of(source: bytes) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_text(body[0]):
            del body[0]
    return ast.dump(tree)


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _library(requirement: str) -> str:
    return Requirement(requirement).name


@cache
def _minor(name: str) -> str:
    try:
        return ".".join(version(name).split(".")[:2])
    except PackageNotFoundError:
        return "absent"
