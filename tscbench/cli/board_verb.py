"""tscbench board: tables of a run's results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tscbench.cli import say
from tscbench.cli.completion import of_runs
from tscbench.cli.options import axis_options, chosen
from tscbench.contracts.kinds import AXES

if TYPE_CHECKING:
    from tscbench.analysis.coverage import Policy
    from tscbench.analysis.study import Study
    from tscbench.report.table import Tables
    from tscbench.results.pack import Pack


@click.command("board")
@click.argument("names", metavar="[SOURCE…]", nargs=-1, shell_complete=of_runs)
@axis_options
@click.option(
    "--metric",
    metavar="NAME",
    help="By one metric, such as auc, tsc_score@9, recovery, nodes or rows_per_second; or one "
    "probe.",
)
@click.option(
    "--part",
    type=click.Choice(["test", "valid", "synthetic"]),
    default="test",
    help="The rows that scores are of; of synthetic rows, what probes say.",
)
@click.option("--full", is_flag=True, help="Every method, dataset and student.")
@click.option("--by", "axis", type=click.Choice(AXES), help="Each entry of an axis by itself.")
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
    names: tuple[str, ...],
    metric: str | None,
    part: str,
    full: bool,
    axis: str | None,
    missing: Policy,
    form: str,
    tuned: bool,
    costs: bool,
    history: bool,
    out: str | None,
    published: bool,
    **options: str | None,
) -> None:
    """Which methods of SOURCE are best, by how much and how surely, in 24 lines; with --full all
    there is. A SOURCE is a folder with a run, a pack, the name of a suite run in the default place,
    or published:SUITE, what came with tscbench; several of one suite are one table."""
    from tscbench.report.formats import FORMATS
    from tscbench.report.suites_table import suites_table
    from tscbench.results.sources import called, packs_of, sources_of

    own = {"--tuned": tuned, "--costs": costs, "--history": history, "--published": published}
    _check_options({name for name, given in own.items() if given}, part, missing, out, full, axis)
    pack, *more = packs_of(sources_of(names := names or ("runs/quick",)))
    if more:
        asked = {"--metric": metric, "--full": full, "--by": axis, **own}
        asked |= {"--part": part != "test", "--missing": missing != "none"}
        _must_be_plain([pack, *more], asked | {f"--{name}": v for name, v in options.items()})
        click.echo(FORMATS[form](suites_table([pack, *more])))
        return
    study, name = _study(pack, options, called(names)), metric or ""
    if history:
        tables = _history(study, Path(out or _folder(names)))
    elif published:
        tables = _published(study, pack.suite_name)
    elif costs:
        tables = _costs(study, name)
    elif tuned:
        tables = _tuned(study, name)
    elif form == "text" and _fits_a_screen(study, name, part, missing, full, axis):
        tables = None
    else:
        tables = _boards(study, name, part, missing, full, axis)
    click.echo(FORMATS[form](tables) if tables else _first_screen(study, name, part))
    for notice in pack.notices:
        say(f"notice: {notice}")


def _must_be_plain(packs: Sequence[Pack], asked: Mapping[str, object]) -> None:
    """Refuses options of boards where several suites are listed. asked: values by option."""
    if given := [option for option, value in asked.items() if value]:
        has = ", ".join(pack.suite_name for pack in packs)
        raise click.UsageError(f"{given[0]} is about one suite: name it (has: {has})")


def _study(pack: Pack, options: Mapping[str, str | None], name: str) -> Study:
    """The study of one suite; a table of several does not wait for what it imports.

    Raises:
        NothingSelected: it has no scores.
    """
    from tscbench.analysis.study import study_of
    from tscbench.contracts.errors import NothingSelected

    study = study_of(pack, chosen(options), name)
    if study.scores.empty:
        raise NothingSelected(f"{name} has no result yet that fits these options")
    return study


def _first_screen(study: Study, metric: str, part: str) -> str:
    from tscbench.report.first_screen import first_screen

    return first_screen(study, metric, part=part)


def _folder(names: Sequence[str]) -> Path:
    """Where figures go if nobody says: into the first run."""
    from tscbench.results.sources import sources_of

    return next((one.path for one in sources_of(names) if one.path.is_dir()), Path())


def _check_options(
    own: set[str], part: str, missing: str, out: str | None, full: bool, axis: str | None
) -> None:
    """Refuses options that do not go together. own: those that are boards of their own."""
    if len(own) > 1:
        raise click.UsageError(
            f"{' and '.join(sorted(own))} are boards of their own: one at a time"
        )
    if own and (full or axis):
        raise click.UsageError(f"{own.pop()} is a board of its own: without --full and --by")
    if full and axis:
        raise click.UsageError("--full shows every entry of every axis: without --by")
    if missing != "none" and (own or part == "synthetic" or axis):
        raise click.UsageError("--missing is about ranks over datasets, which this board has not")
    if out is not None and "--history" not in own:
        raise click.UsageError("--out says where --history writes its figures; a board is printed")


def _fits_a_screen(
    study: Study, metric: str, part: str, missing: Policy, full: bool, axis: str | None
) -> bool:
    """Whether the first screen is asked for, and this run has one."""
    from tscbench.report.boards import is_of_probes

    if full or axis or missing != "none" or part == "synthetic" or is_of_probes(study):
        return False
    if metric:
        study.of_metric(metric, part)
    return True


def _boards(
    study: Study, metric: str, part: str, missing: Policy, full: bool, axis: str | None
) -> Tables:
    from tscbench.report.boards import board_by, full_board, short_board

    if axis:
        return board_by(study, axis, metric, part=part)
    board = full_board if full else short_board
    return board(study, metric, part=part, policy=missing)


def _published(study: Study, suite: str) -> Tables:
    from tscbench.report.published import published_tables

    return published_tables(study, suite)


def _history(study: Study, folder: Path) -> Tables:
    """What networks did from epoch to epoch; figures of it are written into a folder.

    Raises:
        NothingSelected: no network has epochs.
        StoreError: a figure cannot be written.
    """
    from tscbench.contracts.errors import NothingSelected, StoreError
    from tscbench.report.figures.epochs import drawable, watched
    from tscbench.report.figures.svg import svg
    from tscbench.report.history import history_tables
    from tscbench.report.names import names_in
    from tscbench.report.plots import Plots

    tables = history_tables(study.history, names_in(study))
    if not tables:
        raise NothingSelected(f"{study.name} has no epochs of a network that fits these options")
    plots = Plots(study)
    figures = {noted: partial(plots.epochs, noted) for noted in drawable(study.history)}
    if watched(study.history):
        figures["gradients"] = partial(plots.gradients)
    for name, draw in figures.items():
        path = folder / f"history_{name}.svg"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(svg(draw().figure), encoding="utf-8")
        except OSError as error:
            said = f"{path} cannot be written ({error.strerror}); name another folder with --out"
            raise StoreError(said) from error
        say(f"wrote {path}")
    return tables


def _costs(study: Study, metric: str) -> Tables:
    """What students cost and earn back, and where there are speeds, the best of them."""
    from tscbench.report.cost_board import cost_tables, speed_table
    from tscbench.report.names import names_in

    names = names_in(study)
    tables = cost_tables(study, names)
    if len(study.speeds):
        picks = speed_table(study, names, metric)
        tables += [picks] if len(picks.frame) else []
    return tables


def _tuned(study: Study, metric: str) -> Tables:
    """What was chosen, with its cost; then the tuned methods among the others."""
    from tscbench.contracts.errors import NothingSelected
    from tscbench.report.boards import full_board
    from tscbench.report.table import Tables
    from tscbench.report.tuning import tuned_study

    tables, kept, why = tuned_study(study, metric)
    if not tables:
        raise NothingSelected(why)
    return Tables([*tables, *full_board(kept, metric)])
