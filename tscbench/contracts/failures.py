"""Where a plugin failed: its name with the file, line and source line to look at."""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from tscbench.contracts.errors import ContractError, Unavailable
from tscbench.contracts.kinds import Plugin

CORE = str(Path(__file__).resolve().parents[1] / "_")[:-1]
"""The folder of tscbench itself: its lines are nobody's plugin."""


STATUSES = {
    "failed": "failed",
    "timeout": "took too long",
    "oom": "took too much memory",
    "killed": "was killed",
    "invalid_output": "gave an invalid output",
    "missing_dependency": "lacks a library",
    "interrupted": "was interrupted",
    "blocked": "is blocked",
}
"""What may become of a cell that is not `ok`, in words. failed: it raised an error, or ended its
process. killed: from outside, each time it was tried. blocked: what it stands on is none of `ok`.
Cells that a plan skips, with the reason, have no record."""

OUT_OF_MEMORY = ("can't allocate memory", "out of memory", "bad_alloc")
"""What libraries say that raise no MemoryError where there is none left."""


@dataclass(frozen=True)
class Failure:
    """What came of something that failed: one sentence, a traceback, whose failure it is, and its
    status."""

    error: str
    traceback: str
    place: str = ""
    status: str = "failed"


def status_of(error: BaseException) -> str:
    """The status of what raised an error."""
    if isinstance(error, MemoryError) or any(text in str(error) for text in OUT_OF_MEMORY):
        return "oom"
    if isinstance(error, ContractError):
        return "invalid_output"
    return "missing_dependency" if isinstance(error, ImportError | Unavailable) else "failed"


def failure(error: BaseException, plugins: Iterable[Plugin], what: str = "") -> Failure:
    """An exception as a failure of one of these plugins, the outer ones first."""
    told = traceback.TracebackException.from_exception(error, lookup_lines=False)
    walked = traceback.walk_tb(error.__traceback__)
    for summary, (frame, _) in zip(told.stack, walked, strict=False):
        summary.filename = _file(frame.f_code, frame.f_globals)
    whose = culprit(error, plugins, what)
    return Failure(said(error), "".join(told.format()), whose, status_of(error))


def sentence(error: BaseException, plugins: Iterable[Plugin], what: str = "") -> str:
    """A failure in one line: `student mine (mine.py:14 `return 1 / 0`): ZeroDivisionError: …`."""
    return ": ".join(filter(None, [culprit(error, plugins, what), said(error)]))


def said(error: BaseException) -> str:
    """An exception's type and the first line of its text."""
    text = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def culprit(error: BaseException, plugins: Iterable[Plugin], what: str = "") -> str:
    """Whose failure it is, and where: the plugin with the innermost line of its own files on the
    way to the error; else `what`, with the innermost line outside tscbench.

    plugins: those that may have failed, the outer ones first.
    """
    owners: dict[str, list[Plugin]] = {}
    for plugin in plugins:
        for file in own_files(plugin):
            owners.setdefault(file, []).append(plugin)
    walked = list(traceback.walk_tb(error.__traceback__))[::-1]
    places = [(_file(frame.f_code, frame.f_globals), line) for frame, line in walked]
    for file, line in places:
        if file in owners:
            plugin = _owner(owners[file], [frame.f_code for frame, _ in walked])
            return f"{plugin.kind} {plugin.name} ({_shown(file, line)})"
    strange = [place for place in places if not place[0].startswith((CORE, "<"))]
    return f"{what} ({_shown(*strange[0])})".strip() if strange else what


def _owner(plugins: list[Plugin], codes: list[CodeType]) -> Plugin:
    """Of plugins that share a file, the one whose function is at work; codes: inner ones first."""
    for code in codes:
        for plugin in plugins:
            if code in _within(code_of(plugin.function)):
                return plugin
    return plugins[0]


def _within(code: CodeType | None) -> Iterator[CodeType]:
    """A function's code, and that of the functions that are written inside it."""
    if code is not None:
        yield code
        for inner in code.co_consts:
            if isinstance(inner, CodeType):
                yield from _within(inner)


def _file(code: CodeType, names: Mapping[str, Any]) -> str:
    """The file that code is written in. Of a function that came by value to another process the
    code does not say so; its module's names do."""
    if code.co_filename.startswith("<"):
        return str(names.get("__file__") or code.co_filename)
    return code.co_filename


def own_files(plugin: Plugin) -> set[str]:
    """The files that a plugin is written in, and what its code says that its file is."""
    file = _file_of(plugin)
    return {str(path) for path in files_of(plugin)} | ({file} if file else set())


def files_of(plugin: Plugin) -> list[Path]:
    """The plugin's own files: its module, or every file of the folder if that is a package."""
    path = Path(_file_of(plugin))
    if not path.is_file():
        return []
    return sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else [path]


def _file_of(plugin: Plugin) -> str:
    called = getattr(plugin.function, "func", plugin.function)
    code = code_of(called)
    return _file(code, getattr(called, "__globals__", {})) if code else ""


def code_of(called: Any) -> CodeType | None:
    """The code of a function, also of a functools.partial."""
    called = getattr(called, "func", called)
    code: CodeType | None = getattr(called, "__code__", None)
    return code


def _shown(file: str, line: int) -> str:
    """`file:line `source``, as far as the source is here."""
    place, source = short(f"{file}:{line}"), linecache.getline(file, line).strip()
    return f"{place} `{source}`" if source else place


def short(place: str) -> str:
    """`file:line` as seen from the working folder, else from where modules are imported from."""
    file, _, line = place.rpartition(":")
    for folder in (str(Path.cwd()), *sorted(filter(None, sys.path), key=len, reverse=True)):
        try:
            return f"{Path(file).relative_to(folder)}:{line}"
        except ValueError:
            continue
    return place
