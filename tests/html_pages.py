"""HTML as tests read it: elements, links, text; and what is wrong with it."""

from __future__ import annotations

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


def table_rows(text: str, ident: str):
    """The texts of a table's cells, row by row, without its head."""
    body = (
        text.partition(f'<table id="{ident}"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    )
    rows = []
    for row in body.split("<tr>")[1:]:
        cells = row.replace("</th>", "</td>").split("</td>")[:-1]
        rows.append([Html(f"<p>{cell.partition('>')[2]}</p>").text for cell in cells])
    return rows
