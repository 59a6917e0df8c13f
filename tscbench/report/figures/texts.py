"""Texts that are cut to their room, and that no name can break."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd
from matplotlib.font_manager import FontProperties, findfont, get_font

from tscbench.report.figures.style import TEXT

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@cache
def _advance(letter: str) -> float:
    """The width of a letter at size 1; of one that the font lacks, a full square."""
    font = get_font(findfont(FontProperties(family="DejaVu Sans")))
    if ord(letter) not in font.get_charmap():
        return 1.0
    font.set_size(64, 72)
    return font.load_char(ord(letter)).linearHoriAdvance / 65536 / 64


def text_width(text: str, size: float = TEXT) -> float:
    """How many pixels a text takes."""
    return size * sum(map(_advance, text))


def plain(text: object) -> str:
    """A text on one line, without what XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", " ".join(str(text).splitlines()))


def shortened(text: object, width: float, size: float = TEXT) -> str:
    """A text that fits, its middle left out if need be: methods differ at either end."""
    said = cut = plain(text)
    for kept in range(len(said), 0, -1):
        if text_width(cut, size) <= width:
            break
        cut = said[: kept - kept // 2] + "…" + said[len(said) - kept // 2 :]
    return cut


def wrapped(text: object, width: float, size: float = TEXT) -> list[str]:
    """The lines of a text that is broken between words; none of an empty text."""
    lines: list[str] = []
    for word in plain(text).split(" ") if text else []:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(shortened(word, width, size))
    return lines


def listed(frame: pd.DataFrame, form: str, known: str = "") -> str:
    """What a description says of each row, with its columns in braces. known: what it says more of
    a row that has all its numbers."""
    columns = re.findall(r"{(\w+)", known)
    whole = frame[columns].notna().all(axis=1)
    rows = zip(frame.to_dict("records"), whole, strict=True)
    return "; ".join((form + known if all_there else form).format(**row) for row, all_there in rows)
