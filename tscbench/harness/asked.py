"""A session as Python asks for it: axis options as keywords, functions handed over as plugins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import AXES, SERVES, plugin_of
from tscbench.harness.session import Session, open_session
from tscbench.registry import GROUPS, PYTHON, near

KINDS_OF = {group.removeprefix("tscbench."): kind for kind, group in GROUPS.items()}
"""The keywords that take functions: `generators=[…]`."""


Choice = str | int | Sequence[str | int]
"""What an axis option may be: a comma text, a number, or a list of either."""


def options_of(axes: Mapping[str, Any]) -> dict[str, str]:
    """Axis options as comma texts.

    Raises:
        SpecError: a keyword that is no axis, or a value that is no choice.
    """
    if unknown := next((word for word in axes if word not in AXES), None):
        raise SpecError(f"no keyword {unknown!r}{near(unknown, AXES)}")
    return {word: _comma_text(word, value) for word, value in axes.items() if value is not None}


def _comma_text(word: str, value: Any) -> str:
    items = [value] if isinstance(value, str | int) else value
    if not isinstance(items, list | tuple) or not all(isinstance(i, str | int) for i in items):
        raise SpecError(f"{word}={value!r}: must be a text, a number, or a list of them")
    return ",".join(map(str, items))


def open_asked(
    suite: str | Path | Mapping[str, Any],
    plugins: Iterable[str | Path],
    offline: bool,
    axes: dict[str, Any],
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
        if word in AXES:
            options |= options_of({word: value})
        elif word in KINDS_OF and isinstance(value, list | tuple):
            kind = KINDS_OF[word]
            functions += [_of_kind(kind, function) for function in value]
            names = [f"{PYTHON}/{function.tscbench_plugin.name}" for function in value]
            joins.setdefault(SERVES.get(kind, (kind,))[0], []).extend(names)
        elif word in KINDS_OF:
            raise SpecError(f"{word}={value!r}: must be a list of decorated functions")
        else:
            raise SpecError(f"no keyword {word!r}{near(word, [*AXES, *KINDS_OF])}")
    for axis, names in joins.items():
        options[axis] = ",".join([options.get(axis, "*"), *names])
    asked = str(suite) if isinstance(suite, Path) else suite
    return open_session(asked, options, plugins=plugins, functions=functions, offline=offline)


def _of_kind(kind: str, function: Any) -> Any:
    plugin = plugin_of(function)
    if plugin is None or kind not in (plugin.kind, *SERVES.get(plugin.kind, ())):
        what = f"undecorated, not a {kind}: write @{kind}() above it"
        what = f"a {plugin.kind}, not a {kind}" if plugin else what
        raise SpecError(f"{getattr(function, '__name__', function)!r} is {what}")
    return function
