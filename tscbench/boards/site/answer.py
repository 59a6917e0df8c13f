"""The first screen: which augmentation compresses best, by how much, how surely, at what cost."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from tscbench.boards.figures.scales import compact
from tscbench.boards.overview import Field
from tscbench.boards.site.prepared import Prepared
from tscbench.boards.site.tables import minus, sentence
from tscbench.boards.site.view import RunView

PHASES = {
    "fit_seconds": "generator",
    "sample_seconds": "rows",
    "label_seconds": "labels",
    "train_seconds": "training",
}


@dataclass(frozen=True)
class Answer:
    """One of the four: a question, a short answer, and lines that say more."""

    question: str
    short: str
    lines: tuple[str, ...] = ()
    href: str = ""


def answers(p: Prepared) -> list[Answer]:
    """The four answers, about the field with the most cells."""
    one = p.fields[0] if p.fields else None
    best = one.best(synthetic=True) if one else None
    plain = one.best(synthetic=False) if one else None
    real = one is not None and bool((one.methods["mix"] == "real").all())
    if one is not None and plain is not None and real and len(one.methods) > 1:
        return [_plain(p, one, plain)]
    if one is None or best is None:
        lacking = "no method with synthetic rows has all its cells yet"
        if real:
            lacking = "no method here has synthetic rows, and no two share their students"
        return [Answer("Which augmentation compresses best here?", "Not known", (lacking,))]
    return [_which(p, one, best), _how_much(p, one, best), _how_sure(one, best), _cost(p, best)]


def _which(p: Prepared, one: Field, best: pd.Series) -> Answer:
    """The best method with synthetic rows; none, where rows that are real do better."""
    arm, question = str(best.name), "Compresses best here"
    lines = [", ".join([f"{best['generator']}, mix {best['mix']}", *_taught(best)]) + "."]
    ranked = int(one.methods["score"].notna().sum())
    if ranked < len(one.methods):
        lines.append(f"Of {ranked} methods that have all cells; {len(one.methods)} were asked for.")
    alone = one.best(synthetic=False)
    if alone is None:
        lines.append("No method without synthetic rows has all its cells.")
        return Answer(question, p.names[arm], tuple(lines), p.method_page(arm))
    other, reached = str(alone.name), f"{alone['score']:.4f}"
    order = list(one.methods.index)
    if order.index(other) < order.index(arm):
        said = f"Without synthetic rows, {p.names[other]} reaches {reached}."
        lines[0] = f"Of those with synthetic rows {p.names[arm]} comes nearest."
        return Answer(question, "No augmentation", (said, *lines), p.method_page(other))
    lines.append(f"Without synthetic rows, {p.names[other]} reaches {reached}.")
    return Answer(question, p.names[arm], tuple(lines), p.method_page(arm))


def _taught(best: pd.Series) -> list[str]:
    """How a method asks its teacher, and what it makes of the answers."""
    return [f"{axis} {best[axis]}" for axis in ("query", "objective") if best[axis] != "-"]


def _plain(p: Prepared, one: Field, best: pd.Series) -> Answer:
    """The best method of a run that compares none with synthetic rows."""
    taught = ", ".join(_taught(best)) or "without a teacher"
    lines = [f"{sentence(taught)} No method here has synthetic rows.", _level(p, one, best)]
    if not math.isnan(best["first"]):
        lines.append(f"It leads in {best['first']:.0%} of resamplings.")
    arm = str(best.name)
    return Answer("Compresses best here", p.names[arm], tuple(lines), p.method_page(arm))


def _level(p: Prepared, one: Field, best: pd.Series) -> str:
    """The score of a method, and what it is a mean of."""
    over = f"{_count(one.n_sources, 'dataset')} and {_count(len(one.students), 'student')}"
    level = f"{p.headline} {best['score']:.4f}, the mean of {over}."
    more = " Methods with other students are ranked apart, below." if len(p.fields) > 1 else ""
    return level + more


def _how_much(p: Prepared, one: Field, best: pd.Series) -> Answer:
    level = _level(p, one, best)
    if math.isnan(best["difference"]):
        return Answer("By how much", "not known", (one.refused.get("difference", ""), level))
    said = f"{p.names[str(best.name)]} over the same students on training rows alone."
    change = minus(format(best["difference"], "+.4f"))
    return Answer("By how much", f"{change} {p.headline}", (said, level))


def _count(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _how_sure(one: Field, best: pd.Series) -> Answer:
    lines = []
    if math.isnan(best["low"]):
        short = "no interval"
        lines.append(sentence(str(one.refused.get("low", "a partner is missing"))))
    else:
        low, high = (minus(format(best[name], "+.4f")) for name in ("low", "high"))
        short = f"{low} to {high}"
        lines.append(f"95 % interval: {one.over}.")
        ranked = int(one.methods["score"].notna().sum())
        lines.append(
            f"Of {ranked} methods it was picked by these same rows, which the interval does not "
            "allow for."
        )
    if not math.isnan(best["win"]):
        lines.append(f"Better on {best['win']:.0f} of {one.n_sources} datasets.")
    if "tier" in one.refused:
        lines.append(sentence(one.refused["tier"]))
    else:
        others = int((one.methods["tier"] == best["tier"]).sum()) - 1
        lines.append(f"Tier {best['tier']:.0f}, with {_count(others, 'other method')}.")
    if not math.isnan(best["first"]):
        lines.append(f"It leads in {best['first']:.0%} of resamplings.")
    return Answer("How surely", short, tuple(lines))


def _cost(p: Prepared, best: pd.Series) -> Answer:
    arm = str(best.name)
    cost = p.cost.loc[arm]
    ratio, total = float(cost["ratio"]), float(cost["total_seconds"])
    short, lines = "not recorded", []
    if not math.isnan(total):
        short = f"{_seconds(total)} s a student"
        parts = [f"{what} {_seconds(cost[name])}" for name, what in PHASES.items()]
        lines.append(f"Means of seconds: {', '.join(parts)}.")
    if not math.isnan(ratio):
        said = f"{ratio:.3g}× the seconds of the same students on training rows alone"
        lines.append(f"{said}.")
        short = f"{ratio:.3g}× the training" if math.isnan(total) else short
    if arm in p.speed.index:
        row = p.speed.loc[arm]
        said = f"{compact(row['rows_per_second'])} rows/s, {row['speed_up']:.3g}× its teacher"
        lines.append(f"Then {said} (medians over students).")
    else:
        lines.append(untimed(p.view))
    return Answer("At what cost", short, tuple(lines))


def _seconds(seconds: float) -> str:
    return "<0.01" if seconds < 0.005 else f"{seconds:.2f}" if seconds < 10 else f"{seconds:,.0f}"


def untimed(view: RunView) -> str:
    """Why there are no speeds to rank."""
    if view.speeds.empty:
        return f"Not timed: tscbench time {view.name}."
    if bool(view.speeds["contended"].all()):
        again = f"tscbench time {view.name}"
        return f"Timed while something else ran, so not ranked; again, alone: {again}."
    return f"Some are not timed: tscbench time {view.name}."
