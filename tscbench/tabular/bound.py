"""What an estimator is bound to in a step: its threads, and no files on the side."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from tscbench.contracts.errors import SpecError
from tscbench.contracts.spec import show
from tscbench.contracts.threads import n_threads

THREADS = ("n_jobs", "thread_count", "nthread", "nthreads", "n_threads", "num_threads")
"""What estimators call the number of their threads."""


def own_parameters(estimator: Any) -> dict[str, Any]:
    """The parameters of an estimator without those of its parts, also the ones that its
    `get_params` is silent about as they were not given."""
    takes = inspect.signature(type(estimator)).parameters.values()
    named = {p.name: None for p in takes if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
    given: dict[str, Any] = estimator.get_params(deep=False)
    return named | given


def parts_of(estimator: Any) -> Iterator[Any]:
    """An estimator and those among its parameters, at any depth."""
    yield estimator
    for value in estimator.get_params().values():
        if hasattr(value, "get_params") and not isinstance(value, type):
            yield value


def check_threads(params: Mapping[str, Any], where: str) -> None:
    """Refuses a number of threads above 1, under any of its names.

    Raises:
        SpecError: a step computes with the suite's number.
    """
    for name, value in params.items():
        if name.rpartition("__")[2] in THREADS and value not in (None, 1):
            raise SpecError(
                f"{where}: {name}={show(value)} is refused, as a step computes with the suite's "
                "`threads`; leave it out, and give more cores with --jobs"
            )


def bind_estimator(estimator: Any) -> None:
    """Has an unfitted estimator compute with the step's threads and write no files, in its parts
    too; what is given stays. One made of others leaves the threads to them, as each of several
    at once would take all."""
    for part in list(parts_of(estimator)):
        has = own_parameters(part)
        if has.get("allow_writing_files", True) is None:
            part.set_params(allow_writing_files=False)
        if any(has.get(name) is not None for name in THREADS):
            continue
        if name := next((name for name in THREADS if name in has), None):
            n = 1 if len(list(parts_of(part))) > 1 else n_threads()
            # To scikit-learn's own, nothing said means one; some warn of the parameter.
            if n > 1 or not type(part).__module__.startswith("sklearn."):
                part.set_params(**{name: n})


def method_of(model: Any, name: str) -> Any:
    """A method that answers rows; where it takes a number of threads itself, with the step's."""
    from sklearn.pipeline import Pipeline

    method = getattr(model, name)
    last = model.steps[-1][1] if isinstance(model, Pipeline) else model
    if type(last).__module__.startswith("sklearn."):
        return method
    takes = inspect.signature(getattr(last, name)).parameters
    given = dict.fromkeys([known for known in THREADS if known in takes], n_threads())
    return partial(method, **given) if given else method


@dataclass
class Ready:
    """A fitted estimator, which calling gives bound to the threads of the step that asks it: it may
    come from a file, or from a step that had another number."""

    model: Any
    n: int = 0

    def __call__(self) -> Any:
        """The estimator. Scikit-learn's own answer with one thread each, as sums that several
        threads add to come in any order."""
        if self.n != n_threads():
            self.n = n_threads()
            for part in _fitted_parts(self.model):
                _rebind(part, self.n)
        return self.model


def _rebind(part: Any, n: int) -> None:
    has = vars(part)
    own = type(part).__module__.startswith("sklearn.")
    for name in [name for name in THREADS if name in has]:
        if not own or has[name] not in (None, 1):
            setattr(part, name, None if own else n)
    if has.get("_Booster") is not None and hasattr(part, "get_booster"):  # XGBoost keeps its own
        part.get_booster().set_param({"nthread": n})


def _fitted_parts(model: Any) -> Iterator[Any]:
    """A fitted estimator and those that it holds, given or fitted, at any depth."""
    todo, known = [model], set[int]()
    while todo:
        value = todo.pop()
        if id(value) in known or isinstance(value, type):
            continue
        known.add(id(value))
        if isinstance(value, Mapping):
            todo += value.values()
        elif isinstance(value, list | tuple) or (
            isinstance(value, np.ndarray) and value.dtype == object
        ):
            todo += list(value)
        elif hasattr(value, "__dict__") and (
            hasattr(value, "get_params") or type(value).__module__.startswith("sklearn.")
        ):
            yield value
            if not type(value).__module__.startswith("sklearn.tree."):
                todo += vars(value).values()
