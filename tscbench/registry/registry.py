"""The registry: every plugin in sight, by name, each loaded when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tscbench.contracts.errors import PluginError, PluginTrouble, SpecError
from tscbench.contracts.kinds import KINDS, SERVES, Plugin
from tscbench.contracts.spec import Spec, parse
from tscbench.registry.binding import Bound, bind, made_small
from tscbench.registry.entries import HOME, Entry, near
from tscbench.registry.load import load
from tscbench.registry.trial import State, try_imports


@dataclass(frozen=True)
class Registry:
    """Every plugin in sight. Loading is remembered; discovery imports nothing.

    home: the distribution whose plugins a bare name means where several have that name: that of the
    suite that is read. Names from anywhere else must then be written `distribution/name`.
    """

    entries: tuple[Entry, ...]
    home: str = ""
    _loaded: dict[str, Plugin] = field(default_factory=dict)

    def at_home(self, distribution: str) -> Registry:
        """The same registry, as a suite of this distribution sees it."""
        return replace(self, home=distribution)

    def names(self, kind: str) -> list[str]:
        """Names of a kind, in order."""
        return sorted({entry.name for entry in self.of(kind)})

    def of(self, kind: str) -> list[Entry]:
        """Those that stand for a kind."""
        return [role for entry in self.entries for role in entry.roles if role.kind == kind]

    def called(self, kind: str, name: str) -> list[Entry]:
        """Those that `name` or `distribution/name` may mean."""
        home, _, short = name.rpartition("/")
        return [
            entry
            for entry in self.of(kind)
            if entry.name == short and home in ("", entry.distribution)
        ]

    def entry(self, kind: str, name: str) -> Entry:
        """The one plugin that `name` or `distribution/name` means.

        Raises:
            SpecError: unknown (with near names, or the kind that has it), or ambiguous.
        """
        found = self.called(kind, name)
        at_home = [entry for entry in found if entry.distribution == self.home]
        if len(found) == 1 or len(at_home) == 1:
            return (at_home or found)[0]
        if found:
            raise SpecError(_ambiguous(kind, name, found))
        short = name.rpartition("/")[2]
        elsewhere = [e for e in self.entries if e.name == short and e.kind != kind]
        for role in (role for entry in elsewhere for role in entry.roles):
            if role.kind in KINDS and role.kind not in SERVES:
                raise SpecError(f"{name} is a {role.kind}, not a {kind}: --{role.kind} {name}")
        for other in elsewhere:
            raise PluginError(f"{other}: {other.trouble}")
        unread = [entry.trouble for entry in self.entries if entry.kind == "-"]
        raise SpecError(
            f"no {kind} {name!r}{near(name, self.names(kind))}"
            + "".join(f"; {trouble}" for trouble in unread)
        )

    def load(self, kind: str, name: str) -> Plugin:
        """The plugin, imported now if it was not. A stranger is first tried in a process of its
        own.

        Raises:
            PluginError: its module does not import.
            ContractError: it breaks the contract of its kind.
        """
        entry = self.entry(kind, name)
        key = f"{kind} {entry.place} {entry.qualified}"
        if key not in self._loaded:
            if entry.function is None and entry.distribution != HOME:
                state = try_imports([entry])[entry]
                if state.cause:
                    raise PluginError(state.cause, state.trace)
            self._loaded[key] = load(entry)
        return self._loaded[key]

    def bind(self, kind: str, spec: Spec | str) -> Bound:
        """A spec bound to its plugin: parameters checked, converted and completed by defaults. Its
        name is written in full where the bare name would mean another plugin, or none."""
        spec = parse(spec) if isinstance(spec, str) else spec
        bound = bind(self.load(kind, spec.name), spec, self.bind)
        return replace(bound, spec=replace(bound.spec, name=self._shortest(kind, spec.name)))

    def bind_small(self, kind: str, spec: Spec | str) -> Bound:
        """The same, tried quickly: what the spec leaves open is as the plugin's `small=` says."""
        spec = parse(spec) if isinstance(spec, str) else spec
        small = made_small(self.load(kind, spec.name), spec)
        try:
            return self.bind(kind, small)
        except SpecError as error:
            if small == spec:
                raise
            raise SpecError(f"{error} (with what its small= says)") from error

    def _shortest(self, kind: str, name: str) -> str:
        entry = self.entry(kind, name)
        same = self.called(kind, entry.name)
        return entry.name if len(same) == 1 or entry.distribution == self.home else entry.qualified

    def states(self) -> Mapping[Entry, State]:
        """Whether each plugin can be used, and if not why; what is new is tried in a process of its
        own."""
        found = dict(try_imports(self.entries))
        for entry, state in found.items():
            for role in entry.roles:
                same = self.called(role.kind, entry.name)
                if state.state == "ok" and len(same) > 1:
                    found[entry] = State("ambiguous", _ambiguous(role.kind, entry.name, same))
        return found

    def must_be_sound(self) -> None:
        """Refuses any plugin in sight that cannot be used, asked for or not.

        Raises:
            PluginTrouble: naming each of them and why.
        """
        causes = [state.cause for state in self.states().values() if state.cause]
        if causes:
            raise PluginTrouble("plugins in trouble:\n  " + "\n  ".join(dict.fromkeys(causes)))


def _ambiguous(kind: str, name: str, found: list[Entry]) -> str:
    homes = " and by ".join(f"{entry.distribution} ({entry.place})" for entry in found)
    written = list(dict.fromkeys(entry.qualified for entry in found))
    cure = f"write {' or '.join(written)}" if len(written) > 1 else "give one another name"
    return f"{kind} {name!r} is offered by {homes}; {cure}"
