"""The checks as tests: one case for each, of plugins that are named or handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from tscbench.contracts.kinds import SERVES, plugin_of
from tscbench.contracts.spec import Value
from tscbench.registry import Bound
from tscbench.testing.cases import Case, bind_function, checks
from tscbench.testing.find import find


def parametrize(plugin: str | Bound | Callable[..., Any], /, **parameters: Value) -> Any:
    """A decorator that runs a test once for each check of a plugin, as `case`.

    The test calls the case: `def test_contract(case): case()`. A check that fails is a failed test
    with one sentence; one that the plugin exempts is an expected failure with its reason, and one
    that has nothing to look at is skipped.

    Args:
        plugin: `distribution/name` or another spec, a file with plugins such as `jitter.py`, as
            seen from the folder in which pytest runs, a decorated function, or what
            `Registry.bind` gives.
        parameters: of the plugin, where they are to be neither its defaults nor what its `small=`
            says.

    Raises:
        SpecError: a text that means no plugin, or a parameter that it does not have.
        PluginError: a plugin that does not load.

    Example::

        from tscbench.testing import parametrize

        @parametrize("my_package/jitter", scale=0.2)
        def test_contract(case):
            case()
    """
    import pytest

    cases = [case for bound in _bounds(plugin, parameters) for case in checks(bound)]
    return pytest.mark.parametrize("case", as_tests(cases))


def as_tests(cases: Iterable[Case]) -> list[Any]:
    """Cases as what `pytest.mark.parametrize` takes: each tells pytest what came of it."""
    import pytest

    return [
        pytest.param(partial(_tell, c), id=f"{c.trial.kind}/{c.trial.bound}-{c.check.name}")
        for c in cases
    ]


def _bounds(plugin: str | Bound | Callable[..., Any], parameters: dict[str, Value]) -> list[Bound]:
    if isinstance(plugin, Bound):
        return [plugin.with_params(**parameters)]
    if callable(plugin):
        declared = plugin_of(plugin)
        kind = declared.kind if declared else ""
        return [bind_function(plugin, parameters, k) for k in (kind, *SERVES.get(kind, ()))]
    return [found.bound(**parameters) for found in find(plugin)]


def _tell(case: Case) -> None:
    """Runs a case, and tells pytest what came of it."""
    import pytest

    __tracebackhide__ = True
    outcome = case()
    if outcome.status == "expected":
        pytest.xfail(outcome.text)
    if outcome.status == "skipped":
        pytest.skip(outcome.text)
