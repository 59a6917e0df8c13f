"""tscbench list: names only, nothing is imported."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tscbench.cli.options import json_option, plugin_option, table
from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import KINDS
from tscbench.registry import discover, near


@click.command("list")
@click.argument("kind", required=False)
@plugin_option
@json_option
def verb(kind: str | None, plugins: tuple[str, ...], as_json: bool) -> None:
    """Plugins and suites in sight, with the distribution that offers each."""
    kinds = [*KINDS, "suite"]
    wanted = kind.removesuffix("s") if kind else None
    wanted = {"querie": "query"}.get(wanted or "", wanted)
    if wanted is not None and wanted not in kinds:
        raise SpecError(f"no kind {kind!r}{near(str(wanted), kinds)}")
    entries = discover([Path(p) for p in plugins]).entries
    rows = [[e.kind, e.name, e.distribution, e.version] for e in entries]
    rows.sort(key=lambda row: (kinds.index(row[0]), row[1]))
    rows += [["suite", name, home, version] for name, home, version in _suites()]
    rows = [row for row in rows if wanted is None or row[0] == wanted]
    headers = ["kind", "name", "distribution", "version"]
    if as_json:
        click.echo(json.dumps([dict(zip(headers, row, strict=True)) for row in rows], indent=1))
    else:
        click.echo(table(rows, headers))


def _suites() -> list[tuple[str, str, str]]:
    from importlib.metadata import entry_points
    from importlib.resources import files

    found = []
    for point in entry_points(group="tscbench.suites"):
        home = (point.dist.name, point.dist.version) if point.dist else ("?", "?")
        for file in files(point.value).iterdir():
            if file.name.endswith(".toml"):
                found.append((file.name.removesuffix(".toml"), *home))
    return sorted(found)
