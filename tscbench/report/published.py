"""Published against measured: numbers and claims of papers beside what a run gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from tscbench.analysis.claims import claims_frame
from tscbench.analysis.published import numbers_frame
from tscbench.analysis.study import Study
from tscbench.contracts.errors import NothingSelected
from tscbench.report.quantities import count
from tscbench.report.table import Column, Table, Tables
from tscbench.results.ledger import Ledger
from tscbench.results.read_ledger import read_ledger

LONG = 60
"""A table with more numbers than this counts those that were not run, and does not list them."""

HOW = (
    "reached: the difference is within the tolerance, which is half a unit of the last printed "
    "digit and the 95 % prediction interval of one more repeat of ours, unless it was set before"
)

CLAIMS = (
    "95 % intervals of paired differences over splits, corrected for the rows that splits share "
    "(Nadeau & Bengio 2003)"
)

ORDER = ["reached", "not reached", "holds", "does not hold"]
"""Verdicts that are told first."""


def published_tables(study: Study, suite: str) -> Tables:
    """The numbers and claims that `suite` is there to repeat, beside what a run of it measured.

    Raises:
        NothingSelected: the ledger has nothing for this suite.
    """
    ledger = read_ledger().of(suite)
    if not ledger.numbers and not ledger.claims:
        raise NothingSelected(
            f"no published number or claim is there for suite {suite!r} to repeat"
        )
    numbers, claims = published_frames(study, ledger)
    return Tables(
        [
            *([numbers_table(suite, numbers)] if len(numbers) else []),
            *([claims_table(suite, claims)] if len(claims) else []),
        ]
    )


def published_frames(study: Study, ledger: Ledger) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What `numbers_frame` and `claims_frame` make of a study."""
    numbers = numbers_frame(study.full, ledger.numbers)
    claims = claims_frame(
        study.full,
        study.speeds,
        ledger.claims,
        test_share=study.test_share,
        ratios=study.row_ratios,
    )
    return numbers, claims


def numbers_table(suite: str, frame: pd.DataFrame) -> Table:
    """A row per published number, those that were measured first."""
    listed = frame.sort_values("measured", key=pd.isna, kind="stable")
    listed = listed if len(frame) <= LONG else listed[listed["n"] > 0]
    left = len(frame) - len(listed)
    more = f"; {left} that were not run are not listed" if left else ""
    caption = f"{len(frame)} published numbers: {tally(frame)}{more}; {HOW}"
    short, notes = numbered(listed["verdict"])
    shown = listed.assign(short=short).reset_index(drop=True)
    title = f"{suite}: published against measured"
    return Table(title, caption, NUMBERS, shown, notes)


NUMBERS = [
    Column("what", "number", wanted=9),
    Column("printed", "published", wanted=9),
    Column("measured", form=".4f", error="standard_error", wanted=9),
    Column("difference", form="+.4f", wanted=6),
    Column("tolerance", form=".4f", wanted=5),
    Column("n", "repeats", ".0f", whole="asked", wanted=3),
    Column("short", "verdict", wanted=9),
]


def claims_table(suite: str, frame: pd.DataFrame) -> Table:
    """A row per case of a published claim that was decided, and one for all of its others."""
    listed = folded(frame)
    short, notes = numbered(listed["verdict"])
    n = frame["id"].nunique()
    caption = f"{n} published claims in {len(frame)} cases: {tally(frame)}; {CLAIMS}"
    shown = listed.assign(short=short).reset_index(drop=True)
    columns = [Column("what", "claim", wanted=9), *case_columns("+.4f")]
    return Table(f"{suite}: published claims", caption, columns, shown, notes)


def case_columns(form: str, unit: str = "") -> list[Column]:
    """The columns of a table of cases. form, unit: of their estimates."""
    return [
        Column("case", wanted=9),
        Column("estimate", form=form, unit=unit, wanted=8),
        Column("low", "95 % interval", form, unit, high="high", wanted=7),
        Column("n", "repeats", ".0f", whole="asked", wanted=3),
        Column("short", "verdict", wanted=9),
    ]


@dataclass(frozen=True)
class Told:
    """A claim told once. verdict: what became of its cases. why: what keeps some of them from being
    decided, if anything does. kinds: of verdict, in the order of the cases."""

    verdict: str
    why: str
    kinds: tuple[str, ...]


def told(cases: pd.DataFrame) -> Told:
    """cases: the rows of one claim."""
    parts = cases["verdict"].str.partition(": ")
    kinds, n = tuple(parts[0]), len(cases)
    counts = {kind: kinds.count(kind) for kind in ("holds", "does not hold")}
    rest = parts.loc[~parts[0].isin(counts), 2].value_counts(sort=False)
    other = "not replayable" if "not replayable" in kinds else "undecided"
    why = "; ".join(reason if k == n else f"{k} × {reason}" for reason, k in rest.items())
    counts[f"is {other}"] = n - sum(counts.values())
    said = [f"{kind} in {k}" for kind, k in counts.items() if k]
    if len(said) > 1:
        text = f"{', '.join(said[:-1])} and {said[-1]} of {count(n, 'case')}."
        return Told(_capital(text), f"{_capital(other)}: {why}." if why else "", kinds)
    if why:
        return Told(f"{_capital(other)}: {why}.", "", kinds)
    every = f" in all {n} cases" if n > 1 else ""
    return Told(f"{_capital(kinds[0])}{every}.", "", kinds)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def folded(claims: pd.DataFrame) -> pd.DataFrame:
    """Cases of a claim without an estimate, for one and the same reason, as one row."""
    bare = claims[claims["estimate"].isna()]
    same = bare.groupby(["id", "verdict"], sort=False)["case"].transform("size")
    several = bare.assign(case=bare["case"].where(same == 1, same.astype(str) + " cases"))
    kept = claims.assign(case=several["case"].reindex(claims.index).fillna(claims["case"]))
    return kept[claims["estimate"].notna() | ~kept.duplicated(["id", "verdict", "case"])]


def tally(frame: pd.DataFrame) -> str:
    """How often there is which kind of verdict."""
    counts = frame["verdict"].str.split(":").str[0].value_counts()
    order = sorted(counts.index, key=lambda kind: (ORDER.index(kind) if kind in ORDER else 9, kind))
    return ", ".join(f"{counts[kind]} {kind}" for kind in order) or "none"


def numbered(verdicts: pd.Series[str]) -> tuple[list[str], list[str]]:
    """Verdicts with their long reasons as numbered notes, and the notes."""
    parts = [verdict.partition(": ") for verdict in verdicts]
    marks, notes = noted([reason if len(reason) > 30 else "" for _, _, reason in parts])
    short = [
        f"{kind} {mark}" if mark else verdict
        for (kind, _, _), mark, verdict in zip(parts, marks, verdicts, strict=True)
    ]
    return short, notes


def noted(reasons: Sequence[str]) -> tuple[list[str], list[str]]:
    """The number of each reason in brackets, and the notes with these numbers; "" has none."""
    places = {reason: n for n, reason in enumerate(dict.fromkeys(filter(None, reasons)), 1)}
    marks = [f"({places[reason]})" if reason else "" for reason in reasons]
    return marks, [f"({n}) {reason}" for reason, n in places.items()]
