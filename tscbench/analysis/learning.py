"""Scores against a number: of trees or leaves, a weight, the ratio of synthetic rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from os.path import commonprefix
from typing import Any

import pandas as pd

from tscbench.analysis.repeats import scored, summaries
from tscbench.contracts.spec import split
from tscbench.results.arms import KEY

NUMBER = re.compile(r"\d[\d.]*(e[+-]?\d+)?")
NAN = float("nan")


@dataclass(frozen=True)
class Spelling:
    """What labels of students and generators leave unsaid. specs: by axis and label, what an alias
    stands for. defaults: by plugin, as "student/forest", its parameters as text."""

    specs: Mapping[tuple[str, str], str] = field(default_factory=dict)
    defaults: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def plugin(self, axis: str, label: str) -> str:
        """The name of the plugin behind a label."""
        return self.specs.get((axis, label), label).partition("(")[0]

    def without(self, axis: str, label: str, parameter: str) -> tuple[str, float]:
        """See `without`; a parameter that is not said has its default."""
        spec = self.specs.get((axis, label), label)
        rest, number = without(spec, parameter)
        default = self.defaults.get(f"{axis}/{self.plugin(axis, label)}", {}).get(parameter, "")
        unsaid = number != number and NUMBER.fullmatch(default)
        return rest, float(default) if unsaid else number

    def varying(self, axis: str, labels: Iterable[str]) -> list[str]:
        """The parameters, by name, in which alone some of these plugins differ."""
        labels = list(labels)
        specs = [self.specs.get((axis, label), label) for label in labels]
        names = {item.partition("=")[0] for spec in specs for item in _items(spec)}
        return sorted(name for name in names if _lines(self.without(axis, x, name) for x in labels))

    def lines(self, generators: Iterable[str], parameter: str) -> dict[str, tuple[str, float]]:
        """Of generators that differ in a parameter alone: by label, the line that they stand on,
        `mse_…` of the aliases mse_2 and mse_4 or `munge(p=…)`, and the number."""
        parts = {label: self.without("generator", label, parameter) for label in generators}
        found: dict[str, tuple[str, float]] = {}
        for rest in _lines(parts.values()):
            mine = sorted(label for label, (other, _) in parts.items() if other == rest)
            begin = commonprefix(mine) if all(("generator", x) in self.specs for x in mine) else ""
            aliases = begin.strip("_") and not any("(" in label for label in mine)
            name = f"{begin}…" if aliases else open_spec(rest, parameter)
            found |= {label: (name, parts[label][1]) for label in mine}
        return found


def spelling_of(
    records: Iterable[Mapping[str, Any]], plugins: Mapping[str, Mapping[str, Any]]
) -> Spelling:
    """The spelling of some records. plugins: what is known of them; see `Pack`."""
    specs = {
        (axis, str(record["cell"][axis])): str(made["spec"])
        for record in records
        for axis, made in record.get("provenance", {}).get("plugins", {}).items()
        if axis in ("student", "generator")
    }
    defaults = {
        name: {p["name"]: p["default"] or "" for p in known["parameters"]}  # None: it must be said
        for name, known in plugins.items()
        if "parameters" in known
    }
    return Spelling(specs, defaults)


def axis_of(scores: pd.DataFrame, along: str, spelling: Spelling) -> str:
    """Where a number stands: the ratio in the mix, a parameter of generators in those, any other in
    the student."""
    if along == "ratio":
        return "mix"
    of_generators = spelling.lines(scores["generator"].unique(), along)
    of_students = along in spelling.varying("student", scores["student"].unique())
    return "generator" if of_generators and not of_students else "student"


def learning_frame(
    scores: pd.DataFrame, metric: str, along: str, spelling: Spelling = Spelling()
) -> pd.DataFrame:
    """One row per dataset, arm, student and x, the number that `along` has: in the student's spec
    (`n_trees`, `max_leaf_nodes`), in the generator's or in the mix (`ratio`); mean, standard_error
    and n.

    The spec that held x is without it: a line is of one arm and student; generators are replaced by
    their lines. Teachers have no x; nor have arms without a ratio, or on training rows alone, where
    that is asked for. Students and generators without the parameter are left out, and where some
    have several numbers of it those with one.
    """
    here, axis = scored(scores, metric), axis_of(scores, along, spelling)
    labels = here[axis].unique()
    if axis == "generator":
        parts = spelling.lines(labels, along)
        wanted = here["generator"].isin([*parts, "none"])
    else:
        parts = {label: spelling.without(axis, label, along) for label in labels}
        wanted = pd.Series(axis == "mix", index=here.index)
    x = here[axis].map({label: number for label, (_, number) in parts.items()}).astype(float)
    rest = here[axis].map({label: line for label, (line, _) in parts.items()}).fillna(here[axis])
    here = here.assign(x=x, **{axis: rest})
    if axis == "student":
        several = here.groupby("student")["x"].transform("nunique") > 1
        wanted = several if several.any() else here["x"].notna()
    here = here[wanted | (here["student"] == "teacher")]
    stats = summaries(here.assign(x=here["x"].fillna(-1.0)), [*KEY, "x"]).reset_index()
    stats["x"] = stats["x"].where(stats["x"] >= 0)
    columns = [*KEY, "x", "mean", "standard_error", "n"]
    return stats[columns].sort_values([*KEY, "x"], ignore_index=True)


def without(spec: str, parameter: str) -> tuple[str, float]:
    """A spec without one of its parameters, and the number that it had; NaN where it has none.

    >>> without("forest(n_trees=5, depth=3)", "n_trees"), without("real", "ratio")
    (('forest(depth=3)', 5.0), ('real', nan))
    """
    name, items = spec.partition("(")[0], _items(spec)
    mine = [item for item in items if item.startswith(f"{parameter}=")]
    number = mine[0].partition("=")[2] if mine else ""
    if not NUMBER.fullmatch(number):
        return spec, NAN
    rest = ", ".join(item for item in items if item not in mine)
    return f"{name}({rest})" if rest else name, float(number)


def _items(spec: str) -> list[str]:
    _, bracket, inside = spec.removesuffix(")").partition("(")
    return split(inside) if bracket else []


def _lines(parts: Iterable[tuple[str, float]]) -> list[str]:
    """The specs without a parameter that have several numbers of it."""
    numbers: dict[str, set[float]] = {}
    for rest, number in parts:
        numbers.setdefault(rest, set()).add(number)
    return [rest for rest, found in numbers.items() if len({n for n in found if n == n}) > 1]


def open_spec(spec: str, parameter: str) -> str:
    """A spec that has lost a parameter, which stands open in it.

    >>> open_spec("forest", "n_trees"), open_spec("forest(depth=3)", "n_trees")
    ('forest(n_trees=…)', 'forest(depth=3, n_trees=…)')
    """
    return f"{spec.removesuffix(')')}{', ' if '(' in spec else '('}{parameter}=…)"
