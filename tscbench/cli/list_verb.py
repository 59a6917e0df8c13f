"""tscbench list: what is in sight, and whether it can be used; no plugin is imported here."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tscbench.cli.options import json_option, plugin_option, strict_option, table
from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import KINDS, SERVES
from tscbench.registry import SuiteFile, discover, installed_suites, near

COLUMNS = ("kind", "name", "distribution", "version", "state")


@click.command("list")
@click.argument("kind", required=False)
@plugin_option
@strict_option
@json_option
def verb(kind: str | None, plugins: tuple[str, ...], strict: bool, as_json: bool) -> None:
    """Plugins and suites in sight: who offers each, and whether it can be used.

    What is new or has changed is tried in a process of its own, and its state remembered.
    """
    wanted = _kind(kind) if kind else None
    registry = discover([Path(p) for p in plugins])
    if strict:
        registry.must_be_sound()
    rows = [
        {
            "kind": entry.kind,
            "name": entry.name,
            "distribution": entry.distribution,
            "version": entry.version,
            "state": state.state,
            "cause": state.cause,
        }
        for entry, state in registry.states().items()
    ]
    rows.sort(key=_order)
    rows = [row for row in rows + _suites() if wanted is None or _is(wanted, row["kind"])]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    click.echo(table([[row[column] for column in COLUMNS] for row in rows], list(COLUMNS)))
    for cause in dict.fromkeys(row["cause"] for row in rows if row["cause"]):
        click.echo(f"\n{cause}")


def _kind(text: str) -> str:
    """A kind, in the singular or plural.

    Raises:
        SpecError: there is no such kind.
    """
    kinds = [*KINDS, "suite"]
    one = {"queries": "query"}.get(text, text.removesuffix("s"))
    if one not in kinds:
        raise SpecError(f"no kind {text!r}{near(one, kinds)}")
    return one


def _is(wanted: str, kind: str) -> bool:
    """Whether plugins of a kind are wanted; a file that cannot be read may hold any."""
    return kind in (wanted, "-") or wanted in SERVES.get(kind, ())


def _order(row: dict[str, str]) -> tuple[int, str, str]:
    kind = row["kind"]
    return KINDS.index(kind) if kind in KINDS else len(KINDS), row["name"], row["distribution"]


def _suites() -> list[dict[str, str]]:
    found = installed_suites()
    names = [suite.name for suite in found]
    return [
        {
            "kind": "suite",
            "name": suite.name,
            "distribution": suite.distribution,
            "version": suite.version,
            "state": _state(suite, names),
            "cause": suite.trouble,
        }
        for suite in found
    ]


def _state(suite: SuiteFile, names: list[str]) -> str:
    if suite.trouble:
        return "broken"
    return "ok" if names.count(suite.name) == 1 else "ambiguous"
