"""What a new plugin may be called."""

from __future__ import annotations

import io
import keyword
import re
import sys
import tokenize
import unicodedata

from tscbench.contracts.errors import SpecError
from tscbench.contracts.kinds import SERVES
from tscbench.registry import GROUPS, Registry, near

LIBRARIES = frozenset(["numpy", "pandas", "pytest", "scipy", "sklearn", "torch", "tscbench"])
"""Libraries whose name a plugin file must not take."""

VALUES = frozenset(["true", "false", "none"])
"""Words that are values where they stand in a spec."""


def kind_named(text: str) -> str:
    """The kind that `text` says, in the singular or the plural.

    Raises:
        SpecError: no such kind, with near names.
    """
    kinds = {group.partition(".")[2]: kind for kind, group in GROUPS.items()}
    if text not in {*kinds, *kinds.values()}:
        raise SpecError(f"no kind {text!r}{near(text, GROUPS)}")
    return kinds.get(text, text)


def check_name(kind: str, name: str, template: str, registry: Registry) -> None:
    """Refuses a name that cannot be a plugin's, or that would clash.

    Raises:
        SpecError: with the reason and the cure.
    """
    where = f"{kind} {name!r}"
    if not re.fullmatch(r"[a-z]([a-z0-9_]*[a-z0-9])?", name):
        raise SpecError(
            f"{where}: a name is lower-case letters, digits and underscores, with a letter first "
            f"and no underscore last{_cured(name)}"
        )
    if keyword.iskeyword(name) or name in VALUES:
        raise SpecError(f"{where}: is a word of Python or of specs; write {name}_{kind}, say")
    if name in sys.stdlib_module_names | LIBRARIES:
        raise SpecError(
            f"{where}: {name}.py would hide the library {name} from programs run beside it; "
            f"write {name}_{kind}, say"
        )
    if name in _words(template):
        raise SpecError(f"{where}: the code of a {kind} has this word in it; write my_{name}, say")
    for role in (kind, *SERVES.get(kind, ())):
        if homes := [entry.distribution for entry in registry.called(role, name)]:
            one = "one" if role == kind else f"a {role}"
            raise SpecError(
                f"{where}: {' and '.join(homes)} has {one} of this name; choose another"
            )


def _cured(name: str) -> str:
    """A name of the right form that is near, as a question; empty where there is none."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    cured = re.sub(r"[^a-z0-9]+", "_", plain).strip("_").lstrip("_0123456789")
    if keyword.iskeyword(cured) or cured in VALUES | LIBRARIES | sys.stdlib_module_names:
        cured = f"my_{cured}"
    return f"; did you mean {cured!r}?" if cured else ""


def _words(code: str) -> set[str]:
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME} - {"mine"}
