"""What a pack may say, field by field: a pack from a stranger is data, and nothing but that."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from tscbench.contracts.failures import STATUSES
from tscbench.contracts.kinds import AXES
from tscbench.results.frames import SPEEDS

WORD, TEXT = 300, 100_000
"""Letters of a label, and of a text such as a docstring or a traceback."""

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
    numbers = [*size.values(), *(n for noted in lists for n in noted if n is not None)]
    if not all(isinstance(n, int | float) for n in numbers):
        raise ValueError("sizes, and what was noted of epochs, must be numbers")
    return _free(value)


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
Share = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Score = Number | None
Scores = dict[Label, dict[Label, Score]]
Repeat = Annotated[int, Field(ge=0, lt=10_000)] | Literal["-"]


class Strict(BaseModel):
    """A number is no text, and nothing is there that is not named."""

    model_config = ConfigDict(strict=True, extra="forbid")


class PackedPlugin(Strict):
    """A plugin as a record names it."""

    spec: Label
    distribution: Label
    version: Label
    fingerprint: Label


class PackedProvenance(Strict):
    """See `provenance` of the harness."""

    data: Digest
    split: Digest
    plugins: dict[Label, PackedPlugin]
    mix: Free
    baseline: Digest | None
    nested: Free
    out_of_fold: bool | None
    directions: dict[Label, Literal["higher", "lower"]]


class PackedExtra(Strict):
    """What a record says beside its scores, or why it does not."""

    key: Digest
    scores: dict[Label, Score] = {}
    error: Text = ""
    place: Text = ""


class PackedBeside(Strict):
    """What another model scores that was trained along."""

    scores: Scores
    facts: Facts = {}


class PackedRecord(Strict):
    """One record. A cell of a status other than "ok" has no scores."""

    cell: dict[Label, Label | Repeat]
    status: Label
    schema_: int | None = Field(default=None, alias="schema")
    key: Digest | None = None
    asked: list[Label] = []
    scores: Scores = {}
    beside: dict[Label, PackedBeside] = {}
    extras: dict[Label, PackedExtra] = {}
    facts: Facts = {}
    provenance: PackedProvenance | None = None
    rows: dict[Literal["train", "valid", "test"], Annotated[int, Field(ge=0)]] = {}
    ended: When | None = None
    seconds: dict[Label, Share] = {}
    made_with: dict[Label, Label] = {}
    notes: list[Text] = []
    step: Text = ""
    error: Text = ""
    traceback: Text = ""
    place: Text = ""
    cause: Label = ""
    log: Text = ""


class PackedCommand(Strict):
    """What a command on a run asked for; its files by their bare names."""

    options: dict[Axis, Line]
    plugins: list[FileName]
    against: list[Label]


class PackedAbout(Strict):
    """What a pack says of its run; see `Pack`."""

    name: Label
    title: Label
    headline: Label
    home: Label
    commands: Annotated[list[PackedCommand], Field(min_length=1)]
    notices: list[Text]
    lower: list[Label]
    plugins: dict[Label, Free]
    data: dict[Label, Described]
    origins: dict[Label, Label]


class PackedMember(Strict):
    """One file of a pack."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=0)]


class Manifest(Strict):
    """What a pack holds."""

    format: Literal["tscbench pack"]
    schema_: Annotated[int, Field(alias="schema", ge=1)]
    made_by: Label
    members: dict[Label, PackedMember]


RECORD: TypeAdapter[PackedRecord] = TypeAdapter(PackedRecord)


def must_be_record(record: Any) -> None:
    """Whether a value is a record.

    Raises:
        ValueError: it is none.
    """
    found = RECORD.validate_python(record)
    if set(found.cell) != set(AXES):
        raise ValueError(f"a cell must have a choice on each axis: {', '.join(AXES)}")
    if found.status not in ("ok", "missing", *STATUSES):
        raise ValueError(f"no status {found.status!r}")
    if found.status == "ok" and (found.key is None or not (found.scores or found.extras)):
        raise ValueError("a finished cell must have a key, and scores")
    if found.status != "ok" and found.scores:
        raise ValueError("a cell that has not finished has no scores")


def must_be_speed(row: Any) -> None:
    """Whether a value is a row of speeds.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(row, dict) or set(row) != set(SPEEDS):
        raise ValueError(f"must have {', '.join(SPEEDS)}")
    kinds = {"str": (str,), "bool": (bool,), "int64": (int,), "float64": (int, float, type(None))}
    for name, value in row.items():
        if not isinstance(value, kinds[SPEEDS[name]]) or (name in AXES and not value):
            raise ValueError(f"{name} is {type(value).__name__}")
        if isinstance(value, str):
            label(value)
        elif isinstance(value, int | float) and not 0 <= value < 1e18:
            raise ValueError(f"{name} is {value}")
