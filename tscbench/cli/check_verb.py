"""tscbench check: the conformance checks of a plugin, each failure in one sentence."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from textwrap import fill, indent
from typing import TYPE_CHECKING, Any

import click

from tscbench.cli.completion import of_kinds
from tscbench.cli.options import json_option, offline_option, plugin_option
from tscbench.contracts.errors import SpecError, TscbenchError
from tscbench.contracts.kinds import KINDS

if TYPE_CHECKING:
    from tscbench.testing.find import Found
    from tscbench.testing.report import Report


@click.command("check")
@click.argument("names", nargs=-1, metavar="NAME|SPEC|FILE ...", shell_complete=of_kinds())
@click.option("--kind", metavar="KIND", help="Of the plugins so named, those of one kind.")
@click.option(
    "-k", "expression", default="", metavar="WORD", help="Checks with this in their name."
)
@click.option("--list", "listing", is_flag=True, help="Every check and why it matters.")
@click.option("-v", "verbose", is_flag=True, help="Tracebacks of what plugins raised.")
@click.option(
    "--timeout", type=click.FloatRange(0), default=300.0, metavar="SECONDS", help="For each check."
)
@plugin_option
@offline_option
@json_option
def verb(
    names: tuple[str, ...],
    kind: str | None,
    expression: str,
    listing: bool,
    verbose: bool,
    timeout: float,
    plugins: tuple[str, ...],
    offline: bool,
    as_json: bool,
) -> None:
    """Holds a plugin to the contract of its kind, on tables of a few dozen rows.

    NAME is munge or distribution/name, and is tried as small as its `small=` says; a SPEC such as
    "acgan(epochs=2)" sets parameters; of a FILE such as ./jitter.py, or a folder ./plugins/ of
    files, all plugins are checked.
    """
    if kind is not None and kind not in KINDS:
        from tscbench.registry import near

        raise SpecError(f"no kind {kind!r}{near(kind, KINDS)}")
    if listing:
        click.echo(_listed(kind, expression))
        return
    if not names:
        raise click.UsageError("name a plugin, a spec or a file; --list shows the checks")
    from tscbench.testing.cases import select
    from tscbench.testing.isolated import Asked, tried

    select(expression)
    asked = Asked(names, kind, expression, plugins, offline, timeout)
    found = asked.found()
    came = []
    for one, reply in zip(found, tried(asked, found, _show), strict=True):
        _show()
        came.append(reply)
        if not as_json:
            _tell(one, reply, verbose)
    if as_json:
        click.echo(json.dumps([_plain(*both) for both in zip(found, came, strict=True)], indent=1))
    if any(isinstance(reply, TscbenchError) for reply in came):
        raise click.exceptions.Exit(2)
    if not all(reply.ok for reply in came if not isinstance(reply, TscbenchError)):
        raise click.exceptions.Exit(1)


def _show(one: Found | None = None, check: str = "") -> None:
    """Says on a terminal what is tried now; without a plugin, wipes that away."""
    if sys.stderr.isatty():
        said = f"checking {one.entry.kind} {one.entry.name}: {check}" if one else ""
        click.echo(f"\r\x1b[K{said[:78]}", nl=False, err=True)


def _tell(one: Found, came: Report | TscbenchError, verbose: bool) -> None:
    from tscbench.cli import say

    if isinstance(came, TscbenchError):
        say(_sentence(one, came))
        traces = [getattr(came, "trace", "")]
    else:
        click.echo(str(came))
        traces = [outcome.trace for outcome in came.outcomes.values()]
    for trace in traces if verbose else ():
        click.echo(trace, nl=False, err=True)


def _sentence(found: Found, error: TscbenchError) -> str:
    """Why a plugin does not load or bind, with the line of its file, or what to write instead."""
    text, file = str(error), found.entry.file
    if file is None:
        return text
    lines = re.findall(rf'File "{re.escape(str(file))}", line (\d+)', getattr(error, "trace", ""))
    if lines and f"{file.name}:" not in text:
        return f"{text} ({file}:{lines[-1]})"
    if isinstance(error, SpecError) and not found.params:
        return f"{text}: check '{found.entry.name}(…)' --plugin {file}"
    return text


def _plain(found: Found, came: Report | TscbenchError) -> dict[str, Any]:
    """For machines; `error` is null where the plugin was loaded."""
    entry = found.entry
    plain: dict[str, Any] = {"kind": entry.kind, "name": entry.name, "error": None}
    if isinstance(came, TscbenchError):
        return {**plain, "ok": False, "error": _sentence(found, came)}
    return {**plain, "ok": came.ok, **asdict(came)}


def _listed(kind: str | None, expression: str) -> str:
    """Checks by name with what each is for; where kinds differ in what they look at, one each."""
    from tscbench.testing.cases import all_checks, select

    wanted = select(expression)
    lines = []
    for check in sorted(all_checks(kind), key=lambda check: check.name):
        if check.name in wanted:
            kinds = "" if set(check.kinds) == set(KINDS) else f" ({', '.join(check.kinds)})"
            lines += [f"{check.name}{kinds}", indent(fill(check.why, 92), "    ")]
    return "\n".join(lines)
