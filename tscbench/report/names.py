"""Short names of methods and students: what all share goes unsaid, and a note says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from tscbench.analysis.learning import Spelling, open_spec, without
from tscbench.analysis.study import Study
from tscbench.results.arms import ARM
from tscbench.results.joined import YOURS
from tscbench.results.published import PUBLISHED

ALONE = "student alone"


@dataclass(frozen=True)
class Names:
    """What each arm of a run is called, the same in every table and figure of it.

    A name is generator and mix; parameters are left out where the plugin's name tells enough.
    Teacher, query and objective are said where they are not those of most arms; where no arm has
    synthetic rows they are the name. The student alone (training rows, class labels, no teacher)
    and teachers are called so.

    of_arm: by the arm's axes. note: what the names leave unsaid; usual: what of it a caption says,
    how the teacher is asked and what its answers become.
    """

    of_arm: Mapping[tuple[str, ...], str]
    note: str = ""
    usual: str = ""

    def of(self, frame: pd.DataFrame) -> pd.Series:
        """The name of each row's arm. frame: with the columns of `ARM`."""
        keys = frame[ARM].itertuples(index=False)
        found = [self.of_arm[tuple(key)] for key in keys]
        return pd.Series(found, index=frame.index, dtype="object")

    def named(self, arms: pd.DataFrame) -> dict[str, str]:
        """From arms, the index of a frame with the columns of `ARM`, to their names."""
        return dict(zip(map(str, arms.index), self.of(arms), strict=True))

    def along(self, parameter: str) -> Names:
        """These, and the names of arms whose mix has lost a parameter, for they stand on a line
        along it: `munge · fake(ratio=…)`."""
        found = dict(self.of_arm)
        for arm, name in self.of_arm.items():
            axes = dict(zip(ARM, arm, strict=True))
            mix, number = without(axes["mix"], parameter)
            if number == number:
                first, _, *more = name.split(" · ")
                lost = tuple((axes | {"mix": mix}).values())
                found[lost] = " · ".join([first, open_spec(mix, parameter), *more])
        return Names(found, self.note)

    def on_lines(self, parameter: str, spelling: Spelling) -> Names:
        """These, and the names of the lines that generators stand on: `munge(p=…) · fake`."""
        lines = spelling.lines({arm[ARM.index("generator")] for arm in self.of_arm}, parameter)
        found = dict(self.of_arm)
        for arm, name in self.of_arm.items():
            axes = dict(zip(ARM, arm, strict=True))
            if axes["generator"] in lines:
                line, _ = lines[axes["generator"]]
                rest = name.split(" · ")[1:]
                found[tuple((axes | {"generator": line}).values())] = " · ".join([line, *rest])
        return Names(found, self.note)


def names_in(study: Study) -> Names:
    """The names of all arms of a study. Where it is of several sources, those that are not of the
    published one, or else of that with most arms, are marked: `mine · fake (yours)`."""
    names, marks = names_of(study.every), study.origins
    if not marks:
        return names
    others = sorted(mark for mark in marks.values() if mark != YOURS)
    plain = PUBLISHED if PUBLISHED in others else max(others, key=others.count, default="")
    marked = {}
    for arm, name in names.of_arm.items():
        mark = marks.get(" · ".join(arm), plain)
        marked[arm] = name if mark == plain else f"{name} ({mark})"
    return replace(names, of_arm=marked)


def names_of(frame: pd.DataFrame) -> Names:
    """The names of all arms in a frame, which is to hold every arm of the run."""
    every = frame[ARM].drop_duplicates().sort_values(ARM)
    own = (every[["query", "generator", "mix", "objective"]] == "-").all(axis=1)
    arms = every[~(own & (every["teacher"] != "-"))]
    short = {axis: short_specs(arms[axis]) for axis in ARM}
    usual = {axis: _usual(arms[axis]) for axis in ("teacher", "query", "objective")}
    if not {*arms["generator"]} - {"none", "-"}:  # then methods differ in these alone
        usual = {axis: text for axis, text in usual.items() if len({*arms[axis]} - {"-"}) == 1}
        usual = dict.fromkeys(("teacher", "query", "objective"), "") | usual
    names = {tuple(arm): _name(arm, short, usual) for arm in every.itertuples(index=False)}
    several = [axis for axis, text in usual.items() if text and len({*arms[axis]} - {"-"}) > 1]
    said = [f"{axis} {usual[axis]}" for axis in several]
    usually = f"unless said otherwise {', '.join(said)}" if said else ""
    ratios = [m for m in sorted(set(arms["mix"])) if "(" in m and "(" not in short["mix"][m]]
    said += [f"mix {mix}" for mix in ratios]
    return Names(names, f"Unless said otherwise: {', '.join(said)}." if said else "", usually)


def _usual(values: pd.Series) -> str:
    counts = values[values != "-"].value_counts().sort_index()
    return str(counts.idxmax()) if len(counts) else "-"


def _name(arm: tuple[str, ...], short: dict[str, dict[str, str]], usual: dict[str, str]) -> str:
    values = dict(zip(ARM, arm, strict=True))
    if values["teacher"] != "-" and {values[axis] for axis in ARM[1:]} == {"-"}:
        return f"teacher {values['teacher']}"
    if (values["generator"], values["mix"], values["teacher"]) == ("none", "real", "-"):
        return ALONE
    unlike = [a for a in usual if values[a] not in ("-", usual[a])]
    said = [a for a in ("generator", "mix") if values[a] not in ("-", "real")]  # "-": nobody said
    if unlike and "" in usual.values() and values["generator"] == "none":
        said.remove("generator")
    return " · ".join(short[a][values[a]] for a in [*said, *unlike]) or "-"


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
