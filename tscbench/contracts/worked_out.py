"""The names of what is worked out from records and asked for like a metric; no metric has them."""

from __future__ import annotations

import re

RELATION = re.compile(
    r"tsc_(score|auc)(_oof)?(@[-+.\de]+)?|tsc_ratio(@[-+.\de]+)?"
    r"|(recovery|gain)(_auc)?|difference_.+"
)
"""Metrics between a cell and its baseline, student alone or teacher; @9: of nine synthetic rows."""

SPEEDS = (
    *("rows_per_second", "speed_up", "bare_rows_per_second", "bare_speed_up"),
    *("bytes", "bare_bytes"),
)
"""What a timing pass tells of a model."""

SIZES = ("bytes", "bare_bytes", "nodes", "parameters")
"""How large a model is; less is better."""


def is_worked_out(name: str) -> bool:
    """Whether a metric of this name is no plugin's."""
    return name in (*SPEEDS, *SIZES) or RELATION.fullmatch(name) is not None
