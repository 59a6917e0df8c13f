"""What all tests share: the marker of slow ones, a store and a working folder for each test, and
`lab`, which runs tiny suites in-process."""

from __future__ import annotations

import compileall
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # as in the harness; threads that spin slow a busy machine

os.environ.setdefault("TSCBENCH_IMPORT_SECONDS", "60")  # a busy machine is no plugin that hangs

collect_ignore = ["broken_plugins"]

TINY = Path(__file__).with_name("tiny.py")


LONGEST = {"test_plugins", "test_new", "test_export"}
"""Modules that take longest of those whose tests are not slow ones."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "slow: a whole way, such as a document, a package or a cluster"
    )
    if not hasattr(config, "workerinput"):
        for folder in ("tscbench", "plugins"):  # once for the many processes that import it
            compileall.compile_dir(TINY.parents[1] / folder, quiet=2)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several workers one begins with the slow tests, then with the longest modules, so that
    none waits for them at the end."""
    if hasattr(config, "workerinput"):
        items.sort(
            key=lambda item: (
                item.get_closest_marker("slow") is None,
                item.path.stem not in LONGEST,
            )
        )


def here(jobs: int, place: Any) -> Any:
    """Does jobs in this process."""
    from tscbench.harness.executors import InProcess

    return InProcess()


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the store, the log and the working folder, which no other test has."""
    folder = tmp_path_factory.mktemp("isolated")
    monkeypatch.setenv("TSCBENCH_STORE", str(folder / "store"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("TINY_LOG", str(folder / "fits"))
    monkeypatch.setenv("TINY_TROUBLE", str(folder / "trouble"))
    os.environ.pop("PYTHONSAFEPATH", None)  # a command in an earlier test may have set it for good
    (folder / "here").mkdir()
    monkeypatch.chdir(folder / "here")
    return folder


@dataclass(frozen=True)
class Lab:
    """A folder in which tiny suites are written, planned and run."""

    folder: Path

    def suite(self, *grids: Mapping[str, Any], name: str = "small", **keys: Any) -> Path:
        """A suite file; axes of a grid as lists, other keys at the top."""
        keys = {"headline": "hits", "metrics": ["hits"], **keys}
        lines = [f"name = {json.dumps(name)}"]
        lines += [f"{key} = {_toml(value)}" for key, value in keys.items()]
        for grid in grids:
            full = {"dataset": ["toy"], "teacher": ["nearest"], "student": ["linear"], **grid}
            lines += ["", "[[grid]]"] + [f"{axis} = {_toml(v)}" for axis, v in full.items()]
        path = self.folder / f"{name}.toml"
        path.write_text("\n".join(lines) + "\n")
        return path

    def open(
        self,
        *grids: Mapping[str, Any],
        options: Any = None,
        store: Path | None = None,
        **keys: Any,
    ) -> Any:
        """The session of a suite with these grids."""
        from tscbench.harness.session import open_session
        from tscbench.line.store import Store

        path, kept = self.suite(*grids, **keys), Store(store) if store else None
        return open_session(str(path), options or {}, plugins=[TINY], offline=True, store=kept)

    def run(
        self,
        *grids: Mapping[str, Any],
        out: str = "run",
        options: Any = None,
        start: Callable[[int, Any], Any] = here,
        jobs: int = 1,
        tell: Callable[[Any], None] = lambda event: None,
        again: Iterable[str] = (),
        store: Path | None = None,
        **keys: Any,
    ) -> Any:
        """The run of a suite, done in this process."""
        from tscbench.results.run import Run

        session = self.open(*grids, options=options, store=store, **keys)
        return self.go(session, Run(self.folder / out), start, jobs, tell, again)

    def go(
        self,
        session: Any,
        run: Any,
        start: Callable[[int, Any], Any] = here,
        jobs: int = 1,
        tell: Callable[[Any], None] = lambda event: None,
        again: Iterable[str] = (),
    ) -> Any:
        """Runs a session and returns its run."""
        from tscbench.harness import work
        from tscbench.harness.session import run_session

        work._EVALUATORS.clear()
        run_session(session, run, session.pending(run, again), jobs=jobs, start=start, tell=tell)
        return run

    def open_functions(self, functions: list[Any], grid: str, top: str = "") -> Any:
        """The session of a suite of functions that are handed over."""
        from tscbench.harness.session import open_session
        from tscbench.harness.suite import Source, parse_suite
        from tscbench.registry import discover

        text = f'name = "given"\nheadline = "auc"\nmetrics = ["auc"]\n{top}\n[[grid]]\n{grid}'
        suite = parse_suite(text, "given.toml", discover([], functions))
        source = Source(suite, text, self.folder / "given.toml", {})
        return open_session(source, functions=functions, offline=True)

    def of_functions(self, functions: list[Any], grid: str, top: str = "") -> Any:
        """Its run, in this process."""
        from tscbench.results.run import Run

        return self.go(self.open_functions(functions, grid, top), Run(self.folder / "run"))

    @property
    def fits(self) -> Counter[str]:
        """How often each tiny plugin was fitted."""
        log = self.folder / "fits"
        return Counter(log.read_text().split() if log.exists() else [])

    def forget_fits(self) -> None:
        """Counts from nought again."""
        (self.folder / "fits").unlink(missing_ok=True)

    def trouble(self, *names: str) -> None:
        """Tiny plugins of these names fail from now on; `name:dies` ends its process."""
        (self.folder / "trouble").write_text(" ".join(names))


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


@pytest.fixture
def lab(isolated: Path) -> Lab:
    return Lab(isolated)


@pytest.fixture
def tiny() -> Path:
    return TINY


@pytest.fixture
def plugins() -> Any:
    """A registry with the tiny plugins beside the installed ones."""
    from tscbench.registry import discover

    return discover([TINY])


@dataclass(frozen=True)
class Said:
    """What a verb left: its exit code and both streams."""

    code: int
    out: str
    err: str


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done in this process."""
    from tscbench.harness import executors

    monkeypatch.setattr(executors, "Local", here)


@pytest.fixture
def checks_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """`tscbench check` tries plugins in this process; that one may end its own is tried in
    `test_check`."""
    from tscbench.testing import isolated

    def tried(asked: Any, found: list[Any], tell: Callable[[Any, str], None]) -> Iterator[Any]:
        for one in found:
            yield isolated.came_of(one, asked, lambda begun, outcomes, one=one: tell(one, begun))

    monkeypatch.setattr(isolated, "tried", tried)


@pytest.fixture
def cli(
    in_process: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    """Runs `tscbench …` in this process, its jobs too. What a run is timed by at its end is not
    what is tried here: that is short."""
    from tscbench.cli import main
    from tscbench.harness import repeats, work

    quick = replace(repeats.SHORT, repeats=3, least_seconds=1e-4, warm_seconds=1e-3)
    monkeypatch.setattr(repeats, "SHORT", quick)

    def call(*words: str | Path) -> Said:
        work._EVALUATORS.clear()
        monkeypatch.setattr(sys, "argv", ["tscbench", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        streams = capsys.readouterr()
        return Said(int(ended.value.code or 0), streams.out, streams.err)

    return call
