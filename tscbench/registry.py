"""Finds plugins by their entry-point names, loads one when it is needed, binds specs to it."""

from __future__ import annotations

import difflib
import hashlib
import importlib
import importlib.util
import sys
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pluggy

from tscbench.contracts import kinds
from tscbench.contracts.convert import convert
from tscbench.contracts.errors import ContractError, PluginError, SpecError
from tscbench.contracts.kinds import KINDS, Plugin
from tscbench.contracts.spec import Spec, Value, parse

GROUPS = {
    kind: f"tscbench.{kind[:-1]}ies" if kind == "query" else f"tscbench.{kind}s" for kind in KINDS
}


@dataclass(frozen=True)
class Entry:
    """A plugin that is known by name; nothing of it is imported yet."""

    kind: str
    name: str
    distribution: str
    version: str
    point: EntryPoint | None = None
    function: Any = None


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
        return self.plugin.function(
            **{name: offered[name] for name in self.plugin.takes}, **self.params
        )

    @property
    def needs(self) -> frozenset[str]:
        return self.plugin.needs_of(self.params)

    @property
    def offers(self) -> frozenset[str]:
        return self.plugin.offers_of(self.params)

    def with_params(self, **changes: Any) -> Bound:
        """The same plugin with some parameters changed."""
        written = dict(self.spec.params)
        for name, value in changes.items():
            if value == self.plugin.parameters[name].default:
                written.pop(name, None)
            else:
                written[name] = value
        spec = Spec(self.spec.name, tuple(sorted(written.items())))
        return replace(self, params={**self.params, **changes}, spec=spec)


