"""What is known of the plugins that a method or a dataset is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tscbench.contracts.errors import SpecError
from tscbench.contracts.spec import parse
from tscbench.results.pack import Pack

MIXES = {
    "real": "Training rows alone.",
    "fake": "Synthetic rows alone, ratio of them to each training row.",
    "both": "Training rows, and ratio synthetic rows to each of them.",
    "stream": "Drawn anew as it is learnt from: a row is synthetic with probability p_fake.",
}


@dataclass(frozen=True)
class PluginPart:
    """A spec on an axis, with what its plugin says of itself; `said` where it is no plugin."""

    axis: str
    spec: str
    given: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""


def plugins_of(pack: Pack, axes: Mapping[str, str]) -> list[PluginPart]:
    """The plugins of these labels, in order; an axis that is not reached has none."""
    return [_part(pack, axis, label) for axis, label in axes.items() if label != "-"]


def _part(pack: Pack, axis: str, label: str) -> PluginPart:
    alias = pack.suite_says.get("alias", {})
    spec = str(alias.get(label, label)) if isinstance(alias, dict) else label
    try:
        parsed = parse(spec)
        name, given = parsed.name, {key: str(value) for key, value in parsed.params}
    except SpecError:
        name, given = spec, {}
    if axis == "mix":
        return PluginPart(axis, spec, given, said=MIXES.get(name, ""))
    return PluginPart(axis, spec, given, pack.plugins.get(f"{axis}/{name}", {}))
