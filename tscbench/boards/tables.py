"""Boards as text, Markdown, CSV, JSON and LaTeX."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pandas as pd
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
    frames = [(board.title, numbers_of(board)) for board in boards]
    texts = [
        (frame if "dataset" in frame else frame.assign(dataset=title)).to_csv(index=False)
        for title, frame in frames
    ]
    return "\n".join(texts).rstrip()


def numbers_of(board: Board) -> pd.DataFrame:
    """What programs read: the board's numbers, or where it has none its words."""
    return board.table if board.numbers is None else board.numbers


def records_of(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Rows for JSON; what is not there, or infinite, is null, for JSON has no such numbers."""
    known = frame.astype(object).where(frame.notna() & ~frame.isin([np.inf, -np.inf]), None)
    return [{str(name): value for name, value in row.items()} for row in known.to_dict("records")]


def _json(boards: list[Board]) -> str:
    found = [
        {
            "title": board.title,
            "caption": board.caption,
            "notes": list(board.notes),
            "rows": records_of(numbers_of(board)),
        }
        for board in boards
    ]
    return json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False)


FORMATS: dict[str, Callable[[list[Board]], str]] = {
    "text": lambda boards: "\n\n".join(map(as_text, boards)),
    "markdown": lambda boards: "\n\n".join(map(as_markdown, boards)),
    "csv": _csv,
    "latex": lambda boards: "\n\n".join(map(as_latex, boards)),
    "json": _json,
}
