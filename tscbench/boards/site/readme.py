"""The runs of a site as one page of Markdown, for people who meet them in a repository."""

from __future__ import annotations

import html
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from tscbench.boards.boards import plus_minus
from tscbench.boards.site.answer import answers
from tscbench.boards.site.methods_table import methods_table
from tscbench.boards.site.prepared import Prepared, prepare_all
from tscbench.boards.site.published_page import CLAIMS, claims_of, is_published, numbers_of
from tscbench.boards.site.tables import Cell, Table, minus
from tscbench.boards.site.view import RunView
from tscbench.contracts.kinds import AXES

LEFT_OUT = ("first", "cells")
"""Columns of the site's table of methods for which a page of Markdown has no room."""

BAR = "\\|"
"""What stands for a bar inside a table."""

BREAK, OPEN, SHUT, END = "\v", "\x1c", "\x1d", "\x1e"
"""Until the page is written: a new line inside a table; what is before, between and after the
summary and the text of what opens when it is clicked."""

TAGS = str.maketrans(
    {BREAK: "<br>", OPEN: "<details><summary>", SHUT: "</summary>\n", END: "\n</details>"}
)

FEW = 30
"""Rows of a table that is seen at once."""

DECIDED = ("holds", "does not hold")


def write_readme(file: Path, runs: Sequence[RunView], site: Path) -> None:
    """Writes the page; site: the folder with the site of the same runs, to which it leads. The same
    runs give the same bytes."""
    prepared = prepare_all(runs)
    there = Path(os.path.relpath(site, file.parent)).as_posix()
    text = html.escape("\n".join(_lines(prepared, there)), quote=False)
    text = text.translate(TAGS)
    file.write_text(text + "\n", encoding="utf-8", newline="\n")


def _lines(runs: Sequence[Prepared], site: str) -> Iterator[str]:
    yield "# Leaderboards\n"
    yield from _answers(runs)
    where = f"`{site}/index.html`, which the last command of this page makes"
    yield f"\nEvery method, dataset and cell, with figures: {where}."
    yield from _picture(runs[0], site)
    for p in runs:
        if is_published(p):
            yield from _published(p)
    for p in runs:
        yield from _methods(p)
    yield from _made(runs, site)


def _answers(runs: Sequence[Prepared]) -> Iterator[str]:
    """The first screen: a column a run."""
    told = [{a.question: a for a in answers(p)} for p in runs]
    yield _row(["", *(f"{p.view.title} (`{p.name}`)" for p in runs)])
    yield _rule(len(runs) + 1)
    for question in dict.fromkeys(question for of_run in told for question in of_run):
        found = [of_run.get(question) for of_run in told]
        texts = ["\n".join([f"**{a.short}**", *a.lines]) if a else "" for a in found]
        yield _row([question, *texts])
    yield _row(["Published claims", *map(_tally, runs)])
    yield _row(["Cells", *map(_coverage, runs)])


def _picture(p: Prepared, site: str) -> Iterator[str]:
    """What the methods of the first run differ by, dataset by dataset."""
    if any(one.best(synthetic=True) is not None for one in p.fields):
        words = f"{p.headline} of each method against the same student on training rows alone"
        yield f"\n![{words}, by dataset]({site}/{p.folder}/differences.svg)"


def _tally(p: Prepared) -> str:
    if not is_published(p):
        return "none that this suite repeats"
    kinds = _kind(claims_of(p)["verdict"]).value_counts()
    if kinds.empty:
        kinds = _kind(numbers_of(p)["verdict"]).value_counts()
        return ", ".join(f"{kind} {count}" for kind, count in kinds.items())
    short = ", ".join(f"{kind} {kinds.get(kind, 0)}" for kind in DECIDED)
    return f"**{short}**\nof {kinds.sum()} cases, the others undecided: see below."


def _coverage(p: Prepared) -> str:
    done = int((p.cells["status"] == "ok").sum())
    return f"{done:,} of {len(p.cells):,}, on {', '.join(p.datasets)}"


def _kind(verdicts: pd.Series) -> pd.Series:
    return verdicts.str.split(":").str[0]


def _published(p: Prepared) -> Iterator[str]:
    """Claims by what became of their cases, then the numbers that were measured again."""
    yield f"\n## What was published, in `{p.name}`"
    claims, numbers = claims_of(p), numbers_of(p)
    if len(claims):
        yield from _claims(claims.assign(kind=_kind(claims["verdict"])))
    there = numbers[numbers["n"] > 0]
    if len(there):
        verdicts = there["verdict"].value_counts().items()
        told = "; ".join(f"{verdict} {count}" for verdict, count in verdicts)
        yield f"\nPublished numbers: {len(there)} of {len(numbers)} were measured here: {told}.\n"
        columns = ["number", "published", "measured", "repeats", "difference", "tolerance"]
        rows = map(_number, there.to_dict("records"))
        yield from _whole([*columns, "verdict"], list(rows), "numbers")


