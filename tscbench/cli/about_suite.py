"""What `tscbench info` says of a suite, and the plugins that a suite names."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from typing import Any

from tscbench.cli.options import table
from tscbench.contracts.kinds import Plugin
from tscbench.contracts.spec import parse
from tscbench.harness.specs import cap_of
from tscbench.harness.suite import SPEC_AXES, Grid, Source, Suite, read_suite
from tscbench.registry import Bound, Registry
from tscbench.report.screen import screen


def suite_facts(name: str, registry: Registry) -> dict[str, Any]:
    """Everything about a suite as JSON values. `name` is its name or a path that ends in .toml.

    Raises:
        SuiteError: no such suite, or mistakes in it.
    """
    source = read_suite(name, registry)
    suite = source.suite
    return {
        "kind": "suite",
        "name": suite.name,
        "distribution": source.home or "-",
        "title": suite.title,
        "headline": suite.headline,
        "metrics": suite.metrics,
        "probes": suite.probes,
        "axes": {axis: _entries(suite, axis) for axis in SPEC_AXES}
        | {"split": suite.splits, "seed": suite.seeds},
        "grids": len(suite.grid),
        "product": sum(_size(grid, suite) for grid in suite.grid),
        "locked": bool(source.lock),
        "file": str(source.file),
        "text": source.text,
    }


def _entries(suite: Suite, axis: str) -> list[str]:
    return list(dict.fromkeys(entry for grid in suite.grid for entry in getattr(grid, axis)))


def _size(grid: Grid, suite: Suite) -> int:
    axes = math.prod(len(getattr(grid, axis)) for axis in SPEC_AXES)
    return axes * len(suite.splits) * len(suite.seeds)


def suite_text(facts: dict[str, Any]) -> str:
    """The facts for people; the suite's own text as it is."""
    rows = [
        [axis, len(entries), ", ".join(map(str, entries))]
        for axis, entries in facts["axes"].items()
    ]
    grids = "1 grid" if facts["grids"] == 1 else f"{facts['grids']} grids"
    locked = "locked to its data" if facts["locked"] else "no lock"
    home = "" if facts["distribution"] == "-" else f"   ({facts['distribution']})"
    lines = [
        f"suite {facts['name']}{home}",
        *([facts["title"]] if facts["title"] else []),
        "",
        table(rows, ["axis", "n", "entries"]),
        "",
        f"cells:     at most {facts['product']} from {grids}; for more see tscbench plan",
        f"headline:  {facts['headline']}",
        *_block(f"metrics:   {', '.join(facts['metrics'])}"),
        *_block(f"probes:    {', '.join(facts['probes']) or 'none'}"),
        f"lock:      {locked}",
        f"file:      {facts['file']}",
        "",
        facts["text"].rstrip(),
    ]
    return "\n".join(lines)


def _block(text: str) -> list[str]:
    return textwrap.wrap(text, screen(), subsequent_indent=" " * 11)


def plugins_of(source: Source, registry: Registry) -> list[Plugin]:
    """Every plugin that a suite uses: on its axes, in other plugins' parameters, as metrics and as
    probes."""
    registry = registry.at_home(source.home)
    bounds = [
        _bind(axis, source.suite.spec(entry), registry)
        for axis in SPEC_AXES
        if axis != "mix"
        for entry in _entries(source.suite, axis)
    ]
    bounds += [registry.bind("metric", metric) for metric in source.suite.metrics]
    bounds += [registry.bind("probe", probe) for probe in source.suite.probes]
    return [inner.plugin for bound in bounds for inner in _nested(bound)]


def _bind(axis: str, text: str, registry: Registry) -> Bound:
    spec = parse(text)
    return registry.bind(axis, cap_of(spec)[0] if axis == "dataset" else spec)


def _nested(bound: Bound) -> Iterator[Bound]:
    """A bound plugin, and those in its parameters."""
    yield bound
    for value in bound.params.values():
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, Bound):
                yield from _nested(inner)
