"""Boards as text, Markdown, CSV and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

from tabulate import tabulate

from tscbench.boards.boards import Board


def as_text(board: Board) -> str:
    """A board for a terminal."""
    return f"{board.title}: {board.caption}\n{_table(board, 'simple')}"


def as_markdown(board: Board) -> str:
    """A board for a README."""
    return f"### {board.title}\n\n{board.caption}\n\n{_table(board, 'github')}"


def _table(board: Board, form: str) -> str:
    rows = board.table.values.tolist()
    headers = list(board.table.columns)
    return str(tabulate(rows, headers, tablefmt=form, disable_numparse=True))


def _csv(boards: list[Board]) -> str:
    texts = [b.table.assign(dataset=b.title).to_csv(index=False) for b in boards]
    return "\n".join(texts).rstrip()


def _json(boards: list[Board]) -> str:
    found = [
        {"title": b.title, "caption": b.caption, "rows": b.table.to_dict("records")} for b in boards
    ]
    return json.dumps(found, indent=1, ensure_ascii=False)


FORMATS: dict[str, Callable[[list[Board]], str]] = {
    "text": lambda boards: "\n\n".join(map(as_text, boards)),
    "markdown": lambda boards: "\n\n".join(map(as_markdown, boards)),
    "csv": _csv,
    "json": _json,
}
