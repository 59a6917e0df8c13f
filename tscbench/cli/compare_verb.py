"""tscbench compare: two entries of an axis, or two runs, cell against cell."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from tscbench.cli import say
from tscbench.cli.options import axis_options, chosen, json_option
from tscbench.contracts.kinds import AXES
from tscbench.contracts.spec import split

if TYPE_CHECKING:
    from pandas import DataFrame

    from tscbench.boards.boards import Board
    from tscbench.boards.compare import Paired

SHOWN = 10


@click.command("compare")
@click.argument("run_folder", metavar="RUN")
@click.argument("a", metavar="A")
@click.argument("b", metavar="[B]", required=False)
@click.option("--axis", "axis", type=click.Choice(AXES), help="The axis that A and B are on.")
@axis_options
@click.option("--part", type=click.Choice(["test", "valid"]), default="test")
@click.option(
    "--metric",
    metavar="LIST",
    help="Metrics to show, such as auc,tsc_score@9 (default: all that are recorded).",
)
@click.option(
    "--fail-if",
    "rules",
    multiple=True,
    metavar="RULE",
    help='End with code 1 if a mean difference B - A is so, as "auc<-0.01".',
)
@json_option
def verb(
    run_folder: str,
    a: str,
    b: str | None,
    axis: str | None,
    part: str,
    metric: str | None,
    rules: tuple[str, ...],
    as_json: bool,
    **options: str | None,
) -> None:
    """Compares A and B, such as none and munge, in RUN; or, without B, RUN with the run A.

    Only cells that both have count; those without a partner are listed.
    """
    from tscbench.boards.asked import scores_of
    from tscbench.boards.boards import filter_scores
    from tscbench.boards.compare import (
        axis_of,
        canonical,
        comparison,
        failing,
        pair_entries,
        pair_runs,
    )
    from tscbench.boards.sources import sources_of
    from tscbench.cli.status_verb import find_run
    from tscbench.contracts.errors import NothingSelected
    from tscbench.harness.sources import same_source
    from tscbench.results import Run

    run = Run(find_run(run_folder))
    scores = filter_scores(scores_of(run), chosen(options))
    sources = sources_of(same_source(run), scores["dataset"].unique())
    if b is None:
        other = filter_scores(scores_of(Run(find_run(a))), chosen(options))
        names, paired = (run_folder, a), pair_runs(scores, other)
    else:
        names = (canonical(a), canonical(b))
        paired = pair_entries(scores, axis or axis_of(scores, *names), *names)
    shown = _of_metrics(paired, scores, metric)
    if shown.pairs.empty:
        raise NothingSelected(
            f"no cell of {names[0]} has a partner of {names[1]} with such a score"
        )
    _tell(comparison(shown, part, names, sources), shown, names, as_json)
    failures = [said for rule in rules if (said := failing(paired, part, rule, sources))]
    for said in failures:
        say(f"failed: {said}")
    sys.exit(1 if failures else 0)


def _of_metrics(paired: Paired, scores: DataFrame, option: str | None) -> Paired:
    """The pairs of these metrics, or of all that are recorded.

    Raises:
        SpecError: no result has one of them.
    """
    from tscbench.boards.asked import must_have, recorded_of

    if not option:
        return replace(paired, pairs=recorded_of(paired.pairs))
    wanted = [name.strip() for name in split(option)]
    for name in wanted:
        must_have(scores, name)
    return replace(paired, pairs=paired.pairs[paired.pairs["metric"].isin(wanted)])


def _tell(board: Board, paired: Paired, names: tuple[str, str], as_json: bool) -> None:
    """The comparison, and the cells that only one side has."""
    from tscbench.boards.tables import as_text, numbers_of, records_of

    only = {"a": paired.only_a, "b": paired.only_b}
    if as_json:
        facts = {"title": board.title, "rows": records_of(numbers_of(board))}
        facts |= {f"only_{side}": rest.to_dict("records") for side, rest in only.items()}
        click.echo(json.dumps(facts, indent=1, default=int))
        return
    click.echo(as_text(board))
    for name, rest in zip(names, only.values(), strict=True):
        for row in rest.head(SHOWN).itertuples(index=False):
            click.echo(f"only {name}: {' · '.join(map(str, row))}")
        if len(rest) > SHOWN:
            click.echo(f"only {name}: {len(rest) - SHOWN} more; --json lists all")
