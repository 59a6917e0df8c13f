"""The first screen: which augmentation compresses best, by how much, how surely, at what cost."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from tscbench.boards.boards import ARM, REPEATS
from tscbench.boards.overview import Field, arm_of
from tscbench.boards.site.prepared import Prepared
from tscbench.boards.site.tables import minus, sentence
from tscbench.boards.site.view import RunView
from tscbench.results import one_hardware

PAIR = ["dataset", *REPEATS, "teacher", "query", "objective", "student"]
MAKING = ("sampler", "synthetic", "synthetic_outputs")


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
    if one is None or best is None:
        lacking = "no method with synthetic rows has all its cells yet"
        return [Answer("Which augmentation compresses best here?", "Not known", (lacking,))]
    return [_which(p, one, best), _how_much(p, one, best), _how_sure(one, best), _cost(p, best)]


def _which(p: Prepared, one: Field, best: pd.Series) -> Answer:
    """The best method with synthetic rows; none, where rows that are real do better."""
    arm, question = str(best.name), "Compresses best here"
    taught = [f"{axis} {best[axis]}" for axis in ("query", "objective") if best[axis] != "-"]
    lines = [", ".join([f"{best['generator']}, mix {best['mix']}", *taught]) + "."]
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
        said = f"{p.names[other]} reaches {reached} without synthetic rows."
        lines[0] = f"Of those with synthetic rows {p.names[arm]} comes nearest."
        return Answer(question, "No augmentation", (said, *lines), p.method_page(other))
    lines.append(f"Without synthetic rows, {p.names[other]} reaches {reached}.")
    return Answer(question, p.names[arm], tuple(lines), p.method_page(arm))


def _how_much(p: Prepared, one: Field, best: pd.Series) -> Answer:
    over = f"{_count(len(one.datasets), 'dataset')} and {_count(len(one.students), 'student')}"
    level = f"{p.headline} {best['score']:.4f}, the mean of {over}."
    if len(p.fields) > 1:
        level += " Methods with other students are ranked apart, below."
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
        lines.append(f"95 % interval over {one.over}.")
    if not math.isnan(best["win"]):
        lines.append(f"Better on {best['win']:.0f} of {len(one.datasets)} datasets.")
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
    ratio = training_ratio(p).get(arm, math.nan)
    short = "not recorded" if math.isnan(ratio) else f"{ratio:.3g}× the training"
    lines = []
    if not math.isnan(ratio):
        lines.append("Seconds to train the students, over those on training rows alone.")
    if making := seconds_of(p, MAKING).get(arm):
        lines.append(f"{making:.3g} s to fit the generator, draw rows and have them labelled.")
    speed = speeds_of(p)
    if arm in speed.index:
        row = speed.loc[arm]
        said = f"Its students answer {row['rows_per_second']:,.0f} rows/s"
        lines.append(f"{said}, {row['speed_up']:,.0f}× as fast as the teacher (medians).")
    else:
        lines.append(untimed(p.view))
    return Answer("At what cost", short, tuple(lines))


def untimed(view: RunView) -> str:
    """Why there are no speeds to rank."""
    if view.speeds.empty:
        return f"Not timed: tscbench time {view.name}."
    if bool(view.speeds["contended"].all()):
        again = f"tscbench time {view.name}"
        return f"Timed while something else ran, so not ranked; again, alone: {again}."
    return f"Some are not timed: tscbench time {view.name}."


def training_ratio(p: Prepared) -> dict[str, float]:
    """Of each arm with synthetic rows, seconds to train students over those of the same students on
    real rows alone, of all pairs that were both timed."""
    steps = p.view.timings[p.view.timings["step"] == "student"]
    real = steps.loc[steps["mix"] == "real", [*PAIR, "seconds"]]
    both = steps[steps["mix"] != "real"].merge(real, on=PAIR, suffixes=("", "_real"))
    total = both.groupby(arm_of(both))[["seconds", "seconds_real"]].sum()
    total = total[total["seconds_real"] > 0]
    return {str(arm): a / b for arm, a, b in total.itertuples()}


def seconds_of(p: Prepared, steps: tuple[str, ...]) -> dict[str, float]:
    """Seconds that these steps took for each arm: the mean over datasets, splits and seeds."""
    here = p.view.timings[p.view.timings["step"].isin(steps)]
    once = here.groupby(["dataset", *REPEATS, *ARM, "step"], sort=True)["seconds"].mean()
    each = once.groupby(["dataset", *REPEATS, *ARM]).sum().reset_index()
    mean = each.groupby(arm_of(each))["seconds"].mean()
    return {str(arm): float(seconds) for arm, seconds in mean.items()}


def speeds_of(p: Prepared) -> pd.DataFrame:
    """Medians of each arm's students, of one hardware at the largest batch: rows_per_second and
    speed_up."""
    speeds = one_hardware(p.view.speeds)
    speeds = speeds[speeds["student"] != "teacher"]
    here = speeds[speeds["batch"] == speeds["batch"].max()]
    return here.groupby(arm_of(here))[["rows_per_second", "speed_up"]].median()
