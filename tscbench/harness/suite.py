"""Suites: a TOML file that fits on a screen, read with all its mistakes at once."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import tomli_w
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tscbench.contracts.amounts import amount
from tscbench.contracts.errors import (
    PluginError,
    SuiteError,
    TscbenchError,
)
from tscbench.contracts.kinds import AXES
from tscbench.contracts.spec import SUITE_NAME
from tscbench.harness.limits import DEFAULT_SECONDS, Allowance
from tscbench.harness.specs import check_spec
from tscbench.line.keys import digest
from tscbench.line.splits import SplitRule
from tscbench.registry import Registry, find_suite, near

SPEC_AXES = tuple(axis for axis in AXES if axis not in ("split", "seed"))


def _numbers(value: Any) -> Any:
    """A count stands for 0, 1, …, count - 1."""
    return list(range(value)) if isinstance(value, int) and not isinstance(value, bool) else value


Amount = Annotated[float, BeforeValidator(amount)]

Numbers = Annotated[list[Annotated[int, Field(ge=0)]], BeforeValidator(_numbers)]


class Grid(BaseModel):
    """One product of axes, each a list of specs."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    dataset: list[str] = Field(min_length=1)
    teacher: list[str] = Field(default=["forest"], min_length=1)
    query: list[str] = Field(default=["inbag"], min_length=1)
    generator: list[str] = Field(default=["none"], min_length=1)
    mix: list[str] = Field(default=["real"], min_length=1)
    objective: list[str] = Field(default=["probabilities"], min_length=1)
    student: list[str] = []
    exclude: list[dict[str, str]] = []


