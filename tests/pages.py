"""What a page of Markdown shows, for tests that try it: blocks, files, commands, tables."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tscbench.contracts.errors import TscbenchError
from tscbench.contracts.kinds import plugin_of
from tscbench.registry.files import import_file
from tscbench.testing import checks

NUMBER = re.compile(r"\d+\.\d+")
NEAR = 0.02
"""How far a number that is shown may be from the one that comes out."""

FENCE = re.compile(r"(?:^<!-- ([^\n]+) -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: the marker on the line above it, its language and its text."""

    mark: str
    language: str
    text: str


def blocks_of(page):
    """The fenced blocks of a page, in order."""
    return [Block(m[1] or "", m[2], m[3]) for m in FENCE.finditer(page)]


def files_of(page):
    """The blocks that are files, by the names that their markers give."""
    marked = [block for block in blocks_of(page) if block.mark.startswith("file: ")]
    return {block.mark.removeprefix("file: "): block for block in marked}


def commands(block):
    """(command, output shown) of a console block."""
    shown = {}
    for line in block.text.splitlines():
        if line.startswith("$ "):
            shown[line.removeprefix("$ ")] = []
        else:
            shown[next(reversed(shown))].append(line)
    return shown


def words(lines):
    """The lines without their numbers, and the numbers of each; of a table the order is free."""
    lines = [" ".join(line.split()) for line in lines if line.strip(" -")]
    return sorted(
        (NUMBER.sub("#", line), [float(n) for n in NUMBER.findall(line)]) for line in lines
    )


def links_of(page):
    """Where a page's links within the project lead."""
    return re.findall(r"\]\((?!https?:)([^)#]+)", page)


def tables_of(page, heading):
    """The rows of the first table under a heading, without its two head lines, as cells."""
    text = page.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows[2:]]


def findings(path):
    """What `tscbench check` finds wrong with a plugin file, one after the other."""
    try:
        [function] = [v for v in vars(import_file(path)).values() if plugin_of(v)]
        for case in checks(function):
            outcome = case.outcome()
            if outcome.status == "failed":
                yield f"{case.check.name}: {outcome}"
    except TscbenchError as error:
        yield str(error)
