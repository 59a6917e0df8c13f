"""tscbench compare: two entries of an axis, or two runs, cell against cell."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tscbench.cli import say
from tscbench.cli.completion import of_sources_and_kinds
from tscbench.cli.options import axis_options, chosen, json_option
from tscbench.contracts.kinds import AXES
from tscbench.contracts.spec import split

if TYPE_CHECKING:
    from tscbench.analysis.compare import Paired
    from tscbench.analysis.study import Study
    from tscbench.report.table import Tables


@click.command("compare")
@click.argument("words", metavar="SOURCE… A [B]", nargs=-1, shell_complete=of_sources_and_kinds)
@click.option("--axis", "axis", type=click.Choice(AXES), help="The axis that A and B are on.")
@axis_options
@click.option("--part", type=click.Choice(["test", "valid"]), default="test")
@click.option(
    "--metric",
    metavar="LIST",
    help="Metrics to show, such as auc,tsc_score@9 (default: all that are recorded).",
)
@click.option("--by", type=click.Choice(["dataset"]), help="Each dataset by itself, too.")
@click.option(
    "--fail-if",
    "rules",
    multiple=True,
    metavar="RULE",
    help='End with code 1 if a mean difference B - A is so, as "auc<-0.01".',
)
@json_option
def verb(
    words: tuple[str, ...],
    axis: str | None,
    part: str,
    metric: str | None,
    by: str | None,
    rules: tuple[str, ...],
    as_json: bool,
    **options: str | None,
) -> None:
    """Compares A and B, such as none and munge, in SOURCE; or, of two words, the run A with
    SOURCE.

    Only cells that both have count, pooled over all that is not named. A SOURCE is a run, a pack or
    published:SUITE; several of one suite are one.
    """
    from tscbench.analysis.compare import failing
    from tscbench.report.compare import comparison, comparison_tables, verdict_on

    if len(words) < 2:
        raise click.UsageError("name a run and two entries of an axis, such as none and munge")
    *runs, a, b = words
    study = _study(runs or [b], chosen(options))
    found, paired, names = comparison(
        study,
        a,
        b if runs else _study([a], chosen(options)),
        axis=axis or "",
        part=part,
        metrics=[name.strip() for name in split(metric)] if metric else [],
    )
    if not runs:
        names = (a, b)
    said = verdict_on(found, study.headline, names, study.direction(study.headline))
    tables = comparison_tables(found, part, names, by_dataset=by is not None)
    _tell(tables, said, paired, names, as_json)
    failures = [wrong for rule in rules if (wrong := failing(found, part, rule))]
    for wrong in failures:
        say(f"failed: {wrong}")
    sys.exit(1 if failures else 0)


def _study(names: Sequence[str], only: dict[str, str]) -> Study:
    from tscbench.analysis.study import study_of
    from tscbench.results.sources import one_pack

    return study_of(one_pack(names), only)


def _tell(tables: Tables, said: str, paired: Paired, names: tuple[str, str], as_json: bool) -> None:
    """The comparison, and the cells that only one side has."""
    from tscbench.analysis.compare import unshared
    from tscbench.report.formats import FORMATS, filled, records_of
    from tscbench.report.screen import screen

    only = {"a": paired.only_a, "b": paired.only_b}
    if as_json:
        facts = {"title": tables[0].title, "verdict": said, "rows": records_of(tables[0].frame)}
        facts |= {"by_dataset": records_of(tables[1].frame)} if len(tables) > 1 else {}
        facts |= {f"only_{side}": rest.to_dict("records") for side, rest in only.items()}
        click.echo(json.dumps(facts, indent=1, default=int))
        return
    text = FORMATS["text"](tables)
    click.echo(f"{filled(said, screen())}\n\n{text}" if said else text)
    alone = []
    for name, other, rest in zip(names, names[::-1], only.values(), strict=True):
        lacks = " or ".join(f"{axis} {label}" for axis, label in unshared(rest, paired.pairs))
        alone += [f"{len(rest)} of {name}" + f" ({other} has none with {lacks})" * bool(lacks)]
    if any(map(len, only.values())):
        say(f"cells without a partner: {', '.join(alone)}; --json lists them")
