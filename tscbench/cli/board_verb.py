"""tscbench board: tables of a run's results."""

from __future__ import annotations

import click

from tscbench.cli import say
from tscbench.cli.options import axis_options, chosen


@click.command("board")
@click.argument("run_folder", metavar="[RUN]", default="runs/quick")
@axis_options
@click.option("--metric", metavar="NAME", help="The metric to show (default: the headline).")
@click.option("--part", type=click.Choice(["test", "valid"]), default="test")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown", "csv", "json"]), default="text"
)
def verb(run_folder: str, metric: str | None, part: str, form: str, **options: str | None) -> None:
    """The board of RUN (a folder, or the name of a suite run in the default place)."""
    from tscbench.boards.boards import filter_scores, leaderboard
    from tscbench.boards.tables import FORMATS
    from tscbench.cli.status_verb import find_run
    from tscbench.contracts.errors import NothingSelected
    from tscbench.results import Run

    run = Run(find_run(run_folder))
    frame = filter_scores(run.scores(), chosen(options))
    if frame.empty:
        raise NothingSelected(f"{run.folder} has no result yet that fits these options")
    click.echo(FORMATS[form](leaderboard(frame, metric or run.asked()["headline"], part=part)))
    for notice in run.asked().get("notices", ()):
        say(f"notice: {notice}")
