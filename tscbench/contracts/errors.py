"""The family of errors. Each child is also the builtin that a caller would expect."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class TscbenchError(Exception):
    """Whatever tscbench refuses, in one sentence: where, what came, what must hold, the cure."""


class SpecError(TscbenchError, ValueError):
    """A spec that does not parse, or names a plugin or parameter that is not there."""


class ContractError(TscbenchError, TypeError):
    """A plugin that breaks the contract of its kind."""


class PluginError(TscbenchError, ImportError):
    """A plugin that does not load; `trace` is the traceback of what went wrong in it."""

    def __init__(self, message: str, trace: str = "") -> None:
        super().__init__(message)
        self.trace = trace


class PluginTrouble(PluginError):
    """Plugins in sight that cannot be used, where that was declared to be fatal."""


class SuiteError(TscbenchError, ValueError):
    """A suite file with mistakes; the message lists all of them."""


class DataError(TscbenchError, ValueError):
    """Data that cannot be benchmarked as it stands."""


class Diverged(DataError, ArithmeticError):
    """A network whose loss became NaN or infinite."""


class Unavailable(TscbenchError, LookupError):
    """Data that this machine does not hold; its cells are skipped with this reason."""


class StoreError(TscbenchError, OSError):
    """A store or run folder that cannot be read or written."""


class ClusterError(TscbenchError, ConnectionError):
    """A cluster that cannot be had, or cannot go on."""


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """What to add to "no such name" where some are close to it; else empty."""
    close = get_close_matches(name, list(names), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""


class NothingSelected(TscbenchError, LookupError):
    """A selection that leaves no cell."""
