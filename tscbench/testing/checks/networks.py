"""What a network gives before it is trained: a module with weights, which answers with logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from tscbench.testing.check import check
from tscbench.testing.trial import Attempt, Trial


def _module(attempt: Attempt) -> Any:
    """The network's own module, without what brings rows to it."""
    return attempt.value.model[-1]


@check("network", after=("works", "result_type"))
def logits(trial: Trial) -> None:
    """Losses are taken of one number for each output of a row, in training as in answers."""
    import torch

    for attempt in trial.sound():
        module, outputs = attempt.value.model, attempt.tiny.schema.outputs
        rows = torch.as_tensor(attempt.tiny.valid.x[:4]).float()
        for training in (True, False):
            with torch.no_grad(), torch.random.fork_rng(devices=[]):
                z = module.train(training)(rows)
            module.eval()
            if z.flatten(1).shape != (len(rows), int(np.prod(outputs))):
                came = f"on {attempt.tiny.name}, {len(rows)} rows give shape {tuple(z.shape)}"
                raise trial.failed(f"{came}; it must be {(len(rows), *outputs)}: (b, *outputs)")


@check("network", after=("works", "result_type"))
def parameters_counted(trial: Trial) -> None:
    """Its size is the number of its parameters, and without one there is nothing to train."""
    for attempt in trial.sound():
        n = sum(p.numel() for p in _module(attempt).parameters() if p.requires_grad)
        if n == 0 or attempt.value.size != {"parameters": n}:
            came = f"on {attempt.tiny.name}, it has {n} parameters that training may change"
            raise trial.failed(f"{came}; it must have one or more")


@check("network", after=("works", "result_type"))
def untrained(trial: Trial) -> None:
    """Training is the kit's, so that students, teachers and players of games are made alike: a
    network comes with all its weights free."""
    for attempt in trial.sound():
        frozen = [n for n, p in _module(attempt).named_parameters() if not p.requires_grad]
        if frozen:
            came = f"on {attempt.tiny.name}, {frozen[0]} is frozen"
            raise trial.failed(f"{came}; give every parameter as it was drawn")
