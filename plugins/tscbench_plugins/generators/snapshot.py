"""Snapshot: the generator of an AC-GAN as it was after one of its epochs."""

from collections.abc import Mapping
from typing import Any

from tscbench import Sampler, Spec, SpecError, generator


def _needs(params: Mapping[str, Any]) -> frozenset[str]:
    inner, epoch = params["generator"], params["epoch"]
    kept = inner.params.get("keep_epochs", ())
    if epoch not in kept:
        raise SpecError(
            f"generator snapshot(epoch={epoch}): {inner} keeps {', '.join(map(str, kept)) or 'no'} "
            f"epoch; it must keep that one: give it keep_epochs=[{epoch}]"
        )
    return inner.needs


@generator(
    source="the GANs of Liu, Fusi and Mackey, 2018, Teacher-Student Compression with GANs, after "
    "0 to 400 epochs",
    needs=_needs,
    offers=lambda params: params["generator"].offers,
    requires={"torch"},
    small={
        "generator": "acgan_image(epochs=1, keep_epochs=[1], channels=[4], "
        "discriminator_channels=[4], n_kernels=2, kernel_dim=2)",
        "epoch": 1,
    },
)
def snapshot(fitted: Sampler, *, generator: Spec, epoch: int) -> Sampler:
    """Images from the generator as it was then; no other generator can go on from it.

    Args:
        generator: the AC-GAN, fitted once for all its snapshots, with keep_epochs=[…].
        epoch: one of those, from 1.
    """
    from copy import deepcopy
    from dataclasses import replace

    from tscbench.nn import acgan_of, acgan_sampler

    whole = acgan_of(fitted, f"generator snapshot(generator={generator})")
    then = deepcopy(whole.generator)
    then.load_state_dict(whole.snapshots[epoch])
    return replace(acgan_sampler(replace(whole, generator=then, snapshots={})), model=None)
