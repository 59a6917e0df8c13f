"""One decorator per kind declares a function to be a plugin, and refuses one that cannot be.

What all of them may say: `source`, where the method is from; `needs` and `offers`, facts of the
closed lists in `kinds`; `version`, which stands for the code in keys; `requires`, libraries with
versions as pip writes them; `exempt`, checks that it fails, each with its reason; `check`, of what
reads a file, a function of the parameters and the schema that says why they do not fit, so that a
plan can refuse it before anything runs.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import pluggy

from tscbench.contracts.errors import ContractError
from tscbench.contracts.kinds import (
    DATA_FACTS,
    FITTED,
    OFFERED,
    PLUGIN_FACTS,
    PROJECT,
    Check,
    Contract,
    Facts,
    Folds,
    Plugin,
    hookimpl,
    place,
)

Function = TypeVar("Function", bound=Callable[..., Any])


Declaration = TypeVar("Declaration", bound=Callable[..., Any])


def _declare(kind: str, function: Function, facts: dict[str, Any]) -> Function:
    name = getattr(function, "__name__", type(function).__name__)
    where = f"{kind} {name} ({place(function)})"
    if what := _no_function(function):
        raise ContractError(f"{where}: is {what}; it must be a function that is written with def")
    _refuse_texts(where, facts)
    facts = {**facts, "requires": tuple(facts["requires"]), "exempt": dict(facts["exempt"] or {})}
    takes, parameters = [], {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY:
            parameters[name] = parameter
        elif parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise ContractError(f"{where}: no *args or **kwargs: write each parameter after '*'")
        elif parameter.default is not parameter.empty:
            raise ContractError(
                f"{where}: takes {name!r} with a default; what a {kind} is offered has none, and a "
                "parameter goes after '*'"
            )
        else:
            takes.append(name)
    implementation = _validated(kind, function, where)
    inner = FITTED[kind] if "fitted" in takes else ()
    if inner and not parameters.keys() & set(inner):
        raise ContractError(
            f"{where}: takes 'fitted' and has no parameter {' or '.join(map(repr, inner))}, which "
            f"says what is fitted first: add {inner[0]}: Spec after '*'"
        )
    for fact in ("needs", "offers"):
        named = () if callable(facts[fact]) else tuple(facts[fact])
        if unknown := sorted(set(named) - DATA_FACTS - PLUGIN_FACTS):
            known = ", ".join(sorted(DATA_FACTS | PLUGIN_FACTS))
            raise ContractError(
                f"{where}: {fact} {unknown[0]!r} is not a known fact (has: {known})"
            )
    plugin = Plugin(kind, function.__name__, function, tuple(takes), parameters, **facts)
    setattr(function, "tscbench_plugin", plugin)  # noqa: B010
    return implementation


def _validated(kind: str, function: Function, where: str) -> Function:
    """The function as an implementation of its kind's hookspec, against which pluggy holds it."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Contract)
    implementation = hookimpl(specname=kind)(function)
    try:
        manager.register(SimpleNamespace(plugin=implementation))
    except pluggy.PluginValidationError as error:
        unknown = [
            name for name in inspect.signature(function).parameters if f"'{name}'" in str(error)
        ]
        raise ContractError(
            f"{where}: takes {unknown[0]!r}, which a {kind} is not offered "
            f"(offered: {', '.join(OFFERED[kind])}); a parameter goes after '*'"
        ) from error
    return implementation


def _no_function(given: Any) -> str:
    """What is decorated, where that is no function with a name; else empty."""
    if inspect.iscoroutinefunction(given) or inspect.isasyncgenfunction(given):
        return "an async function"
    if inspect.isfunction(given):
        return "a lambda" if given.__name__ == "<lambda>" else ""
    return "a class" if inspect.isclass(given) else f"an object of type {type(given).__name__}"


def _refuse_texts(where: str, facts: Mapping[str, Any]) -> None:
    """A text is a collection too, of its letters."""
    for fact, brackets in (("needs", "{%r}"), ("offers", "{%r}"), ("requires", "(%r,)")):
        if isinstance(given := facts[fact], str):
            cure = brackets % given
            raise ContractError(f"{where}: {fact}={given!r} is a bare text; write {fact}={cure}")


def _decorator(kind: str, **facts: Any) -> Callable[[Function], Function]:
    return lambda function: _declare(kind, function, facts)


