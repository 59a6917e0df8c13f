"""Imports what is not there."""

from math import no_such_function  # noqa

from tscbench import generator


@generator()
def import_error(train):
    """Is never reached."""
