"""HTML as tests read it: elements, links, text; and what is wrong with it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr", "wbr", "source"}


class Html(HTMLParser):
    """A page. elements: (name, attributes) in order; text: what is said, scripts and styles left
    out; wrong: where it is not well formed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements, self.wrong = [], []
        self._open, self._said = [], []
        self.feed(text)
        self.close()
        self.wrong += [f"<{name}> is not closed" for name in self._open]

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.wrong.append(f"<{tag}> has an attribute twice: {names}")
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self._open or self._open[-1] != tag:
            self.wrong.append(f"</{tag}> in {self._open[-3:]} at {self.getpos()}")
        else:
            self._open.pop()

    def handle_data(self, data):
        if not {"script", "style"} & set(self._open):
            self._said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._said).split())

    def all(self, tag: str):
        """The attributes of every element of this name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def ids(self):
        return [a["id"] for _, a in self.elements if "id" in a]


def _rows(text: str, ident: str):
    """The places of a table by rows, without its head: markup from the end of their tag's name."""
    body = (
        text.partition(f'<table id="{ident}"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    )
    for row in body.split("<tr>")[1:]:
        yield row.replace("</th>", "</td>").split("</td>")[:-1]


def table_rows(text: str, ident: str):
    """The texts of a table's cells, row by row, without its head."""
    return [
        [Html(f"<p>{place.partition('>')[2]}</p>").text for place in row]
        for row in _rows(text, ident)
    ]


def table_keys(text: str, ident: str):
    """The numbers that a table is sorted by, row by row; of places that have one."""
    found = [
        [re.search(r'data-key="([^"]*)"', place) for place in row] for row in _rows(text, ident)
    ]
    return [[float(key[1]) for key in row if key] for row in found]
