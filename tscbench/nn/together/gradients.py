"""The gradient of what a discriminator says of a network's answers: four ways to estimate it.

A network with the law p(y) minimises E_p log(1 - d(y)), where d = σ(g) and g is the discriminator's
logit for an answer. What each function gives is a loss whose gradient is that estimate.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

Gradient: TypeAlias = Literal["reinforce", "gumbel", "exact", "bce"]

BOUND = 15.0
"""Of a discriminator's logits, beyond which what it says would grow without end."""


def adversarial_loss(
    z: Tensor, g: Tensor, gradient: Gradient, *, n_samples: int = 1, tau: float = 1.0
) -> Tensor:
    """Mean over rows and questions; z: a network's scores `(b, g, v)`; g: the discriminator's
    logits for the same answers, within ±BOUND.

    reinforce: draws, each with what it is rewarded less the mean reward of all. gumbel: draws from
    the concrete distribution of temperature tau, asked as the answers that they are next to.
    exact: the sum over all answers. bce: what the released code of KDGAN does: draws, each drawn
    to the discriminator's probability by a binary cross-entropy of its raw score.
    """
    r = -functional.softplus(g.detach())
    if gradient == "exact":
        return (z.softmax(-1) * r).sum(-1).mean()
    if gradient == "gumbel":
        return _gumbel(z.log_softmax(-1), r, n_samples, tau)
    drawn = draw(z.detach(), n_samples)
    if gradient == "bce":
        aim, score = g.detach().sigmoid().gather(-1, drawn), z.gather(-1, drawn)
        return (functional.softplus(score) - aim * score).mean()
    return reinforce(z, r, drawn)


def draw(z: Tensor, n_samples: int) -> Tensor:
    """Places of answers `(b, g, n_samples)`, drawn from the law of scores `(b, g, v)`."""
    law = z.softmax(-1).flatten(0, 1)
    drawn = torch.multinomial(law, n_samples, replacement=True)
    return drawn.reshape(*z.shape[:2], n_samples)


def reinforce(z: Tensor, r: Tensor, drawn: Tensor, *, baseline: bool = True) -> Tensor:
    """The loss of draws; without a baseline each counts with all that it is rewarded."""
    reward = r.gather(-1, drawn)
    reward = reward - reward.mean() if baseline else reward
    return (reward * z.log_softmax(-1).gather(-1, drawn)).mean()


def _gumbel(log_p: Tensor, r: Tensor, n_samples: int, tau: float) -> Tensor:
    uniform = torch.rand(n_samples, *log_p.shape, device=log_p.device)
    noise = -(-uniform.clamp(1e-12, 1 - 1e-7).log()).log()
    q = ((log_p.clamp(min=-27.6) + noise) / tau).softmax(-1)  # log 1e-12
    nearest = functional.one_hot(q.argmax(-1), q.shape[-1])
    through = nearest + q - q.detach()
    return (through * r).sum(-1).mean()
