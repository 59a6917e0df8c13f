"""The Python face: `run`, `plan`, `load` and `board`, the same work as the command line."""

from __future__ import annotations

from tscbench.harness.session import load, plan, run

__all__ = ["load", "plan", "run"]
