"""No synthetic rows: the student learns from the training rows alone."""

from tscbench import generator


@generator(source="the reference arm of any study of synthetic data")
def none() -> None:
    """Makes no rows."""
