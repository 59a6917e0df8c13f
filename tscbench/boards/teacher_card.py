"""The teacher card: how much a teacher knows its training rows by heart, and what that costs its
students."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tscbench.analysis.repeats import summaries
from tscbench.boards.boards import Board

SEEN = "inbag"
"""The query that asks a teacher about rows that it was trained on."""

CARD = ["dataset", "teacher"]
PAIR = [*CARD, "objective", "student", "split", "seed"]
ABSENT = "not recorded"


def teacher_card(scores: pd.DataFrame, related: pd.DataFrame, metric: str = "accuracy") -> Board:
    """One row per dataset and teacher: its score on training rows as each query asks about them,
    on validation and on test rows, its confidence gap, and what students gain.

    gap: its mean largest probability on training rows less that on test rows. Gains are of the
    students' test score, mean over students, ± over repeats: on real rows of asking otherwise than
    in-bag, and of the best synthetic rows over real ones, for each query. related: as
    `relations(scores)` gives it.
    """
    own = scores[scores["student"] == "teacher"]
    rows = pd.MultiIndex.from_frame(own[CARD].drop_duplicates().sort_values(CARD))
    queries = sorted(_queries(own, metric), key=lambda query: (_name(query) != SEEN, query))
    seen = next((query for query in queries if _name(query) == SEEN), SEEN)
    columns = {f"training, {query}": _own(own, "train", f"{query}.{metric}") for query in queries}
    if seen not in queries:
        columns = {f"training, {seen}": _nothing(), **columns}
    columns |= {"validation": _own(own, "valid", metric), "test": _own(own, "test", metric)}
    columns["confidence gap"] = _gap(own, seen)
    gains = {f"gain of {q}": frame for q, frame in _of_asking(scores, metric, seen).items()}
    best, notes = _of_synthetic_rows(related, metric)
    gains |= {f"gain of synthetic rows, {query}": frame for query, frame in best.items()}
    table, keys = pd.DataFrame(index=rows), pd.DataFrame(index=rows)
    numbers = []
    for name, frame in (columns | gains).items():
        found = summaries(frame, CARD).reindex(rows)
        sign = "+" if name in gains or name == "confidence gap" else ""
        keys[name] = found["mean"]
        numbers.append(found.assign(what=name, metric=metric))
        table[name] = [_show(m, e, sign) for m, e in zip(found["mean"], found["standard_error"])]
    caption = (
        f"{metric} of the teacher, and what its students gain on test rows; mean ± standard error "
        "over repeats"
    )
    blank = keys.reset_index().assign(dataset=np.nan, teacher=np.nan)
    every = pd.concat(numbers).rename(columns={"mean": "value"}).dropna(subset=["value"])
    shown = every.reset_index()[[*CARD, "metric", "what", "value", "standard_error", "n", "asked"]]
    return Board("Teacher card", caption, table.reset_index(), blank, tuple(notes), shown)


def _name(query: str) -> str:
    return query.partition("(")[0]


def _queries(own: pd.DataFrame, metric: str) -> Iterable[str]:
    """The queries that have asked teachers about their training rows."""
    asked = own.loc[own["part"] == "train", "metric"].unique()
    return [text.removesuffix(f".{metric}") for text in asked if text.endswith(f".{metric}")]


def _own(own: pd.DataFrame, part: str, metric: str) -> pd.DataFrame:
    found = own[(own["part"] == part) & (own["metric"] == metric)]
    return found[[*CARD, "split", "seed", "value"]]


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=[*CARD, "split", "seed", "value"]).astype({"value": float})


def _gap(own: pd.DataFrame, seen: str) -> pd.DataFrame:
    """Confidence on training rows, asked in-bag, less that on test rows."""
    key = [*CARD, "split", "seed"]
    train, test = _own(own, "train", f"{seen}.confidence"), _own(own, "test", "confidence")
    both = train.merge(test, on=key, suffixes=("", "_test"))
    return both.assign(value=both["value"] - both["value_test"])


def _of_asking(scores: pd.DataFrame, metric: str, seen: str) -> dict[str, pd.DataFrame]:
    """By query: what students on real rows gain by it over the in-bag one, all else alike."""
    real = scores[
        (scores["part"] == "test")
        & (scores["metric"] == metric)
        & (scores["mix"] == "real")
        & ~scores["student"].eq("teacher")
        & ~scores["query"].eq("-")
    ]
    base = real[real["query"] == seen][[*PAIR, "value"]]
    both = real[real["query"] != seen].merge(base, on=PAIR, suffixes=("", "_seen"))
    both = both.assign(value=both["value"] - both["value_seen"])
    return {str(query): _over_students(rows) for query, rows in both.groupby("query")}


def _of_synthetic_rows(
    related: pd.DataFrame, metric: str
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """By query: what students gain on test rows by the synthetic rows that are best on validation
    rows, of those that no cell lacks; without validation rows, by all on average, which a note
    says."""
    found = related[(related["metric"] == f"difference_{metric}") & (related["teacher"] != "-")]
    arm = [*CARD, "query", "generator", "mix"]
    valid = found[found["part"] == "valid"].groupby(arm)["value"].agg(["mean", "count"])
    whole = valid["count"] == valid.groupby([*CARD, "query"])["count"].transform("max")
    best = valid[whole & (valid["count"] > 0)].sort_values("mean", ascending=False, kind="stable")
    best = best.reset_index().drop_duplicates([*CARD, "query"])[arm]
    test = found[found["part"] == "test"]
    chosen = test.merge(best, on=arm)
    held = set(map(tuple, best[CARD].to_numpy()))
    rest = test[[pair not in held for pair in zip(test["dataset"], test["teacher"])]]
    notes = ["synthetic rows are those of the generator and mix that are best on validation rows"]
    if len(rest):
        names = ", ".join(sorted(rest["dataset"].unique()))
        notes = [*(notes if len(best) else []), f"without validation rows, mean of all: {names}"]
    both = pd.concat([chosen, rest])
    return {str(q): _over_students(rows) for q, rows in both.groupby("query")}, notes


def _over_students(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby([*CARD, "split", "seed"], sort=False)["value"].mean().reset_index()


def _show(mean: float, error: float, sign: str) -> str:
    if np.isnan(mean):
        return ABSENT
    return f"{mean:{sign}.4f}" + ("" if np.isnan(error) else f" ± {error:.4f}")
