"""Declares a library that is not installed."""

from tscbench import generator


@generator(requires=("no-such-library>=2",))
def missing_dependency(train):
    """Cannot be used without it."""