def _with_brackets(make: Declaration) -> Declaration:
    """The same, and `@generator` without brackets is refused with the cure."""

    @wraps(make)
    def checked(*given: Any, **facts: Any) -> Any:
        if given:
            where = f"{make.__name__} {getattr(given[0], '__name__', given[0])} ({place(given[0])})"
            raise ContractError(f"{where}: write @{make.__name__}() above it, with brackets")
        return make(**facts)

    return cast(Declaration, checked)


@_with_brackets
def dataset(
    *,
    source: str = "",
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
) -> Callable[[Function], Function]:
    """Declares a dataset: takes `fetch, rng`, returns `Data`."""
    return _decorator(
        "dataset",
        source=source,
        needs=(),
        offers=(),
        version=version,
        requires=requires,
        exempt=exempt,
    )


@_with_brackets
def teacher(
    *,
    source: str = "",
    needs: Facts = (),
    offers: Facts = (),
    check: Check | None = None,
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
) -> Callable[[Function], Function]:
    """Declares a teacher: takes `train, valid, schema, rng, progress`, returns a `Predictor`; one
    that takes `fitted` goes on from what its parameter `teacher` or `student` names."""
    return _decorator(
        "teacher",
        source=source,
        needs=needs,
        offers=offers,
        check=check,
        version=version,
        requires=requires,
        exempt=exempt,
    )


@_with_brackets
def query(
    *,
    source: str = "",
    needs: Facts = (),
    fits: Folds = None,
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
) -> Callable[[Function], Function]:
    """Declares a query; `fits` names the parameter that says how many fold teachers it wants, or on
    which share of the rows one is to be fitted."""
    return _decorator(
        "query",
        source=source,
        needs=needs,
        offers=(),
        fits=fits,
        version=version,
        requires=requires,
        exempt=exempt,
    )


@_with_brackets
def generator(
    *,
    source: str = "",
    needs: Facts = (),
    offers: Facts = (),
    check: Check | None = None,
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
) -> Callable[[Function], Function]:
    """Declares a generator: takes `train, valid, schema, rng, progress`, returns a `Sampler`; one
    that takes `fitted` goes on from what its parameter `generator` names."""
    return _decorator(
        "generator",
        source=source,
        needs=needs,
        offers=offers,
        check=check,
        version=version,
        requires=requires,
        exempt=exempt,
    )


@_with_brackets
def objective(
    *,
    source: str = "",
    needs: Facts = (),
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
) -> Callable[[Function], Function]:
    """Declares an objective: `outputs, labels, real, schema, rng` to `Targets`, or several."""
    return _decorator(
        "objective",
        source=source,
        needs=needs,
        offers=(),
        version=version,
        requires=requires,
        exempt=exempt,
    )


@_with_brackets
def student(
    *,
    source: str = "",
    needs: Facts = (),
    offers: Facts = ("squared",),
    nested: str | None = None,
    fits: Folds = None,
    check: Check | None = None,
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
) -> Callable[[Function], Function]:
    """Declares a student; `nested` names a count whose smaller values are parts of one fit, or the
    student within that has one; `fits`, a function of its parameters, says how many folds of the
    training rows it wants outputs without."""
    return _decorator(
        "student",
        source=source,
        needs=needs,
        offers=offers,
        nested=nested,
        fits=fits,
        check=check,
        version=version,
        requires=requires,
        exempt=exempt,
    )


@_with_brackets
def metric(
    *,
    source: str = "",
    needs: Facts = (),
    higher_is_better: bool = True,
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
) -> Callable[[Function], Function]:
    """Declares a metric: `labels, outputs, schema, teacher_outputs, truth` to a float."""
    return _decorator(
        "metric",
        source=source,
        needs=needs,
        offers=(),
        higher_is_better=higher_is_better,
        version=version,
        requires=requires,
        exempt=exempt,
    )


@_with_brackets
def probe(
    *,
    source: str = "",
    needs: Facts = (),
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
) -> Callable[[Function], Function]:
    """Declares a probe: takes `rows, outputs, train, valid, schema, rng`, returns named floats."""
    return _decorator(
        "probe",
        source=source,
        needs=needs,
        offers=(),
        version=version,
        requires=requires,
        exempt=exempt,
    )
