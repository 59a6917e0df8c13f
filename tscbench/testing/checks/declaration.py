"""What a plugin says of itself: its docstring, its parameters, its needs, offers and exemptions."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tscbench.contracts.errors import TscbenchError
from tscbench.contracts.kinds import DATA_FACTS, KINDS, PLUGIN_FACTS
from tscbench.contracts.spec import Spec, Value, parse
from tscbench.registry import Bound
from tscbench.registry.binding import bind
from tscbench.testing.check import FITTED, check
from tscbench.testing.digest import digest
from tscbench.testing.failure import line_of_parameter, say
from tscbench.testing.trial import Trial

WORK_WITH_OTHERS = ("query", "objective")
"""The kinds whose needs another plugin may meet: the teacher, or the student."""


@check(*KINDS, after=())
def parameters_documented(trial: Trial) -> None:
    """A parameter that the docstring does not name is one that nobody but its author can set."""
    plugin = trial.bound.plugin
    text = inspect.getdoc(plugin.function) or ""
    if not text.strip():
        raise trial.failed("it has no docstring; say in a sentence what it does")
    for name in plugin.parameters:
        if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            raise trial.failed(
                f"the docstring does not name parameter {name!r}; add '{name}: …' under Args:",
                line_of_parameter(name, plugin),
            )


@check(*KINDS, after=())
def defaults_bind(trial: Trial) -> None:
    """A default that a spec cannot write, or its annotation refuses, cannot be asked for."""
    plugin = trial.bound.plugin
    for name, parameter in plugin.parameters.items():
        if parameter.default is parameter.empty or isinstance(parameter.default, Spec):
            continue
        came = f"the default {parameter.default!r} of parameter {name!r}"
        try:
            written = str(Spec(plugin.name, ((name, _plain(parameter.default)),)))
            again = _bind(trial, dict(parse(written).params)).params[name]
        except (TscbenchError, TypeError, AttributeError) as error:
            raise trial.failed(
                f"{came} is not what a spec or its annotation allows ({error}); make them agree",
                _at(trial, name),
            ) from error
        if not _same(again, parameter.default):
            raise trial.failed(f"{came} reads back as {again!r}; {_ALLOWED}", _at(trial, name))


@check(*KINDS, after=())
def spec_reads_back(trial: Trial) -> None:
    """Suites, results and the store know a plugin by the text of its spec, so that the text must
    give the same parameters again."""
    bound = trial.bound
    try:
        again = _bind(trial, dict(parse(str(bound.spec)).params))
    except TscbenchError as error:
        raise trial.failed(f"its spec {bound.spec} does not read back ({error})") from error
    for name, value in bound.params.items():
        if not _same(again.params[name], value):
            came = f"parameter {name!r} is {value!r} and reads back as {again.params[name]!r}"
            raise trial.failed(f"{came} from {bound.spec}; {_ALLOWED}", _at(trial, name))


@check(*KINDS, after=())
def facts_known(trial: Trial) -> None:
    """A need that is none of the facts, or that nobody offers this kind, skips every cell."""
    for what in ("needs", "offers"):
        try:
            facts = getattr(trial.bound, what)
        except Exception as error:
            raised = say(error.__cause__ or error)
            raise trial.failed(f"{what} raised {raised}", error=error) from error
        for fact in sorted(facts - DATA_FACTS - PLUGIN_FACTS):
            known = ", ".join(sorted(DATA_FACTS | PLUGIN_FACTS))
            raise trial.failed(f"{what} gives {fact!r}, which is none of the facts; has: {known}")
    if trial.kind not in WORK_WITH_OTHERS and (wrong := sorted(trial.bound.needs & PLUGIN_FACTS)):
        came = f"it needs {wrong[0]!r}, which nobody offers a {trial.kind}"
        raise trial.failed(f"{came}; is it an offer of its own?")
    if wrong := sorted(trial.bound.offers & DATA_FACTS):
        raise trial.failed(f"it offers {wrong[0]!r}, which data alone offer; is it a need?")


@check(*FITTED, after=("works",), applies=lambda bound: bound.plugin.check is not None)
def check_agrees(trial: Trial) -> None:
    """What `check=` refuses is left out of every plan, and what it raises too: data that the plugin
    manages must pass."""
    for attempt in trial.sound():
        trial.prepare(attempt.tiny)
        before = digest(attempt.tiny.schema)
        try:
            why = trial.bound.plugin.misfit(trial.bound.params, attempt.tiny.schema)
        except Exception as error:
            came = f"check= raised {say(error)} on {attempt.tiny.name}; it must return a text"
            raise trial.failed(came, error=error) from error
        if not isinstance(why, str):
            raise trial.failed(
                f"check= returned a {type(why).__name__} on {attempt.tiny.name}; it must return "
                "a text, empty where the data fits"
            )
        if why:
            raise trial.failed(f"check= refuses {attempt.tiny.name}, which it manages: {why}")
        if digest(attempt.tiny.schema) != before:
            raise trial.failed(f"check= changes the schema of {attempt.tiny.name}; leave it")


_ALLOWED = "it must be a number, a text, true, false, none, or a tuple of these"


def _at(trial: Trial, name: str) -> str:
    return line_of_parameter(name, trial.bound.plugin)


def _same(one: object, other: object) -> bool:
    return repr(_plain(one)) == repr(_plain(other)) or bool(np.all(one == other))


def _plain(value: Any) -> Value:
    """A parameter's value as a spec writes it."""
    if isinstance(value, Bound):
        return value.spec
    plain: Value = str(value) if isinstance(value, Path) else value
    return plain


def _bind(trial: Trial, params: dict[str, Value]) -> Bound:
    """The plugin with these parameters, and those that have no default, bound anew."""
    plugin = trial.bound.plugin
    given: dict[str, Value] = {}
    for name, parameter in plugin.parameters.items():
        value = trial.bound.params[name]
        if isinstance(value, Mapping):  # an open parameter
            given |= value
        elif parameter.default is parameter.empty:
            given[name] = _plain(value)
    return bind(plugin, Spec(plugin.name, tuple({**given, **params}.items())), trial.inner)
