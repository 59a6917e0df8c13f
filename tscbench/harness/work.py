"""What a worker process does: make an artefact, or the records of cells with nested students."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import StoreError
from tscbench.contracts.failures import Failure, failure
from tscbench.contracts.kinds import Plugin
from tscbench.contracts.types import Predictor
from tscbench.harness.lines import Line
from tscbench.harness.provenance import provenance
from tscbench.line.artefact import Artefact, plugins_behind
from tscbench.line.busy import watch_steps
from tscbench.line.evaluator import Evaluator
from tscbench.line.keys import content_of, digest, plugin_key
from tscbench.line.measure import add_confidence, add_facts, score, score_seen
from tscbench.line.progress_file import say_in
from tscbench.line.splits import Parts
from tscbench.line.step_log import cut, log_in, logged, own_log, shorten, tail
from tscbench.line.steps import STEPS
from tscbench.line.store import Store


@dataclass(frozen=True)
class Job:
    """One artefact to make, or lines whose students come from one fit."""

    key: str
    store: Path
    artefact: Artefact | None = None
    lines: tuple[Line, ...] = ()

    @property
    def log(self) -> str:
        """The name of the log of what it prints."""
        return f"{self.artefact.step if self.artefact else 'student'}-{self.key[:16]}.log"


@dataclass
class Outcome:
    """What came of a job. failure: of step `step`; records: by cell id; busy: threads by key, where
    they are more than the step was given."""

    key: str
    seconds: dict[str, float] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    failure: Failure | None = None
    step: str = "student"
    busy: dict[str, float] = field(default_factory=dict)


_EVALUATORS: dict[Path, Evaluator] = {}


def evaluator_of(store: Path) -> Evaluator:
    """This process's evaluator on a store."""
    if store not in _EVALUATORS:
        _EVALUATORS[store] = Evaluator(Store(store))
    return _EVALUATORS[store]


def work(job: Job) -> Outcome:
    """Does a job. A plugin's failure is an outcome; trouble with the disk is raised."""
    outcome = Outcome(job.key)
    log = own_log(job.log)
    with logged(log):
        _do(job, outcome)
    if outcome.failure is None:
        shorten(log)
    else:
        full = outcome.failure.traceback + tail(log)
        outcome.failure = replace(outcome.failure, traceback=full)
    return outcome


def _do(job: Job, outcome: Outcome) -> None:
    evaluator = evaluator_of(job.store)
    evaluator.seconds.clear()
    evaluator.busy.clear()
    evaluator.doing = None
    try:
        if job.artefact is not None:
            if not evaluator.store.has(job.artefact.key):
                evaluator.make(job.artefact)
        else:
            _records(job, evaluator, outcome)
    except StoreError:
        raise
    except (Exception, SystemExit) as error:
        outcome.step = evaluator.doing.step if evaluator.doing else outcome.step
        outcome.failure = failure(error, _at_work(job, evaluator), _named(evaluator, outcome.step))
    outcome.seconds, outcome.busy = dict(evaluator.seconds), dict(evaluator.busy)


def _at_work(job: Job, evaluator: Evaluator) -> list[Plugin]:
    """The plugins that may have failed."""
    roots = [evaluator.doing] if evaluator.doing else [line.predictions for line in job.lines]
    plugins = {id(plugin): plugin for root in roots for plugin in plugins_behind(root)}
    metrics = [metric.plugin for line in job.lines for metric in line.metrics]
    return [*plugins.values(), *metrics]


def _named(evaluator: Evaluator, step: str) -> str:
    """A step, with the one plugin that it is of."""
    bounds = list(evaluator.doing.plugins.values()) if evaluator.doing else []
    return f"{bounds[0].plugin.kind} {bounds[0].plugin.name}" if len(bounds) == 1 else step


def _records(job: Job, evaluator: Evaluator, outcome: Outcome) -> None:
    """Scores of each line. What was fitted for them is then forgotten: nobody else asks for it, and
    a large forest weighs more than it says."""
    try:
        _predict(job, evaluator)
        outcome.step = "metrics"
        for line in job.lines:
            outcome.records[line.cell.id] = record(line, evaluator)
    finally:
        evaluator.forget(line.model.key for line in job.lines if not line.model.stored)


def _predict(job: Job, evaluator: Evaluator) -> None:
    """Predictions of each line, the largest of nested students first: it holds the others."""
    largest: Any = None
    for line in sorted(job.lines, key=lambda line: -line.size):
        model = line.model
        if not evaluator.store.has(line.predictions.key) and not model.stored:
            shared = _shared_fit(model, evaluator)
            if shared is not None and not line.kept and _borrow(shared, line, evaluator):
                continue
            if largest is None:
                largest = evaluator.get(model)
            elif line.size:
                evaluator.remember(model.key, largest.nested(int(line.size)), 1 << 20)
            evaluator.get(line.predictions)
            if line.kept:
                _keep(model, evaluator)
            if shared is not None:
                evaluator.store.write(shared, line.predictions.key, {"step": "shared fit"})


