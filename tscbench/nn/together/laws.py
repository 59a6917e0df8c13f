"""Laws of labels, as a game between networks compares them: of networks and of the truth.

A law is `(b, g, v)`: of g questions about a row each has v answers. Of classes there is one
question with k answers; of k labels there are k questions, whose answers are no and yes.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from tscbench.contracts.types import Link

Distance: TypeAlias = Literal["logits", "log_probabilities", "kl"]


def scores(logits: Tensor, link: Link) -> Tensor:
    """Logits `(b, *k)` as scores `(b, g, v)`, of which a softmax is the law.

    >>> scores(torch.tensor([[1.0, -1.0]]), Link.SIGMOID).softmax(-1)[..., 1]
    tensor([[0.7311, 0.2689]])
    """
    z = logits.flatten(1)
    if link is Link.SIGMOID:
        return torch.stack([-z / 2, z / 2], -1)
    return z[:, None, :]


def true_law(values: Tensor, link: Link) -> tuple[Tensor, Tensor]:
    """The law `(b, g, v)` of labels `(b, *k)` as probabilities, and which questions `(b, g)` have a
    known answer; NaN is none, and has a law of zeros."""
    y = values.flatten(1)
    law = torch.stack([1 - y, y], -1) if link is Link.SIGMOID else y[:, None, :]
    known = ~law.isnan().any(-1)
    return torch.where(known[..., None], law, 0.0), known


def judgements(logits: Tensor, link: Link) -> Tensor:
    """A discriminator's logits `(b, *k)` as those of each answer, `(b, g, v)`: of a label that of
    no is that of yes, negated, so that a network for labels can be a discriminator of them."""
    g = logits.flatten(1)
    return torch.stack([-g, g], -1) if link is Link.SIGMOID else g[:, None, :]


def distance(logits: Tensor, towards: Tensor, link: Link, by: Distance) -> Tensor:
    """How far a network's logits `(b, *k)` are from those of another, mean over rows.

    logits: half the sum of squared differences. log_probabilities: that of log-probabilities, in
    which a shift of a row's logits does not count. kl: the divergence of the law from that of the
    other, which is KL(other‖law), summed over questions.
    """
    if by == "logits":
        return (logits - towards).flatten(1).square().sum(1).mean() / 2
    ours, theirs = (scores(z, link).log_softmax(-1) for z in (logits, towards))
    if by == "log_probabilities":
        return (ours - theirs).square().sum((1, 2)).mean() / 2
    return functional.kl_div(ours, theirs, reduction="none", log_target=True).sum((1, 2)).mean()
