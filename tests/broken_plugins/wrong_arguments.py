"""Takes what no generator is offered."""

from tscbench import generator


@generator()
def wrong_arguments(X_train, y_train):
    """Has the argument names of another suite."""
