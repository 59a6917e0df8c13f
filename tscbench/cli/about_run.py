"""What the site shows of a run: its results, and what the registry knows of its plugins."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tscbench.bibtex import works_of
from tscbench.boards.asked import names_of, scores_of
from tscbench.boards.site import RunView
from tscbench.boards.sources import sources_of
from tscbench.cli.about_plugin import loaded, plugin_facts
from tscbench.contracts.errors import DataError, TscbenchError
from tscbench.contracts.kinds import AXES
from tscbench.contracts.spec import parse
from tscbench.harness.direction import registry_of
from tscbench.harness.resolve import located
from tscbench.harness.sources import same_source
from tscbench.harness.specs import cap_of
from tscbench.line.fetch import Fetch
from tscbench.line.load import load_data
from tscbench.registry import Registry, find_suite
from tscbench.results import Run
from tscbench.tabular.described import describe

PLUGIN_AXES = tuple(axis for axis in AXES if axis not in ("split", "mix", "seed"))
SHOWN = ("docstring", "parameters", "source", "notes")


def view_of(run: Run) -> RunView:
    """A run as the site shows it. Datasets and plugins that are not at hand are left out.

    Raises:
        StoreError: the folder holds no run.
    """
    asked = run.asked()
    scores = scores_of(run)
    says = tomllib.loads(asked["suite"])
    alias = says.get("alias", {})
    registry = registry_of(run)
    used = {
        axis: sorted({str(alias.get(x, x)) for x in scores[axis] if x not in ("-", "teacher")})
        for axis in PLUGIN_AXES
    }
    used["metric"] = names_of(scores)
    labels = sorted(scores["dataset"].unique())
    data = {label: _data(registry, str(alias.get(label, label))) for label in labels}
    for label, source in sources_of(same_source(run), labels).items():
        data[label] |= {"source": source}
    return RunView(
        name=run.folder.resolve().name,
        title=says.get("title") or f"Suite {asked['name']}",
        headline=asked["headline"],
        command=_command(asked),
        suite=asked["suite"],
        scores=scores,
        speeds=run.speeds(),
        timings=run.timings(),
        records=list(run.records()),
        notices=asked.get("notices", ()),
        plugins=_plugins(registry, used),
        data={label: about for label, about in data.items() if about},
    )


def _command(asked: Mapping[str, Any]) -> str:
    """`tscbench run` with the suite's name, if it is an installed one, else with its file's, and
    with the options that chose among its cells."""
    try:
        text = find_suite(asked["name"]).file.read_text(encoding="utf-8")
    except (TscbenchError, OSError):
        text = ""
    suite = asked["name"] if text == asked["suite"] else f"{asked['name']}.toml"
    options = [f"--{axis} {shlex.quote(text)}" for axis, text in asked["options"].items()]
    plugins = [f"--plugin {shlex.quote(Path(p).name)}" for p in asked["plugins"]]
    return " ".join(["tscbench run", suite, *options, *plugins])


def _plugins(registry: Registry, used: Mapping[str, list[str]]) -> dict[str, dict[str, Any]]:
    """By "kind/name": what a plugin says of itself."""
    found: dict[str, dict[str, Any]] = {}
    for kind, specs in used.items():
        for spec in specs:
            try:
                name = parse(spec).name
                entry = registry.entry(kind, name)
            except TscbenchError:
                continue
            if f"{kind}/{name}" in found:
                continue
            facts = plugin_facts(registry, entry)
            plugin, _ = loaded(registry, entry)
            works = works_of(plugin) if plugin else []
            found[f"{kind}/{name}"] = {
                **{key: facts[key] for key in SHOWN if key in facts},
                "bibtex": "\n\n".join(work.text for work in works),
            }
    return dict(sorted(found.items()))


def _data(registry: Registry, spec: str) -> dict[str, Any]:
    """Rows, columns and classes of a dataset that this machine holds; nothing of another."""
    try:
        bound = registry.bind("dataset", cap_of(parse(spec))[0])
        data = load_data(located(bound), Fetch(offline=True))
    except (TscbenchError, DataError, OSError):
        return {}
    return {
        "rows": len(data.rows),
        "columns": int(data.rows.x[0].size),
        "classes": int(data.schema.outputs[0]),
        "test rows": "drawn" if data.test is None else "marked in the data",
        "table": describe(data).as_json(),
    }
