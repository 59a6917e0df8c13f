"""What the decorators do: a function becomes a plugin, or is refused with the reason."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from types import SimpleNamespace
from typing import Any, TypeVar, cast, get_args

import pluggy

from tscbench.contracts.amounts import amount
from tscbench.contracts.errors import ContractError
from tscbench.contracts.kinds import (
    DATA_FACTS,
    GOES_ON_FROM,
    OFFERED,
    PLUGIN_FACTS,
    PROJECT,
    Contract,
    Direction,
    Figure,
    Plugin,
    hookimpl,
    place,
)
from tscbench.contracts.worked_out import is_worked_out

Function = TypeVar("Function", bound=Callable[..., Any])


Declaration = TypeVar("Declaration", bound=Callable[..., Any])


def _declare(kind: str, function: Function, facts: dict[str, Any]) -> Function:
    name = getattr(function, "__name__", type(function).__name__)
    where = f"{kind} {name} ({place(function)})"
    if what := _no_function(function):
        raise ContractError(f"{where}: is {what}; it must be a function that is written with def")
    _refuse_name(kind, name, where)
    _refuse_texts(where, facts)
    facts |= {fact: dict(facts.get(fact) or {}) for fact in ("exempt", "small", "figures")}
    facts |= {"requires": tuple(facts["requires"]), "resources": _amounts(where, facts)}
    _refuse_figures(where, facts)
    if "help" in facts:
        facts["help"] = facts["help"] or (inspect.getdoc(function) or "").partition("\n")[0]
    takes: list[str] = []
    parameters: dict[str, inspect.Parameter] = {}
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
    settings = facts.pop("training", {})
    if both := [name for name in parameters if name in settings]:
        raise ContractError(
            f"{where}: {both[0]!r} is a setting of its training; call the parameter something else"
        )
    inner = GOES_ON_FROM[kind] if "fitted" in takes else ()
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
    facts["settings"] = tuple(settings)
    parameters |= settings
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
        names = inspect.signature(function).parameters
        unknown = [name for name in names if f"'{name}'" in str(error)]
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


def _refuse_name(kind: str, name: str, where: str) -> None:
    """What boards work out for themselves under this name."""
    if kind == "metric" and is_worked_out(name):
        raise ContractError(f"{where}: {name!r} is worked out from other metrics; rename yours")


def _refuse_texts(where: str, facts: Mapping[str, Any]) -> None:
    """A text is a collection too, of its letters."""
    for fact, brackets in (("needs", "{%r}"), ("offers", "{%r}"), ("requires", "(%r,)")):
        if isinstance(given := facts[fact], str):
            cure = brackets % given
            raise ContractError(f"{where}: {fact}={given!r} is a bare text; write {fact}={cure}")


def _amounts(where: str, facts: Mapping[str, Any]) -> dict[str, float]:
    """Resources as numbers: seconds, bytes, or a count of what a worker has."""
    try:
        return {name: amount(value) for name, value in (facts.get("resources") or {}).items()}
    except ValueError as error:
        raise ContractError(f"{where}: resources: {error}") from None


def _refuse_figures(where: str, facts: Mapping[str, Any]) -> None:
    """What is no direction, and no figure."""
    said = {"": facts.get("direction", "higher")}
    for name, figure in facts["figures"].items():
        if not isinstance(figure, Figure):
            raise ContractError(f"{where}: figures has {figure!r} of {name!r}; write Figure(…)")
        said[f" of {name!r}"] = figure.direction or "higher"
    for name, direction in said.items():
        if direction not in get_args(Direction):
            raise ContractError(
                f"{where}: direction={direction!r}{name}; it must be 'higher' or 'lower'"
            )


def decorator(kind: str, **facts: Any) -> Callable[[Function], Function]:
    """Declares a function to be a plugin of a kind, of which the decorator says these facts."""
    return lambda function: _declare(kind, function, facts)


def with_brackets(make: Declaration) -> Declaration:
    """The same, and `@generator` without brackets is refused with the cure."""

    @wraps(make)
    def checked(*given: Any, **facts: Any) -> Any:
        if given:
            where = f"{make.__name__} {getattr(given[0], '__name__', given[0])} ({place(given[0])})"
            raise ContractError(f"{where}: write @{make.__name__}() above it, with brackets")
        return make(**facts)

    return cast(Declaration, checked)
