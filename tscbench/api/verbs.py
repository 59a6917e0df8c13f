"""The Python face of the command line: the same verbs, the same work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from tscbench.analysis.study import study_of_frame
from tscbench.api.results import Results
from tscbench.harness.against import against as less
from tscbench.harness.against import note_again
from tscbench.harness.asked import open_asked
from tscbench.harness.engine import Event
from tscbench.harness.plan import Plan
from tscbench.harness.session import run_session
from tscbench.registry import discover
from tscbench.report.boards import full_board
from tscbench.report.table import Tables
from tscbench.results.run import Run
from tscbench.results.sources import one_pack, packs_of, sources_of

SuiteAsked = str | Path | Mapping[str, Any]
"""A suite by its name, its file, or what such a file says."""


def plan(
    suite: SuiteAsked = "quick",
    *,
    plugins: Iterable[str | Path] = (),
    offline: bool = False,
    **axes: Any,
) -> Plan:
    """The plan of a suite. `axes` are the axis options, such as `dataset="digits"` or
    `generator=["none", "munge"]`, and lists of decorated functions under `datasets=`,
    `generators=`, … that join in."""
    return open_asked(suite, plugins, offline, axes).plan


def run(
    suite: SuiteAsked = "quick",
    *,
    out: str | Path | None = None,
    jobs: int | None = None,
    executor: str = "local",
    timeout: float | str | None = None,
    memory: float | str | None = None,
    retry: Iterable[str] = (),
    plugins: Iterable[str | Path] = (),
    offline: bool = False,
    against: str | Path | Iterable[str | Path] = (),
    tell: Callable[[Event], None] = lambda event: None,
    **axes: Any,
) -> Results:
    """Runs a suite, or goes on with it, and returns its results. For `axes` see `plan`.

    against: a pack, a run or "published", or several of them, whose cells are taken and not made
    again; the results are ranked among them.

    executor: "local", "dask", or "dask:" and the address of a scheduler. timeout, memory: the most
    that a step may take, such as 90, "10min" or "8G", by default what the suite says. retry:
    statuses of cells that are tried again though they are known, such as "timeout".
    """
    session = open_asked(suite, plugins, offline, axes)
    folder = Run(Path(out or f"runs/{session.source.suite.name}"))
    given = [against] if isinstance(against, str | Path) else against
    names = [str(source) for source in given]
    asked = less(session, names) if names else None
    session = asked.session if asked else session
    run_session(
        session,
        folder,
        session.pending(folder, retry),
        jobs=jobs,
        allowance=session.source.suite.allowance.bound(timeout, memory),
        tell=tell,
        start=executor,
    )
    if asked is not None:
        note_again(asked, folder)
    return Results(folder.folder, asked.whole if asked else session)


def load(*sources: str | Path) -> Results:
    """The results in a run folder or a pack, or in several of one suite, as one table. "published"
    and "published:SUITE" are those that come with tscbench.

    Raises:
        SpecError: they are of several suites.
        StoreError: there is nothing in one of them, or they cannot be one table.
    """
    names = [str(source) for source in sources]
    one_pack(names)
    first, *beside = sources_of(names)
    return Results(first.path, None, tuple(str(source.path) for source in beside))


def board(frame: pd.DataFrame, metric: str = "auc", *, part: str = "test") -> Tables:
    """Tables of any data frame with the columns of `scores()`, ours or not: methods over its
    datasets, and each dataset by itself. `dataset`, `student`, `metric` and `value` must be there;
    the others are assumed where they are missing.

    Raises:
        SpecError: no data frame, a needed column is missing, or no row has this metric.
    """
    return full_board(study_of_frame(frame, metric), metric, part=part)


def compare(results: Results, a: str, b: str, **options: Any) -> pd.DataFrame:
    """Two entries of an axis, cell against cell; see `Results.compare`."""
    return results.compare(a, b, **options)


def site(*runs: Results | str | Path, out: str | Path) -> Path:
    """Writes a static site about results, run folders or packs, and returns its first page."""
    from tscbench.api.about_run import whole_pack_at
    from tscbench.report.site import write_site

    names = [str(one.folder if isinstance(one, Results) else one) for one in runs]
    write_site(Path(out), packs_of(sources_of(names), whole_pack_at))
    return Path(out) / "index.html"


def check(
    *names: str | Path, plugins: Iterable[str | Path] = (), offline: bool = False
) -> list[Any]:
    """Holds plugins to the contract of their kind; a report for each, whose `ok` says whether all
    is well. names: of plugins, specs, files or folders.

    Raises:
        SpecError: a name that stands for nothing.
    """
    from tscbench.testing.isolated import Asked, tried

    asked = Asked(tuple(map(str, names)), None, "", tuple(map(str, plugins)), offline)
    return list(tried(asked, asked.found(), lambda *said: None))


def plugins(kind: str = "", files: Iterable[str | Path] = ()) -> pd.DataFrame:
    """The plugins in sight, one row each: kind, name, distribution, version, state and cause."""
    registry = discover([Path(file) for file in files])
    rows = [
        (e.kind, e.name, e.distribution, e.version, state.state, state.cause)
        for e, state in registry.states().items()
        if kind in ("", e.kind)
    ]
    columns = ["kind", "name", "distribution", "version", "state", "cause"]
    return pd.DataFrame(rows, columns=columns).sort_values(["kind", "name"], ignore_index=True)
