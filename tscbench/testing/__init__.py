"""The conformance checks, for us and for outsiders.

Each check is a small named function that finds one kind of mistake of a plugin's author, on tables
of a few dozen rows. `tscbench check NAME` runs them; in a test file they are three lines:

    from tscbench.testing import parametrize

    @parametrize("my_package/jitter")
    def test_contract(case):
        case()

Public names: `parametrize` for pytest; `checks`, the same cases as a list; `run_checks`, which
tries all of them and returns a `Report`.
"""

from tscbench.testing.cases import Case, Outcome, all_checks, checks
from tscbench.testing.check import Check
from tscbench.testing.parametrized import parametrize
from tscbench.testing.report import Report, run_checks

__all__ = [
    "Case",
    "Check",
    "Outcome",
    "Report",
    "all_checks",
    "checks",
    "parametrize",
    "run_checks",
]
