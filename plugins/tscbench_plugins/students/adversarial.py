"""Adversarial: a network whose answers, or features, a critic cannot tell from the teacher's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Literal

from tscbench import (
    Batch,
    CompressionSet,
    Link,
    Loss,
    Predictor,
    Progress,
    Rng,
    Rows,
    Scale,
    Schema,
    Spec,
    SpecError,
    student,
)


def _needs(params: Mapping[str, Any]) -> frozenset[str]:
    inner = params["student"]
    if inner.network is None:
        raise SpecError(f"student adversarial: {inner} is no network; choose one, such as mlp")
    return frozenset(inner.needs | {"features"})


@student(
    source="Xu, Hsu & Huang, 2018, Training shallow and thin networks for acceleration via "
    "knowledge distillation with conditional adversarial networks",
    needs=_needs,
    offers=lambda params: params["student"].offers,
    requires=("torch",),
    small={"student": "mlp(epochs=2, hidden=[8])", "hidden": (8,)},
)
def adversarial(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    teacher: Predictor,
    *,
    student: Spec,
    reads: Literal["logits", "features"] = "logits",
    layer: int = -2,
    kd: Literal["l1", "l2", "none"] = "l1",
    kd_weight: float = 1.0,
    gan_weight: float = 0.1,
    class_head: bool = True,
    hidden: tuple[int, ...] = (64, 64),
    critic_learning_rate: float = 1e-3,
) -> Predictor:
    """The student, who learns its targets and to be taken for the teacher by a critic.

    The critic learns along to tell the two apart, and to name the class; a distance to the teacher
    is added. To read features is due to Wang, Xu, Xu and Tao (Adversarial learning of portable
    student networks). The teacher is asked about every batch, synthetic rows too. A class is what
    the objective's cross-entropy says of a row; of an objective without one, or of a row of unknown
    label, the critic names none.

    Args:
        student: the network.
        reads: what the critic reads, logits, less their mean where softmax leaves it free, or the
            features of a layer, which must be as many in both networks.
        layer: by its place among the top-level layers of either network.
        kd: the distance of what the critic reads, mean over its numbers.
        kd_weight: of that distance.
        gan_weight: of the critic's part in the student's loss.
        class_head: whether the critic names the class as well.
        hidden: widths of the critic's layers.
        critic_learning_rate: of Adam.
    """
    import torch

    from tscbench.nn import as_it_is, fit_student, network_of, untrained

    given = {"compression_set": compression_set, "valid": valid, "schema": schema}
    if not gan_weight and (kd == "none" or not kd_weight):
        return student(**given, rng=rng, progress=progress)
    theirs, x = (
        network_of(teacher, "the teacher").requires_grad_(False).eval(),
        compression_set.rows.x,
    )

    weights = (kd_weight if kd != "none" else 0.0, gan_weight)
    builds = partial(
        _Critic, schema, kd, weights, hidden, critic_learning_rate, names_classes=class_head
    )

    @contextmanager
    def critic(net: Any) -> Iterator[Any]:
        with ExitStack() as stack:
            read = _reader(stack, net, theirs, schema, reads, layer)
            place = next(net.parameters()).device
            theirs.to(place), net.eval()
            yield builds(read, torch.as_tensor(x[:2], device=place).float(), net).extra()

    net = untrained(student.network, x, schema, rng)
    return fit_student(
        lambda: net,
        **given,
        rng=rng,
        progress=progress,
        training=student.network.training,
        encode=as_it_is,
        device=None if "images" in schema.facts else "cpu",
        extra=critic,
    )


def _reader(
    stack: ExitStack, net: Any, theirs: Any, schema: Schema, reads: str, layer: int
) -> Callable[[Any, Any], tuple[Any, Any]]:
    """From inputs and the student's logits to what the critic reads of student and teacher."""
    import torch

    from tscbench.nn import features_of

    if reads == "features":
        ours = stack.enter_context(features_of(net[-1], layer))
        told = stack.enter_context(features_of(theirs[-1], layer))

    def read(x: Any, logits: Any) -> tuple[Any, Any]:
        with torch.no_grad():
            answered = theirs(x)
        if reads == "features":
            return ours().float().flatten(1), told().float().flatten(1)
        both = [z.float().flatten(1) for z in (logits, answered)]
        if schema.link is Link.SOFTMAX:
            both = [z - z.mean(1, keepdim=True) for z in both]
        return both[0], both[1]

    return read


