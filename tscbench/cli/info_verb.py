"""tscbench info: one plugin or suite in full, and what to cite for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tscbench.cli.completion import of_kinds
from tscbench.cli.options import json_option, plugin_option
from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import KINDS
from tscbench.registry import Entry, Registry, discover, installed_suites, near
from tscbench.results.published import PUBLISHED, published_packs


@click.command("info")
@click.argument("name", shell_complete=of_kinds())
@click.option("--bibtex", is_flag=True, help="Print BibTeX entries of the works to cite.")
@plugin_option
@json_option
def verb(name: str, bibtex: bool, plugins: tuple[str, ...], as_json: bool) -> None:
    """All about NAME: a plugin, a suite, or a suite's .toml file.

    A name that several plugins have is shown for each of them. With --bibtex: what to cite; for a
    suite that is every plugin and dataset in it, and tscbench.
    """
    if bibtex and as_json:
        raise click.UsageError("--bibtex and --json do not go together: BibTeX is for machines")
    registry = discover([Path(p) for p in (*plugins, *_beside(name))])
    kinds = dict.fromkeys([*KINDS, *(entry.kind for entry in registry.entries)])
    found = [entry for kind in kinds for entry in registry.called(kind, name)]
    entries = [entry for entry in found if entry in registry.entries]  # a network is told once
    suites = [name] if _is_suite(name) else []
    if not entries and not suites:
        raise _unknown(name, registry)
    if bibtex:
        click.echo(_bibtex(entries, suites, registry))
    elif as_json:
        click.echo(json.dumps(_facts(entries, suites, registry), indent=1))
    else:
        click.echo("\n\n".join(_texts(entries, suites, registry)))


def _beside(name: str) -> list[str]:
    """The folder of plugins beside a suite's file."""
    if not name.endswith(".toml"):
        return []
    from tscbench.harness.session import beside

    return beside(name)


def _is_suite(name: str) -> bool:
    home, _, short = name.rpartition("/")
    known = (s for s in installed_suites() if not s.trouble)
    return name.endswith(".toml") or any(
        s.name == short and home in ("", s.distribution) for s in known
    )


def _unknown(name: str, registry: Registry) -> SpecError:
    known = [entry.name for entry in registry.entries] + [s.name for s in installed_suites()]
    source, _, suite = name.partition(":")
    if source == PUBLISHED and (not suite or suite in published_packs()):
        of = f"; its suite: tscbench info {suite}" if suite else ""
        return SpecError(
            f"{name} is a source of results; they are shown by: tscbench board {name}{of}"
        )
    return SpecError(f"no plugin or suite {name!r}{near(name, dict.fromkeys(known))}")


def _facts(entries: list[Entry], suites: list[str], registry: Registry) -> list[dict[str, Any]]:
    from tscbench.api.about_plugin import plugin_facts

    found = [plugin_facts(registry, entry) for entry in entries]
    if suites:
        from tscbench.cli.about_suite import suite_facts

        found += [suite_facts(suite, registry) for suite in suites]
    return found


def _texts(entries: list[Entry], suites: list[str], registry: Registry) -> list[str]:
    from tscbench.cli.about_plugin import plugin_text

    facts = _facts(entries, suites, registry)
    texts = [plugin_text(facts[i]) for i in range(len(entries))]
    if suites:
        from tscbench.cli.about_suite import suite_text

        texts += [suite_text(one) for one in facts[len(entries) :]]
    return texts


def _bibtex(entries: list[Entry], suites: list[str], registry: Registry) -> str:
    from tscbench.api.about_plugin import loaded
    from tscbench.bibtex import bibliography, tscbench_itself, works_of

    plugins = [plugin for entry in entries if (plugin := loaded(registry, entry)[0])]
    works = []
    if suites:
        from tscbench.cli.about_suite import plugins_of
        from tscbench.harness.suite import read_suite

        works += tscbench_itself()
        for suite in suites:
            plugins += plugins_of(read_suite(suite, registry), registry)
    works += [work for plugin in plugins for work in works_of(plugin)]
    return "\n\n".join(work.text for work in bibliography(works))