class Suite(BaseModel):
    """What a suite file says. `splits` and `seeds` are numbers, or counts; `timeout` and `memory`
    are what a step may take; `timing` is the pass that a run ends with; datasets of one group in
    `same_source` count as one in statistics over datasets; `judged` is the most rows of a part on
    which an epoch is judged; with `probes_only` cells end at what probes say of their synthetic
    rows. Parts have the classes in their shares; without `stratify` rows are drawn independently of
    their labels. Identical rows are in one part; without `group_identical`, as in replays of
    papers, they are drawn as any others."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=rf"^{SUITE_NAME}$")
    title: str = ""
    headline: str = "auc"
    test: float = Field(default=0.3, gt=0, lt=1)
    valid: float = Field(default=0.15, ge=0, lt=1)
    n_train: int | None = Field(default=None, ge=1)
    stratify: bool = True
    group_identical: bool = True
    threads: int = Field(default=1, ge=1)
    timeout: Amount = DEFAULT_SECONDS
    memory: Amount = float("inf")
    judged: int = Field(default=10_000, ge=1)
    probes_only: bool = False
    timing: Literal["none", "short"] = "none"
    splits: Numbers = [0]
    seeds: Numbers = [0]
    metrics: list[str] = [
        "accuracy",
        "balanced_accuracy",
        "auc",
        "log_loss",
        "brier",
        "ece",
        "agreement",
        "fidelity",
    ]
    probes: list[str] = []
    same_source: list[Annotated[list[str], Field(min_length=2)]] = []
    alias: dict[str, str] = {}
    grid: list[Grid] = Field(min_length=1)

    @property
    def rule(self) -> SplitRule:
        return SplitRule(self.test, self.valid, self.n_train, self.stratify, self.group_identical)

    @property
    def allowance(self) -> Allowance:
        return Allowance(self.timeout, self.memory)

    @property
    def digest(self) -> str:
        """Names what the suite means: all that makes a cell another one, and so neither its title,
        nor how boards read it, nor what a step may take, nor whether a run ends with a timing pass;
        a key left out is no change. Identical rows apart is what suites meant before they could say
        so, and is silent, as it is in keys."""
        silent = {"title", "timing", "timeout", "memory", "same_source", "group_identical"}
        means = self.model_dump(exclude=silent, exclude_defaults=True)
        return digest(means | ({"group_identical": True} if self.group_identical else {}))

    def spec(self, text: str) -> str:
        """The spec that a name in this suite stands for."""
        return self.alias.get(text, text)


@dataclass(frozen=True)
class Source:
    """A suite with the file that it came from, the lock beside it, and the distribution whose
    plugins its bare names mean first: its own, if it is an installed suite."""

    suite: Suite
    text: str
    file: Path
    lock: dict[str, Any]
    home: str = ""


def read_suite(name_or_path: str | Mapping[str, Any], registry: Registry) -> Source:
    """The suite of this name, or in this file.

    Raises:
        SuiteError: no such suite, or mistakes in it; all of them, with their lines.
        PluginError: a plugin that it names does not load.
    """
    if not isinstance(name_or_path, str):
        text = tomli_w.dumps(name_or_path)
        return Source(parse_suite(text, "the suite", registry), text, Path(), {})
    if name_or_path.endswith(".toml"):
        file, home = Path(name_or_path).resolve(), ""
        if not file.is_file():
            raise SuiteError(f"no suite file {name_or_path}")
    else:
        installed = find_suite(name_or_path)
        file, home = installed.file, installed.distribution
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SuiteError(f"{file.name}: not a text file in UTF-8 ({error})") from error
    suite = parse_suite(text, file.name, registry.at_home(home))
    return Source(suite, text, file, read_lock(file), home)


def read_lock(file: Path) -> dict[str, Any]:
    """The lock beside a suite file: digests of its datasets and splits; empty without one."""
    path = file.with_suffix(".lock")
    if not path.is_file():
        return {}
    try:
        lock = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise SuiteError(f"{path.name}: not JSON ({error}); restore it, or lock anew") from error
    tables = [lock.get(name) for name in ("datasets", "splits")] if isinstance(lock, dict) else []
    sound = tables and all(
        isinstance(table, dict) and all(isinstance(value, str) for value in table.values())
        for table in tables
    )
    if not sound or not isinstance(lock.get("suite"), str):
        raise SuiteError(
            f"{path.name}: not a lock; it must hold digests of the suite, its datasets and its "
            "splits: restore it, or lock anew"
        )
    return dict(lock)


def parse_suite(text: str, where: str, registry: Registry) -> Suite:
    """A suite from its text; `where` names it in messages."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SuiteError(f"{where}: not TOML: {error}") from error
    try:
        suite = Suite.model_validate(raw)
    except ValidationError as error:
        problems = [_problem(text, e["loc"], e["msg"], e["type"]) for e in error.errors()]
        problems += _semantic(text, raw, registry)
        raise _mistakes(where, problems) from None
    problems = _semantic(text, raw, registry)
    if problems:
        raise _mistakes(where, problems)
    return suite


def _mistakes(where: str, problems: list[tuple[int, str]]) -> SuiteError:
    lines = [f"  line {line}: {what}" for line, what in sorted(set(problems))]
    count = "1 mistake" if len(lines) == 1 else f"{len(lines)} mistakes"
    return SuiteError(f"{where}: {count}\n" + "\n".join(lines))


def _problem(text: str, loc: tuple[Any, ...], message: str, kind: str) -> tuple[int, str]:
    """A mistake that the model found, with its line."""
    names = [part for part in loc if isinstance(part, str)]
    key = names[-1] if names else ""
    nth = next((part for part in loc if isinstance(part, int)), 0) if "grid" in names else 0
    if kind == "extra_forbidden":
        model = Grid if "grid" in names else Suite
        message = f"no key {key!r}{near(key, model.model_fields)}"
    elif kind == "missing":
        message = f"{key!r} is missing"
    else:
        message = f"{key}: {message[0].lower()}{message[1:]}"
    return _line_of(text, rf"^\s*{re.escape(key)}\s*=", nth if "grid" in names else None), message


