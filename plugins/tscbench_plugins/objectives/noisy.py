"""Noisy: the teacher's logits with noise that is drawn anew whenever a row is met."""

from __future__ import annotations

from typing import Literal

import numpy as np

from tscbench import (
    Array,
    Link,
    Loss,
    Scale,
    Schema,
    Targets,
    objective,
    to_logits,
    to_probabilities,
)


@objective(
    source="Sau & Balasubramanian, 2016, Deep model compression: distilling knowledge from noisy "
    "teachers",
    needs={"squared", "signed_targets", "streaming"},
)
def noisy(
    outputs: Array,
    schema: Schema,
    *,
    sigma: float = 0.1,
    share: float = 0.5,
    share_per: Literal["row", "logit"] = "row",
    drop: float = 0.0,
    floor: float = 1 / 500,
    centred: bool = True,
) -> Targets:
    """Squared error on (1 + m·N(0, sigma²))·logits, where m is 1 with probability share, else 0.

    One m is drawn for a row and one normal number for each of its logits, in every epoch anew: only
    a student that learns from batches has it. Code released with Wang et al., 2018, KDGAN, has
    sigma = drop = 0.1 and share = 1. The logits are those of the objective `logits`; their
    product with noise depends on the shift up to which they are free. Code released with Liu et
    al., 2018, GAN-TSC multiplies by m·N(0, sigma²), which leaves of most rows nothing but 0.

    Args:
        sigma: standard deviation of the noise, as a share of the logit.
        share: probability that a row's logits are disturbed when it is met.
        share_per: whether m is drawn for a row, or for each of its logits.
        drop: probability that the 1 of a logit is 0; of the others it is 1 / (1 - drop).
        floor: probabilities below it are raised to it, as in `logits`; 0 takes the teacher's
            logits as they are, which suits a network.
        centred: as in `logits`; false is the plain L2 of Sau & Balasubramanian.
    """
    values = outputs
    if floor:
        several = schema.link is Link.SOFTMAX and schema.outputs[0] > 2
        p = np.clip(to_probabilities(outputs, schema), floor, 1.0 if several else 1.0 - floor)
        values = to_logits(p, schema)
    return Targets(
        values,
        Loss.SQUARED,
        Scale.LOGIT,
        noise=sigma,
        noise_share=share,
        free_shift=centred,
        noise_per_value=share_per == "logit",
        drop=drop,
    )
