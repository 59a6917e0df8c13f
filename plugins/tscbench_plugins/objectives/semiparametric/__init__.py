"""Corrected distillation: the teacher's answer is moved towards the label, where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from tscbench import (
    Array,
    Loss,
    Scale,
    Schema,
    SpecError,
    Targets,
    objective,
    one_hot,
    to_probabilities,
)


def _needs(params: Mapping[str, Any]) -> set[str]:
    alpha, gamma = params["gamma_alpha"], params["gamma"]
    if params["form"] == "matrix" and gamma != "boundfast":
        raise SpecError(
            f"objective semiparametric: gamma={gamma} has no matrix form; leave form out"
        )
    if alpha < 0 or (gamma == "power" and not alpha):
        raise SpecError(
            f"objective semiparametric: gamma_alpha={alpha:g} must be 0 or more, and above 0 for "
            "gamma=power, of which 1 corrects nothing"
        )
    if params["scale"] == "p":
        return {"squared"}
    loss = {"squared"} if params["scale"] == "logp" else {"cross_entropy"}
    softened = params["scale"] == "annealed" and params["temperature"] != 1
    more = {"temperature"} if softened else set()
    return {"signed_targets", "single_label"} | loss | more


@objective(
    source="Dao, Kamath, Syrgkanis & Mackey, 2021, Knowledge distillation as semiparametric "
    "inference",
    needs=_needs,
)
def semiparametric(
    outputs: Array,
    labels: Array,
    real: Array,
    schema: Schema,
    *,
    gamma_alpha: float = 0.01,
    gamma: Literal[
        "boundfast", "boundslow", "relerr", "abserr", "power", "orthogonal"
    ] = "boundfast",
    form: Literal["diagonal", "matrix"] = "diagonal",
    scale: Literal["p", "logp", "annealed"] = "p",
    temperature: float = 4.0,
    floor: float = 1 / 500,
    centred: bool = True,
) -> Targets:
    """Regression on h(p) + γ(y - p): p the teacher's probabilities, y the label of a training row.

    Synthetic rows keep h(p), even where their generator has labelled them. By boundfast, the
    authors' enhanced distillation, γ = gα/(α + (y - p)²): 0 at α = 0, and as α grows the orthogonal
    g, which is 1 for h(p) = p, where the target is then the label, and 1/p for h(p) = log p. The
    paper's slides print the correction with the other sign, which leads away from the label.

    On logp a student that regresses one column for two classes takes that of the positive one, as
    published; of more classes each has its own.

    Args:
        gamma_alpha: what γ trades by, the authors' c: 0 corrects nothing. For relerr and abserr it
            is the error that the teacher is taken to have, for power their t, of which 1 corrects
            nothing; orthogonal looks at none.
        gamma: how γ is chosen, by the authors' names.
        form: whether boundfast chooses γ for each class alone, or as one matrix.
        scale: squared error of probabilities (p) or of their logarithms (logp); or annealed, the
            cross-entropy to softened probabilities, corrected to first order.
        temperature: of the annealed cross-entropy.
        floor: what probabilities are raised to before a logarithm or a division.
        centred: on logp a network's logits are compared with the targets after both were centred,
            as softmax leaves their shift free; false is the paper's squared loss.
    """
    from .gammas import GAMMAS

    p = to_probabilities(outputs, schema)
    raised = p if scale == "p" else np.maximum(p, floor)
    if scale == "annealed":
        p = raised = raised / raised.sum(axis=1, keepdims=True)
    truth = np.where(real[:, None], one_hot(labels, schema), np.nan)
    delta = truth - (raised if gamma == "orthogonal" else p)
    chosen = GAMMAS["matrix" if form == "matrix" else gamma]
    step = chosen(raised, np.nan_to_num(delta), gamma_alpha, scale != "p") * delta
    step = np.where(np.isnan(truth), 0.0, step)
    if scale == "p":
        return Targets(p + step, Loss.SQUARED)
    if scale == "logp":
        values = np.log(raised) + step
        return Targets(values, Loss.SQUARED, Scale.LOG_PROBABILITY, free_shift=centred)
    softened = raised ** (1 / temperature)
    q = softened / softened.sum(axis=1, keepdims=True)
    q = q * (1 + (step - (q * step).sum(axis=1, keepdims=True)) / temperature)
    return Targets(q, Loss.CROSS_ENTROPY, temperature=temperature)
