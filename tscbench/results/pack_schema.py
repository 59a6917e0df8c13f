"""What a pack may say, field by field: a pack from a stranger is data, and nothing but that."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from tscbench.contracts.failures import STATUSES
from tscbench.contracts.kinds import AXES
from tscbench.contracts.spec import SUITE_NAME
from tscbench.results.frames import SPEEDS
from tscbench.results.pack_words import (
    Axis,
    Count,
    Described,
    Digest,
    Facts,
    FileName,
    Free,
    Label,
    Line,
    Repeat,
    Score,
    Scores,
    Share,
    Text,
    When,
    is_amount,
    label,
)


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
    rows: dict[Literal["train", "valid", "test"], Count] = {}
    ended: When | None = None
    seconds: dict[Label, Share] = {}
    made_with: dict[Label, Label] = {}
    notes: list[Text] = []
    step: Label = ""
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


class PackedPluginFacts(Strict):
    """What a plugin says of itself."""

    docstring: Text = ""
    source: Text = ""
    parameters: list[dict[Label, Free]] = []
    notes: list[Text] = []
    bibtex: Text = ""


class PackedData(Strict):
    """What is known of a dataset."""

    rows: Count = 0
    columns: Count = 0
    classes: Count = 0
    test_rows: Line = Field(default="", alias="test rows")
    source: Label = ""
    table: dict[Text, Described] = {}


class PackedLock(Strict):
    """Digests of the suite, its datasets and its splits."""

    suite: Digest | None = None
    datasets: dict[Label, Digest] = {}
    splits: dict[Label, Digest] = {}


class PackedSuite(BaseModel):
    """What tables read of a suite."""

    model_config = ConfigDict(strict=True)

    name: Annotated[str, Field(pattern=f"^{SUITE_NAME}$")]
    test: Annotated[float, Field(gt=0, lt=1)] = 0.3
    valid: Annotated[float, Field(ge=0, lt=1)] = 0.15
    n_train: Count | None = None
    alias: dict[str, str] = {}


class PackedAbout(Strict):
    """What a pack says of its run; see `Pack`."""

    name: Label
    title: Label
    headline: Label
    home: Label
    commands: Annotated[list[PackedCommand], Field(min_length=1)]
    notices: list[Line]
    lower: list[Label]
    plugins: dict[Label, PackedPluginFacts]
    data: dict[Label, PackedData]
    origins: Annotated[dict[Label, Label], Field(max_length=0)]


class PackedMember(Strict):
    """One file of a pack."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Count


class Manifest(Strict):
    """What a pack holds."""

    format: Literal["tscbench pack"]
    schema_: Annotated[int, Field(alias="schema", ge=1)]
    made_by: Label
    members: dict[Label, PackedMember]


NEEDED = {"ok": {"key", "rows", "seconds"}, "missing": set[str]()}
"""What a record of a status says besides; of any other, at which step it failed, and why."""

RECORD: TypeAdapter[PackedRecord] = TypeAdapter(PackedRecord)
ENVIRONMENTS: TypeAdapter[list[dict[Label, Label]]] = TypeAdapter(list[dict[Label, Label]])


def must_be_record(record: Any) -> None:
    """Whether a value is a record.

    Raises:
        ValueError: it is none.
    """
    found = RECORD.validate_python(record)
    if nothing := [name for name in found.model_fields_set if getattr(found, name) is None]:
        raise ValueError(f"{', '.join(nothing)}: null; what is not known is left out")
    if set(found.cell) != set(AXES):
        raise ValueError(f"a cell must have a choice on each axis: {', '.join(AXES)}")
    if found.status not in ("ok", "missing", *STATUSES):
        raise ValueError(f"no status {found.status!r}")
    for axis, choice in found.cell.items():
        number = axis in ("split", "seed")
        if choice == "" or (choice != "-" and isinstance(choice, int) != number):
            raise ValueError(f"cell.{axis}: must be {'a number' if number else 'a name'}")
    if lacks := NEEDED.get(found.status, {"step", "error"}) - found.model_fields_set:
        raise ValueError(f"a cell that is {found.status} must have {', '.join(sorted(lacks))}")
    if found.status == "ok" and not (found.scores or found.extras):
        raise ValueError("a finished cell must have scores")
    if found.status == "ok" and len(found.rows) < 3:
        raise ValueError("a finished cell must have its rows of train, valid and test")
    if found.status != "ok" and found.scores:
        raise ValueError("a cell that has not finished has no scores")


def must_be_environment(told: Any) -> None:
    """Whether a value tells the versions that records were made with.

    Raises:
        ValueError: it does not.
    """
    ENVIRONMENTS.validate_python(told, strict=True)


def must_be_speed(row: Any) -> None:
    """Whether a value is a row of speeds.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(row, dict) or set(row) != set(SPEEDS):
        raise ValueError(f"must have {', '.join(SPEEDS)}")
    kinds = {"str": (str,), "bool": (bool,), "int64": (int,), "float64": (int, float, type(None))}
    for name, value in row.items():
        kind = SPEEDS[name]
        if not isinstance(value, kinds[kind]) or (name in AXES and not value):
            raise ValueError(f"{name} is {type(value).__name__}")
        if isinstance(value, str):
            label(value)
        elif kind != "bool" and value is not None and not is_amount(value):
            raise ValueError(f"{name} is {value}")