def _claims(claims: pd.DataFrame) -> Iterator[str]:
    yield f"\nEach estimate with its interval: {CLAIMS}\n"
    yield _row(["claim", *DECIDED, "undecided"])
    yield _rule(4)
    for what, cases in claims.groupby("what", sort=False):
        decided = [cases[cases["kind"] == kind] for kind in DECIDED]
        rest = cases[~cases["kind"].isin(DECIDED)]
        if sum(map(len, decided)):
            source, metric = cases["source"].iloc[0], cases["metric"].iloc[0]
            yield _row(
                [f"{what}, by {metric} ({source})", *map(_cases, decided), str(len(rest) or "")]
            )


def _cases(rows: pd.DataFrame) -> str:
    return "\n".join(f"{row['case'] or 'all'}: {_estimate(row)}" for row in rows.to_dict("records"))


def _estimate(row: dict[str, Any]) -> str:
    """With its interval; a speed-up is the largest there is, and has none."""
    if row["low"] == row["high"]:
        return f"{row['estimate']:.3g}×"
    estimate, low, high = (minus(format(row[n], "+.4f")) for n in ("estimate", "low", "high"))
    return f"{estimate} ({low} to {high})"


def _number(row: dict[str, Any]) -> list[str]:
    return [
        f"{row['what']}, {row['metric']}",
        row["printed"],
        plus_minus(row["measured"], row["standard_error"]),
        f"{row['n']:.0f}",
        minus(format(row["difference"], "+.4f")),
        "" if pd.isna(row["tolerance"]) else f"{row['tolerance']:.4f}",
        row["verdict"],
    ]


def _methods(p: Prepared) -> Iterator[str]:
    yield f"\n## Methods in `{p.name}`: {p.view.title}"
    for nth, one in enumerate(p.fields):
        table = methods_table(p, one, nth)
        yield f"\n{table.caption}\n"
        yield from _table(table)
        yield from (f"\n{note}" for note in table.notes)


def _table(table: Table) -> Iterator[str]:
    shown = [n for n, column in enumerate(table.columns) if column.name not in LEFT_OUT]
    columns = [table.columns[n].name for n in shown]
    yield from _whole(columns, [[_cell(row[n]) for n in shown] for row in table.rows], "methods")


def _whole(columns: Sequence[str], rows: Sequence[Sequence[str]], what: str) -> Iterator[str]:
    """A table, folded up if it is long."""
    if len(rows) > FEW:
        yield f"{OPEN}All {len(rows)} {what}{SHUT}"
    yield _row(columns)
    yield _rule(len(columns))
    yield from map(_row, rows)
    if len(rows) > FEW:
        yield END


def _cell(cell: Cell) -> str:
    return f"{cell.text} ± {cell.spread}" if cell.spread else cell.text


def _made(runs: Sequence[Prepared], site: str) -> Iterator[str]:
    """The commands, and where they ran."""
    names = " ".join(p.name for p in runs)
    data = " ".join(f"{site}/{p.folder}/data" for p in runs)
    yield "\n## How these were made\n"
    yield "```console"
    for p in runs:
        yield f"$ {p.view.command}"
        if len(p.view.speeds):
            yield f"$ tscbench time {p.name}"
    yield f"$ tscbench site {names} --out {site} --readme README.md"
    yield "```\n"
    for p in runs:
        yield f"* `{p.name}`: cells made with {'; '.join(_made_with(p)) or 'unknown versions'}."
        timed = p.view.speeds[p.view.speeds["student"] != "teacher"]
        for hardware, rows in timed.groupby("hardware", sort=True):
            students = len(rows.drop_duplicates(list(AXES)))
            datasets = ", ".join(sorted(rows["dataset"].unique()))
            yield f"* `{p.name}`: {students} students of {datasets} timed on {hardware}."
    yield f"\nThe results lie in {_folders(runs, site)}, and from them alone the same bytes come"
    yield f"again: `tscbench site {data} --out {site} --readme README.md`."


def _folders(runs: Sequence[Prepared], site: str) -> str:
    return " and ".join(f"`{site}/{p.folder}/data`" for p in runs)


def _made_with(p: Prepared) -> list[str]:
    """Each machine and set of versions that made cells of the run."""
    found = {
        ", ".join(f"{name} {version}" for name, version in sorted(record["made_with"].items()))
        for record in p.view.records
        if record.get("made_with")
    }
    return sorted(found)


def _row(texts: Iterable[str]) -> str:
    """Texts as a row of a table, their lines one below the other."""
    cells = (text.replace("|", BAR).replace("\n", BREAK) for text in texts)
    return f"| {' | '.join(cells)} |"


def _rule(n: int) -> str:
    return f"|{'---|' * n}"
