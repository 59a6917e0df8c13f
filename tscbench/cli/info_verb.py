"""tscbench info: one plugin or suite in full."""

from __future__ import annotations

import inspect
from pathlib import Path

import click

from tscbench.cli.options import plugin_option, table
from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import KINDS, Facts, Plugin, place
from tscbench.registry import discover, near


@click.command("info")
@click.argument("name")
@plugin_option
def verb(name: str, plugins: tuple[str, ...]) -> None:
    """Docstring, parameters with defaults, source, needs and offers of a plugin; or a suite's text.

    A name that several kinds have is shown for each of them.
    """
    from tscbench.registry import installed_suites

    registry = discover([Path(p) for p in plugins])
    short = name.rpartition("/")[2]
    kinds = [kind for kind in KINDS if short in registry.names(kind)]
    suites = {suite.name: suite.file for suite in installed_suites()}
    if not kinds and name not in suites:
        known = dict.fromkeys([*(e.name for e in registry.entries), *suites])
        raise SpecError(f"no plugin or suite {name!r}{near(name, known)}")
    texts = [_plugin(registry.load(kind, name)) for kind in kinds]
    if name in suites:
        texts.append(f"suite {name}\n\n{suites[name].read_text(encoding='utf-8').rstrip()}")
    click.echo("\n\n".join(texts))


def _plugin(plugin: Plugin) -> str:
    lines = [f"{plugin.kind} {plugin.name}   ({plugin.origin})", ""]
    lines += [inspect.getdoc(plugin.function) or "(no docstring)", ""]
    if plugin.parameters:
        rows = [
            [n, _hint(p.annotation), "" if p.default is p.empty else repr(p.default)]
            for n, p in plugin.parameters.items()
        ]
        lines += [table(rows, ["parameter", "type", "default"]), ""]
    facts = {
        "source": plugin.source,
        "takes": ", ".join(plugin.takes),
        "needs": _facts(plugin.needs),
        "offers": _facts(plugin.offers),
        "requires": ", ".join(plugin.requires),
        "file": place(plugin.function),
    }
    lines += [f"{key + ':':10}{value}" for key, value in facts.items() if value]
    return "\n".join(lines)


def _hint(annotation: object) -> str:
    if isinstance(annotation, str):
        return annotation
    return getattr(annotation, "__name__", str(annotation)).replace("typing.", "")


def _facts(facts: Facts) -> str:
    return "depends on the parameters" if callable(facts) else ", ".join(sorted(facts))
