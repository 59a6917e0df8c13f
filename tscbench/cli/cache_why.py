"""tscbench cache why: what is kept of a cell, and of the rest what tells it from what is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict

import click

from tscbench.cli.options import axis_options, chosen
from tscbench.line.artefact import Artefact
from tscbench.line.recipe import differences, nearest, recipe_of
from tscbench.line.store import Store


@click.command("why")
@click.argument("run_folder", metavar="RUN")
@click.argument("cell_id", metavar="[CELL]", required=False, default="")
@axis_options
def why(run_folder: str, cell_id: str, **options: str | None) -> None:
    """What the store holds of one cell of RUN (a folder, or the name of a suite run in the default
    place), and what will be made and why: what tells it from the nearest value that is kept.

    Axis options, or the beginning of its id as CELL, choose the cell.
    """
    from tscbench.cli.export_verb import find_cell
    from tscbench.harness.reopen import reopen
    from tscbench.results.sources import find_run

    session = reopen(find_run(run_folder))
    records = [{"cell": asdict(line.cell)} for line in session.plan.lines]
    cell = find_cell(records, chosen(options), cell_id)
    line = next(line for line in session.plan.lines if line.cell == cell)
    roots = [line.predictions, *line.extras.values()]
    roots += [line.teacher_predictions] if line.teacher_predictions else []
    click.echo(f"{cell.id[:12]}  {cell}")
    for said, n in Counter(reasons(roots, session.store)).items():
        click.echo(f"{n} × {said}" if n > 1 else said)
    made = [name_of(artefact) for artefact in to_make(roots, session.store)]
    click.echo(f"will be made: {', '.join(dict.fromkeys(made))}" if made else "all is in the store")


def reasons(roots: Iterable[Artefact], store: Store) -> Iterator[str]:
    """A sentence of each artefact that is kept by itself, in the order they are made."""
    facts = (store.facts(key) or {} for key in sorted(store.keys()))
    kept = [of["recipe"] for of in facts if "recipe" in of]
    for artefact in in_order(roots, lambda one: False):
        if not artefact.stored:
            continue
        if store.has(artefact.key):
            yield f"{name_of(artefact)}: in the store"
            continue
        recipe = recipe_of(artefact)
        near = nearest(recipe, kept)
        told = "none of its step is kept" if near is None else "; ".join(differences(recipe, near))
        yield f"{name_of(artefact)}: not in the store: {told or 'kept under another key'}"


def to_make(roots: Iterable[Artefact], store: Store) -> list[Artefact]:
    """What must be made, in its order: nothing behind what is kept."""
    return in_order(roots, lambda one: one.stored and store.has(one.key))


def in_order(roots: Iterable[Artefact], kept: Callable[[Artefact], bool]) -> list[Artefact]:
    """Artefacts, what they are made of first; without those that are kept and all behind them."""
    found: dict[str, Artefact] = {}

    def need(artefact: Artefact) -> None:
        if artefact.key not in found and not kept(artefact):
            for parent in artefact.parents():
                need(parent)
            found[artefact.key] = artefact

    for root in roots:
        need(root)
    return list(found.values())


def name_of(artefact: Artefact) -> str:
    """A step with the plugins that it is of."""
    return " ".join([artefact.step, *map(str, artefact.plugins.values())])
