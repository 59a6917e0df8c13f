"""How long it will take and how much it will weigh, from what earlier runs took."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tscbench.harness.graph import Graph
from tscbench.harness.lines import Line
from tscbench.line.artefact import Artefact
from tscbench.line.store import Store, write_whole


def work_name(artefact: Artefact) -> str:
    """Names work that takes about as long each time: step, plugins, rows."""
    plugins = ",".join(str(bound) for bound in artefact.plugins.values())
    sampler = artefact.inputs.get("sampler")
    if isinstance(sampler, Artefact):
        plugins = str(sampler.plugins["generator"])
    rows = artefact.inputs.get("parts", artefact.inputs.get("data"))
    return f"{artefact.step}|{plugins}|{rows.key if isinstance(rows, Artefact) else '-'}"


def line_name(line: Line) -> str:
    """Names the work of a cell: its student on about so many rows of these parts."""
    return name_of("student", f"{line.cell.student} {line.cell.mix}", line.parts)


def name_of(step: str, what: str, parts: Artefact) -> str:
    """Names the work of a step on these parts by what is done."""
    return f"{step}|{what}|{parts.key}"


@dataclass
class Durations:
    """Mean seconds of work by name, kept beside the store."""

    seconds: dict[str, tuple[float, int]] = field(default_factory=dict)

    def add(self, name: str, seconds: float) -> None:
        """One more observation."""
        total, n = self.seconds.get(name, (0.0, 0))
        self.seconds[name] = (total + seconds, n + 1)

    def write(self, store: Store) -> None:
        """Keeps what was learnt, together with what was there."""
        text = json.dumps(self.seconds).encode()
        write_whole(_path(store), lambda file: file.write(text))

    def means(self) -> Mapping[str, float]:
        """Seconds by full name, and by its first parts where only those have been seen."""
        sums: dict[str, list[float]] = defaultdict(list)
        for name, (total, n) in self.seconds.items():
            for known in (name, _kind(name), name.partition("|")[0]):
                sums[known].append(total / n)
        return {name: sum(values) / len(values) for name, values in sums.items()}


def read_durations(store: Store) -> Durations:
    """What earlier runs on this store took."""
    try:
        means = json.loads(_path(store).read_text())
    except (OSError, ValueError):
        return Durations()
    return Durations({name: (float(t), int(n)) for name, (t, n) in means.items()})


def _path(store: Store) -> Path:
    return store.root / "durations.json"


def expected(name: str, means: Mapping[str, float]) -> float | None:
    """Seconds that work of this name should take; None when nothing like it has been seen."""
    known = (name, _kind(name), name.partition("|")[0])
    return next((means[n] for n in known if n in means), None)


@dataclass(frozen=True)
class Estimate:
    """seconds of one process's work, without those of the `jobs` jobs that are `unknown`: the like
    has not been timed on these rows, and what it took on others says nothing of wider ones."""

    seconds: float
    unknown: int
    jobs: int


def estimate(graph: Graph, durations: Durations) -> Estimate:
    """What a graph of jobs should take."""
    means = durations.means()
    known = [means.get(name) for name in _names(graph)]
    seconds = [each for each in known if each is not None]
    return Estimate(sum(seconds), len(known) - len(seconds), len(graph.nodes))


class Remaining:
    """Work still to do, by kind (step and plugins), priced by what this run has seen of the kind,
    else by earlier runs, else by this run's mean for the step."""

    def __init__(self, graph: Graph, durations: Durations) -> None:
        self.prior = durations.means()
        self.counts = Counter(_kind(name) for name in _names(graph))
        self.seen = Durations()

    def note(self, name: str, seconds: float) -> None:
        """Work of this name has ended: a job, or of nested students one, whose fit the largest
        stands for."""
        kind = _kind(name)
        if kind not in self.counts:
            return
        self.counts[kind] -= 1
        for known in (kind, name.partition("|")[0], "any"):
            self.seen.add(known, seconds)

    def seconds(self) -> float | None:
        """Expected seconds of one process; None before anything is known."""
        prices = [(n, self._price(kind)) for kind, n in self.counts.items() if n > 0]
        known = [(n, price) for n, price in prices if price is not None]
        return sum(n * price for n, price in known) if known or not prices else None

    def _price(self, kind: str) -> float | None:
        step = kind.partition("|")[0]
        for source in (
            self._mean(kind),
            self.prior.get(kind),
            self._mean(step),
            self.prior.get(step),
        ):
            if source is not None:
                return source
        return self._mean("any")

    def _mean(self, name: str) -> float | None:
        total, n = self.seen.seconds.get(name, (0.0, 0))
        return total / n if n else None


def _kind(name: str) -> str:
    step, plugins, _ = name.split("|", 2)
    return f"{step}|{plugins}"


def _names(graph: Graph) -> Iterable[str]:
    for node in graph.nodes.values():
        if node.job.artefact is not None:
            yield work_name(node.job.artefact)
        else:
            yield line_name(max(node.job.lines, key=lambda line: line.size))


def expected_bytes(graph: Graph, store: Store) -> int:
    """Bytes that a graph's jobs will add to the store, as far as the rows tell: synthetic rows and
    outputs; fitted models are not foreseen."""
    widths: dict[str, tuple[int, int]] = {}
    total = 0
    for node in graph.nodes.values():
        artefact = node.job.artefact
        if artefact is None or artefact.step not in ("synthetic", "synthetic_outputs"):
            continue
        parts = artefact.inputs["parts"]
        assert isinstance(parts, Artefact)
        if parts.key not in widths:
            widths[parts.key] = _block_bytes(parts, store)
        total += widths[parts.key][artefact.step == "synthetic_outputs"]
    return total


def _block_bytes(parts: Artefact, store: Store) -> tuple[int, int]:
    """Bytes of one block of synthetic rows, and of its outputs."""
    data = parts.inputs["data"]
    facts = store.facts(data.key) if isinstance(data, Artefact) else None
    if facts is None:
        return 0, 0
    share = (1 - parts.params["test"]) * (1 - parts.params["valid"])
    n_train = min(int(share * facts["n"]), parts.params["n_train"] or facts["n"])
    row = facts.get("itemsize", 8) * facts["d"] + 16  # its label and its id
    return n_train * row, 8 * n_train * facts["k"]