class _Critic:
    """The network that tells student from teacher, and the loss that is added to every step, within
    which it steps."""

    def __init__(
        self,
        schema: Schema,
        kd: str,
        weights: tuple[float, float],
        hidden: tuple[int, ...],
        rate: float,
        read: Callable[[Any, Any], tuple[Any, Any]],
        some: Any,
        net: Any,
        *,
        names_classes: bool,
    ) -> None:
        import torch
        from torch import nn

        self.link, self.kd, self.weights, self.read = schema.link, kd, weights, read
        self.names_classes = names_classes
        with torch.no_grad():
            width, other = (z.shape[1] for z in read(some, net(some)))
        if width != other:
            raise SpecError(
                f"student adversarial: the critic would read {width} features of the student and "
                f"{other} of the teacher; choose networks or a layer of one width"
            )
        layers: list[nn.Module] = []
        for units in hidden:
            layers += [nn.Linear(width, units), nn.LeakyReLU(0.2)]
            width = units
        k = schema.outputs[0] if names_classes else 0
        self.net = nn.Sequential(*layers, nn.Linear(width, 1 + k)).to(some.device)
        self.adam = torch.optim.Adam(self.net.parameters(), rate, fused=True)

    def extra(self) -> Any:
        """What the training loop is given."""
        from tscbench.nn import Extra

        return Extra(self.added, {"critic": self.net, "adam": self.adam})

    def told(self, z: Any, real: bool, labels: Any) -> Any:
        """What the critic says of some, against what it is to say."""
        from torch.nn import functional

        said = self.net(z)
        loss = functional.softplus(-said[:, 0] if real else said[:, 0]).mean()
        if labels is None:
            return loss
        y, known = labels
        return loss + (_class_loss(said[:, 1:], y, self.link) * known).mean()

    def added(self, x: Any, logits: Any, batch: Batch, net: Any, rng: Rng) -> Any:
        """The distance to the teacher, and what the critic says of the student."""
        ours, wanted = self.read(x, logits)
        labels = _labels_of(batch, logits) if self.names_classes else None
        kd_weight, gan_weight = self.weights
        loss = logits.new_zeros(())
        if gan_weight:
            self.adam.zero_grad()
            (self.told(wanted, True, labels) + self.told(ours.detach(), False, labels)).backward()
            self.adam.step()
            self.net.requires_grad_(False)
            loss = loss + gan_weight * self.told(ours, True, labels)
            self.net.requires_grad_(True)
        if kd_weight:
            apart = ours - wanted
            near = apart.abs() if self.kd == "l1" else apart.square() / 2
            loss = loss + kd_weight * near.mean()
        return loss


def _class_loss(z: Any, y: Any, link: Link) -> Any:
    """The cross-entropy of each row."""
    from torch.nn import functional

    if link is Link.SIGMOID:
        return (functional.softplus(z) - y * z).mean(1)
    return -(y * z.log_softmax(1)).sum(1)


def _labels_of(batch: Batch, like: Any) -> tuple[Any, Any] | None:
    """The labels of a batch `(b, k)` as its objective has them, and which count; None of one that
    has none."""
    import torch

    for term in reversed(batch.targets):
        if (term.loss, term.scale, term.temperature) == (Loss.CROSS_ENTROPY, Scale.PROBABILITY, 1):
            y = torch.as_tensor(term.values, dtype=like.dtype, device=like.device).flatten(1)
            weight = torch.as_tensor(term.weight, dtype=like.dtype, device=like.device)
            known = ~y.isnan().any(1) & (weight > 0)
            return y.nan_to_num(), known.to(like.dtype)
    return None
