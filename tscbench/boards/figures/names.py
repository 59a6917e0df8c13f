"""Short names of methods and students: what all share goes unsaid, and a note says it."""

from __future__ import annotations

import re

import pandas as pd

from tscbench.boards.boards import ARM

ALONE = "student alone"
SHAPE_OF = {"real": "circle", "fake": "triangle", "both": "square", "stream": "diamond"}
SHAPE_TEXTS = {
    "real": "training rows",
    "fake": "synthetic rows",
    "both": "both",
    "stream": "a stream of both",
}


def method_names(frame: pd.DataFrame) -> tuple[pd.Series, str]:
    """The name of each row's arm, and a note on what the names leave unsaid.

    A name is generator and mix; parameters are left out where the plugin's name tells enough.
    Teacher, query and objective are said where they are not those of most arms. The student alone
    (training rows, class labels, no teacher) and teachers are called so.
    """
    every = frame[ARM].drop_duplicates().sort_values(ARM)
    arms = every[every["mix"] != "-"]
    short = {axis: short_specs(arms[axis]) for axis in ARM}
    usual = {axis: _usual(arms[axis]) for axis in ("teacher", "query", "objective")}
    names = {tuple(arm): _name(arm, short, usual) for arm in every.itertuples(index=False)}
    said = [f"{axis} {text}" for axis, text in usual.items() if len({*arms[axis]} - {"-"}) > 1]
    ratios = [m for m in sorted(set(arms["mix"])) if "(" in m and "(" not in short["mix"][m]]
    said += [f"mix {mix}" for mix in ratios]
    note = f"Unless said otherwise: {', '.join(said)}." if said else ""
    keys = frame[ARM].itertuples(index=False)
    return pd.Series([names[tuple(k)] for k in keys], index=frame.index, dtype="object"), note


def _usual(values: pd.Series) -> str:
    counts = values[values != "-"].value_counts().sort_index()
    return str(counts.idxmax()) if len(counts) else "-"


def _name(arm: tuple[str, ...], short: dict[str, dict[str, str]], usual: dict[str, str]) -> str:
    values = dict(zip(ARM, arm, strict=True))
    if values["mix"] == "-":
        return f"teacher {values['teacher']}"
    if values["generator"] == "none" and values["teacher"] == "-":
        return ALONE
    unlike = [a for a in usual if values[a] not in ("-", usual[a])]
    parts = ["none"] if values["generator"] == "none" else [short["generator"][values["generator"]]]
    if values["mix"] != "real":
        parts.append(short["mix"][values["mix"]])
    return " · ".join([*parts, *(short[a][values[a]] for a in unlike)])


def short_specs(specs: pd.Series) -> dict[str, str]:
    """Specs without their parameters where no other spec has the same name."""
    every = sorted(set(specs))
    heads = [spec.partition("(")[0] for spec in every]
    alone = {spec: head for spec, head in zip(every, heads, strict=True) if heads.count(head) == 1}
    return {spec: alone.get(spec, spec) for spec in every}


def short_students(students: pd.Series) -> tuple[dict[str, str], str]:
    """Short names of students, and of what they are numbers: of one plugin that differ in a single
    number, that number alone, as "20" of `forest(n_trees=20)` with "n_trees"; otherwise what
    `short_specs` makes of them, with ""."""
    every = sorted(set(students) - {"teacher"})
    heads = {spec.partition("(")[0] for spec in every}
    found = [re.fullmatch(r"[^(]*\((\w+)=([\d.]+)\)", spec) for spec in every]
    matches = [match for match in found if match is not None]
    if every and len(heads) == 1 and len(matches) == len(every) == len({m[2] for m in matches}):
        parameters = {match[1] for match in matches}
        if len(parameters) == 1:
            return {m.string: m[2] for m in matches}, parameters.pop()
    return short_specs(pd.Series(every)), ""


def mix_kind(mix: str) -> str:
    """real, fake, both or stream; "-" of a teacher."""
    return mix.partition("(")[0]
