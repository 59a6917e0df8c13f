"""Boards as text, Markdown, CSV, JSON and LaTeX."""

from __future__ import annotations

import json
from collections.abc import Callable

from tabulate import tabulate

from tscbench.boards.boards import Board


def as_text(board: Board) -> str:
    """A board for a terminal."""
    return "\n".join([_headed(board), _table(board, "simple"), *board.notes])


def as_markdown(board: Board) -> str:
    """A board for a README."""
    lines = [f"### {board.title}", board.caption, _table(board, "github"), *board.notes]
    return "\n\n".join(lines)


def _table(board: Board, form: str) -> str:
    rows = board.table.values.tolist()
    headers = list(board.table.columns)
    return str(tabulate(rows, headers, tablefmt=form, disable_numparse=True))


def as_latex(board: Board) -> str:
    """A board for a paper: a booktabs table under its caption."""
    said = ". ".join([_headed(board), *board.notes])
    caption = _signs("".join(rf"\{c}" if c in "&%$#_{}" else c for c in said))
    return f"\\caption{{{caption}}}\n{_signs(_table(board, 'latex_booktabs'))}"


def _headed(board: Board) -> str:
    return f"{board.title}: {board.caption}"


def _signs(text: str) -> str:
    for sign, command in (("±", "pm"), ("×", "times"), ("Δ", "Delta"), ("ρ", "rho")):
        text = text.replace(sign, rf"$\{command}$")
    return text


def _csv(boards: list[Board]) -> str:
    """A table for each board, with a blank line between; each row says which dataset, or board."""
    texts = [
        (b.table if "dataset" in b.table else b.table.assign(dataset=b.title)).to_csv(index=False)
        for b in boards
    ]
    return "\n".join(texts).rstrip()


def _json(boards: list[Board]) -> str:
    found = [
        {
            "title": board.title,
            "caption": board.caption,
            "notes": list(board.notes),
            "rows": board.table.to_dict("records"),
        }
        for board in boards
    ]
    return json.dumps(found, indent=1, ensure_ascii=False)


FORMATS: dict[str, Callable[[list[Board]], str]] = {
    "text": lambda boards: "\n\n".join(map(as_text, boards)),
    "markdown": lambda boards: "\n\n".join(map(as_markdown, boards)),
    "csv": _csv,
    "latex": lambda boards: "\n\n".join(map(as_latex, boards)),
    "json": _json,
}
