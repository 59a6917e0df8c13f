"""A figure as SVG text that can stand in a page: the same bytes each time, in light and in dark.

Texts stay text, to be selected, searched and read aloud, in the reader's own typeface. Layouts are
made for DejaVu Sans, which is wider than what systems have for their pages, so that a text takes
less room than was kept for it.
"""

from __future__ import annotations

import html
import io
import re
from hashlib import sha256

from matplotlib.figure import Figure

from tscbench.report.figures.style import DARK, LIGHT, look

FONT = "var(--fig-font, system-ui), sans-serif"

STYLE = (
    "svg:root{background:" + LIGHT["paper"] + "}@media(prefers-color-scheme:dark){svg:root{"
    "background:" + DARK["paper"] + ";" + "".join(f"--fig-{n}:{c};" for n, c in DARK.items()) + "}}"
)
"""Of a figure that is a file by itself; in a page the page says what `--fig-…` are."""

_NAME_OF = {colour: name for name, colour in LIGHT.items()}


def svg(figure: Figure) -> str:
    """The figure as an `<svg>` element with a title and a description. Its colours are variables of
    the page's style, `--fig-ink`, `--fig-quiet`, `--fig-rule`, `--fig-paper` and `--fig-0` to
    `--fig-5`, those of a light page where it has none. Its ids are its own: they begin with a
    digest of it."""
    written = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with look():
        figure.savefig(written, format="svg", facecolor="none", metadata=nothing)
    _, _, drawn = written.getvalue().partition("<defs>")
    prefix = f"fig-{sha256(drawn.encode()).hexdigest()[:8]}-"
    body = re.sub(r"<style.*?</style>", "", f"<defs>{drawn}", count=1, flags=re.DOTALL)
    used = set(re.findall(r'(?:href="|url\()#(\w+)', body))
    body = re.sub(r' id="([^"]+)"', lambda m: f' id="{prefix}{m[1]}"' * (m[1] in used), body)
    body = re.sub(r'(href="|url\()#', rf"\1#{prefix}", body)
    body = re.sub(r">\s+<", "><", re.sub(r"<[^>]+>", _tag, body))
    width, height = (f"{96 * inches:.0f}" for inches in figure.get_size_inches())
    box = " ".join(f"{72 * inches:.2f}" for inches in figure.get_size_inches())
    title, _, said = str(figure.get_label()).partition("\n")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {box}" width="{width}" height="{height}" class="fig" role="img" '
        f'style="max-width:100%;height:auto;font-family:{FONT};stroke-linejoin:round">'
        f"<title>{html.escape(title)}</title><desc>{html.escape(said)}</desc>"
        f"<style>{STYLE}</style>{body}"
    )


def _tag(found: re.Match[str]) -> str:
    """A tag with short numbers, colours by name, and a typeface for the web."""
    tag = re.sub(r"\d+\.\d{3,}", lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), found[0])
    tag = tag.replace("font-family: 'DejaVu Sans'; ", "").replace("'DejaVu Sans'", FONT)
    return re.sub(r"#[0-9a-f]{6}", lambda m: _variable(m[0]), tag)


def _variable(colour: str) -> str:
    name = _NAME_OF.get(colour)
    return f"var(--fig-{name}, {colour})" if name else colour
