"""Amounts as people write them: `90`, `10min`, `2h`, `8G`."""

from __future__ import annotations

import re

UNITS = {
    "": 1.0,
    "s": 1.0,
    "min": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    **{unit: 1024.0**power for power, unit in enumerate("KMGT", 1)},
    **{f"{unit}iB": 1024.0**power for power, unit in enumerate("KMGT", 1)},
    **{f"{unit}B": 1000.0**power for power, unit in enumerate("KMGT", 1)},
}
"""Seconds or bytes, by the unit."""


def amount(written: str | float) -> float:
    """Seconds or bytes, or a plain number.

    Raises:
        ValueError: it is no amount, or less than nothing.
    """
    match = re.fullmatch(r"([0-9.]+|inf) *([A-Za-z]*)", str(written).strip())
    try:
        if match and not isinstance(written, bool):
            return float(match[1]) * UNITS[match[2]]
    except (KeyError, ValueError):
        pass
    raise ValueError(f"{written!r} is no amount; write 90, 10min, 2h or 8G")
