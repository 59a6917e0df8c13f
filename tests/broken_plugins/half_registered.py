"""Declares one plugin, and raises before the second."""

from tscbench import generator


@generator()
def first_half(train):
    """Is declared."""


raise RuntimeError("the second half is missing")
