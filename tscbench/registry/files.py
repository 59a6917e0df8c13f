"""Plugin files: what a file offers is read from its text; it is imported when that is needed."""

from __future__ import annotations

import ast
import hashlib
import sys
import types
from collections.abc import Iterator
from pathlib import Path

from tscbench.contracts.errors import PluginError
from tscbench.contracts.kinds import KINDS
from tscbench.registry.entries import Entry


def from_path(path: Path) -> list[Entry]:
    """The plugins of a file, or of the files of a folder, in the order of their names.

    A file of a folder that cannot be read is an entry with its trouble; one without plugins is
    passed over.

    Raises:
        PluginError: there is no such file, or it is no Python, or it has no plugin.
    """
    path = path.expanduser().resolve()
    if path.is_dir():
        files = [file for file in sorted(path.glob("*.py")) if not file.name.startswith("_")]
        return [entry for file in files for entry in _of_folder(file)]
    if not path.is_file():
        raise PluginError(f"plugin file {path}: there is no such Python file")
    found = _read(path)
    if not found:
        raise PluginError(
            f"plugin file {path}: no function in it is decorated with a kind; "
            f"write @generator(…), or another of {', '.join(KINDS)}, above it, and import that "
            "from tscbench"
        )
    return found


def _of_folder(file: Path) -> list[Entry]:
    try:
        return _read(file)
    except PluginError as error:
        return [Entry("-", file.stem, file.name, file=file, trouble=str(error))]


def _read(path: Path) -> list[Entry]:
    """The decorated functions at the top level of a file."""
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError, OSError) as error:
        where = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        raise PluginError(f"plugin file {path}{where}: {type(error).__name__}: {what}") from error
    names = dict(_imported(tree))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if kind := names.get(ast.unparse(called)):
                    line = node.lineno
                    found.append(Entry(kind, node.name, path.name, file=path, line=line))
    return found


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(how the file writes a decorator, its kind)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "tscbench":
            for alias in node.names:
                if alias.name in KINDS:
                    yield alias.asname or alias.name, alias.name
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name == "tscbench":
                    for kind in KINDS:
                        yield f"{alias.asname or alias.name}.{kind}", kind


def import_file(path: Path) -> types.ModuleType:
    """The module of a plugin file as the file stands now; workers get its functions by value."""
    source = path.read_bytes()
    state = hashlib.blake2b(str(path).encode() + source, digest_size=6).hexdigest()
    name = f"tscbench_file_{path.stem}_{state}"
    if name in sys.modules:
        return sys.modules[name]
    module = types.ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        exec(compile(source, str(path), "exec"), module.__dict__)
    except BaseException:
        del sys.modules[name]
        raise
    import cloudpickle

    cloudpickle.register_pickle_by_value(module)
    return module
