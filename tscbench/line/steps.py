"""The steps of a cell, in their order: each declares itself in its own file."""

from tscbench.line import compression, models, outputs, predictions, splits, synthetic
from tscbench.line.step import STEPS

__all__ = ["STEPS", "compression", "models", "outputs", "predictions", "splits", "synthetic"]
