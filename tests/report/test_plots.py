"""`results.plot`: the figures of a run by its headline, and those of the site."""

import pytest
from hand_made import frame, row, sized, study
from made_scores import rate_scores
from site_runs import run_pack

from tscbench import SpecError
from tscbench.analysis.study import Study, study_of
from tscbench.api.results import Results
from tscbench.report.figures.svg import svg
from tscbench.report.plots import Plots
from tscbench.report.site.figures import PAGE, PHONE, of_methods, rates_of
from tscbench.report.site.prepared import prepare


def plots_of(study):
    return Plots(study)


@pytest.fixture(scope="module")
def plots():
    """Of three settings of a generator on as many datasets as ranks need."""
    munge = ("munge", "munge(p=0.1)", "munge(s=2)")
    return plots_of(study_of(run_pack(generators=munge, datasets=tuple("abcdef"))))


@pytest.mark.parametrize(
    ("name", "panels"),
    [
        ("pareto", 6),
        ("differences", 6),
        ("ranks", 1),
        ("learning", 6),
        ("speed_error", 12),
        ("sweep", 24),
    ],
)
def test_each_has_its_panels_on_one_figure_that_can_be_saved(plots, tmp_path, name, panels):
    found = getattr(plots, name)(width=960)
    assert len(found) == panels and {axes.figure for axes in found} == {found.figure}
    for kind in ("pdf", "png"):
        found.figure.savefig(tmp_path / f"figure.{kind}")
        assert (tmp_path / f"figure.{kind}").stat().st_size > 4000
    assert "Nothing to draw" not in svg(found.figure)


def test_scores_against_size_have_a_line_per_method_or_say_why_not():
    lines = [("none", 0.70), ("kde", 0.75)]
    rows = [
        one
        for name, best in lines
        for nodes in (3, 7, 15, 31)
        for one in sized((name, f"tree(max_leaf_nodes={nodes})", nodes, best, best + nodes / 100))
    ]
    plots = plots_of(study(frame(*rows)))
    (panel,) = plots.sizes()
    assert plots.size_points == 4 and panel.get_xscale() == "log"
    drawn = {tuple(line.get_ydata()) for line in panel.lines if len(line.get_xdata()) == 4}
    assert len(drawn) == 2 and panel.get_xlabel() == "nodes"
    alone = plots_of(study(frame(row(0.7), row(0.7, part="valid"))))
    assert "Nothing to draw: the records say no sizes" in svg(alone.sizes().figure)


def test_figures_are_those_of_the_site_with_the_names_of_its_tables(plots):
    p = prepare(run_pack(), "index.html")
    pareto, differences = of_methods(p)
    mine = plots_of(p.study)
    assert svg(mine.pareto(width=PAGE).figure) == pareto.wide
    assert svg(mine.differences(width=PHONE).figure) == differences.narrow
    ticks = {tick.get_text() for tick in plots.ranks()[0].get_yticklabels()}
    assert ticks == {"munge · both", "munge(p=0.1) · both", "munge(s=2) · both", "none"}


@pytest.fixture(scope="module")
def errors():
    """Distances to a known truth against training rows."""
    scores = rate_scores()
    return scores.assign(metric=scores["metric"].str.replace("error", "truth_error"))


def test_rates_are_drawn_of_what_has_them(plots, errors):
    rates = plots_of(Study(errors, "truth_error", lower=["truth_error"]))
    assert len(rates.rates()) == len(rates.teacher_rates()) == 2
    assert "no dataset of the run has an n_train" in svg(plots.rates().figure)
    few = plots.study.narrowed({"dataset": "a,b"})
    assert "Nothing to draw: too few datasets for a test" in svg(plots_of(few).ranks().figure)


@pytest.mark.parametrize(("lower", "shown"), [(["truth_error"], 2), ([], 1)])
def test_a_site_shows_rates_of_errors(errors, lower, shown):
    found = list(rates_of(plots_of(Study(errors, "truth_error", lower=lower))))
    assert len(found) == shown and "truth_error against training rows" in found[-1].wide


def test_results_have_them(lab):
    run = lab.run({"generator": ["none", "kde"], "mix": ["real", "fake(ratio=1)"]})
    results = Results(run.folder)
    (axes,) = results.plot.differences()
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["kde · fake"]


def test_a_number_or_a_metric_that_nobody_has_is_an_error(plots):
    with pytest.raises(SpecError, match="no cell has a number 'n_tree'; did you mean 'n_trees'"):
        plots.learning("n_tree")
    with pytest.raises(SpecError, match="no result has metric 'aucc'; did you mean 'auc'"):
        plots.learning("n_trees", metric="aucc")
