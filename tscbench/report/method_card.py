"""A method card: what a reader of a board must know of a submission, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tscbench.report.formats import markdown_table
from tscbench.report.quantities import count
from tscbench.report.table import Column, Table
from tscbench.results.joined import HOME, identity_of
from tscbench.results.pack import Pack
from tscbench.results.sources import STATUSES

KINDS = ("generator", "student", "objective", "query", "teacher")
BLANK = "*to be filled in*"


def method_card(
    pack: Pack, status: str, *, again: int, file: str, sha256: str, command: str
) -> str:
    """The card of the methods in a pack that do not come with tscbench. status: see `STATUSES`.
    again: cells that were made again. command: what verifies it."""
    said = STATUSES[status] + (f" ({count(again, 'cell')})" if status == "rerun" else "")
    return "\n".join(_lines(pack, f"**{status}**: {said}.", file, sha256, command)) + "\n"


def _lines(pack: Pack, status: str, file: str, sha256: str, command: str) -> Iterator[str]:
    own = own_plugins(pack)
    names = ", ".join(dict.fromkeys(str(one["plugin"]) for one in own)) or pack.name
    yield f"# {names} on {pack.suite_name}\n"
    yield f"{status}\n"
    for what in ("Paper", "Code", "Licence", "Contact", "Chosen how, on which rows"):
        yield f"- {what}: {BLANK}"
    yield f"- Suite: `{pack.suite_name}` ({pack.title})"
    done = sum(record["status"] == "ok" for record in pack.records)
    yield f"- Cells: {done} finished of {len(pack.records)}; made by `{pack.command}`"
    yield f"- Pack: `{file}`, sha256 `{sha256}`\n"
    if own:
        columns = [Column(name) for name in ("kind", "plugin", "from", "version", "fingerprint")]
        yield markdown_table(Table("Methods", "", columns, _frame(own))) + "\n"
    for one in own:
        about = pack.plugins.get(f"{one['kind']}/{str(one['plugin']).partition('(')[0]}", {})
        if source := about.get("source"):
            yield f"`{one['plugin']}`: {source}\n"
    yield from _cost(pack)
    yield f"Verified by:\n\n```console\n$ {command}\n```"


def own_plugins(pack: Pack) -> list[dict[str, object]]:
    """The plugins of a pack that do not come with tscbench, each with what it is."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    for record in pack.records:
        for kind in KINDS:
            who, label = identity_of(record, kind), str(record["cell"][kind])
            if who is not None and who[0] != HOME:
                row = {"from": who[0], "version": who[1] or "-", "fingerprint": who[2][:12]}
                found[kind, label] = {"kind": kind, "plugin": label, **row}
    return [found[key] for key in sorted(found)]


def _frame(rows: list[dict[str, object]]) -> Any:
    import pandas as pd

    return pd.DataFrame(rows)


def _cost(pack: Pack) -> Iterator[str]:
    """Seconds of each step, as the mean over cells, and the processors that took them."""
    taken: dict[str, list[float]] = {}
    made: dict[str, None] = {}
    for record in pack.records:
        for step, seconds in _seconds(record).items():
            taken.setdefault(step, []).append(seconds)
        if cpu := record.get("made_with", {}).get("cpu"):
            made[str(cpu)] = None
    if taken:
        mean = (f"{step} {sum(s) / len(s):.3g} s" for step, s in sorted(taken.items()))
        yield f"Cost, mean over cells: {', '.join(mean)}; on {', '.join(made) or 'unknown'}.\n"


def _seconds(record: Mapping[str, Any]) -> Mapping[str, float]:
    return record.get("seconds", {}) if record["status"] == "ok" else {}
