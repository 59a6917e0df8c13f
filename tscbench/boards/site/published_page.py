"""The page that sets published numbers and claims beside what the run measured."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import pandas as pd

from tscbench.boards.claims import claims_frame
from tscbench.boards.ledger import Ledger
from tscbench.boards.published import HOW, numbers_frame
from tscbench.boards.read_ledger import read_ledger
from tscbench.boards.site.prepared import Prepared
from tscbench.boards.site.tables import Cell, Column, Table, minus, number, sentence

ORDER = ["reached", "not reached", "holds", "does not hold"]
"""Verdicts that are told first."""

CLAIMS = (
    "95 % intervals of paired differences over splits, corrected for the rows that splits share "
    "(Nadeau and Bengio 2003)."
)


@cache
def _of(suite: str) -> Ledger:
    return read_ledger().of(suite)


def ledger_of(p: Prepared) -> Ledger:
    """What was published that the suite is there to repeat."""
    return _of(str(p.view.suite_says().get("name", p.name)))


def is_published(p: Prepared) -> bool:
    """Whether there is anything of that kind."""
    return bool(ledger_of(p).numbers or ledger_of(p).claims)


@lru_cache(maxsize=16)
def numbers_of(p: Prepared) -> pd.DataFrame:
    """The published numbers beside those of the run."""
    return numbers_frame(p.scores, ledger_of(p).numbers)


@lru_cache(maxsize=16)
def claims_of(p: Prepared) -> pd.DataFrame:
    """The published claims as the run decides them."""
    share = float(p.view.suite_says().get("test", 0.3))
    return claims_frame(
        p.scores, p.view.speeds, ledger_of(p).claims, test_share=share, ratios=p.ratios
    )


def published_page(p: Prepared) -> dict[str, Any] | None:
    """What the template takes; None where nothing was published that this suite repeats."""
    if not is_published(p):
        return None
    numbers, claims = numbers_of(p), claims_of(p)
    return {
        "numbers": _numbers(numbers),
        "claims": _claims(claims),
        "tally": [
            ("Published numbers", Cell(_tally(numbers))),
            ("Cases of published claims", Cell(_tally(claims))),
        ],
    }


def tally(page: dict[str, Any]) -> str:
    """One line for the overview."""
    return " ".join(f"{what}: {cell.text}." for what, cell in page["tally"] if cell.text)


def _tally(frame: pd.DataFrame) -> str:
    """How often there is which kind of verdict."""
    counts = frame["verdict"].str.split(":").str[0].value_counts()
    order = sorted(counts.index, key=lambda kind: (ORDER.index(kind) if kind in ORDER else 9, kind))
    return ", ".join(f"{kind} {counts[kind]}" for kind in order)


def _reason(verdict: str, *others: str) -> str:
    said = [verdict.partition(": ")[2], *others]
    return "; ".join(dict.fromkeys(part for part in said if part))


def _repeats(n: float, asked: float) -> str:
    return "" if not asked else f"{n:.0f}" if n == asked else f"{n:.0f} of {asked:.0f}"


def _numbers(frame: pd.DataFrame) -> Table:
    columns = [
        Column("number", long=True),
        Column("metric", facet=True),
        Column("published", number=True),
        Column("measured", number=True),
        Column("difference", number=True),
        Column("tolerance", number=True),
        Column("repeats", number=True),
        Column("verdict", facet=True),
        Column("why", long=True),
    ]
    rows = [
        [
            Cell(str(row["what"]), more=str(row["source"])),
            Cell(str(row["metric"])),
            Cell(str(row["printed"]), key=repr(float(row["published"]))),
            number(row["measured"], error=row["standard_error"]),
            number(row["difference"], "+.4f"),
            number(row["tolerance"]),
            Cell(_repeats(row["n"], row["asked"]), key=str(row["n"])),
            Cell(str(row["verdict"]).partition(":")[0]),
            Cell(_reason(row["verdict"], row["why"], row["note"]), more=str(row["status"])),
        ]
        for row in frame.to_dict("records")
    ]
    caption = f"{len(rows)} published numbers. {sentence(HOW)}"
    return Table("numbers", caption, columns, rows, tools=True)


def _claims(frame: pd.DataFrame) -> Table:
    columns = [
        Column("claim", long=True),
        Column("metric", facet=True),
        Column("case", long=True),
        Column("estimate", number=True),
        Column("interval", number=True),
        Column("repeats", number=True),
        Column("verdict", facet=True),
        Column("why", long=True),
    ]
    rows = [
        [
            Cell(str(row["what"]), more=str(row["source"])),
            Cell(str(row["metric"])),
            Cell(str(row["case"])),
            _estimate(row["estimate"], row["low"], row["high"]),
            Cell(_between(row["low"], row["high"])),
            Cell(_repeats(row["n"], row["asked"]), key=str(row["n"])),
            Cell(str(row["verdict"]).partition(":")[0]),
            Cell(_reason(row["verdict"], row["why"]), more=str(row["status"])),
        ]
        for row in _folded(frame).to_dict("records")
    ]
    caption = f"{frame['id'].nunique()} published claims in {len(frame)} cases. {CLAIMS}"
    return Table("claims", caption, columns, rows, tools=True)


def _folded(claims: pd.DataFrame) -> pd.DataFrame:
    """Cases that were decided first; the others of one claim and one reason are one row."""
    decided = claims[claims["estimate"].notna()]
    bare = claims[claims["estimate"].isna()]
    count = bare.groupby(["id", "verdict"], sort=False)["case"].transform("size")
    case = bare["case"].where(count == 1, count.astype(str) + " cases")
    return pd.concat([decided, bare.assign(case=case).drop_duplicates(["id", "verdict"])])


def _estimate(estimate: float, low: float, high: float) -> Cell:
    """A difference with its sign, or a speed-up, which has no interval."""
    return number(estimate, ".3g", unit="×") if low == high else number(estimate, "+.4f")


def _between(low: float, high: float) -> str:
    if pd.isna(low) or low == high:
        return ""
    return f"{minus(format(low, '+.4f'))} to {minus(format(high, '+.4f'))}"
