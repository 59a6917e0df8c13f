"""tscbench board: tables of a run's results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from tscbench.cli import say
from tscbench.cli.options import axis_options, chosen

if TYPE_CHECKING:
    from tscbench.boards.boards import Boards
    from tscbench.boards.coverage import Policy
    from tscbench.results import Run


@click.command("board")
@click.argument("run_folder", metavar="[RUN]", default="runs/quick")
@axis_options
@click.option("--metric", metavar="NAME", help="One metric, a column a student; or one probe.")
@click.option(
    "--part",
    type=click.Choice(["test", "valid", "synthetic"]),
    default="test",
    help="The rows that scores are of; of synthetic rows, what probes say.",
)
@click.option(
    "--missing",
    type=click.Choice(["none", "drop-common", "worst", "baseline"]),
    default="none",
    help="How methods that lack cells are ranked: not; by what all methods have; with the worst "
    "score of any method; with that of the same student on training rows.",
)
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
    missing: Policy,
    form: str,
    tuned: bool,
    published: bool,
    **options: str | None,
) -> None:
    """The board of RUN (a folder, or the name of a suite run in the default place): accuracy, AUC,
    TSC Score and throughput, or one metric; and of several datasets, methods over all of them."""
    from tscbench.boards.boards import filter_scores
    from tscbench.boards.tables import FORMATS
    from tscbench.cli.status_verb import find_run
    from tscbench.contracts.errors import NothingSelected
    from tscbench.results import Run

    if missing != "none" and (published or part == "synthetic"):
        raise click.UsageError("--missing is about ranks over datasets, which this board has not")
    run = Run(find_run(run_folder))
    every = run.scores()
    frame = filter_scores(every, chosen(options))
    if frame.empty:
        raise NothingSelected(f"{run.folder} has no result yet that fits these options")
    if tuned:
        frame = every = _tuned(frame, metric or run.asked()["headline"])
    if published:
        from tscbench.boards.published import published_board

        boards = published_board(frame, run.asked()["name"], run.speeds())
    else:
        boards = _boards(run, frame, every, metric or "", part, missing)
    click.echo(FORMATS[form](boards))
    for notice in run.asked().get("notices", ()):
        say(f"notice: {notice}")


def _boards(run: Run, frame: Any, every: Any, metric: str, part: str, missing: Policy) -> Boards:
    """The boards of these rows of a run; `every` has the partners of those that are not shown."""
    from tscbench.boards.gaps import reasons_of
    from tscbench.boards.run_boards import run_boards
    from tscbench.boards.synthetic import synthetic
    from tscbench.harness.direction import higher_is_better
    from tscbench.harness.sources import same_source

    if part == "synthetic":
        return synthetic(frame, metric)
    headline = run.asked()["headline"]
    return run_boards(
        frame,
        run.speeds(),
        headline,
        metric=metric,
        part=part,
        policy=missing,
        higher_is_better=higher_is_better(run, metric or headline),
        within=every,
        reasons=reasons_of(run.records()),
        same_source=same_source(run),
    )


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
