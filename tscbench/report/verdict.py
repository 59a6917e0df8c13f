"""The verdict in plain words: what is best, by how much, how surely, at what size and cost."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tscbench.analysis.beside import beside_of
from tscbench.analysis.intervals import Intervals
from tscbench.analysis.refused import Refused
from tscbench.analysis.sizes import SizeMatched
from tscbench.analysis.students import not_ranked
from tscbench.analysis.study import Study
from tscbench.analysis.verdict import Ranking, Verdict
from tscbench.contracts.kinds import AXES
from tscbench.contracts.worked_out import SPEEDS
from tscbench.report.methods import KINDS, form_of
from tscbench.report.names import Names
from tscbench.report.quantities import count
from tscbench.report.speeds import to_time
from tscbench.report.table import Column, three_figures
from tscbench.results.arms import arm_of
from tscbench.results.joined import YOURS

NAMED = 2
"""Methods that are named of those that are ranked apart."""

CAPPED = "Training rows are capped, so splits share fewer rows than that corrects for: too wide."


@dataclass(frozen=True)
class Said:
    """headline: which method is first, and whether it is best. gain: over the best way without
    synthetic rows. size, cost: what that takes. doubt: what stands behind the intervals."""

    headline: str
    gain: str = ""
    size: str = ""
    cost: str = ""
    doubt: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, [self.headline, self.gain, self.size, self.cost, self.doubt]))


def said_of(
    study: Study, verdict: Verdict | None, names: Names, *, metric: str = "", part: str = "test"
) -> Said:
    """A verdict in sentences. metric, part: what was asked for, where there is no verdict."""
    if verdict is None:
        return Said(_nothing(study, metric or study.headline, part))
    ranking = verdict.ranking
    name = names.named(ranking.methods)
    return Said(
        headline=_headline(verdict.metric, ranking, name),
        gain=_gain(study, verdict.metric, ranking, name, _has_plain(verdict)),
        size=_size(study, verdict, name),
        cost="" if verdict.metric in SPEEDS else _cost(study, verdict),
        doubt=_doubt(study, ranking.intervals, verdict.left_out) + _others(study, verdict, names),
    )


def _nothing(study: Study, metric: str, part: str) -> str:
    """Why nothing can be said."""
    cells = study.valued(metric, part).merge(study.cells_of(metric)[list(AXES)], on=list(AXES))
    n, asked = int(cells["value"].notna().sum()), len(cells)
    of = study.related[(study.related["metric"] == metric) & (study.related["part"] == part)]
    reasons = Counter(of["why"][of["why"] != ""]).most_common(1)
    why = f" ({reasons[0][0]})" if reasons else ""
    text = f"No method has {metric} on {part} rows of all its cells"
    return f"{text}: {n} of {asked} cells have it{why}."


def said_of_ranking(study: Study, metric: str, ranking: Ranking, names: Names) -> Said:
    """A ranking alone in sentences."""
    name = names.named(ranking.methods)
    gain = _gain(study, metric, ranking, name, False)
    return Said(_headline(metric, ranking, name), gain, doubt=_doubt(study, ranking.intervals))


def _has_plain(verdict: Verdict) -> bool:
    """Whether methods without synthetic rows were asked for."""
    return bool((verdict.group.methods["mix"] == "real").any())


def _headline(metric: str, ranking: Ranking, name: dict[str, str]) -> str:
    first, n = ranking.methods.iloc[0], len(ranking.methods)
    of = f"{metric} {written(first['score'], metric)}"
    who = name[ranking.first]
    if n == 1:
        return f"{who} alone has all its cells, {of}: there is nothing to compare it with."
    alike = len(ranking.alike)
    if isinstance(ranking.intervals, Refused):
        return f"{who} comes first of {n} methods, {of}; how surely is not known."
    if alike == 1:
        return f"{who} is best of {n} methods, {of}."
    rest = f" (of {n})" if alike < n else ""
    return f"{who} is first of {alike} methods that cannot be told apart{rest}, {of}."


def _gain(
    study: Study, metric: str, ranking: Ranking, name: dict[str, str], has_plain: bool
) -> str:
    """What synthetic rows add to the best way without them."""
    made = ranking.methods[ranking.methods["mix"] != "real"]
    if not ranking.plain:
        return "No method without synthetic rows has all its cells." if has_plain else ""
    if made.empty:
        return ""
    best, plain = made.iloc[0], name[ranking.plain]
    ends = between(best["gain_low"], best["gain_high"], metric)
    change = f"{signed(best['gain'], metric)} {metric}{ends}"
    if ranking.first == ranking.plain:
        who = name[str(made.index[0])]
        return f"It has no synthetic rows; {who}, the best with some, differs by {change}."
    said = _gained(study, metric, change)
    return f"It {said} {plain}, the best without synthetic rows."


def _gained(study: Study, metric: str, change: str) -> str:
    """The difference of the first to another, whose name is to follow."""
    more = study.direction(metric) == "higher"
    return f"gains {change} over" if more else f"differs by {change} from"


def _size(study: Study, verdict: Verdict, name: dict[str, str]) -> str:
    """Whether students are compared at equal size."""
    matched, ranking = verdict.matched, verdict.ranking
    if matched == Refused("a size") or len(ranking.methods) == 1:
        return ""
    if isinstance(matched, SizeMatched) and verdict.is_sized:
        return _budgets(matched, verdict.group.students)
    beside = beside_of(study, verdict.group)
    first, plain = (
        three_figures(beside.sizes.get(arm, math.nan)) for arm in (ranking.first, ranking.plain)
    )
    known = beside.unit and ranking.plain and first != plain
    larger = f": its students have {first} {beside.unit} against {plain}" if known else ""
    why = f" ({matched})" if isinstance(matched, Refused) else ""
    return " ".join(filter(None, [f"Not size-matched{why}{larger}.", _sized(study, verdict, name)]))


def _budgets(matched: SizeMatched, students: Sequence[str]) -> str:
    if matched.alike:
        return "A student has the same size whatever it learns from."
    low = min(limits[0] for limits in matched.budgets.values())
    high = max(limits[-1] for limits in matched.budgets.values())
    budgets = f"budgets of {three_figures(low)} to {three_figures(high)} {matched.unit}, in each"
    if low == high:
        budgets = f"a budget of {three_figures(low)} {matched.unit}, in it"
    chosen = set(matched.scores["student"])
    never = [name for name in students if name not in chosen]
    without = f", never {' or '.join(never)}" if never else ""
    return f"At equal size: {budgets} the best student by validation rows{without}."


def _sized(study: Study, verdict: Verdict, name: dict[str, str]) -> str:
    """What comes of it at equal size, where some datasets allow that."""
    sized, first = verdict.sized, verdict.ranking.first
    if sized is None:
        return ""
    n = sized.n_datasets
    of = "one dataset that allows it" if n == 1 else f"{n} datasets that allow it"
    where = f"At equal size, on the {of},"
    if sized.first != first:
        return f"{where} {name[sized.first]} is first."
    if sized.plain in ("", first):
        return f"{where} it is first, too."
    row, metric = sized.methods.loc[first], verdict.metric
    change = signed(row["gain"], metric) + between(row["gain_low"], row["gain_high"], metric)
    return f"{where} it {_gained(study, metric, change)} {name[sized.plain]}."


def _cost(study: Study, verdict: Verdict) -> str:
    """What all students of the first method cost, and how fast half of them are at the least."""
    arm, beside, said = verdict.ranking.first, beside_of(study, verdict.group), []
    ratio = beside.cost["ratio"].get(arm, math.nan)
    if not math.isnan(ratio):
        said.append(f"costs {three_figures(ratio)}× the seconds of the same on training rows")
    if arm in beside.speed.index:
        speed = beside.speed.loc[arm]
        rate, up = three_figures(speed["rows_per_second"]), three_figures(speed["speed_up"])
        n, of = int(speed["datasets"]), len(verdict.group.datasets)
        where = "" if n == of else f" on {n} of {of} datasets"
        said.append(f"answers {rate} rows/s, {up}× the teacher (median of its students{where})")
    text = f"It {' and '.join(said)}." if said else ""
    return text if arm in beside.speed.index else f"{text} {_untimed(study, arm)}".strip()


def _untimed(study: Study, arm: str) -> str:
    if arm in set(arm_of(study.speeds)):
        return f"Timed only while others were at work{to_time(study, '; again')}."
    return f"Not timed{to_time(study)}."


def _doubt(study: Study, found: Intervals | Refused, left_out: int = 0) -> str:
    if isinstance(found, Refused):
        text = f"{str(found)[:1].upper()}{str(found)[1:]}."
    else:
        over = count(found.n, found.over.removesuffix("s"))
        text = f"95 % intervals: {KINDS[found.kind]} over {over}, each by itself."
        if found.kind == "corrected t" and study.capped:
            text += f" {CAPPED}"
        if found.over == "splits" and found.kind != "corrected t":
            text += " They are too narrow: rows that splits share are not counted."
    if left_out:
        text += f" {count(left_out, 'method')} without all cells left out."
    return text


def _others(study: Study, verdict: Verdict, names: Names) -> str:
    """What is not among what is ranked: methods that were asked for other cells, one's own first,
    students that were not asked for all of these, and datasets."""
    arms, here = study.cells.drop_duplicates("arm"), verdict.group.methods.index
    ranked = arms["arm"].isin(here)
    methods = sorted(names.of(arms[~ranked]), key=lambda name: YOURS not in name)
    students = not_ranked(study, verdict.metric)
    apart = [d for d in study.cells["dataset"].unique() if d not in verdict.group.datasets]
    beside = []
    if methods:
        other = list(dict.fromkeys(m for m in methods if m not in {*names.of(arms[ranked])}))
        few = ", ".join(other[:NAMED]) + ", …" * (len(other) > NAMED)
        beside.append(
            f"{count(len(methods), 'method')} asked for other cells" + f" ({few})" * bool(few)
        )
    if students:
        learn = "learns" if len(students) == 1 else "learn"
        beside.append(f"{count(len(students), 'student')} that {learn} in other ways")
    if apart:
        beside.append(f"what was asked for on {' and '.join(sorted(map(str, apart)))} alone")
    each = f"tscbench board {study.shown_as} --full"
    return f" Ranked apart, in {each}: {'; '.join(beside)}." if beside else ""


def written(value: float, metric: str) -> str:
    """A metric's value in a sentence."""
    return Column("x", form=form_of(metric)).cell({"x": value}).text


def signed(value: float, metric: str = "") -> str:
    """A difference with its sign."""
    return Column("x", form=f"+{form_of(metric)}").cell({"x": value}).text


def between(low: float, high: float, metric: str = "") -> str:
    """An interval in brackets, or nothing."""
    column = Column("x", form=f"+{form_of(metric)}", high="y")
    return "" if math.isnan(low) else f" ({column.cell({'x': low, 'y': high}).text})"
