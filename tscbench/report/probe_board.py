"""What foretells a good compression set: probes of synthetic rows against what students made of
them."""

from __future__ import annotations

from tscbench.analysis.probe_correlations import LEAST, correlation_by_chance, correlations
from tscbench.analysis.relations import among
from tscbench.analysis.sources import means_of_sources
from tscbench.analysis.study import Study
from tscbench.report.sources import said_of
from tscbench.report.table import Column, Table


def probe_board(study: Study, metric: str = "tsc_score", *, part: str = "test") -> Table:
    """How well each probe ranks generators as the score does: per dataset the mean ρ over teachers,
    queries, objectives, mixes and students, and the mean over datasets with its standard error,
    those of one source counting as one."""
    each = correlations(study.scores, among(study.related, study.scores), metric, part=part)
    title = f"Probes against {metric}"
    if not each["rho"].notna().any():
        least = f"a rank correlation needs {LEAST} generators that have a probe and a {metric}"
        return Table(title, f"none: {least} where all else is alike")
    whole = each.pivot_table("rho", "probe", "dataset", "mean", dropna=False)
    wide = whole.dropna(how="all")
    still = sorted(set(whole.index) - set(wide.index))
    pooled = means_of_sources(wide.T, study.sources)
    counts = each.groupby("probe")["n"].agg(["min", "max"]).reindex(wide.index)
    frame = wide.assign(
        pooled=pooled.mean(),
        pooled_standard_error=pooled.sem(),
        datasets=pooled.count(),
        asked=len(pooled),
        n=counts["min"],
        n_most=counts["max"],
    ).reset_index()
    order = frame["pooled"].abs().sort_values(ascending=False, kind="stable").index
    caption = (
        f"Spearman's ρ between a probe and {metric} on {part} rows over n generators, all else "
        "alike; mean per dataset, and mean ± standard error over datasets"
    )
    columns = [
        Column("probe", wanted=9),
        *(Column(str(dataset), form="+.2f") for dataset in wide.columns),
        Column("pooled", form="+.2f", error="pooled_standard_error", wanted=8),
        Column("datasets", form=".0f", whole="asked"),
        Column("n", form=".0f", high="n_most" if (counts["min"] < counts["max"]).any() else ""),
    ]
    notes = (
        _chance(int(each["n"].max())),
        *(f"{probe} ranks no generators." for probe in still),
        *said_of(study.sources),
    )
    return Table(title, caption, columns, frame.loc[order].reset_index(drop=True), notes)


def _chance(n: int) -> str:
    """How large one ranking's ρ becomes by chance."""
    limit = correlation_by_chance(n)
    return (
        f"One ranking of {n} generators lies beyond ±{limit:.2f} by chance in 1 of 20; rankings of "
        "one dataset share its rows and are no repeats."
    )
