"""How a run is done: options of `tscbench run`, and what they mean."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from tscbench.contracts.amounts import amount
from tscbench.contracts.failures import STATUSES

F = TypeVar("F", bound=Callable[..., Any])


class Amount(click.ParamType):  # type: ignore[type-arg]  # of click 8.2 on
    """Seconds or bytes."""

    name = "amount"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        """The number that is written."""
        try:
            return amount(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def limit_options(function: F) -> F:
    """What a step may take."""
    most = click.option("--memory", type=Amount(), help="The most a step may take, such as 8G.")
    longest = click.option(
        "--timeout", type=Amount(), help="The longest of a step, such as 90 or 10min."
    )
    return longest(most(function))


def how_options(function: F) -> F:
    """What a step may take, what is tried again, and where it is done."""
    for option in (
        click.option("--pdb", is_flag=True, help="Stop where a plugin fails (in this process)."),
        click.option("--in-process", is_flag=True, help="Start no other process; no limits hold."),
        click.option(
            "--shard", metavar="I/N", default="1/1", help="The I-th of N parts, such as 1/8."
        ),
        click.option(
            "--executor",
            default="local",
            metavar="WHERE",
            help="local, dask, or dask:ADDRESS of a scheduler.",
        ),
        click.option(
            "--retry",
            default="",
            metavar="LIST",
            help="Statuses of known failures to try again, such as failed,timeout.",
        ),
        limit_options,
        click.option("--jobs", type=click.IntRange(1), help="Steps at a time (default: cores)."),
    ):
        function = option(function)
    return function


@dataclass(frozen=True)
class How:
    """The options as they were given."""

    jobs: int | None
    timeout: float | None
    memory: float | None
    retry: str
    executor: str
    shard: str
    in_process: bool
    pdb: bool

    @property
    def again(self) -> frozenset[str]:
        """The statuses that are tried again."""
        asked = frozenset(filter(None, map(str.strip, self.retry.split(","))))
        if unknown := sorted(asked - STATUSES.keys()):
            known = ", ".join(STATUSES)
            raise click.UsageError(f"--retry {unknown[0]}: no such status (has: {known})")
        return asked

    def allowance(self, suite: Any) -> Any:
        """What a step may take: as the suite says, or as was given."""
        return suite.allowance.bound(self.timeout, self.memory)

    def start(self) -> str | Callable[[int, Any], Any]:
        """The executor's name, or what gives it."""
        from tscbench.harness.executors import InProcess

        if self.in_process or self.pdb:
            return lambda jobs, place: InProcess(_debug if self.pdb else None)
        return self.executor


def _debug(trace: Any) -> None:
    """A debugger where a plugin failed."""
    import pdb
    import traceback

    traceback.print_tb(trace, file=sys.stderr)
    pdb.post_mortem(trace)
