"""Open parameters: a plugin that passes on what it cannot name beforehand.

A keyword-only parameter annotated `Mapping[str, Any]` collects what a spec gives beyond the
parameters that the plugin declares, as it was typed. All others stay closed: there an unknown name
is a mistake.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from typing import Any

from tscbench.contracts.spec import Value


def divide(
    given: Mapping[str, Value], parameters: Iterable[str], hints: Mapping[str, Any]
) -> tuple[dict[str, Value], dict[str, dict[str, Value]]]:
    """What a spec gives to declared parameters, and what the open parameter collects, by its name.

    The second is empty for a plugin without one. hints: the evaluated annotations.

    >>> divide({"p": 1, "q": 2}, ["p"], {"p": float})
    ({'p': 1, 'q': 2}, {})
    >>> divide({"p": 1, "q": 2}, ["p", "rest"], {"p": float, "rest": Mapping[str, Any]})
    ({'p': 1}, {'rest': {'q': 2}})
    """
    collector = open_parameter(parameters, hints)
    if collector is None:
        return dict(given), {}
    declared = set(parameters) - {collector}
    rest = {name: value for name, value in given.items() if name not in declared}
    return {name: given[name] for name in given if name in declared}, {collector: rest}


def open_parameter(parameters: Iterable[str], hints: Mapping[str, Any]) -> str | None:
    """The parameter that collects the rest; None for a plugin that takes declared ones alone."""
    return next((n for n in parameters if typing.get_origin(hints.get(n)) is _MAPPING), None)


_MAPPING = typing.get_origin(Mapping[str, Any])
