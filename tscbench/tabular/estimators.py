"""Scikit-learn estimators by their import paths: what a spec writes becomes an unfitted object."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeAlias

from tscbench.contracts.errors import SpecError
from tscbench.contracts.spec import Spec
from tscbench.contracts.types import Rng
from tscbench.tabular.bound import bind_estimator, check_threads, own_parameters
from tscbench.tabular.columns import near

STATES = ("random_state", "random_seed", "seed")
"""What estimators call the number that their randomness starts from."""

TYPO = 0.9
"""What is as like a known parameter as this is taken for a misspelt one."""

Written: TypeAlias = str | Spec | tuple[str | Spec, ...]
"""The import path of an estimator, the same with parameters, or the steps of a pipeline."""


def build_estimator(estimator: Written, params: Mapping[str, Any], where: str) -> Any:
    """The unfitted estimator that a spec writes; several are the steps of a `make_pipeline`.

    estimator: import paths of classes, such as `sklearn.svm.SVC`, or specs of them with parameters,
    such as `sklearn.svm.SVC(C=2)`. params: parameters of the whole; `step__name` is one of a step.
    A value that is such a path or spec stands for that estimator. where: begins each message.

    Raises:
        SpecError: a path that leads to no estimator, a parameter that it lacks or refuses, or
            more threads than 1: a step computes with the suite's number of them.
    """
    if isinstance(estimator, tuple):
        from sklearn.pipeline import make_pipeline

        made = make_pipeline(*(_of(step, where) for step in estimator))
        _set(made, params, where)
    elif isinstance(estimator, Spec):
        made = _make(estimator.name, {**dict(estimator.params), **params}, where)
    else:
        made = _make(estimator, params, where)
    _validate(made, where)
    return made


def seed_estimator(estimator: Any, rng: Rng) -> None:
    """Sets every `random_state` that is not given, its steps' and parts' too, from `rng`."""
    estimator.set_params(**{name: int(rng.integers(2**31)) for name in _open_states(estimator)})


def ready_to_fit(estimator: Any, rng: Rng) -> Any:
    """An unfitted estimator with its seeds from `rng`, bound to the threads of the step."""
    seed_estimator(estimator, rng)
    bind_estimator(estimator)
    return estimator


def _open_states(estimator: Any) -> list[str]:
    """The seeds that are not given, in order."""
    parts = {"": estimator}
    for name, value in estimator.get_params().items():
        if hasattr(value, "get_params") and not isinstance(value, type):
            parts[f"{name}__"] = value
    has = {prefix: own_parameters(part) for prefix, part in parts.items()}
    return sorted(
        f"{prefix}random_state"
        for prefix, own in has.items()
        if "random_state" in own and all(own.get(name) is None for name in STATES)
    )


def _of(value: Any, where: str) -> Any:
    """A value of a spec: what names an estimator stands for it, all else for itself."""
    if isinstance(value, Spec):
        return _make(value.name, dict(value.params), where)
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", value):
        known = find_spec(value.partition(".")[0]) is not None
        return _make(value, {}, where) if known else value
    if isinstance(value, tuple):
        items = [_of(item, where) for item in value]
        # Named parts, as of a VotingClassifier, are a list of pairs; all others take a tuple.
        return items if any(isinstance(item, tuple) for item in items) else tuple(items)
    return value


def _make(path: str, params: Mapping[str, Any], where: str) -> Any:
    made_by = _class(path, where)
    takes = inspect.signature(made_by).parameters
    named = [p.name for p in takes.values() if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    more = {name for name in params if _takes_any(made_by) and "__" not in name} - set(named)
    own = {name: value for name, value in params.items() if name in more or name in named}
    check_threads(own, where)
    try:
        made = made_by(**{name: _of(value, where) for name, value in own.items()})
    except TypeError as error:
        raise SpecError(f"{where}: {path} cannot be made from these parameters: {error}") from error
    _check_spelling(made, more, where)
    _set(made, {name: value for name, value in params.items() if name not in own}, where)
    return made


def _set(made: Any, params: Mapping[str, Any], where: str) -> None:
    check_threads(params, where)
    for name, value in params.items():
        has = made.get_params()
        prefix, _, last = name.rpartition("__")
        part = has.get(prefix) if prefix else made
        own = own_parameters(part) if hasattr(part, "get_params") else {}
        if _takes_any(type(part)):
            _check_spelling(part, {last}, where)
        elif name not in has and last not in own:
            parts = [known for known in has if known.endswith(f"__{name}")]
            known = [*dict.fromkeys([*has, *(f"{prefix}__{o}" if prefix else o for o in own)])]
            hint = f"did you mean {' or '.join(map(repr, parts))}?" if parts else near(name, known)
            raise SpecError(f"{where}: {type(made).__name__} has no parameter {name!r}; {hint}")
        made.set_params(**{name: _of(value, where)})


def _takes_any(made_by: type) -> bool:
    """Whether a class takes parameters that its signature does not name."""
    takes = inspect.signature(made_by).parameters.values()
    return any(p.kind is p.VAR_KEYWORD for p in takes)


def _check_spelling(made: Any, names: Iterable[str], where: str) -> None:
    """Refuses what is nearly a parameter, of an estimator that takes any name."""
    try:
        known = own_parameters(type(made)())
    except TypeError:  # a parameter must be given
        known = own_parameters(made)
    for name in set(names) - set(known):
        if close := get_close_matches(name, known, n=1, cutoff=TYPO):
            raise SpecError(
                f"{where}: {type(made).__name__} knows no parameter {name!r}, and would take it "
                f"all the same; did you mean {close[0]!r}?"
            )


def _validate(made: Any, where: str) -> None:
    """Has scikit-learn look at the values now, which it otherwise does when it fits."""
    for part in (made, *made.get_params().values()):
        if isinstance(part, type) or not hasattr(part, "_parameter_constraints"):
            continue
        try:
            part._validate_params()
        except (TypeError, ValueError) as error:
            raise SpecError(f"{where}: {str(error).partition(chr(10))[0]}") from error


def _class(path: str, where: str) -> type:
    """The class that an import path names.

    Raises:
        SpecError: there is none, or it is no estimator.
    """
    module, _, name = path.rpartition(".")
    if not module:
        raise SpecError(
            f"{where}: {path!r} is no import path such as sklearn.svm.SVC{_homes(path)}"
        )
    home = _module(module, where)
    found = getattr(home, name, None)
    if isinstance(found, type) and hasattr(found, "get_params") and hasattr(found, "set_params"):
        return found
    if found is not None:
        raise SpecError(f"{where}: {path} is no estimator class: it lacks get_params, set_params")
    classes = [n for n in dir(home) if hasattr(getattr(home, n, None), "get_params")]
    raise SpecError(f"{where}: {module} has no {name!r}; {_near(name, classes)}")


def _module(name: str, where: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise SpecError(f"{where}: {name} does not import: {error}") from error
    except Exception as error:
        said = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise SpecError(f"{where}: {name} does not import: {said}") from error
    parent, _, last = name.rpartition(".")
    if not parent:
        raise SpecError(f"{where}: there is no package {name!r}; install it, or mend the path")
    folders = getattr(_module(parent, where), "__path__", ())
    inside = [module.name for module in pkgutil.iter_modules(folders)]
    public = [module for module in inside if not module.startswith("_")]
    raise SpecError(f"{where}: {parent} has no module {last!r}; {_near(last, public)}")


def _near(name: str, names: Iterable[str]) -> str:
    names = list(names)
    return near(name, names) if names else "there is none in it"


def _homes(name: str) -> str:
    """Where scikit-learn keeps what has nearly this name, as the end of a message."""
    from sklearn.utils import all_estimators

    paths = {
        known: ".".join(part for part in found.__module__.split(".") if part[0] != "_")
        for known, found in all_estimators()
    }
    close = get_close_matches(name, paths, n=3)
    meant = " or ".join(repr(f"{paths[known]}.{known}") for known in close)
    return f"; did you mean {meant}?" if meant else ""
