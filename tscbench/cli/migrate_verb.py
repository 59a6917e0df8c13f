"""tscbench migrate: a pack of an earlier schema, brought to the one that is read now."""

from __future__ import annotations

from pathlib import Path

import click

from tscbench.cli import say


@click.command("migrate")
@click.argument("pack", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Another file (default PACK itself).")
def verb(pack: Path, out: Path | None) -> None:
    """PACK, which an earlier tscbench has written, as it is written now: records, predictions and
    digests of its rows and code stay what they were.

    It is held to what any pack is held to; where something is wrong, nothing is written. The digest
    of the file itself is another one then: a method card that names it is to be written again.
    """
    from tscbench.results.migrations import migrate
    from tscbench.results.pack import SCHEMA

    before = migrate(pack, out or pack)
    already = f"{pack} is of schema {SCHEMA} already"
    say(already if before == SCHEMA else f"from schema {before} to {SCHEMA}")
    click.echo(out or pack)
