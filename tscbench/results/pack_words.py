"""What the words and numbers of a pack may be: each goes into tables, pages and spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue

from tscbench.contracts.kinds import AXES

WORD, TEXT = 300, 100_000
"""Letters of a label, and of a text such as a docstring or a traceback."""

MOST = 1e18
"""What a number of a model, or of an epoch, stays below."""

TIME = "%Y-%m-%dT%H:%M:%SZ"
"""How a record says when it ended."""


@lru_cache(maxsize=10_000)
def label(text: str) -> str:
    """What stands in tables, pages and spreadsheets: one printable line that neither is markup nor
    begins a formula."""
    if len(text) > WORD or not text.isprintable() or re.search("[<>]", text):
        raise ValueError(f"a name must be a printable line of at most {WORD} letters without < >")
    if text[:1] in tuple("=+@") or (text[:1] == "-" and text != "-"):
        raise ValueError("a name must not begin as a formula of a spreadsheet does")
    return text


def _text(text: str) -> str:
    """Any text but control characters, which a terminal would obey."""
    if len(text) > TEXT or not text.replace("\n", "").replace("\t", "").isprintable():
        raise ValueError(f"a text must be printable, of at most {TEXT} letters")
    return text


def _free(value: JsonValue, name: Callable[[str], str] = label) -> JsonValue:
    """Free values, such as facts: their names are labels, their texts are printable."""
    if isinstance(value, dict):
        for key, one in value.items():
            name(key)
            _free(one, name)
    elif isinstance(value, list):
        for one in value:
            if not isinstance(one, float):  # thousands of them, of epochs
                _free(one, name)
    elif isinstance(value, str):
        _text(value)
    return value


def _described(value: JsonValue) -> JsonValue:
    """What is known of a dataset, where names are also those of its classes, as <=50K of adult."""
    return _free(value, _text)


def _facts(value: JsonValue) -> JsonValue:
    """Facts of a model: free values, but that sizes and what was noted of epochs are numbers."""
    if not isinstance(value, dict):
        raise ValueError("facts must be a table")
    size, history = value.get("size", {}), value.get("history", {})
    if not isinstance(size, dict) or not isinstance(history, dict):
        raise ValueError("size and history must be tables")
    lists = [noted if isinstance(noted, list) else [""] for noted in history.values()]
    numbers = [n for noted in lists for n in noted if n is not None]
    if not all(isinstance(n, int | float) and -MOST < n < MOST for n in numbers):
        raise ValueError("what was noted of epochs must be numbers")
    if not all(is_amount(n) for n in size.values()):
        raise ValueError("sizes must be numbers from 0 on")
    return _free(value)


def is_amount(value: object) -> bool:
    """Whether a value is a number from 0 on that any tool reads."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value < MOST  # type: ignore[operator]


def _when(text: str) -> str:
    """A time that has been."""
    then = datetime.fromisoformat(text)
    if then.strftime(TIME) != text:
        raise ValueError(f"{text} is no time as records write it: {TIME}")
    if then > datetime.now(UTC) + timedelta(days=1):
        raise ValueError(f"{text} has not been yet")
    return text


def _line(text: str) -> str:
    """Any text on one line."""
    if len(text) > TEXT or not text.isprintable():
        raise ValueError(f"a text must be a printable line of at most {TEXT} letters")
    return text


def _axis(name: str) -> str:
    if name not in AXES:
        raise ValueError(f"no axis {name[:80]!r}")
    return name


def _file_name(name: str) -> str:
    """The name of a file in a folder that is not told."""
    if not name or name in (".", "..") or "/" in name or "\\" in name:
        raise ValueError(f"{name!r} must be the bare name of a file")
    return label(name)


Label = Annotated[str, AfterValidator(label)]
Line = Annotated[str, AfterValidator(_line)]
Axis = Annotated[str, AfterValidator(_axis)]
FileName = Annotated[str, AfterValidator(_file_name)]
Text = Annotated[str, AfterValidator(_text)]
Free = Annotated[JsonValue, AfterValidator(lambda value: _free(value))]
Facts = Annotated[JsonValue, AfterValidator(_facts)]
Described = Annotated[JsonValue, AfterValidator(_described)]
When = Annotated[str, AfterValidator(_when)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{16,64}$")]
Count = Annotated[int, Field(ge=0, lt=MOST)]
Share = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Score = Number | None
Scores = dict[Label, dict[Label, Score]]
Repeat = Annotated[int, Field(ge=0, lt=10_000)] | Literal["-"]
