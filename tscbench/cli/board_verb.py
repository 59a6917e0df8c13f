"""tscbench board: tables of a run's results."""

from __future__ import annotations

from typing import Any

import click

from tscbench.cli import say
from tscbench.cli.options import axis_options, chosen


@click.command("board")
@click.argument("run_folder", metavar="[RUN]", default="runs/quick")
@axis_options
@click.option("--metric", metavar="NAME", help="One metric, a column a student.")
@click.option("--part", type=click.Choice(["test", "valid"]), default="test")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "csv", "json", "latex"]),
    default="text",
)
@click.option("--tuned", is_flag=True, help="Generators with parameters chosen on valid rows.")
@click.option("--published", is_flag=True, help="Published numbers and claims beside these.")
def verb(
    run_folder: str,
    metric: str | None,
    part: str,
    form: str,
    tuned: bool,
    published: bool,
    **options: str | None,
) -> None:
    """The board of RUN (a folder, or the name of a suite run in the default place): accuracy, AUC,
    TSC Score and throughput, or one metric."""
    from tscbench.boards.boards import filter_scores, leaderboard
    from tscbench.boards.standard import standard
    from tscbench.boards.tables import FORMATS
    from tscbench.cli.status_verb import find_run
    from tscbench.contracts.errors import NothingSelected
    from tscbench.results import Run

    run = Run(find_run(run_folder))
    every = run.scores()
    frame = filter_scores(every, chosen(options))
    if frame.empty:
        raise NothingSelected(f"{run.folder} has no result yet that fits these options")
    headline = run.asked()["headline"]
    if tuned:
        frame = every = _tuned(frame, metric or headline)
    if published:
        from tscbench.boards.published import published_board

        boards = published_board(frame, run.asked()["name"], run.speeds())
    elif metric:
        boards = leaderboard(frame, metric, part=part)
    else:
        boards = standard(frame, run.speeds(), headline, part=part, within=every)
    click.echo(FORMATS[form](boards))
    for notice in run.asked().get("notices", ()):
        say(f"notice: {notice}")


def _tuned(frame: Any, metric: str) -> Any:
    """The tuned lane instead of every entry; what was chosen is said."""
    from tscbench.boards.lanes import tuned
    from tscbench.contracts.errors import NothingSelected

    lane = tuned(frame, metric)
    if lane.why:
        raise NothingSelected(lane.why)
    names = ["dataset", "split", "mix", "student", "generator"]
    for row in lane.chosen[names].drop_duplicates().itertuples(index=False):
        say(f"chosen on valid rows: {' · '.join(map(str, row))}")
    return lane.scores
