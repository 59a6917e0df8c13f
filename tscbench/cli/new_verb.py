"""tscbench new: a plugin's first file, or its first package."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("new")
@click.argument("kind")
@click.argument("name")
@click.option("--package", is_flag=True, help="A folder that can be installed and published.")
@click.option("--out", metavar="DIR", default=".", help="Where to write (default: here).")
def verb(kind: str, name: str, package: bool, out: str) -> None:
    """Writes NAME.py, a plugin of KIND that works, and says what to type next.

    KIND is dataset, teacher, query, generator, objective, student, network, metric or probe.
    """
    from tscbench.registry import discover
    from tscbench.scaffold.names import check_name, kind_named
    from tscbench.scaffold.writing import template, write_file, write_package

    kind = kind_named(kind)
    check_name(kind, name, template(kind), discover())
    write = write_package if package else write_file
    for command in write(kind, name, Path(out)):
        click.echo(command)