def _keep(student: Artefact, evaluator: Evaluator) -> None:
    """Keeps a student as far as it answers rows; one that does not pickle is fitted again."""
    try:
        evaluator.store.write(student.key, answering(evaluator.get(student)), {"step": "student"})
    except StoreError:
        raise
    except Exception:
        return


def answering(predictor: Predictor) -> Predictor:
    """A predictor without what only a run needs of it: a longer fit, other answers, history; all
    that is left answers rows."""
    rows_only = replace(predictor, predict_oob=None, predict_dropout=None, nested=None)
    return replace(rows_only, history={}, beside={})


def _shared_fit(student: Artefact, evaluator: Evaluator) -> str | None:
    """Names a student's fit by all that it learns from: arms that come to the same compression set,
    as two queries do on synthetic rows alone, share one fit. None for a set that is drawn as it is
    read, and for a student that looks at more than the set."""
    bound = student.plugins["student"]
    made_from, parts = student.inputs["compression_set"], student.inputs["parts"]
    assert isinstance(made_from, Artefact) and isinstance(parts, Artefact)
    more = {"teacher", "fold_outputs"} & student.inputs.keys()
    if more or "train" in bound.plugin.takes or "sampler" in made_from.inputs:
        return None
    learns = content_of(evaluator.get(made_from))
    given = [plugin_key(bound), student.stream, student.params, parts.key, learns]
    return digest(["shared fit", STEPS["student"].version, *given])


def _borrow(shared: str, line: Line, evaluator: Evaluator) -> bool:
    """Takes over the predictions of a shared fit, where it has been fitted."""
    if not evaluator.store.has(shared):
        return False
    try:
        made = evaluator.store.read(evaluator.store.read(shared))
    except (StoreError, FileNotFoundError):
        return False
    evaluator.store.write(line.predictions.key, made, {"step": "predictions", **made.facts})
    return True


def _extras(line: Line, parts: Parts, evaluator: Evaluator) -> dict[str, Any]:
    """What is said besides the scores, by name; what could not be made is left to the engine."""
    said: dict[str, Any] = {}
    for name, artefact in line.extras.items():
        if not evaluator.store.has(artefact.key):
            continue
        extra = said[name] = {"key": artefact.key}
        value = evaluator.get(artefact)
        try:
            probed = artefact.step == "probe"
            extra["scores"] = value if probed else score_seen(line.metrics, parts, value)
        except Exception as error:
            plugins = plugins_behind(artefact) + [metric.plugin for metric in line.metrics]
            came = failure(error, plugins, artefact.step)
            extra |= {"error": came.error, "place": came.place}
    return said


def _generator_facts(line: Line, evaluator: Evaluator) -> dict[str, Any]:
    """The facts of the sampler beside a student, where it says any."""
    if line.sampler is None or line.sampler.key == line.model.key:
        return {}
    facts = (evaluator.store.facts(line.sampler.key) or {}).get("generator", {})
    return {"generator": facts} if any(facts.values()) else {}


def record(line: Line, evaluator: Evaluator) -> dict[str, Any]:
    """A finished line's record, less what only the run knows."""
    predictions = evaluator.get(line.predictions)
    teacher = None if line.teacher_predictions is None else evaluator.get(line.teacher_predictions)
    parts = evaluator.get(line.parts)
    scores = score(line.metrics, parts, predictions, teacher)
    if line.cell.student == "teacher":
        add_confidence(scores, parts, predictions)
        add_facts(scores, parts)
    beside = {
        name: {"scores": score(line.metrics, parts, other, teacher), "facts": other.facts}
        for name, other in predictions.beside.items()
    }
    return {
        "status": "ok",
        "key": line.key,
        "asked": [str(metric) for metric in line.metrics],
        "scores": scores,
        **({"beside": beside} if beside else {}),
        "extras": _extras(line, parts, evaluator),
        "facts": predictions.facts | _generator_facts(line, evaluator),
        "provenance": provenance(line, parts),
        "rows": {"train": len(parts.train), "valid": len(parts.valid), "test": len(parts.test)},
        "ended": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def begin_worker(
    parent: int, progress_folder: Path | None = None, logs: Path | None = None
) -> None:
    """What a worker does first: what plugins print goes to logs, or else to stderr, as results
    alone go to stdout; and the worker ends when `parent`, the process that started it, is gone,
    however it went. It may be gone already when the worker has only begun. progress_folder: where
    it says how far it is. logs: where the logs of its steps are."""
    os.dup2(2, 1)
    say_in(progress_folder)
    log_in(logs)
    watch_steps()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
            cut()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
