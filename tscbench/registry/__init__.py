"""Finds plugins by name without importing them, loads one when it is needed, binds specs to it."""

from tscbench.registry.binding import Bound
from tscbench.registry.discovery import discover
from tscbench.registry.entries import GROUPS, PYTHON, Entry, near
from tscbench.registry.registry import Registry
from tscbench.registry.suites import SuiteFile, find_suite, installed_suites
from tscbench.registry.trial import State

__all__ = [
    "GROUPS",
    "PYTHON",
    "Bound",
    "Entry",
    "Registry",
    "State",
    "SuiteFile",
    "discover",
    "find_suite",
    "installed_suites",
    "near",
]
