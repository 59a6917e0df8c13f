"""The teacher card: how much a teacher knows its training rows by heart, and what that costs its
students."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from tscbench.analysis.relations import among
from tscbench.analysis.repeats import summaries
from tscbench.analysis.study import Study
from tscbench.report.table import Column, Table

SEEN = "inbag"
"""The query that asks a teacher about rows that it was trained on."""

CARD = ["dataset", "teacher"]
PAIR = [*CARD, "objective", "student", "split", "seed"]


def teacher_card(study: Study) -> Table:
    """One row per dataset and teacher: its accuracy, or else its headline, on training rows as each
    query asks about them, on validation and on test rows, its confidence gap, and what students
    gain.

    gap: its mean largest probability on training rows less that on test rows. Gains are of the
    students' test score, mean over students, ± over repeats: on real rows of asking otherwise than
    in-bag, and of the best synthetic rows over real ones, for each query.
    """
    scores = study.scores
    metric = "accuracy" if (scores["metric"] == "accuracy").any() else study.headline
    own = scores[scores["student"] == "teacher"]
    rows = pd.MultiIndex.from_frame(own[CARD].drop_duplicates().sort_values(CARD))
    found, gains, notes = _columns(study, own, metric)
    frame, columns = pd.DataFrame(index=rows), [Column("dataset", wanted=9), Column("teacher")]
    for name, values in (found | gains).items():
        of = summaries(values, CARD).reindex(rows)
        frame[name], frame[f"{name}_standard_error"] = of["mean"], of["standard_error"]
        sign = "+" if name in gains or name == "confidence gap" else ""
        columns.append(Column(name, form=f"{sign}.4f", error=f"{name}_standard_error"))
    caption = (
        f"{metric} of the teacher, and what its students gain on test rows; mean ± standard error "
        "over repeats"
    )
    table = Table("Teacher card", caption, columns, frame.reset_index(), notes)
    return table.compact([f"training, {SEEN}", *CARD])


def _columns(
    study: Study, own: pd.DataFrame, metric: str
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame], list[str]]:
    """What teachers score, what their students gain, and what is to be said of that."""
    queries = sorted(_queries(own, metric), key=lambda query: (_name(query) != SEEN, query))
    seen = next((query for query in queries if _name(query) == SEEN), SEEN)
    found = {f"training, {query}": _own(own, "train", f"{query}.{metric}") for query in queries}
    if seen not in queries:
        found = {f"training, {seen}": _nothing(), **found}
    found |= {"validation": _own(own, "valid", metric), "test": _own(own, "test", metric)}
    found["confidence gap"] = _gap(own, seen)
    gains = {f"gain of {q}": frame for q, frame in _of_asking(study.scores, metric, seen).items()}
    related = among(study.related, study.scores)
    best, notes = _of_synthetic_rows(related, metric)
    gains |= {f"gain of synthetic rows, {query}": frame for query, frame in best.items()}
    return found, gains, notes


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
    notes = ["Synthetic rows are those of the generator and mix that are best on validation rows."]
    if len(rest):
        names = ", ".join(sorted(rest["dataset"].unique()))
        notes = [*(notes if len(best) else []), f"Without validation rows, mean of all: {names}."]
    both = pd.concat([chosen, rest])
    return {str(q): _over_students(rows) for q, rows in both.groupby("query")}, notes


def _over_students(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby([*CARD, "split", "seed"], sort=False)["value"].mean().reset_index()
