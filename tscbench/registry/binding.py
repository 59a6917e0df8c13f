"""Binding: a spec meets its plugin; parameters are checked, converted and completed."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from tscbench.contracts import kinds
from tscbench.contracts.convert import convert, takes_text, unwritable
from tscbench.contracts.errors import ContractError, SpecError, TscbenchError
from tscbench.contracts.failures import sentence
from tscbench.contracts.kinds import Plugin
from tscbench.contracts.open import divide
from tscbench.contracts.spec import Spec, Spelled, Value, parse, quoted, shortest
from tscbench.contracts.training import Training
from tscbench.registry.entries import near

T = TypeVar("T")

WRITABLE = (type(None), bool, int, float, str, tuple, Path, Spec)
"""What a default may be."""


@dataclass(frozen=True, eq=False)
class Bound:
    """A plugin with all its parameters; `spec` writes only those that are not at their default."""

    plugin: Plugin
    params: Mapping[str, Any]
    spec: Spec

    def __str__(self) -> str:
        return str(self.spec)

    def __call__(self, **offered: Any) -> Any:
        """Calls the plugin with what it takes of `offered`."""
        given = {name: offered[name] for name in self.plugin.takes}
        if self.plugin.fit is not None:
            return self.plugin.fit(self.network, **given)
        settings = self.plugin.settings
        own = {name: value for name, value in self.params.items() if name not in settings}
        return self.plugin.function(**given, **own)

    @property
    def network(self) -> Bound | None:
        """The network itself of a student or teacher that is one, None of any other.

        A game has a parameter `network: Spec`, `discriminator: Spec`, or `student: Spec` and its
        `student.network`. `tscbench.nn.untrained` makes the module of such a network, and its
        `training` says how it is to be trained.
        """
        if self.plugin.kind == "network":
            return self
        network = self.plugin.network
        return None if network is None else replace(self, plugin=network)

    @property
    def training(self) -> Training:
        """How a network is to be trained, as its parameters say."""
        return Training(**{name: self.params[name] for name in self.plugin.settings})

    def load_libraries(self) -> None:
        """Loads what it imports to tell its needs, and that of the plugins among its parameters:
        for an estimator of another library, that library."""
        with suppress(Exception):  # it is the plugin's own call that fails
            self.plugin.needs_of(self.params)
        for value in self.params.values():
            for inner in value if isinstance(value, tuple) else (value,):
                if isinstance(inner, Bound):
                    inner.load_libraries()

    @cached_property
    def needs(self) -> frozenset[str]:
        return self._said(self.plugin.needs_of)

    @cached_property
    def offers(self) -> frozenset[str]:
        return self._said(self.plugin.offers_of)

    @cached_property
    def folds(self) -> int | float:
        return self._said(self.plugin.folds_of)

    def _said(self, asked: Callable[[Mapping[str, Any]], T]) -> T:
        """What the plugin says of these parameters.

        Raises:
            ContractError: naming the line of the plugin's that failed.
        """
        try:
            return asked(self.params)
        except TscbenchError:
            raise
        except Exception as error:
            said = sentence(error, [self.plugin], f"{self.plugin.kind} {self}")
            raise ContractError(said) from error

    @cached_property
    def goes_on_from(self) -> dict[str, Bound]:
        """The plugins among its parameters whose fits it is offered, by parameter; a discriminator
        is fitted as the student that it is."""
        from tscbench.registry.networks import serving

        of = kinds.GOES_ON_FROM[self.plugin.kind] if "fitted" in self.plugin.takes else ()
        within = {name: value for name, value in self.params.items() if isinstance(value, Bound)}
        fits = {
            name: replace(value, plugin=serving(value.plugin, "student"))
            if name in kinds.CALLED
            else value
            for name, value in within.items()
        }
        return {name: value for name, value in fits.items() if value.plugin.kind in of}

    @property
    def out_of_fold(self) -> bool:
        """Of a query: whether training rows are answered by what has not seen them."""
        return self.plugin.fits is not None or "oob" in self.needs

    @property
    def size(self) -> float | None:
        """The count whose smaller values are parts of one fit; a plugin around another has that
        of the inner one."""
        value = self.params[self.plugin.nested] if self.plugin.nested else None
        return value.size if isinstance(value, Bound) else value

    def with_size(self, count: int) -> Bound:
        """The same plugin with another such count."""
        assert self.plugin.nested
        value = self.params[self.plugin.nested]
        changed = value.with_size(count) if isinstance(value, Bound) else count
        return self.with_params(**{self.plugin.nested: changed})

    def with_params(self, **changes: Any) -> Bound:
        """The same plugin with some parameters changed."""
        written = dict(self.spec.params)
        for name, value in changes.items():
            if value == self.plugin.parameters[name].default:
                written.pop(name, None)
            else:
                written[name] = _plain(value)
        spec = Spec(self.spec.name, tuple(sorted(written.items())))
        return replace(self, params={**self.params, **changes}, spec=spec)


def made_small(plugin: Plugin, spec: Spec) -> Spec:
    """The spec with what the plugin's `small=` says, where it says nothing itself."""
    return replace(spec, params=tuple(sorted({**plugin.small, **dict(spec.params)}.items())))


