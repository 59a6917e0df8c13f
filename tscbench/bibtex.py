"""BibTeX: the works that plugins cite, from the `references.bib` beside their code.

An entry belongs to a plugin whose `source` has the surname of the entry's first author and, with no
other year between them, its year. Accents do not count, and ü may be written ue.
"""

from __future__ import annotations

import inspect
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from tscbench.contracts.kinds import Plugin
from tscbench.registry.entries import HOME, package_folders

FILE = "references.bib"
ROOMS = "tscbench_plugins"
"""The package whose file also serves plugins of others that have no such file."""


LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "AE"})
"""Letters that are no letter with an accent."""


@dataclass(frozen=True)
class Work:
    """An entry of a BibTeX file: its key, the surname of its first author, its year, its text."""

    key: str
    surname: str
    year: str
    text: str


def read_works(text: str) -> list[Work]:
    """The entries of a BibTeX file. What begins with no @, or does not end, is left out."""
    works = []
    for start in re.finditer(r"^@(\w+)\{([^\s,{}]+)\s*,", text, re.MULTILINE):
        whole = _braced(text[start.start() :])
        if whole and start[1].lower() not in ("comment", "string", "preamble"):
            first = re.split(r"\s+and\s+", _field(whole, "author"))[0]
            works.append(Work(start[2], _surname(first), _field(whole, "year"), whole))
    return works


def _braced(text: str) -> str:
    """The text up to the brace that closes the first one; empty where none does."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if letter == "}" and depth == 0:
            return text[: place + 1]
    return ""


def _field(entry: str, name: str) -> str:
    """The value of a field, with the braces inside; empty where the entry has none."""
    start = re.search(rf"[,\s]{name}\s*=\s*", entry, re.IGNORECASE)
    if start is None:
        return ""
    rest = entry[start.end() :]
    if rest.startswith("{"):
        return _braced(rest)[1:-1]
    value = re.match(r'"([^"]*)"|(\w+)', rest)
    return (value[1] or value[2]) if value else ""


def _surname(author: str) -> str:
    """Of "Surname, Given", "Given Surname" or "{A Group}"."""
    if author.startswith("{") and author.endswith("}"):
        return author[1:-1]
    return author.partition(",")[0] if "," in author else author.split()[-1] if author else ""


def plain(text: str) -> str:
    """Without accents and LaTeX: `Rüschendorf`, `R{\\"u}schendorf` and `Rueschendorf` are one."""
    text = re.sub(r'\\"\{?([aouAOU])\}?', r"\1e", text)
    text = re.sub(r"[äöüÄÖÜ]", lambda m: unicodedata.normalize("NFD", m[0])[0] + "e", text)
    text = re.sub(r"\\(ss|[aoAO][eEaA]|[ijolOL])\b\s*", r"\1", text)
    text = re.sub(r"\\[a-zA-Z]+\s*|\\.|[{}]", "", text).translate(LETTERS)
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def cited(source: str, works: Iterable[Work]) -> list[Work]:
    """The works that a plugin's `source` names."""
    text = plain(source)
    return [work for work in works if work.surname and work.year and _names(text, work)]


def _names(text: str, work: Work) -> bool:
    surname, year = re.escape(plain(work.surname)), re.escape(work.year)
    no_other_year = r"(?:(?!\b(?:1[89]|20)\d\d\b).)*"
    return bool(re.search(rf"\b{surname}\b{no_other_year}\b{year}\b", text, re.DOTALL))


def works_of(plugin: Plugin) -> list[Work]:
    """What a plugin cites: from the file beside its module or at its package's top, else from ours.
    A source of somebody else's plugin that no entry fits is an entry of its own."""
    found: dict[tuple[str, str], Work] = {}
    for folder in [*_folders(plugin), *package_folders(ROOMS)]:
        if (folder / FILE).is_file():
            for work in cited(plugin.source, _read(folder / FILE)):
                found.setdefault((plain(work.surname), work.year), work)
    if found or not plugin.source or plugin.origin == HOME:
        return list(found.values())
    key, note = f"{plugin.kind}_{plugin.name}", re.sub(r"[{}\\]", "", plugin.source)
    text = f"@misc{{{key},\n  title = {{{plugin.name}}},\n  note  = {{{note}}},\n}}"
    return [Work(key, "", "", text)]


def tscbench_itself() -> list[Work]:
    """The entry of this software."""
    files = [folder / FILE for folder in package_folders(ROOMS)]
    return [work for file in files for work in _read(file) if work.key == HOME]


def _folders(plugin: Plugin) -> list[Path]:
    source = inspect.getsourcefile(plugin.function)
    top = plugin.function.__module__.partition(".")[0]
    return [*([Path(source).parent] if source else []), *package_folders(top)]


def _read(file: Path) -> list[Work]:
    return read_works(file.read_text(encoding="utf-8", errors="replace"))


def bibliography(works: Iterable[Work]) -> list[Work]:
    """Each work once, by key. Unlike works with one key get numbers."""
    found: dict[str, Work] = {}
    for work in dict.fromkeys(works):
        key, number = work.key, 2
        while key in found:
            key, number = f"{work.key}-{number}", number + 1
        text = work.text.replace(f"{{{work.key},", f"{{{key},", 1)
        found[key] = replace(work, key=key, text=text)
    return [found[key] for key in sorted(found)]
