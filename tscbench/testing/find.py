"""Which plugins a text means: a name, a spec, or a file with all plugins in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import KINDS
from tscbench.contracts.spec import Spec, Value, parse
from tscbench.registry import Bound, Entry, Registry, discover, near


@dataclass(frozen=True)
class Found:
    """A plugin that was meant, with the parameters that were written; nothing is imported yet."""

    entry: Entry
    registry: Registry
    params: Mapping[str, Value] = field(default_factory=dict)

    def bound(self, **more: Value) -> Bound:
        """The plugin, imported and bound, as small as it says where nothing is written; `more`
        parameters come on top.

        Raises:
            PluginError: it does not load. ContractError: it breaks the contract of its kind.
            SpecError: a parameter that it does not have, or one that must be given.
        """
        given = {**self.params, **more}
        kind, name = self.entry.kind, self.entry.name
        if len(self.registry.called(kind, name)) > 1:
            name = self.entry.qualified
        return self.registry.bind_small(kind, Spec(name, tuple(sorted(given.items()))))


def find(text: str, kind: str | None = None, plugins: Iterable[Path] = ()) -> list[Found]:
    """The plugins that a text means.

    Args:
        text: `munge`, `acgan(epochs=2)`, `distribution/name`, `./jitter.py` or a folder of such
            files. A name that several kinds have means all of them.
        kind: means those of one kind.
        plugins: files with further plugins, which may then be named.

    Raises:
        SpecError: it means none.
        PluginError: a file that is not there, or has no plugins.
    """
    if is_file(text) or is_folder(text):
        path = Path(text).expanduser().resolve()
        registry, params = discover([*plugins, path]), {}
        here = [e for e in registry.entries if e.file and path in (e.file, e.file.parent)]
        entries = [role for entry in here for role in entry.roles]
    else:
        spec = parse(text)
        registry, params = discover(plugins), dict(spec.params)
        entries = [entry for k in KINDS for entry in registry.called(k, spec.name)]
    found = [entry for entry in entries if kind in (None, entry.kind)]
    if not found:
        raise SpecError(_nothing(text, kind, registry, entries))
    return [Found(entry, registry, params) for entry in found]


def is_file(text: str) -> bool:
    """Whether a text is the path of a file and no spec."""
    return text.endswith(".py") or ("(" not in text and Path(text).is_file())


def is_folder(text: str) -> bool:
    """Whether a text is the path of a folder; one that may be a name must end in `/`."""
    may_be_name = text.replace("/", "_").replace("-", "_").isidentifier() and text[-1] != "/"
    return not may_be_name and "(" not in text and Path(text).expanduser().is_dir()


def _nothing(text: str, kind: str | None, registry: Registry, entries: list[Entry]) -> str:
    if entries:
        return f"{text} has no {kind} (has: {', '.join(sorted({e.kind for e in entries}))})"
    known = registry.names(kind) if kind else [entry.name for entry in registry.entries]
    said = f"no {kind or 'plugin'} {text!r}{_meant(text)}"
    return f"{said}{near(parse(text).name, dict.fromkeys(known))}"


def _meant(text: str) -> str:
    """What lies here under this name, and how that is written."""
    if Path(f"{text}.py").is_file():
        return f"; the file here is written {text}.py"
    return f"; the folder here is written {text}/" if Path(text).is_dir() else ""
