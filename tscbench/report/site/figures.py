"""Figures of a run, each drawn twice: across a page, and for a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from markupsafe import Markup

from tscbench.analysis.study import Study
from tscbench.report.figures.epochs import drawable, watched
from tscbench.report.figures.sheet import Panels
from tscbench.report.figures.svg import svg
from tscbench.report.plots import Plots
from tscbench.report.site.prepared import Prepared
from tscbench.results.arms import ARM
from tscbench.results.cell import ALONE

PAGE, PHONE = 960, 358
"""Pixels across: of a page's column, and of a phone of 390 less its margins."""

POINTS = 3
"""A curve has so many at the least."""

MANY = 30
"""Methods that a figure in a page of Markdown has at the most."""


@dataclass(frozen=True)
class Figure:
    """The same figure for wide pages and for narrow ones; markup that escapes what it says."""

    wide: Markup
    narrow: Markup


def both(draw: Callable[..., Panels]) -> Figure:
    """draw: from `width`, pixels across, to the figure's panels."""
    return Figure(*(Markup(svg(draw(width=width).figure)) for width in (PAGE, PHONE)))


def _plots(p: Prepared) -> Plots:
    return Plots(p.study, p.names)


def of_methods(p: Prepared) -> list[Figure]:
    """Quality against speed, average ranks, what each method gains on each dataset, scores against
    size, and errors against training rows, of a run that has them."""
    plots = _plots(p)
    found = list(_pareto(plots))
    groups = p.study.groups(p.headline)
    if groups and "tier" not in groups[0].refused:
        found.append(both(plots.ranks))
    if p.each["difference"].notna().any():
        found.append(both(plots.differences))
    if plots.size_points >= POINTS:
        found.append(both(plots.sizes))
    return [*found, *rates_of(plots)]


def _pareto(plots: Plots) -> Iterator[Figure]:
    if _is_timed(plots.study):
        yield both(plots.pareto)


def _is_timed(study: Study) -> bool:
    """Whether a student was timed alone on its machine."""
    timed = (study.speeds["student"] != "teacher") & ~study.speeds["contended"]
    return bool(timed.any())


def rates_of(plots: Plots) -> Iterator[Figure]:
    """Errors against training rows, where datasets differ in nothing but those."""
    if plots.direction == "lower" and plots.rate_points >= POINTS:
        yield both(plots.rates)
    if plots.teacher_rate_points >= POINTS:
        yield both(plots.teacher_rates)


def of_costs(p: Prepared) -> list[Figure]:
    """Speed-up and bytes ratio against what a student loses on its teacher."""
    plots = _plots(p)
    if not _is_timed(p.study) or p.study.speeds["speed_up"].isna().all():
        return []
    return [both(plots.speed_error)]


def of_tuning(p: Prepared) -> list[Figure]:
    """MUNGE's two parameters against each other, where both vary."""
    plots = _plots(p)
    return [both(plots.sweep)] if plots.sweep_points > 1 else []


@dataclass(frozen=True)
class OfDataset:
    """The figures of a dataset's page: quality against speed; curves over whatever number its
    students or mixes differ in; losses and accuracies of networks against epochs."""

    pareto: Sequence[Figure] = ()
    curves: Sequence[Figure] = ()
    epochs: Sequence[Figure] = ()


def of_dataset(p: Prepared, dataset: str) -> OfDataset:
    """The figures of one dataset, with the names of the whole run."""
    plots = Plots(_of_one(p.study, dataset), p.names)
    lines = [along for along in plots.numbers if _is_line(p, dataset, along)]
    return OfDataset(
        pareto=list(_pareto(plots)),
        curves=[both(partial(plots.learning, along)) for along in lines],
        epochs=[
            *([both(plots.gradients)] if watched(plots.study.history) else []),
            *(
                both(partial(plots.epochs, noted))
                for noted in drawable(plots.study.history, few=True)
            ),
        ],
    )


def _of_one(study: Study, dataset: str) -> Study:
    """What a run has recorded of one dataset. No option says which: its name may be any."""
    return replace(
        study,
        every=study.every[study.every["dataset"] == dataset],
        speeds=study.speeds[study.speeds["dataset"] == dataset],
        records=[r for r in study.records if str(r["cell"]["dataset"]) == dataset],
    )


def _is_line(p: Prepared, dataset: str, along: str) -> bool:
    frame = _plots(p).learning_frame(along)
    points = frame[frame["dataset"] == dataset].groupby([*ARM, "student"])["x"].nunique()
    return len(points) > 0 and int(points.max()) >= POINTS


@dataclass(frozen=True)
class Drawing:
    """A figure as a file. said: what it shows, in a line."""

    svg: str
    said: str


def of_readme(p: Prepared) -> dict[str, Drawing]:
    """The figures that a page of Markdown shows of a run, by name."""
    plots, found = _plots(p), {}
    if p.each["difference"].notna().any() and len(p.arms) <= MANY:
        said = f"What each method gains over training rows alone, by dataset, in {p.headline}"
        found["differences"] = Drawing(svg(plots.differences().figure), said)
    if _is_timed(p.study):
        said = f"Quality against speed: {p.headline} and rows per second"
        found["pareto"] = Drawing(svg(plots.pareto().figure), said)
    if plots.size_points >= POINTS and len(p.arms) <= MANY:
        found["sizes"] = Drawing(svg(plots.sizes().figure), f"{p.headline} against size")
    for along in _numbers(plots):
        if any(_is_line(p, dataset, along) for dataset in p.study.scores["dataset"].unique()):
            of_generators = along in plots.numbers_of("generator")
            worked_out = of_generators and (p.study.related["metric"] == "tsc_score").any()
            metric = "tsc_score" if worked_out else p.headline
            drawn = svg(plots.learning(along, metric=metric).figure)
            found[f"along-{along}"] = Drawing(drawn, f"{metric} against {along}")
    return found


def _numbers(plots: Plots) -> list[str]:
    """What generators differ in alone; or students, where all are of one plugin."""
    labels = [x for x in plots.scores["student"].unique() if x not in ALONE]
    one = len({plots.study.spelling.plugin("student", label) for label in labels}) == 1
    return [*plots.numbers_of("generator"), *(plots.numbers_of("student") if one else [])]
