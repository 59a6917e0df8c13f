"""What an estimator is bound to in a step: its threads, and no files on the side."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

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
        _note(part)
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


def method_of(model: Any, name: str) -> Callable[..., Any]:
    """A method that answers rows, with the step's threads wherever it asks its parts."""
    if not _ASKED:
        return cast(Callable[..., Any], getattr(model, name))

    def answer(*rows: Any) -> Any:
        with bound_answers():
            return getattr(model, name)(*rows)

    return answer


@contextmanager
def bound_answers() -> Iterator[None]:
    """Within, models that are told a number of threads with each question, as CatBoost's are, are
    told the step's, whoever asks: an ensemble that holds them knows nothing of it."""
    own = {kind: vars(kind).copy() for kind in _ASKED}
    try:
        for kind in own:
            for name, method in _ASKED[kind].items():
                setattr(kind, name, method)
        yield
    finally:
        for kind, before in own.items():
            for name in _ASKED[kind]:
                if name in before:
                    setattr(kind, name, before[name])
                else:
                    delattr(kind, name)


_ASKED: dict[type, dict[str, Callable[..., Any]]] = {}
"""Of the models seen so far, classes of which methods take a number of threads with each question;
and those methods, which take the step's where they are not told another."""


def _note(part: Any) -> None:
    kind = type(part)
    if kind in _ASKED or kind.__module__.startswith("sklearn."):
        return
    names = ("predict", "predict_proba", "predict_log_proba", "decision_function")
    methods = {name: getattr(kind, name, None) for name in names}
    found = {name: _told(m) for name, m in methods.items() if inspect.isfunction(m)}
    if told := {name: method for name, method in found.items() if method is not None}:
        _ASKED[kind] = told


def _told(method: Callable[..., Any]) -> Callable[..., Any] | None:
    """A method with the step's number of threads; None where it takes none."""
    takes = inspect.signature(method).parameters
    known = [name for name in THREADS if name in takes]

    @wraps(method)
    def with_threads(*args: Any, **kwargs: Any) -> Any:
        return method(*args, **(dict.fromkeys(known, n_threads()) | kwargs))

    return with_threads if known else None


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
                _note(part)
                _rebind(part, self.n)
        return self.model

    def __getstate__(self) -> dict[str, Any]:
        return {"model": self.model, "n": 0}  # another process has yet to bind it


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
