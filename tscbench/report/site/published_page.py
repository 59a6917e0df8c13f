"""The page that sets published numbers and claims beside what the run measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import pandas as pd
from markupsafe import Markup

from tscbench.report.published import (
    CLAIMS,
    HOW,
    NUMBERS,
    Told,
    case_columns,
    noted,
    published_frames,
    tally,
    told,
)
from tscbench.report.site.drawings import forest
from tscbench.report.site.markup import Drawn, drawn, minus
from tscbench.report.site.prepared import Prepared
from tscbench.report.table import Column, Table
from tscbench.results.ledger import Claim, Ledger
from tscbench.results.read_ledger import read_ledger


@dataclass(frozen=True)
class ToldClaim:
    """A claim as the page tells it. about: where it was said, and how it is judged. plot: its cases
    that have an estimate; cases: all of them, as a table."""

    claim: str
    about: str
    told: Told
    plot: Markup | str
    cases: Drawn


@cache
def _ledger() -> Ledger:
    return read_ledger()


@lru_cache(maxsize=16)
def ledger_of(p: Prepared) -> Ledger:
    """What was published that the suite is there to repeat."""
    return _ledger().of(p.pack.suite_name)


def is_published(p: Prepared) -> bool:
    """Whether there is anything of that kind."""
    return bool(ledger_of(p).numbers or ledger_of(p).claims)


@lru_cache(maxsize=16)
def frames_of(p: Prepared) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The published numbers beside those of the run, and the claims as it decides them."""
    return published_frames(p.study, ledger_of(p))


def published_page(p: Prepared) -> dict[str, Any]:
    """What the template takes."""
    numbers, claims = frames_of(p)
    rules = {claim.id: claim for claim in ledger_of(p).claims}
    return {
        "tally": tally_of(p),
        "how": CLAIMS,
        "claims": [
            _claim(rules[str(ident)], cases, nth)
            for nth, (ident, cases) in enumerate(claims.groupby("id", sort=False), 1)
        ],
        "numbers": _numbers(p, numbers) if len(numbers) else None,
    }


def tally_of(p: Prepared) -> str:
    """One line for the overview; empty where nothing was published."""
    if not is_published(p):
        return ""
    numbers, claims = frames_of(p)
    said = []
    if len(claims):
        n = claims["id"].nunique()
        said.append(f"{n} published claims in {len(claims)} cases: {tally(claims)}.")
    if len(numbers):
        said.append(f"{len(numbers)} published numbers: {tally(numbers)}.")
    return " ".join(said)


def _claim(claim: Claim, cases: pd.DataFrame, nth: int) -> ToldClaim:
    by = f", by {claim.metric}" if claim.metric else ""
    form, unit = (".3g", "×") if claim.rule in ("ratio", "speed_up") else ("+.4f", "")
    found, columns = told(cases), case_columns(form, unit)
    frame = cases.assign(short=list(found.kinds)).reset_index(drop=True)
    table = Table("Cases", f"{claim.what}{by}", columns, frame)
    return ToldClaim(
        claim=claim.what,
        about=f"{claim.source}{by}. {claim.status[:1].upper()}{claim.status[1:]}: {claim.why}.",
        told=replace(found, why=minus(found.why)),
        plot=_plot(claim, frame, columns),
        cases=drawn(table.compact(["case", "short"]), f"claim-{nth}"),
    )


def _plot(claim: Claim, cases: pd.DataFrame, columns: Sequence[Column]) -> Markup | str:
    known = cases[cases["estimate"].notna()].to_dict("records")
    if not known:
        return ""
    estimate, low = columns[1], columns[2]
    shown = [
        {
            **case,
            "case": case["case"] or claim.metric,
            "kind": case["short"],
            "said": minus(f"{estimate.cell(case)} ({low.cell(case)}), {case['short']}"),
        }
        for case in known
    ]
    bounds = {0.0} if claim.rule in ("difference", "ordering", "interaction") else set()
    bounds |= {bound for bound in (claim.above, claim.below) if bound is not None}
    return forest(shown, bounds, f"{len(shown)} cases of this claim with their 95 % intervals")


def _numbers(p: Prepared, frame: pd.DataFrame) -> Drawn:
    """Those that were measured first, with the reasons of all as numbered notes."""
    listed = frame.iloc[(frame["n"] == 0).argsort(kind="stable")].reset_index(drop=True)
    kinds = listed["verdict"].str.partition(": ")
    reasons = [
        "; ".join(dict.fromkeys(filter(None, [status, *said])))
        for status, *said in zip(listed["status"], kinds[2], listed["why"], listed["note"])
    ]
    marks, notes = noted(reasons)
    columns = [
        *(column for column in NUMBERS if column.field != "short"),
        Column("metric"),
        Column("kind", "verdict"),
        Column("mark", "why"),
        Column("source"),
    ]
    shown = listed.assign(kind=kinds[0], mark=marks)
    caption = f"{len(frame)} published numbers: {tally(frame)}; {HOW}"
    return drawn(Table("Numbers", caption, columns, shown, notes), "numbers")
