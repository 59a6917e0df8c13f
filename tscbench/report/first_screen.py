"""The first screen of a run: the verdict, the best methods, what to ask next; 24 lines at most."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from tscbench.analysis.study import Study
from tscbench.analysis.verdict import Verdict, verdict_of
from tscbench.report.formats import filled, text_rows
from tscbench.report.methods import ranking_table
from tscbench.report.names import names_in
from tscbench.report.screen import screen
from tscbench.report.table import Table
from tscbench.report.verdict import said_of
from tscbench.results.joined import YOURS

LINES = 24
SHOWN = 5
"""Methods that are listed."""


def first_table(study: Study, metric: str = "", *, part: str = "test") -> Table | None:
    """The verdict as a table of all methods, best first, the verdict in words among its notes; None
    where no method has all its cells."""
    names = names_in(study)
    verdict = verdict_of(study, metric, part=part)
    if verdict is None:
        return None
    table = ranking_table(study, verdict, names)
    return replace(table, title=study.name or "board", notes=(str(said_of(study, verdict, names)),))


def first_screen(study: Study, metric: str = "", *, part: str = "test") -> str:
    """The first screen as text."""
    names = names_in(study)
    verdict = verdict_of(study, metric, part=part)
    width = screen()
    said = said_of(study, verdict, names, metric=metric, part=part)
    title = filled(f"{study.name or study.called}: {study.title}".removesuffix(": "), width)
    if verdict is None:
        head, rest, table = [title, ""], filled(str(said), width), None
    else:
        head = [title, "", filled(f"{said.headline} {said.gain}".strip(), width), ""]
        rest = filled(" ".join(filter(None, [said.size, said.cost, said.doubt])), width)
        table = ranking_table(study, verdict, names)
    tail = [rest, "", *_deeper(study, width, verdict)]
    room = LINES - len("\n".join([*head, *tail]).splitlines())
    return "\n".join([*head, *_table(table, width, room), *tail])


def _table(whole: Table | None, width: int, room: int) -> list[str]:
    """The best methods, as many of `SHOWN` as there is room for; none where there is not even room
    for one."""
    if whole is None:
        return []
    for shown in range(SHOWN, 0, -1):
        few = replace(whole, frame=_best(whole.frame, shown))
        caption = filled(f"{few.title}: {few.caption}", width).splitlines()
        rows, left = text_rows(few, width)
        more = len(whole.frame) - len(few.frame)
        notes = [f"… {more} more"] if more > 0 else []
        left = [name for name in left if name != "#"]  # they stand in its order
        notes += [f"not shown at this width: {', '.join(left)}"] if left else []
        lines = [*caption, *rows, *(filled("; ".join(notes), width).splitlines())]
        if len(lines) <= room:
            return lines
    return []


def _best(methods: pd.DataFrame, shown: int) -> pd.DataFrame:
    """The first methods, and the best of one's own with its place, if it is not among them."""
    if "source" not in methods or YOURS in set(methods["source"].head(shown)):
        return methods.head(shown)
    own = methods[methods["source"] == YOURS]
    return pd.concat([methods.head(shown), own.head(1)])


def _deeper(study: Study, width: int, verdict: Verdict | None = None) -> list[str]:
    """The commands that go deeper, with the options that chose these cells; what they show is left
    out where a line has no room for it."""
    run, shown = study.called, study.shown_as
    commands = [
        (f"tscbench board {shown} --full", "every method, dataset and student"),
        (f"tscbench board {shown} --by dataset", "each dataset by itself"),
        (f"tscbench site {run} --out site", "pages, with figures"),
    ]
    if verdict is None:
        commands[1] = (f"tscbench status {shown}", "what is missing, and what has failed")
    elif pair := _pair(study, verdict):
        compare = f"tscbench compare {run} {pair}"
        if len(compare) <= width:
            commands[1] = (compare, "all their cells, pair by pair")
    room = max(len(command) for command, _ in commands)
    lines = [f"{command:<{room}}  {what}" for command, what in commands]
    if max(map(len, lines)) <= width:
        return lines
    return [line for command, _ in commands for line in _broken(command, width)]


def _broken(command: str, width: int) -> list[str]:
    """A command in lines of a terminal, as a shell reads it; only a word may be wider than it."""
    lines = textwrap.wrap(
        command, width - 2, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )
    return [*(f"{line} \\" for line in lines[:-1]), lines[-1]]


def _pair(study: Study, verdict: Verdict) -> str:
    """The generators of the best method with synthetic rows, if there are some one's own, and of
    the best without; with the datasets and students that are ranked, where there are others."""
    methods = verdict.ranking.methods
    made = methods[methods["mix"] != "real"]
    own = made[[study.origins.get(str(arm)) == YOURS for arm in made.index]]
    made = own if len(own) else made
    if made.empty or not verdict.ranking.plain:
        return ""
    ranked = {"dataset": verdict.group.datasets, "student": verdict.group.students}
    fewer = {a: ",".join(names) for a, names in ranked.items() if {*names} < {*study.cells[a]}}
    best = shlex.quote(str(made["generator"].iloc[0]))
    return f"none {best}{_options({**study.only, **fewer})}"


def _options(only: Mapping[str, str]) -> str:
    return "".join(f" --{axis} {shlex.quote(text)}" for axis, text in only.items())
