"""Is declared in a group that is no kind's."""

from tscbench import generator


@generator()
def misspelt_kind(train):
    """Is a generator all the same."""
