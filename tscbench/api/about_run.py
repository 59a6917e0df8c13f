"""What a site shows of a run: its results, and what the registry knows of its plugins."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tscbench.analysis.study import Study
from tscbench.api.about_plugin import loaded, plugin_facts
from tscbench.bibtex import works_of
from tscbench.contracts.errors import DataError, TscbenchError
from tscbench.contracts.kinds import AXES
from tscbench.contracts.spec import parse
from tscbench.harness.cut import trusted
from tscbench.harness.resolve import located
from tscbench.harness.specs import cap_of, is_here
from tscbench.line.fetch import Fetch
from tscbench.line.load import load_data
from tscbench.registry import Registry, discover
from tscbench.results.commands import plugin_files
from tscbench.results.pack import Pack, is_pack
from tscbench.results.pack_file import load_pack
from tscbench.results.packed import pack_of
from tscbench.results.run import Run
from tscbench.tabular.described import describe


def registry_of(run: Run) -> Registry:
    """The plugins that a run was made with, but for files that are gone."""
    asked = run.asked()
    return discover(map(Path, plugin_files(asked)[0])).at_home(asked.get("home", ""))


PLUGIN_AXES = tuple(axis for axis in AXES if axis not in ("split", "mix", "seed"))
SHOWN = ("docstring", "parameters", "source", "notes")


def whole_pack(run: Run) -> Pack:
    """A run with all that is known of it. Datasets and plugins that are not at hand are left out.

    Raises:
        StoreError: the folder holds no run.
    """
    pack, registry = pack_of(run), registry_of(run)
    files = trusted(pack.suite, own=not run.asked().get("packed"))
    data = {
        label: _data(registry, spec)
        for label, spec in _specs(pack, "dataset").items()
        if is_here("dataset", spec, registry, files=label in files)
    }
    known = {label: {**about, **pack.data.get(label, {})} for label, about in data.items()}
    return replace(
        pack,
        plugins=plugins_of(pack, registry),
        data={label: about for label, about in known.items() if about},
    )


def _specs(pack: Pack, axis: str) -> dict[str, str]:
    """What is on an axis, by label, with aliases resolved."""
    alias = tomllib.loads(pack.suite).get("alias", {})
    labels = sorted({str(x) for x in pack.scores[axis] if x not in ("-", "teacher")})
    return {label: str(alias.get(label, label)) for label in labels}


def with_plugins(study: Study, folder: Path) -> Study:
    """The study of a run that looks for its plugins once they are asked for; a pack tells of its
    own."""
    if is_pack(folder):
        return study
    run = Run(folder)
    return replace(study, plugins=lambda: plugins_of(pack_of(run), registry_of(run)))


def plugins_of(pack: Pack, registry: Registry) -> dict[str, dict[str, Any]]:
    """By "kind/name": what the plugins of a run that are at hand say of themselves."""
    used = {axis: sorted(set(_specs(pack, axis).values())) for axis in PLUGIN_AXES}
    used["metric"] = sorted(map(str, pack.scores["metric"].dropna().unique()))
    return _plugins(registry, used)


def whole_pack_at(path: Path) -> Pack:
    """The pack at a path, or that of the run there with all that is known of it.

    Raises:
        StoreError: neither is there.
    """
    return load_pack(path) if is_pack(path) else whole_pack(Run(path))


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
