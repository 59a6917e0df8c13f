"""A dataset on one screen: its columns, its classes, and what may be misread."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from textwrap import wrap

from tscbench.cli.options import table
from tscbench.contracts.description import Column, Description
from tscbench.contracts.spec import show
from tscbench.contracts.types import Data
from tscbench.tabular.identity import share_seen

WIDTH = 80
COLUMNS, WARNINGS = 10, 5


def screen(spec: str, about: Description, data: Data, *, full: bool = False) -> str:
    """What a dataset's table is; all of it with `full`, else what a screen holds."""
    lines = [_head(about, data), *_target(about), *_columns(about, full=full)]
    words = [f"{word} ({n:,})" if n else word for word, n in about.missing_words.items()]
    if words:
        lines += ["", *_block(f"read as missing: empty cells, {', '.join(words)}")]
    warnings = about.all_warnings()
    shown = warnings if full else warnings[:WARNINGS]
    lines += [line for warning in shown for line in _block(f"- {warning}", "  ")]
    if len(warnings) > len(shown):
        lines.append(f"- and {len(warnings) - len(shown)} more: --full")
    return "\n".join([*lines, "", f"--dataset {shlex.quote(spec)}"])


def without_target(path: str, columns: Sequence[str]) -> str:
    """What to say of a file of which nobody has said what is learned."""
    named = ", ".join(map(show, columns))
    ask = f"tscbench data show {shlex.quote(path)} --target COLUMN"
    return "\n".join([*_block(f"{path}: {len(columns)} columns: {named}"), f"say which: {ask}"])


def _head(about: Description, data: Data) -> str:
    shape = " × ".join(map(str, data.schema.inputs))
    columns = f"{len(about.columns)} columns" if about.columns else f"images of {shape}"
    test = "drawn" if data.test is None else f"{int(data.test.sum()):,} marked"
    if seen := share_seen(data):
        test += f" ({seen:.1%} equal a training row)"
    repeated = f"{about.repeated:.1%} of rows repeated"
    return f"{about.rows:,} rows, {columns}, {repeated}, test rows {test}"


def _target(about: Description) -> list[str]:
    counts = [f"{name} {count:,}" for name, count in about.classes.items()]
    more = f", … {len(counts)} in all" if len(counts) > 12 else ""
    kind = "labels" if len(about.target) > 1 else "classes"
    name = f"target {show(about.target[0])}, " if len(about.target) == 1 else ""
    return _block(f"{name}{kind}: {', '.join(counts[:12])}{more}")


def _columns(about: Description, *, full: bool) -> list[str]:
    """A table of columns: those with warnings first where not all are shown."""
    if not about.columns:
        return []
    shown = list(about.columns)
    if not full and len(shown) > COLUMNS:
        shown = sorted(shown, key=lambda c: not c.warnings)[:COLUMNS]
    headers = ["column", "kind", "values", "missing", "distinct"]
    rows = [
        [_cut(c.name, 20), str(c.kind), _cut(values_of(c), 29), c.missing or "", c.distinct]
        for c in shown
    ]
    rest = about.columns if len(shown) < len(about.columns) else ()
    left = [c for c in rest if c not in shown]
    lines = ["", *table(rows, headers).splitlines()]
    if left:
        kinds = [str(c.kind) for c in left]
        counts = ", ".join(f"{kinds.count(k)} {k}" for k in dict.fromkeys(kinds))
        lines += _block(f"and {len(left)} more: {counts} (--full shows them)")
    return lines


def values_of(column: Column) -> str:
    """The levels of a column, or its range."""
    if column.levels:
        return ", ".join(str(level) for level in column.levels)
    if column.low is None or column.high is None:
        return "none"
    return f"{column.low:.6g} … {column.high:.6g}"


def _cut(text: str, width: int) -> str:
    text = " ".join(text.split())  # on one line
    return text if len(text) <= width else f"{text[: width - 1]}…"


def _block(text: str, indent: str = "  ") -> list[str]:
    return wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False)
