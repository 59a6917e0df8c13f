"""Options that verbs share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from textwrap import fill
from typing import Any, TypeVar

import click

from tscbench.cli.completion import of_kinds
from tscbench.contracts.kinds import AXES
from tscbench.report.screen import screen

AS_KINDS = {"student": ("student", "network"), "teacher": ("teacher", "network")}
"""The kinds of the plugins that may stand on an axis, where that is not its own alone."""

F = TypeVar("F", bound=Callable[..., Any])


def axis_options(function: F) -> F:
    """`--dataset`, `--split`, … : a comma list that stands for the axis."""
    for axis in reversed(AXES):
        function = click.option(
            f"--{axis}",
            metavar="LIST",
            help=f"Names, globs, specs or no:name for {_plural(axis)}.",
            shell_complete=of_kinds(*AS_KINDS.get(axis, (axis,))),
        )(function)
    return function


def _plural(axis: str) -> str:
    return {"query": "queries", "mix": "mixes"}.get(axis, f"{axis}s")


def plugin_option(function: F) -> F:
    """`--plugin PATH`, as often as wanted."""
    return click.option(
        "--plugin",
        "plugins",
        multiple=True,
        metavar="PATH",
        help="A Python file with plugins, or a folder of them; may be repeated.",
    )(function)


def against_option(function: F) -> F:
    """`--against SOURCE`, as often as wanted."""
    return click.option(
        "--against",
        multiple=True,
        metavar="SOURCE",
        help="Take the cells that a pack, a run or `published` has; make only the others.",
    )(function)


def strict_option(function: F) -> F:
    """`--strict`."""
    return click.option(
        "--strict", is_flag=True, help="End with code 3 if any plugin in sight is broken."
    )(function)


def verbose_option(function: F) -> F:
    """`-v`."""
    return click.option("-v", "--verbose", is_flag=True, help="Print tracebacks of failures.")(
        function
    )


def offline_option(function: F) -> F:
    """`--offline`."""
    return click.option("--offline", is_flag=True, help="Download nothing.")(function)


def json_option(function: F) -> F:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="For machines.")(function)


def chosen(options: Mapping[str, str | None]) -> dict[str, str]:
    """The axis options that were given."""
    return {axis: value for axis, value in options.items() if axis in AXES and value is not None}


def _lines(text: str, room: int) -> str:
    """A text whose lines are no longer than the room, but for its words."""
    each = text.split("\n")
    return "\n".join(
        fill(one, room, break_long_words=False, break_on_hyphens=False) for one in each
    )


NARROW = 24
"""Letters that a last column has at the least."""


def table(rows: list[list[Any]], headers: list[str]) -> str:
    """A text table, whose last column is broken into lines where it is wider than the terminal;
    what goes to a file or another program is not."""
    from tabulate import tabulate

    columns = list(zip([f"{name}  " for name in headers], *rows, strict=True))[:-1]
    lines = [[line for cell in column for line in str(cell).split("\n")] for column in columns]
    others = sum(2 + max(map(len, of)) for of in lines)
    seen = sys.stdout.isatty() or "COLUMNS" in os.environ
    room = max(NARROW, screen() - others) if seen else sys.maxsize
    fitted = [[*row[:-1], _lines("" if row[-1] is None else str(row[-1]), room)] for row in rows]
    return str(tabulate(fitted, headers, tablefmt="simple", disable_numparse=True))