def bind(plugin: Plugin, spec: Spec, inner: Callable[[str, Spec], Bound]) -> Bound:
    """A spec bound to its plugin. A parameter annotated `Spec` is a plugin of the kind that it is
    named after (a `discriminator` is a network); `inner(kind, spec)` binds it.

    Raises:
        SpecError: an unknown parameter, one that must be given, or a value that does not fit.
        ContractError: the plugin's annotations do not evaluate.
    """
    where = f"{plugin.kind} {spec}"
    hints = hints_of(plugin)
    given, collected = divide(dict(spec.params), plugin.parameters, hints)
    spelled = dict(spec.spelled)
    for name in given:
        if name not in plugin.parameters:
            has, close = ", ".join(plugin.parameters) or "none", near(name, plugin.parameters)
            close = "" if close.startswith(" (has") else close
            raise SpecError(f"{where}: no parameter {name!r}{close} (has: {has})")
    params: dict[str, Any] = {}
    written: dict[str, Value] = {}
    for name, parameter in plugin.parameters.items():
        if name in collected:
            params[name] = collected[name]
            written |= collected[name]
            continue
        default = parameter.default
        if not isinstance(default, WRITABLE) and default is not parameter.empty:
            raise ContractError(
                f"{plugin.kind} {plugin.name} ({kinds.place(plugin.function)}): the default of "
                f"{name!r} is a {type(default).__name__}, which no spec can write; it must be a "
                "number, text, true or false, none, a path, a spec or a tuple of these"
            )
        if isinstance(default, Spec):
            default = inner(kind_of(name), default)
        if name in given:
            value, text = given[name], spelled.get(name)
            if value is None and default is None and text and takes_text(hints.get(name)):
                raise SpecError(
                    f"{where}: {name}={text} may be the text or no value at all; write "
                    f"{name}={quoted(str(text))} for the text, or leave {name} out"
                )
            value = _convert(value, hints.get(name), name, where, inner, text)
        elif parameter.default is parameter.empty:
            raise SpecError(f"{where}: parameter {name!r} must be given")
        else:
            value = default
        params[name] = value
        # A student's size is always said.
        if name == plugin.nested or _plain(value) != _plain(default):
            written[name] = _plain(value)
    return Bound(plugin, params, Spec(spec.name, tuple(sorted(written.items()))))


def _convert(
    value: Value,
    hint: Any,
    name: str,
    where: str,
    inner: Callable[[str, Spec], Bound],
    spelled: Spelled | None,
) -> Any:
    if hint is Spec:
        text = spelled if isinstance(spelled, str) else str(value)
        return inner(kind_of(name), value if isinstance(value, Spec) else parse(text))
    if typing.get_origin(hint) is tuple and isinstance(value, tuple):
        item = typing.get_args(hint)[0]
        texts = spelled if isinstance(spelled, tuple) else (None,) * len(value)
        pairs = zip(value, texts, strict=True)
        return tuple(_convert(v, item, name, where, inner, text) for v, text in pairs)
    return convert(value, hint, f"{where}: {name}", spelled)


def _plain(value: Any) -> Value:
    if isinstance(value, Bound):
        return value.spec
    if isinstance(value, Path):
        return str(value)
    return shortest(value)


def hints_of(plugin: Plugin) -> dict[str, Any]:
    """The evaluated annotations.

    Raises:
        ContractError: they do not evaluate, or are none of a spec's.
    """
    where = f"{plugin.kind} {plugin.name} ({kinds.place(plugin.function)})"
    try:
        hints = typing.get_type_hints(plugin.function)
        hints |= {name: plugin.parameters[name].annotation for name in plugin.settings}
    except (NameError, TypeError, AttributeError, SyntaxError) as error:
        raise ContractError(f"{where}: its annotations do not evaluate ({error})") from error
    for name in plugin.parameters:
        hint = hints.get(name)
        if why := unwritable(hint):
            raise ContractError(f"{where}: parameter {name!r} is annotated {why}")
        item = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else hint
        if item is Spec and kind_of(name) not in kinds.KINDS:
            raise ContractError(
                f"{where}: parameter {name!r} is annotated Spec, and must be named after the kind "
                f"of plugin that it takes: {', '.join([*kinds.KINDS, *kinds.CALLED])}"
            )
    return hints


def kind_of(parameter: str) -> str:
    """The kind of plugin that a parameter annotated `Spec` takes."""
    return kinds.CALLED.get(parameter, parameter)
