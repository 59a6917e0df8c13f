"""Plugin files: what a file offers is read from its text; it is imported when that is needed."""

from __future__ import annotations

import ast
import hashlib
import sys
import types
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tscbench.contracts.errors import PluginError
from tscbench.contracts.kinds import KINDS
from tscbench.registry.entries import Entry

DECORATORS = ("tscbench", "tscbench.contracts.decorators")
"""The modules that decorators are imported from."""


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
    troubles = [entry.trouble for entry in found if entry.trouble]
    if not found:
        troubles = [
            "no function in it is decorated with a kind; write @generator(…), or another of "
            f"{', '.join(KINDS)}, above it, and import that from tscbench"
        ]
    if len(troubles) >= len(found):
        raise PluginError(f"plugin file {path}: {'; '.join(troubles)}")
    return found


def _of_folder(file: Path) -> list[Entry]:
    try:
        return _read(file)
    except PluginError as error:
        return [Entry("-", file.stem, file.name, file=file, trouble=str(error))]


def _read(path: Path) -> list[Entry]:
    """The decorated functions at the top level of a file; what is decorated and is none, or stands
    elsewhere, is an entry with its trouble."""
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError, OSError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        where = f", line {line}" if line else ""
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        raise PluginError(f"plugin file {path}{where}: {type(error).__name__}: {what}") from error
    names, top = dict(_imported(tree)), set(_top_level(tree.body))
    found = []
    for node in ast.walk(tree):
        for kind, name in _declared(node, names):
            trouble = _misplaced(node, node in top)
            line = getattr(node, "lineno", 0)
            trouble = trouble and f"line {line}: {name} {trouble}"
            found.append(Entry(kind, name, path.name, file=path, line=line, trouble=trouble))
    return found


def _declared(node: ast.AST, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(kind, name) of what a statement makes a plugin of: by @generator(…), or generator(…)(…)."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if kind := names.get(ast.unparse(called)):
                yield kind, node.name
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        made = node.value.func
        if isinstance(made, ast.Call) and (kind := names.get(ast.unparse(made.func))):
            yield kind, ast.unparse(node.targets[0])


def _misplaced(node: ast.AST, at_top: bool) -> str:
    """Why a plugin cannot be used, as its text tells; empty where it can."""
    must = "a plugin is a function that is written with def at the top level of its file"
    if isinstance(node, ast.AsyncFunctionDef):
        return f"is an async function; {must}"
    if isinstance(node, ast.ClassDef):
        return f"is a class; {must}"
    if isinstance(node, ast.Assign):
        return f"is not decorated with @; {must}"
    return "" if at_top else f"is not at the top level; {must}"


def _top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module, and those under its conditions."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With):
            yield from _top_level(node.body)
            yield from _top_level(getattr(node, "orelse", []))
            yield from _top_level(getattr(node, "finalbody", []))
            for handler in getattr(node, "handlers", []):
                yield from _top_level(handler.body)


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(how the file writes a decorator, its kind)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in DECORATORS:
            for alias in node.names:
                for kind in KINDS:
                    if alias.name in (kind, "*"):
                        yield alias.asname or kind, kind
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
