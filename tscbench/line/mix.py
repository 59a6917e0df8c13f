"""Mix: which rows make up a compression set."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tscbench.contracts.errors import SpecError
from tscbench.contracts.spec import Spec, parse, shortest, show
from tscbench.registry import near

_DEFAULTS: dict[str, dict[str, float | bool]] = {
    "real": {},
    "fake": {"ratio": 9.0},
    "both": {"ratio": 9.0},
    "stream": {"p_fake": 0.8, "per_example": False},
}


@dataclass(frozen=True)
class Mix:
    """`real`, `fake(ratio)`, `both(ratio)` or `stream(p_fake)`.

    ratio: synthetic rows per training row. stream: each batch (with `per_example`, each example)
    is synthetic with probability `p_fake`, drawn and labelled as it is needed.
    """

    name: str
    ratio: float = 0.0
    p_fake: float = 0.0
    per_example: bool = False

    @property
    def real(self) -> bool:
        """Whether training rows are in it, in a streaming set to scale inputs by at least."""
        return self.name != "fake"

    @property
    def synthetic(self) -> bool:
        """Whether synthetic rows are in it."""
        return self.ratio > 0 or self.p_fake > 0

    @property
    def streaming(self) -> bool:
        """Whether rows are drawn while the student trains."""
        return self.name == "stream"

    @property
    def blocks(self) -> int:
        """Blocks of n_train synthetic rows that it takes, the last perhaps in part."""
        return math.ceil(self.ratio)

    def __str__(self) -> str:
        params = [
            (name, show(shortest(getattr(self, name))))
            for name, default in _DEFAULTS[self.name].items()
            if name != "per_example" or getattr(self, name) != default
        ]
        written = ", ".join(f"{name}={value}" for name, value in params)
        return f"{self.name}({written})" if written else self.name


def parse_mix(text: str | Spec) -> Mix:
    """The mix that a spec writes.

    >>> str(parse_mix("fake"))
    'fake(ratio=9)'

    Raises:
        SpecError: unknown name or parameter, or a value out of range.
    """
    spec = parse(text) if isinstance(text, str) else text
    if spec.name not in _DEFAULTS:
        raise SpecError(f"no mix {spec.name!r}{near(spec.name, _DEFAULTS)}")
    values = dict(_DEFAULTS[spec.name])
    for name, value in spec.params:
        if name not in values:
            has = ", ".join(values) or "none"
            raise SpecError(f"mix {spec}: no parameter {name!r}{near(name, values)} (has: {has})")
        good = isinstance(value, bool) == (name == "per_example")
        if not good or not isinstance(value, int | float):
            raise SpecError(f"mix {spec}: {name}={show(value)} does not fit")
        values[name] = value if name == "per_example" else float(value)
    mix = Mix(spec.name, **values)  # type: ignore[arg-type]
    if spec.name in ("fake", "both") and not 0 < mix.ratio <= 1000:
        raise SpecError(f"mix {spec}: ratio must lie between 0 and 1000")
    if not 0 <= mix.p_fake <= 1:
        raise SpecError(f"mix {spec}: p_fake must lie between 0 and 1")
    return mix
