"""The runs of a site as one page of Markdown, for people who meet them in a repository."""

from __future__ import annotations

import html
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from tscbench.contracts.kinds import AXES
from tscbench.report.formats import markdown_table
from tscbench.report.methods import ranking_table
from tscbench.report.published import tally, told
from tscbench.report.quantities import count
from tscbench.report.site.figures import of_readme
from tscbench.report.site.prepared import Prepared, prepare_all
from tscbench.report.site.published_page import frames_of, is_published
from tscbench.report.students import students_tables
from tscbench.report.table import Column, Table
from tscbench.report.verdict import said_of
from tscbench.results.pack import Pack

SHOWN = 10
"""Methods of a ranking that the page shows."""

FIGURES = "figures"
"""The folder beside the page that its figures lie in."""


def write_readme(file: Path, packs: Sequence[Pack], runs: Sequence[str], out: Path) -> list[Path]:
    """Writes the page and its figures, and returns the files. The same runs give the same bytes.

    runs: what the packs were called on the command line. out: the site's folder.
    """
    prepared, files = prepare_all(packs), [file]
    figures: dict[str, str] = {}
    for p in prepared:
        for name, drawn in of_readme(p).items():
            there = f"{FIGURES}/{p.folder}-{name}.svg"
            files.append(file.parent / there)
            files[-1].parent.mkdir(parents=True, exist_ok=True)
            files[-1].write_text(f"{drawn.svg}\n", encoding="utf-8", newline="\n")
            figures[there] = drawn.said
    command = shlex.join(["tscbench", "site", *runs, "--out", str(out), "--readme", str(file)])
    text = "\n\n".join(_parts(prepared, figures, command))
    file.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    return files


def _parts(runs: Sequence[Prepared], figures: dict[str, str], command: str) -> Iterator[str]:
    """Paragraphs, headings, tables and figures."""
    yield "# Leaderboards"
    yield (
        "The verdict on each suite, its best methods, and what became of published claims. Every "
        "method, dataset and cell is on the site that the command at the end makes."
    )
    for p in runs:
        yield _text(f"## {p.pack.title} (`{p.name}`)")
        yield from _verdict(p)
        for there, said in figures.items():
            if there.startswith(f"{FIGURES}/{p.folder}-"):
                yield f"![{_text(said)}]({there})"
        if is_published(p):
            yield from _published(p)
    yield "## How these were made"
    yield "\n".join(line for p in runs for line in _made(p))
    yield f"This page and the site come from these results alone:\n\n```console\n$ {command}\n```"


def _text(text: str) -> str:
    """Text that Markdown shows as it is."""
    return html.escape(text, quote=False)


def _verdict(p: Prepared) -> Iterator[str]:
    """The verdict in words, and the ranking that it is about."""
    said, verdict = said_of(p.study, p.verdict, p.names), p.verdict
    yield _text(f"**{said.headline}** {said.gain}".strip())
    yield _text(" ".join(filter(None, [said.size, said.cost, said.doubt])))
    if verdict is None:
        return
    table = ranking_table(p.study, verdict, p.names)
    yield _text(table.caption) + ":"
    yield _text(markdown_table(replace(table, frame=table.frame.head(SHOWN))))
    more = len(table.frame) - SHOWN
    if more > 0:
        yield f"… and {count(more, 'more method')}."
    for table in students_tables(p.study, p.names):
        yield _text(f"{table.title}: {table.caption}:")
        yield _text(markdown_table(replace(table, frame=table.frame.head(SHOWN))))


def _published(p: Prepared) -> Iterator[str]:
    """What became of each claim, and how many numbers were reached."""
    numbers, claims = frames_of(p)
    if len(claims):
        each = claims.groupby("id", sort=False)
        rows = [
            {"claim": f"{cases['what'].iloc[0]} ({cases['source'].iloc[0]})", **vars(told(cases))}
            for _, cases in each
        ]
        decided = [row for row in rows if {"holds", "does not hold"} & set(row["kinds"])]
        columns = [Column("claim", "published claim"), Column("verdict")]
        if decided:
            yield _text(markdown_table(Table("Claims", "", columns, pd.DataFrame(decided))))
        left = len(rows) - len(decided)
        yield f"Of {count(len(rows), 'claim')} {left} {'is' if left == 1 else 'are'} undecided."
    if len(numbers):
        yield f"{count(len(numbers), 'published number')}: {tally(numbers)}."


def _made(p: Prepared) -> Iterator[str]:
    """The command of a run, and the machines and versions that it was made with."""
    timed = p.pack.speeds[p.pack.speeds["student"] != "teacher"]
    commands = [p.pack.command, *([f"tscbench time {p.name}"] if len(timed) else [])]
    made = _made_with(p) or ["unknown versions"]
    yield _text(f"* {', then '.join(f'`{one}`' for one in commands)}; made with {'; '.join(made)}.")
    for hardware, rows in timed.groupby("hardware", sort=True):
        n = count(len(rows.drop_duplicates(list(AXES))), "student")
        datasets = ", ".join(sorted(rows["dataset"].unique()))
        yield _text(f"  {n} of {datasets} timed on {hardware}.")


def _made_with(p: Prepared) -> list[str]:
    """Each machine and set of versions that made cells of the run."""
    found = {
        ", ".join(f"{name} {version}" for name, version in sorted(record["made_with"].items()))
        for record in p.pack.records
        if record.get("made_with")
    }
    return sorted(found)
