"""Was written for a later tscbench."""

from tscbench import generator, something_new  # noqa
