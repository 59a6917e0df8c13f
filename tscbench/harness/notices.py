"""What a reader of results must know beforehand, a sentence each: of tables, teachers, parts."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tscbench.registry import Bound

OFFERED = {
    "unknown_training_rows": "nobody knows which rows it was trained on; what it and its students "
    "score may be on rows that it has seen, and in-bag and cross-fit answers are the same",
}
"""Of a teacher that offers this."""

TOLD = 5
"""Warnings of one dataset that are told."""

FEW = {"train": 50, "test": 20}
"""With fewer rows than these, scores are told to be rough."""

LACKED = {
    "valid": "what is chosen on them cannot know it",
    "test": "auc is not defined there, or leaves it out",
}
"""What it means for a part to lack a class."""


def of_teachers(teachers: Iterable[Bound]) -> list[str]:
    """What to know of teachers for what they offer."""
    facts = [(plugin, fact) for plugin in teachers for fact in sorted(plugin.offers)]
    sentences = [f"teacher {plugin}: {OFFERED[fact]}" for plugin, fact in facts if fact in OFFERED]
    return list(dict.fromkeys(sentences))


def of_tables(warnings: Mapping[str, Sequence[str]], specs: Mapping[str, str]) -> list[str]:
    """The first warnings of each dataset's description, by label, and how to see the rest."""
    told = []
    for label, all_of_it in warnings.items():
        told += [f"dataset {label}: {warning}" for warning in all_of_it[:TOLD]]
        if more := len(all_of_it[TOLD:]):
            spec = shlex.quote(specs[label])
            told.append(f"dataset {label}: and {more} more: tscbench data show {spec}")
    return told


def of_parts(parts: Mapping[tuple[str, int | str], Mapping[str, Any]]) -> list[str]:
    """What to know of the parts of datasets, by (dataset, split): their `facts`, or the `error` for
    which there are none. What several splits share is said once."""
    splits_of: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (label, split), facts in parts.items():
        for said in _of_split(facts):
            splits_of[label, said].append(str(split))
    return [
        f"dataset {label}, split{'s' if len(splits) > 1 else ''} {', '.join(splits)}: {said}"
        for (label, said), splits in splits_of.items()
    ]


def _of_split(facts: Mapping[str, Any]) -> Iterator[str]:
    if "error" in facts:
        yield str(facts["error"])
        return
    if any(facts[part] < few for part, few in FEW.items()):
        yield (
            f"{facts['train']} training rows and {facts['test']} test rows: so few that scores are "
            "rough and differences between them mean nothing"
        )
    for part, means in LACKED.items():
        names = facts.get("absent", {}).get(part, ())
        if names:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            which = f"{'classes' if len(names) > 1 else 'class'} {', '.join(map(repr, names[:3]))}"
            yield f"no {part} row is of {which}{more}; {means}"
