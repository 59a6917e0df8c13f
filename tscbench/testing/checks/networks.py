"""What a network has before it is trained."""

from __future__ import annotations

from tscbench.testing.check import check
from tscbench.testing.trial import Trial


@check("network", after=("works", "result_type"))
def parameters_counted(trial: Trial) -> None:
    """The size of a network is the number of its parameters, and without one there is nothing to
    train."""
    for attempt in trial.sound():
        if attempt.value.size.get("parameters", 0) == 0:
            raise trial.failed(
                f"on {attempt.tiny.name}, it has no parameter that training may change; give each "
                "as it was drawn, with requires_grad"
            )