@dataclass
class Registry:
    """Every plugin in sight. Loading is remembered; discovery imports nothing."""

    entries: tuple[Entry, ...]
    _loaded: dict[tuple[str, str], Plugin] = field(default_factory=dict)

    def names(self, kind: str) -> list[str]:
        """Names of a kind, in order."""
        return sorted({entry.name for entry in self.entries if entry.kind == kind})

    def entry(self, kind: str, name: str) -> Entry:
        """The one plugin that `name` or `distribution/name` means.

        Raises:
            SpecError: unknown (with near names, or the kind that has it), or ambiguous.
        """
        home, _, short = name.rpartition("/")
        found = [
            e
            for e in self.entries
            if e.kind == kind and e.name == short and (not home or e.distribution == home)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            homes = " and ".join(f"{e.distribution}/{e.name}" for e in found)
            raise SpecError(f"{kind} {name!r} is offered by {homes}; write one of these in full")
        elsewhere = [e.kind for e in self.entries if e.name == short and e.kind != kind]
        if elsewhere:
            raise SpecError(f"{name} is a {elsewhere[0]}, not a {kind}: --{elsewhere[0]} {name}")
        raise SpecError(f"no {kind} {name!r}{near(name, self.names(kind))}")

    def load(self, kind: str, name: str) -> Plugin:
        """The plugin, imported now if it was not.

        Raises:
            PluginError: its module does not import.
            ContractError: it breaks the contract of its kind.
        """
        entry = self.entry(kind, name)
        key = (kind, f"{entry.distribution}/{entry.name}")
        if key not in self._loaded:
            self._loaded[key] = _load(entry)
        return self._loaded[key]

    def bind(self, kind: str, spec: Spec | str) -> Bound:
        """A spec bound to its plugin: parameters checked, converted and completed by defaults."""
        spec = parse(spec) if isinstance(spec, str) else spec
        plugin = self.load(kind, spec.name)
        where = f"{kind} {spec}"
        given, hints = dict(spec.params), _hints(plugin)
        for name in given:
            if name not in plugin.parameters:
                has = ", ".join(plugin.parameters) or "none"
                raise SpecError(
                    f"{where}: no parameter {name!r}{near(name, plugin.parameters)} (has: {has})"
                )
        params: dict[str, Any] = {}
        written: dict[str, Value] = {}
        for name, parameter in plugin.parameters.items():
            at, default = f"{where}: {name}", parameter.default
            if isinstance(default, Spec):
                default = self._convert(default, Spec, at)
            if name not in given and default is parameter.empty:
                raise SpecError(f"{where}: parameter {name!r} must be given")
            value = self._convert(given[name], hints.get(name), at) if name in given else default
            params[name] = value
            # A student's size is always said.
            if name == plugin.prefix or _plain(value) != _plain(default):
                written[name] = _plain(value)
        return Bound(plugin, params, Spec(spec.name, tuple(sorted(written.items()))))

    def _convert(self, value: Value, hint: Any, where: str) -> Any:
        if hint is Spec:
            kind = where.rpartition(" ")[2]
            return self.bind(kind, value if isinstance(value, Spec) else str(value))
        if typing.get_origin(hint) is tuple and isinstance(value, tuple):
            inner = typing.get_args(hint)[0]
            return tuple(self._convert(v, inner, where) for v in value)
        return convert(value, hint, where)


def _plain(value: Any) -> Value:
    if isinstance(value, Bound):
        return value.spec
    if isinstance(value, Path):
        return str(value)
    return typing.cast(Value, value)


def _hints(plugin: Plugin) -> dict[str, Any]:
    try:
        return typing.get_type_hints(plugin.function)
    except (NameError, TypeError) as error:
        raise ContractError(
            f"{plugin.kind} {plugin.name} ({kinds.place(plugin.function)}): "
            f"its annotations do not evaluate ({error})"
        ) from error


def near(name: str, names: Iterable[str]) -> str:
    """What to add to "no such name": the closest ones, or all when there are few."""
    names = list(names)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    if close:
        return f"; did you mean {' or '.join(map(repr, close))}?"
    return f" (has: {', '.join(names)})" if 0 < len(names) <= 30 else ""


def discover(files: Iterable[Path] = (), functions: Iterable[Any] = ()) -> Registry:
    """Every installed plugin, those of plugin files, and functions handed over from Python."""
    entries = []
    for kind, group in GROUPS.items():
        for point in entry_points(group=group):
            home = point.dist.name if point.dist else "?"
            version = point.dist.version if point.dist else "?"
            entries.append(Entry(kind, point.name, home, version, point=point))
    for path in files:
        entries += _from_file(path)
    for function in functions:
        plugin = kinds.plugin_of(function)
        if plugin is None:
            raise ContractError(f"{function!r} is no plugin: decorate it with its kind")
        entries.append(Entry(plugin.kind, plugin.name, "python", "-", function=function))
    return Registry(tuple(entries))


def _from_file(path: Path) -> list[Entry]:
    """The decorated functions of a plugin file."""
    path = path.resolve()
    place = hashlib.blake2b(str(path).encode(), digest_size=4).hexdigest()
    name = f"tscbench_file_{path.stem}_{place}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.exists():
        raise PluginError(f"plugin file {path}: there is no such Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise PluginError(f"plugin file {path}: {type(error).__name__}: {error}") from error
    import cloudpickle

    cloudpickle.register_pickle_by_value(module)
    found = [value for value in vars(module).values() if kinds.plugin_of(value)]
    own = [value for value in found if value.__module__ == name]
    if not own:
        raise PluginError(f"plugin file {path}: no function in it is decorated with a kind")
    plugins = [kinds.plugin_of(value) for value in own]
    return [
        Entry(p.kind, p.name, path.name, "-", function=value)
        for p, value in zip(plugins, own, strict=True)
        if p
    ]


def _load(entry: Entry) -> Plugin:
    where = f"{entry.kind} {entry.name} of {entry.distribution} {entry.version}"
    function = entry.function
    if entry.point is not None:
        try:
            function = entry.point.load()
        except (Exception, SystemExit) as error:
            raise PluginError(f"{where}: {type(error).__name__}: {error}") from error
    plugin = kinds.plugin_of(function)
    if plugin is None or plugin.kind != entry.kind:
        what = "undecorated" if plugin is None else f"a {plugin.kind}"
        raise ContractError(f"{where}: {kinds.place(function)} is {what}, not a {entry.kind}")
    manager = pluggy.PluginManager(kinds.PROJECT)
    manager.add_hookspecs(kinds.Contract)
    try:
        manager.register(types.SimpleNamespace(**{plugin.name: function}), name=entry.name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise ContractError(f"{where} ({kinds.place(function)}): {error}") from error
    return replace(plugin, name=entry.name, origin=entry.distribution)