def _line_of(text: str, pattern: str, grid: int | None) -> int:
    """The line where `pattern` first matches, in grid number `grid` where one is given."""
    starts = [m.start() for m in re.finditer(r"^\s*\[\[grid\]\]", text, re.MULTILINE)]
    start = starts[grid] if grid is not None and grid < len(starts) else 0
    match = re.compile(pattern, re.MULTILINE).search(text, start)
    place = match.start() if match else start
    while place < len(text) and text[place].isspace():
        place += 1
    return text.count("\n", 0, place) + 1


def _semantic(text: str, raw: dict[str, Any], registry: Registry) -> list[tuple[int, str]]:
    """Mistakes in the specs: syntax, unknown names, parameters that do not fit."""
    problems = []
    alias = raw.get("alias", {})
    alias = alias if isinstance(alias, dict) else {}
    grids = raw.get("grid", [])
    for nth, grid in enumerate(grids if isinstance(grids, list) else []):
        for axis in SPEC_AXES:
            entries = grid.get(axis, []) if isinstance(grid, dict) else []
            for entry in entries if isinstance(entries, list) else []:
                if not isinstance(entry, str):
                    continue
                try:
                    check_spec(axis, str(alias.get(entry, entry)), registry)
                except PluginError:
                    raise  # with the plugin's own traceback
                except TscbenchError as error:
                    quoted = f"[\"']{re.escape(entry)}[\"']"
                    problems.append((_line_of(text, quoted, nth), str(error)))
        if isinstance(grid, dict) and not grid.get("student") and not raw.get("probes_only"):
            problems.append((_line_of(text, r"^\s*student\s*=", nth), "'student' is missing"))
        rules = grid.get("exclude", []) if isinstance(grid, dict) else []
        for rule in rules if isinstance(rules, list) else []:
            for axis in rule if isinstance(rule, dict) else ():
                if axis not in AXES:
                    line = _line_of(text, rf"\b{re.escape(axis)}\s*=", nth)
                    problems.append((line, f"exclude: no axis {axis!r}{near(axis, AXES)}"))
    problems += _of_list("probe", raw.get("probes", []), text, registry)
    problems += _of_sources(raw, text)
    return problems + _of_metrics(text, raw, registry)


def _of_list(kind: str, specs: Any, text: str, registry: Registry) -> list[tuple[int, str]]:
    """Mistakes in a list of specs at the top of a suite."""
    problems = []
    for spec in specs if isinstance(specs, list) else []:
        try:
            check_spec(kind, str(spec), registry)
        except TscbenchError as error:
            line = _line_of(text, f"[\"']{re.escape(str(spec))}[\"']", None)
            problems.append((line, str(error)))
    return problems


def _of_metrics(text: str, raw: dict[str, Any], registry: Registry) -> list[tuple[int, str]]:
    """Mistakes in the metrics, and a headline that is not one of them."""
    metrics = raw.get("metrics", Suite.model_fields["metrics"].default)
    problems = _of_list("metric", metrics, text, registry)
    headline = raw.get("headline", Suite.model_fields["headline"].default)
    if isinstance(metrics, list) and headline not in metrics:
        said = f"headline {headline!r} is not one of the metrics{near(str(headline), metrics)}"
        problems.append((_line_of(text, r"^\s*headline\s*=", None), said))
    return problems


def _of_sources(raw: dict[str, Any], text: str) -> list[tuple[int, str]]:
    """Names in `same_source` that are no dataset of the suite."""
    grids = [grid for grid in _listed(raw.get("grid")) if isinstance(grid, dict)]
    known = sorted({str(name) for grid in grids for name in _listed(grid.get("dataset"))})
    named = [str(name) for group in _listed(raw.get("same_source")) for name in _listed(group)]
    line = _line_of(text, r"^\s*same_source\s*=", None)
    return [
        (line, f"same_source: no grid has dataset {name!r}{near(name, known)}")
        for name in named
        if name not in known
    ]


def _listed(value: Any) -> list[Any]:
    """A list; what is none has no members, and is reported as a mistake of its own."""
    return value if isinstance(value, list) else []
