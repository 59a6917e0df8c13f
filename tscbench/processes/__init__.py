"""Functions in child processes, with limits, and all that they start ended with them."""

from tscbench.processes.child import Child, Ended, Limits
from tscbench.processes.serve import IDLE, pickled, tell

__all__ = ["IDLE", "Child", "Ended", "Limits", "pickled", "tell"]
