"""A session as Python asks for it: axis options as keywords, functions handed over as plugins."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import AXES, SERVES, plugin_of
from tscbench.harness.session import Session, open_session
from tscbench.registry import GROUPS, PYTHON, near

KINDS_OF = {group.removeprefix("tscbench."): kind for kind, group in GROUPS.items()}
"""The keywords that take functions: `generators=[…]`."""


def open_asked(
    suite: str, plugins: Iterable[str | Path], offline: bool, axes: dict[str, Any]
) -> Session:
    """A session; functions that were handed over join the axis of their kind, and networks that of
    students.

    Raises:
        SpecError: a keyword that is no axis and no kind, or does not fit its value.
    """
    if isinstance(plugins, str | Path):
        raise SpecError(f"plugins={str(plugins)!r}: must be a list: plugins=[{str(plugins)!r}]")
    options: dict[str, str] = {}
    functions: list[Any] = []
    joins: dict[str, list[str]] = {}
    for word, value in axes.items():
        if word in AXES and isinstance(value, str | int):
            options[word] = str(value)
        elif word in KINDS_OF and isinstance(value, list | tuple):
            kind = KINDS_OF[word]
            functions += [_of_kind(kind, function) for function in value]
            names = [f"{PYTHON}/{function.tscbench_plugin.name}" for function in value]
            joins.setdefault(SERVES.get(kind, (kind,))[0], []).extend(names)
        elif word in AXES or word in KINDS_OF:
            must = "a text" if word in AXES else "a list of decorated functions"
            raise SpecError(f"{word}={value!r}: must be {must}")
        else:
            raise SpecError(f"no keyword {word!r}{near(word, [*AXES, *KINDS_OF])}")
    for axis, names in joins.items():
        options[axis] = ",".join([options.get(axis, "*"), *names])
    return open_session(suite, options, plugins=plugins, functions=functions, offline=offline)


def _of_kind(kind: str, function: Any) -> Any:
    plugin = plugin_of(function)
    if plugin is None or kind not in (plugin.kind, *SERVES.get(plugin.kind, ())):
        what = f"undecorated, not a {kind}: write @{kind}() above it"
        what = f"a {plugin.kind}, not a {kind}" if plugin else what
        raise SpecError(f"{getattr(function, '__name__', function)!r} is {what}")
    return function
