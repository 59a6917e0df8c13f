"""What a shell completes: names of suites, plugins and runs. Nothing is imported for it that takes
time, and what goes wrong completes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

import click
from click.shell_completion import CompletionItem

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

PLURALS = {"query": "queries"}
"""Kinds whose entry points are not named by an s."""


def of_kinds(*kinds: str) -> Complete:
    """Names of the plugins of these kinds, or of all; in a comma list the last one."""

    def complete(
        ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        before, comma, begun = incomplete.rpartition(",")
        wanted = {f"tscbench.{PLURALS.get(kind, f'{kind}s')}" for kind in kinds}
        every = entry_points()
        groups = {g for g in every.groups if g.startswith("tscbench.") and g != "tscbench.suites"}
        groups = groups & wanted if kinds else groups
        names = {point.name for group in groups for point in every.select(group=group)}
        found = [CompletionItem(before + comma + name) for name in _begun(names, begun)]
        return found or [CompletionItem(incomplete, type="file")]

    return complete


def of_suites(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of installed suites, or a file of one's own."""
    specs = [find_spec(point.value) for point in entry_points(group="tscbench.suites")]
    folders = [folder for spec in specs if spec for folder in spec.submodule_search_locations or ()]
    names = {file.stem for folder in folders for file in Path(folder).glob("*.toml")}
    found = [CompletionItem(name) for name in _begun(names, incomplete)]
    return found or [CompletionItem(incomplete, type="file")]


def of_runs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of the runs in the default place, what is published, or a folder."""
    from tscbench.results.published import PUBLISHED, published_packs

    names = {path.parent.name for path in Path("runs").glob("*/run.json")}
    names |= {PUBLISHED, *(f"{PUBLISHED}:{suite}" for suite in published_packs())}
    found = [CompletionItem(name) for name in _begun(names, incomplete)]
    return found or [CompletionItem(incomplete, type="dir")]


def of_sources_and_kinds(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """What may be compared: runs and what is published, and what stands on their axes."""
    found = [*of_runs(ctx, param, incomplete), *of_kinds()(ctx, param, incomplete)]
    return [one for one in found if one.type == "plain"] or found[:1]


def _begun(names: Iterable[str], begun: str) -> list[str]:
    return sorted(name for name in names if name.startswith(begun))
