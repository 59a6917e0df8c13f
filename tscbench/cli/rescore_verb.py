"""tscbench rescore: a new metric for a pack, without training."""

from __future__ import annotations

from pathlib import Path

import click

from tscbench.cli import say
from tscbench.cli.options import plugin_option
from tscbench.contracts.spec import split


@click.command("rescore")
@click.argument("pack", type=click.Path(path_type=Path))
@click.option("--metric", required=True, metavar="LIST", help="Metrics to work out.")
@click.option("--out", required=True, metavar="FILE", help="The pack that has them.")
@plugin_option
def verb(pack: Path, metric: str, out: str, plugins: tuple[str, ...]) -> None:
    """PACK with further metrics, worked out from the predictions that it stores."""
    from tscbench.harness.rescore import rescored
    from tscbench.results.pack_file import save_pack
    from tscbench.results.pack_predictions import stored_in

    found, said = rescored(pack, split(metric), plugins)
    with stored_in(pack) as stored:
        arrays = {
            f"{cell}.{part}": outputs
            for cell in stored.cells
            for part, outputs in stored.read(cell).items()
        }
    save_pack(found, Path(out), arrays)
    say(said)
    click.echo(out)
