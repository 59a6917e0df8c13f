"""What a worker process does: make an artefact, or the records of cells with nested students."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import StoreError
from tscbench.contracts.failures import failure
from tscbench.contracts.kinds import Plugin
from tscbench.contracts.types import Predictor
from tscbench.harness.job import Job, Outcome, Sent
from tscbench.harness.lines import Line
from tscbench.harness.provenance import provenance
from tscbench.line.artefact import Artefact, plugins_behind
from tscbench.line.busy import watch_steps
from tscbench.line.evaluator import MEMORY, Evaluator
from tscbench.line.keys import content_of, digest, plugin_key
from tscbench.line.lock import claimed
from tscbench.line.measure import Scores, add_confidence, add_facts, score, score_seen
from tscbench.line.predictions import Predictions
from tscbench.line.progress_file import say_in
from tscbench.line.recipe import recipe_of
from tscbench.line.splits import Parts
from tscbench.line.step_log import cut, log_in, logged, own_log, shorten, tail
from tscbench.line.steps import STEPS
from tscbench.line.store import Store
from tscbench.processes import tell
from tscbench.results.surroundings import surroundings

_EVALUATORS: dict[Store, Evaluator] = {}

PostMortem = Callable[[Any], None] | None


def evaluator_of(store: Store) -> Evaluator:
    """This process's evaluator on a store."""
    if store not in _EVALUATORS:
        _EVALUATORS[store] = Evaluator(store, begun=_begun)
    return _EVALUATORS[store]


def _begun(artefact: Artefact) -> None:
    """Tells who waits for this process which step it has begun, and whose."""
    tell((artefact.step, _whose(artefact, artefact.step)))


def work(job: Job, memory: int | None = None, post_mortem: PostMortem = None) -> Outcome:
    """Does a job. A plugin's failure is an outcome; trouble with the disk is raised.

    memory: bytes that this process may take, of which it keeps a quarter for values.
    post_mortem: called with the traceback of what failed.
    """
    outcome = Outcome(job.key)
    log = own_log(job.log)
    evaluator = evaluator_of(job.store)
    evaluator.memory = MEMORY if memory is None else min(MEMORY, memory // 4)
    with logged(log):
        _do(job, outcome, evaluator, post_mortem)
    if outcome.failure is None:
        shorten(log)
    else:
        full = outcome.failure.traceback + tail(log)
        outcome.failure = replace(outcome.failure, traceback=full)
    return outcome


def work_sent(sent: Sent, memory: int | None = None) -> Outcome:
    """Does a job that was sent; see `work`."""
    return work(pickle.loads(sent.body), memory)


def _do(job: Job, outcome: Outcome, evaluator: Evaluator, post_mortem: PostMortem) -> None:
    evaluator.seconds.clear()
    evaluator.busy.clear()
    evaluator.mended.clear()
    evaluator.doing = None
    try:
        waits = partial(tell, (job.step, ""))  # whose time then begins anew
        with claimed(evaluator.store, job.claim, job.makes, waits) as mine:
            if job.artefact is None:
                _records(job, evaluator, outcome)
            elif mine:
                evaluator.make(job.artefact)
    except StoreError:
        raise
    except (Exception, SystemExit) as error:
        if post_mortem is not None:
            post_mortem(error.__traceback__)
        doing = evaluator.doing
        outcome.step = doing.step if doing else outcome.step
        whose = _whose(doing, outcome.step) if doing else outcome.step
        outcome.failure = failure(error, _at_work(job, evaluator), whose)
    outcome.seconds, outcome.busy = dict(evaluator.seconds), dict(evaluator.busy)
    outcome.mended = set(evaluator.mended)


def _at_work(job: Job, evaluator: Evaluator) -> list[Plugin]:
    """The plugins that may have failed."""
    roots = [evaluator.doing] if evaluator.doing else [line.predictions for line in job.lines]
    plugins = {id(plugin): plugin for root in roots for plugin in plugins_behind(root)}
    metrics = [metric.plugin for line in job.lines for metric in line.metrics]
    return [*plugins.values(), *metrics]


def _whose(artefact: Artefact, step: str) -> str:
    """The one plugin that an artefact is of, else its step."""
    bounds = list(artefact.plugins.values())
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
    except StoreError:
        return False
    recipe = recipe_of(line.predictions)
    facts = {"step": "predictions", "recipe": recipe, **made.facts}
    evaluator.store.write(line.predictions.key, made, facts)
    return True


def _extras(line: Line, parts: Parts, evaluator: Evaluator) -> dict[str, Any]:
    """What is said besides the scores, by name."""
    said: dict[str, Any] = {}
    for name, artefact in line.extras.items():
        extra = said[name] = {"key": artefact.key}
        try:
            value = evaluator.get(artefact)
            probed = artefact.step == "probe"
            extra["scores"] = value if probed else score_seen(line.metrics, parts, value)
        except StoreError:
            raise
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


def scores_of(
    line: Line, parts: Parts, predictions: Predictions, teacher: Predictions | None
) -> dict[str, Scores]:
    """What predictions score, by part and metric; a teacher's own line has the facts of its split
    beside. teacher: the predictions of the line's teacher."""
    scores = score(line.metrics, parts, predictions, teacher)
    if line.cell.student == "teacher":
        add_confidence(scores, parts, predictions)
        add_facts(scores, parts)
    return scores


def record(line: Line, evaluator: Evaluator) -> dict[str, Any]:
    """A finished line's record, less what only the run knows."""
    predictions = evaluator.get(line.predictions)
    teacher = None if line.teacher_predictions is None else evaluator.get(line.teacher_predictions)
    parts = evaluator.get(line.parts)
    beside = {
        name: {"scores": score(line.metrics, parts, other, teacher), "facts": other.facts}
        for name, other in predictions.beside.items()
    }
    return {
        "status": "ok",
        "made_with": surroundings(),
        "key": line.key,
        "asked": [str(metric) for metric in line.metrics],
        "scores": scores_of(line, parts, predictions, teacher),
        **({"beside": beside} if beside else {}),
        "extras": _extras(line, parts, evaluator),
        "facts": predictions.facts | _generator_facts(line, evaluator),
        "provenance": provenance(line, parts),
        "rows": {"train": len(parts.train), "valid": len(parts.valid), "test": len(parts.test)},
        "ended": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def begin_worker(progress_folder: Path | None = None, logs: Path | None = None) -> None:
    """What a worker does first. progress_folder: where it says how far it is. logs: where the logs
    of its steps are, which are cut while they grow too long."""
    say_in(progress_folder)
    log_in(logs)
    watch_steps()

    def watch() -> None:
        while True:
            time.sleep(1)
            cut()

    threading.Thread(target=watch, daemon=True).start()
