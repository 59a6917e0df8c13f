"""Whether finished records of a cell score the same, to the last bit, and what was not the same
when they were made; what records have scores by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any


def scores_by_name(record: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Scores by part and metric, as text that says every bit; NaN is equal to itself in it."""
    parts = record.get("scores", {}).items()
    return {(part, name): repr(v) for part, of in parts for name, v in of.items()}


def numbers_by_name(record: Mapping[str, Any]) -> dict[tuple[str, ...], str]:
    """Every number that a cell came to, as text that says every bit: its scores, the size of its
    model, what was trained along scores, and what probes say, each probe by its key."""
    found: dict[tuple[str, ...], str] = {
        ("scores", *name): value for name, value in scores_by_name(record).items()
    }
    for name, size in record.get("facts", {}).get("size", {}).items():
        found["size", name] = repr(size)
    for name, other in record.get("beside", {}).items():
        for (part, metric), value in scores_by_name(other).items():
            found["beside", name, part, metric] = value
    for name, extra in record.get("extras", {}).items():
        for what, value in extra.get("scores", {}).items():
            found["extras", name, what, str(extra.get("key"))] = repr(value)
    return found


def metrics_of(records: Iterable[Mapping[str, Any]]) -> set[str]:
    """What records have scores by."""
    found: set[str] = set()
    for record in records:
        extras = (extra.get("scores", {}) for extra in record.get("extras", {}).values())
        found.update(*record.get("scores", {}).values(), *extras)
    return found


def lower_of(told: Iterable[tuple[Collection[str], Collection[str]]]) -> list[str]:
    """The metrics that are better where they are less, as the first says that has them. told: of
    each the metrics that it has, and those that it says are."""
    known: dict[str, bool] = {}
    for has, lower in told:
        known = {name: name in lower for name in {*has, *lower}} | known
    return sorted(name for name, is_lower in known.items() if is_lower)


def words(name: tuple[str, ...]) -> str:
    """The name of a number as people read it, without a probe's key."""
    return " ".join(name[1:3] if name[0] in ("scores", "extras") else name)


def differing(a: Mapping[str, Any], b: Mapping[str, Any]) -> str:
    """The numbers that both have and that are not equal; "" where there are none."""
    ours, theirs = numbers_by_name(a), numbers_by_name(b)
    names = sorted(at for at in ours.keys() & theirs.keys() if ours[at] != theirs[at])
    return ", ".join(map(words, names))


def unlike(records: Sequence[Mapping[str, Any]]) -> str:
    """What finished records of a cell were made from or with that is not the same."""
    digests = _several([_digests(record) for record in records])
    versions = _several([record.get("made_with", {}) for record in records])
    told = [f"{name} {' and '.join(values)}" for name, values in versions.items()]
    said = ", ".join([*(f"other {name}" for name in digests), *told])
    return said or "they name the same data, code, versions and processor"


def _digests(record: Mapping[str, Any]) -> dict[str, str]:
    told = record.get("provenance", {})
    plugins = told.get("plugins", {}).items()
    return {
        **{name: told[name] for name in ("data", "split") if name in told},
        **{f"code of the {kind} {made['spec']}": made["fingerprint"] for kind, made in plugins},
    }


def _several(told: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    """What has several values, by name, with these."""
    names = dict.fromkeys(name for one in told for name in one)
    values = {name: sorted({one.get(name, "none") for one in told}) for name in names}
    return {name: found for name, found in values.items() if len(found) > 1}
