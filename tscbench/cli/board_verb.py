"""tscbench board: tables of a run's results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tscbench.cli import say
from tscbench.cli.options import axis_options, chosen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tscbench.analysis.coverage import Policy
    from tscbench.boards.boards import Board, Boards
    from tscbench.results import Run


@click.command("board")
@click.argument("run_folder", metavar="[RUN]", default="runs/quick")
@axis_options
@click.option(
    "--metric",
    metavar="NAME",
    help="One metric, a column a student, such as auc, tsc_score@9, recovery or rows_per_second; "
    "or one probe.",
)
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
@click.option(
    "--tuned",
    is_flag=True,
    help="Generators with parameters chosen on valid rows, and what the choice cost.",
)
@click.option(
    "--costs",
    is_flag=True,
    help="Seconds to make each student, after how many predictions they are earned back, and the "
    "largest speed-ups.",
)
@click.option(
    "--history",
    is_flag=True,
    help="Epochs of networks: when they converge; figures of accuracy and loss go into RUN, or "
    "where --out says.",
)
@click.option("--out", metavar="DIR", help="Where --history writes its figures.")
@click.option("--published", is_flag=True, help="Published numbers and claims beside these.")
def verb(
    run_folder: str,
    metric: str | None,
    part: str,
    missing: Policy,
    form: str,
    tuned: bool,
    costs: bool,
    history: bool,
    out: str | None,
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

    _check_options(part, missing, tuned, costs, history, out, published)
    run = Run(find_run(run_folder))
    if history:
        click.echo(FORMATS[form](_history(run, chosen(options), Path(out or run.folder))))
        return
    every = run.scores()
    frame = filter_scores(every, chosen(options))
    if frame.empty:
        raise NothingSelected(f"{run.folder} has no result yet that fits these options")
    first: list[Board] = []
    if tuned:
        first, frame = _tuned(run, frame, metric or run.asked()["headline"])
        every = frame
    if published:
        from tscbench.boards.partners import baselines_of
        from tscbench.boards.published import published_board

        named = baselines_of(run.records())
        boards = published_board(frame, run.asked()["name"], run.speeds(), baselines=named)
    elif costs:
        boards = _costs(run, frame, metric or run.asked()["headline"])
    else:
        boards = _boards(run, frame, every, metric or "", part, missing)
    click.echo(FORMATS[form]([*first, *boards]))
    for notice in run.asked().get("notices", ()):
        say(f"notice: {notice}")


def _check_options(
    part: str,
    missing: str,
    tuned: bool,
    costs: bool,
    history: bool,
    out: str | None,
    published: bool,
) -> None:
    """Refuses options that do not go together."""
    if missing != "none" and (published or costs or part == "synthetic"):
        raise click.UsageError("--missing is about ranks over datasets, which this board has not")
    if costs and (tuned or published):
        raise click.UsageError("--costs is a board of its own: without --tuned and --published")
    if history and (costs or tuned or published):
        raise click.UsageError("--history is a board of its own")
    if out is not None and not history:
        raise click.UsageError("--out says where --history writes its figures; a board is printed")


def _boards(run: Run, frame: Any, every: Any, metric: str, part: str, missing: Policy) -> Boards:
    """The boards of these rows of a run; `every` has the partners of those that are not shown."""
    from tscbench.boards.gaps import reasons_of
    from tscbench.boards.partners import baselines_of
    from tscbench.boards.run_boards import run_boards
    from tscbench.boards.synthetic import synthetic
    from tscbench.harness.direction import direction_of
    from tscbench.harness.sources import same_source

    if part == "synthetic":
        return synthetic(frame, metric)
    headline, records = run.asked()["headline"], list(run.records())
    return run_boards(
        frame,
        run.speeds(),
        headline,
        metric=metric,
        part=part,
        policy=missing,
        direction=direction_of(run, metric or headline),
        within=every,
        reasons=reasons_of(records),
        baselines=baselines_of(records),
        same_source=same_source(run),
    )


def _history(run: Run, options: Mapping[str, str], folder: Path) -> Boards:
    """What networks did from epoch to epoch; figures of it are written into a folder.

    Raises:
        StoreError: it cannot be written.
    """
    from tscbench.boards.boards import filter_scores
    from tscbench.boards.history import history_boards, history_figures
    from tscbench.contracts.errors import NothingSelected, StoreError

    history = filter_scores(run.history(), options)
    boards = history_boards(history)
    if not boards:
        raise NothingSelected(f"{run.folder} has no epochs of a network that fits these options")
    for name, figure in history_figures(history).items():
        path = folder / f"history_{name}.svg"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(figure, encoding="utf-8")
        except OSError as error:
            said = f"{path} cannot be written ({error.strerror}); name another folder with --out"
            raise StoreError(said) from error
        say(f"wrote {path}")
    return boards


def _costs(run: Run, frame: Any, metric: str) -> Boards:
    """What students cost and earn back, and where there are speeds, the best of them."""
    from tscbench.boards.boards import Boards
    from tscbench.boards.cost_board import cost_boards, speed_board
    from tscbench.harness.direction import direction_of

    speeds, direction = run.speeds(), direction_of(run, metric)
    found = cost_boards(frame, run.timings(), speeds)
    if speeds.empty:
        return found
    picks = speed_board(frame, speeds, metric, direction=direction)
    return Boards([*found, picks] if len(picks.table) else found)


def _tuned(run: Run, frame: Any, metric: str) -> tuple[list[Board], Any]:
    """What was chosen, with its cost, and the tuned lane instead of every entry."""
    from tscbench.boards.lanes import tuned
    from tscbench.boards.tuning import TUNED, tuning_board
    from tscbench.contracts.errors import NothingSelected
    from tscbench.harness.direction import direction_of

    direction = direction_of(run, metric)
    boards, kept = [], frame
    for axis in TUNED:
        lane = tuned(kept, metric, axis=axis, direction=direction)
        if lane.why:
            raise NothingSelected(lane.why)
        board = tuning_board(frame, run.timings(), metric, axis=axis, direction=direction)
        if board is not None:
            boards.append(board)
            kept = lane.scores
            names = ["dataset", "split", "mix", "student", "generator"]
            for row in lane.chosen[names].drop_duplicates().itertuples(index=False):
                say(f"chosen on valid rows: {' · '.join(map(str, row))}")
    if not boards:
        raise NothingSelected("no tuned lane: no generator or mix is there with several parameters")
    return boards, kept
