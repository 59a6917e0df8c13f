"""How a network is trained, as one value, which every network has as parameters."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from textwrap import fill
from typing import Any, Literal, get_type_hints


def _said(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Training:
    """How a network is trained; `meanings()` says what each field means."""

    epochs: int = _said(100, "each is as many batches as the training rows fill, for every set")
    batch: int = _said(128, "rows per step")
    learning_rate: float = _said(1e-3, "at first; schedule says how it goes on")
    optimiser: Literal["adam", "sgd"] = _said(
        "adam",
        "adam is AdamW, whose weight decay is apart from the gradient; that of sgd is added to it",
    )
    momentum: float = _said(0.9, "of sgd")
    weight_decay: float = _said(0.0, "shrinks the weights")
    schedule: Literal["constant", "cosine", "falling"] = _said(
        "cosine", "the learning rate stays, falls to 0 along half a cosine, or falls at drops"
    )
    drops: tuple[float, ...] = _said((), "shares of all epochs after which a falling rate falls")
    factor: float = _said(0.1, "by which it falls each time")
    clip: float | None = _said(None, "the largest norm that a gradient may have")
    patience: int | None = _said(
        None,
        "stop after so many epochs without a lower validation log loss and return to the best "
        "epoch; none, or no labelled validation rows, runs all epochs",
    )
    mixed: bool | None = _said(None, "bfloat16 in the forward pass; none: on a GPU alone")
    compile: bool = _said(False, "with torch.compile")
    numeric: Literal["standardise", "rank_gauss"] = _said(
        "standardise", "how numeric columns of a table are scaled"
    )
    scaling: Literal["channels", "mean_image"] = _said(
        "channels", "pixels of images: each channel standardised, or less the mean image alone"
    )

    def parameters(self) -> dict[str, inspect.Parameter]:
        """Its fields as keyword parameters, with their values as defaults."""
        hints, keyword = get_type_hints(Training), inspect.Parameter.KEYWORD_ONLY
        return {
            f.name: inspect.Parameter(
                f.name, keyword, default=getattr(self, f.name), annotation=hints[f.name]
            )
            for f in fields(self)
        }


def meanings(names: Iterable[str]) -> str:
    """What these fields of a `Training` mean, as a docstring says it of arguments."""
    said = {f.name: f.metadata["meaning"] for f in fields(Training)}
    return "\n".join(
        fill(f"{name}: {said[name]}.", 96, initial_indent=" " * 4, subsequent_indent=" " * 8)
        for name in names
    )
