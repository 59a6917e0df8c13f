"""Mix: which rows make up a compression set."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from tscbench.contracts.errors import SpecError
from tscbench.contracts.spec import Spec, parse, shortest, show
from tscbench.registry import near


@dataclass(frozen=True)
class Mix:
    """What a compression set is made of: training rows (`real`), synthetic ones, or both.

    ratio: synthetic rows per training row. streaming: rows are drawn while the student trains, and
    each batch (with `per_example`, each example) is synthetic with probability `p_fake`, drawn and
    labelled as it is needed; training rows then serve to scale inputs by, at least.
    """

    name: str
    real: bool = True
    streaming: bool = False
    ratio: float = 0.0
    p_fake: float = 0.0
    per_example: bool = False

    @property
    def synthetic(self) -> bool:
        """Whether synthetic rows are in it."""
        return self.ratio > 0 or self.p_fake > 0

    @property
    def blocks(self) -> int:
        """Blocks of n_train synthetic rows that it takes, the last perhaps in part."""
        return math.ceil(self.ratio)

    def __str__(self) -> str:
        default = MIXES[self.name]
        params = [
            (name, show(shortest(getattr(self, name))))
            for name in PARAMETERS[self.name]
            if name != "per_example" or getattr(self, name) != getattr(default, name)
        ]
        written = ", ".join(f"{name}={value}" for name, value in params)
        return f"{self.name}({written})" if written else self.name


MIXES = {
    mix.name: mix
    for mix in (
        Mix("real"),
        Mix("fake", real=False, ratio=9.0),
        Mix("both", ratio=9.0),
        Mix("stream", streaming=True, p_fake=0.8),
    )
}
"""Every mix with its defaults."""

PARAMETERS = {
    "real": (),
    "fake": ("ratio",),
    "both": ("ratio",),
    "stream": ("p_fake", "per_example"),
}
"""What a spec may say of each."""


def parse_mix(text: str | Spec) -> Mix:
    """The mix that a spec writes.

    >>> str(parse_mix("fake"))
    'fake(ratio=9)'

    Raises:
        SpecError: unknown name or parameter, or a value out of range.
    """
    spec = parse(text) if isinstance(text, str) else text
    if spec.name not in MIXES:
        raise SpecError(f"no mix {spec.name!r}{near(spec.name, MIXES)}")
    known = PARAMETERS[spec.name]
    values: dict[str, Any] = {}
    for name, value in spec.params:
        if name not in known:
            has = ", ".join(known) or "none"
            raise SpecError(f"mix {spec}: no parameter {name!r}{near(name, known)} (has: {has})")
        good = isinstance(value, bool) == (name == "per_example")
        if not good or not isinstance(value, int | float):
            raise SpecError(f"mix {spec}: {name}={show(value)} does not fit")
        values[name] = value if name == "per_example" else float(value)
    mix = replace(MIXES[spec.name], **values)
    if "ratio" in known and not 0 < mix.ratio <= 1000:
        raise SpecError(f"mix {spec}: ratio must lie between 0 and 1000")
    if not 0 <= mix.p_fake <= 1:
        raise SpecError(f"mix {spec}: p_fake must lie between 0 and 1")
    return mix
