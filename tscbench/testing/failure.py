"""What a check has to say: one sentence, with the line of the author's file to look at."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
import traceback
from pathlib import Path
from typing import Any

from tscbench.contracts.failures import code_of, files_of, own_files, short
from tscbench.contracts.kinds import Plugin, place

GLOBAL = (
    r"\b(?:np|numpy)\.random\.(?!default_rng|Generator|SeedSequence|PCG64|Philox)\w+\("
    r"|(?<![\w.])random\.(?!Random)\w+\(|\btorch\.(?:manual_seed|seed|rand\w*)\("
)
"""Code that draws from, or seeds, a global random generator."""

OWN = r"\bdefault_rng\(|\bRandom\(|\brandom_state\s*=|" + GLOBAL
"""Code that makes a random generator of its own, or uses a global one."""

HASH = r"(?<![\w.])(?:hash|id|set|frozenset)\("
"""Code whose outcome differs from one process to the next."""


class CheckFailed(AssertionError):
    """What a check found: what came, what must hold and the cure, and where to look.

    at: `file:line`, or "" for the plugin's function. error: what the plugin raised, if it did.
    """

    def __init__(self, came: str, at: str = "", error: BaseException | None = None) -> None:
        super().__init__(came)
        self.came = came
        self.at = at
        self.error = error

    @property
    def trace(self) -> str:
        """The traceback of what the plugin raised."""
        return "" if self.error is None else "".join(traceback.format_exception(self.error))


def say(error: BaseException) -> str:
    """An exception in a few words."""
    said = " ".join(str(error).split())
    said = said if len(said) <= 200 else f"{said[:197]}…"
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def line_of_error(error: BaseException, plugin: Plugin) -> str:
    """The last line of the plugin's own files on the way to where `error` was raised."""
    own = own_files(plugin)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename in own]
    return short(f"{frames[-1].filename}:{frames[-1].lineno}") if frames else ""


def line_of_call(called: Any, plugin: Plugin) -> str:
    """Where `called`, say a sampler's function, is written; the plugin's function if elsewhere."""
    code = code_of(called)
    if code is not None and Path(code.co_filename) in files_of(plugin):
        return short(f"{code.co_filename}:{code.co_firstlineno}")
    return short(place(plugin.function))


def line_of_text(pattern: str, plugin: Plugin) -> str:
    """The first line of the plugin's own files that matches, comments aside; the plugin's file is
    searched from its function on first."""
    code = code_of(plugin.function)
    for path in files_of(plugin):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        first = code.co_firstlineno - 1 if code and str(path) == code.co_filename else 0
        for i in [*range(first, len(lines)), *range(first)]:
            if re.search(pattern, lines[i].partition("#")[0]):
                return short(f"{path}:{i + 1}")
    return ""


def line_of_parameter(name: str, plugin: Plugin) -> str:
    """Where a parameter is written."""
    try:
        lines, first = inspect.getsourcelines(plugin.function)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError):
        return short(place(plugin.function))
    code = code_of(plugin.function)
    found = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.arg) and n.arg == name]
    assert code is not None
    return short(f"{code.co_filename}:{first + found[0] - 1}" if found else place(plugin.function))


class NotTried(Exception):
    """Why a check has nothing to look at."""
