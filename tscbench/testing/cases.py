"""Cases: a check applied to a plugin, and what came of it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from tscbench.contracts.errors import ContractError, SpecError, Unavailable
from tscbench.contracts.kinds import SERVES, plugin_of
from tscbench.contracts.spec import Spec, Value
from tscbench.line.threads import threads
from tscbench.registry import Bound, Registry, discover, near
from tscbench.registry.binding import bind, made_small
from tscbench.registry.networks import serving
from tscbench.testing.check import Check, check
from tscbench.testing.checks import CHECKS, checks_of
from tscbench.testing.data import Tiny
from tscbench.testing.failure import CheckFailed, NotTried, say
from tscbench.testing.trial import Trial, nothing


@dataclass(frozen=True)
class Outcome:
    """What came of a case.

    status: "passed"; "failed"; "expected", which is a failure that the plugin's `exempt=` announces
    with its reason; or "skipped", where there was nothing to look at.
    text: one sentence. place: `file:line` to look at. trace: the traceback of what was raised.
    """

    status: str
    text: str = ""
    place: str = ""
    trace: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.place})" if self.place else self.text


@dataclass(frozen=True, eq=False, repr=False)
class Case:
    """A check applied to a plugin; calling it tries the plugin."""

    check: Check
    trial: Trial

    @property
    def plugin(self) -> str:
        """Kind and spec of the plugin."""
        return f"{self.trial.kind} {self.trial.bound}"

    def __call__(self) -> Outcome:
        """What came of it.

        Raises:
            AssertionError: the check failed and was not expected to, or passed and was; it names
                plugin and check, what came, what must hold, the cure and the line.
        """
        __tracebackhide__ = True  # of pytest's report
        outcome = self.outcome()
        if outcome.status == "failed":
            raise AssertionError(f"{self.plugin}: {self.check.name}: {outcome}")
        return outcome

    def __repr__(self) -> str:
        return f"Case({self.plugin}: {self.check.name})"

    def outcome(self) -> Outcome:
        """What came of it, failures included."""
        found = _outcome(self.check, self.trial)
        reason = self.trial.bound.plugin.exempt.get(self.check.name)
        if reason is None or found.status == "skipped":
            return found
        if found.status == "failed":
            return Outcome("expected", reason, found.place, found.trace)
        came = (
            f"it passes, although it is exempt ({reason}); take {self.check.name!r} out of exempt"
        )
        return Outcome("failed", came, _place(self.trial))


def _place(trial: Trial) -> str:
    return trial.at(trial.bound.plugin.function)


def _outcome(check: Check, trial: Trial) -> Outcome:
    """What came of a check, exempt or not; each is made once in a trial."""
    if check.name not in trial.outcomes:
        trial.outcomes[check.name] = _first(check, trial) or _made(check, trial)
    found: Outcome = trial.outcomes[check.name]
    return found


def _first(check: Check, trial: Trial) -> Outcome | None:
    """Why a check has no meaning yet: one that comes first did not pass."""
    known = checks_of(trial.kind)
    for name in check.after:
        found = _outcome(known[name], trial) if name in known else Outcome("passed")
        if found.status == "skipped":
            return found
        if found.status == "failed":
            return Outcome("skipped", f"{name} failed")
    return None


def _made(check: Check, trial: Trial) -> Outcome:
    try:
        with threads(1):
            check.function(trial)
    except NotTried as reason:
        return Outcome("skipped", str(reason))
    except CheckFailed as found:
        if isinstance(found.error, Unavailable):
            return Outcome("skipped", str(found.error))
        return Outcome("failed", found.came, found.at, found.trace)
    except Exception as error:
        came = f"what it gave is beyond this check ({say(error)}); see the traceback with -v"
        return Outcome("failed", came, _place(trial), "".join(traceback.format_exception(error)))
    return Outcome("passed")


@check(*sorted({kind for c in CHECKS for kind in c.kinds}), after=())
def exemptions_known(trial: Trial) -> None:
    """`exempt={"check": "reason"}` names checks of the plugin's kind, and says why each fails."""
    kinds = ("network", *SERVES["network"]) if trial.bound.network else (trial.kind,)
    known = [*(name for kind in kinds for name in checks_of(kind)), exemptions_known.name]
    for name, reason in trial.bound.plugin.exempt.items():
        if name not in known:
            raise trial.failed(
                f"exempt names {name!r}, and there is no such check{near(name, known)}"
            )
        if not str(reason).strip():
            raise trial.failed(f"exempt gives no reason for {name!r}; say why it must fail")


def all_checks(kind: str | None = None) -> list[Check]:
    """Every check, or those of one kind."""
    return [c for c in (exemptions_known, *CHECKS) if kind is None or kind in c.kinds]


def select(expression: str) -> list[str]:
    """The names of the checks that a substring or a glob means; all if it is empty.

    Raises:
        SpecError: it means none.
    """
    names = list(dict.fromkeys(c.name for c in all_checks()))
    found = [n for n in names if expression in n or fnmatchcase(n, expression)]
    if not found:
        raise SpecError(f"no check {expression!r}{near(expression, names)}; see check --list")
    return found


def checks(
    plugin: Bound | Callable[..., Any],
    *,
    registry: Registry | None = None,
    offline: bool = True,
    prepare: Callable[[Tiny], None] = nothing,
) -> list[Case]:
    """The cases of a plugin: every check of its kind that has something to look at.

    Nothing is tried yet. The cases share what they try, so that each tiny dataset is fitted once.

    Args:
        plugin: a decorated function, with the parameters that its `small=` says, or what
            `Registry.bind` gives.
        registry: where specs within its parameters are looked up; by default every installed
            plugin.
        offline: whether a dataset must be on this machine; where it is not, its cases are skipped.
        prepare: called with the tiny data before the plugin is tried on them: writes the file that
            it reads, say.

    Raises:
        ContractError: a function that is not decorated.
        SpecError: a function with a parameter that must be given.
    """
    bound = plugin if isinstance(plugin, Bound) else bind_function(plugin, {})
    trial = Trial(bound, registry, offline, prepare)
    return [Case(c, trial) for c in all_checks(trial.kind) if _applies(c, bound)]


def _applies(check: Check, bound: Bound) -> bool:
    try:
        return check.applies(bound)
    except Exception:  # its needs or offers raise, which is for `facts_known` to say
        return False


def bind_function(function: Callable[..., Any], params: dict[str, Value], kind: str = "") -> Bound:
    """A decorated function with parameters, others as its `small=` says; of a network, as the
    student or teacher that it is where `kind` says so.

    Raises:
        ContractError: it is not decorated.
        SpecError: a parameter that it does not have, or one that must be given.
    """
    plugin = plugin_of(function)
    if plugin is None:
        name = getattr(function, "__name__", repr(function))
        raise ContractError(f"{name} is no plugin: decorate it with its kind")
    plugin = replace(plugin, origin="python")
    plugin = serving(plugin, kind) if kind not in ("", plugin.kind) else plugin
    spec = made_small(plugin, Spec(plugin.name, tuple(sorted(params.items()))))
    return bind(plugin, spec, lambda k, s: discover().bind(k, s))
