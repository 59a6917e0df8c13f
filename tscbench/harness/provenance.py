"""What a record says of where its scores come from, in fields, so that nobody need guess it from
the text of specs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from tscbench.harness.lines import Line
from tscbench.line.artefact import Artefact
from tscbench.line.keys import fingerprint
from tscbench.line.mix import Mix
from tscbench.line.splits import Parts
from tscbench.registry import Bound


def provenance(line: Line, parts: Parts) -> dict[str, Any]:
    """The fields of a line's record beside its scores.

    data, split: digests of the content of the rows, and of the ids in each part. plugins: by kind.
    mix: its kind, how many synthetic rows there are to a real one, and the share of synthetic ones
    that a streaming set draws. baseline: the cell that is the same on real rows alone. nested: the
    fit that several students are part of, and which size this one is. out_of_fold: whether real
    rows were answered by what had not seen them. directions: per metric whether more is better.
    """
    query = line.plugins.get("query")
    data = line.parts.inputs["data"]
    assert isinstance(data, Artefact)
    return {
        "data": data.content,
        "split": parts.facts["digest"],
        "plugins": {kind: plugin_named(bound) for kind, bound in line.plugins.items()},
        "mix": _mix(line.mix),
        "baseline": _baseline(line),
        "nested": {"fit": line.fit, "size": line.size} if line.size else None,
        "out_of_fold": None if query is None else query.out_of_fold,
        "directions": {str(metric): metric.plugin.direction for metric in line.metrics},
    }


def plugin_named(bound: Bound) -> dict[str, str]:
    """A plugin as a record names it."""
    origin = bound.plugin.origin
    made = {"distribution": origin, "version": _version(origin)}
    return {"spec": str(bound), **made, "fingerprint": fingerprint(bound.plugin)}


@cache
def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except (PackageNotFoundError, ValueError):  # a file, or a function that was handed over
        return ""


def _mix(mix: Mix | None) -> dict[str, Any] | None:
    if mix is None:
        return None
    return {"kind": mix.name, "ratio": mix.ratio, "p_fake": mix.p_fake, "streaming": mix.streaming}


def _baseline(line: Line) -> str | None:
    """Of a cell with synthetic rows the one without; a cell on real rows alone has none."""
    if line.mix is None or not line.mix.synthetic:
        return None
    return replace(line.cell, generator="none", mix="real").id
