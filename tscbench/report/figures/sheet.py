"""A figure's sheet: title and legend above, panels in a grid, notes below.

All is laid out in pixels, for the sizes of letters are known: the same on every machine, and in a
tenth of the time that matplotlib's solver of constraints takes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation, Transform

from tscbench.report.figures.style import PX, QUIET, TEXT, TITLE, look
from tscbench.report.figures.texts import plain, shortened, text_width, wrapped

DPI = 96
"""Pixels of the web in an inch."""

EDGE, LINE, BOLD, HINTED = 12.0, 16.0, 1.13, 1.04
"""Free at each side; from one line of text to the next; how much wider bold letters are, and those
that are fitted to the pixels of a PNG."""


class Panels(tuple[Axes, ...]):
    """The panels of a figure in reading order."""

    @property
    def figure(self) -> Figure:
        """What they stand on, to be saved: as SVG, PDF, PNG."""
        found = self[0].get_figure()
        assert isinstance(found, Figure)
        return found

    def _repr_svg_(self) -> str:
        """What a notebook shows."""
        from tscbench.report.figures.svg import svg

        return svg(self.figure)


def sheet(
    title: str,
    panels: Sequence[tuple[str, str]],
    *,
    width: float,
    height: float,
    least: float,
    below: str = "",
    legend: Sequence[Line2D] = (),
    notes: Sequence[str] = (),
    described: str = "",
    together: int = 1,
    room: tuple[float, float, float, float] = (50, 14, 26, 38),
    once: float = 0,
) -> Panels:
    """Panels of one height, at least so wide (pixels) with the room around each: left, right, above
    for its title, below for its axis.

    panels: the name of each, and what is said beside it in a quiet voice. below: what is said below
    the title. described: what the figure shows, for who cannot see it. together: how many panels
    belong together in a row. once: more room at the left of each row.
    """
    figure = Figure(figsize=(width / DPI, 1), dpi=DPI)
    FigureCanvasAgg(figure)
    figure.set_label(f"{plain(title)}\n{plain(described)}")
    across = width - 2 * EDGE
    top = EDGE - 4
    for line in wrapped(title, across / BOLD, TITLE):
        top += LINE + 2
        _write(figure, line, top).set(fontsize=TITLE * PX, fontweight="bold")
    for line in wrapped(below, across / HINTED):
        top += LINE
        _write(figure, line, top).set_color(QUIET)
    top += 8 + (_legend(figure, legend, top + 10, across) if legend else 0)
    columns = _columns(len(panels), int((across - once) // least), together)
    step = room[2] + height + room[3]
    said = [line for note in notes for line in wrapped(note, across / HINTED)]
    whole = top + -(-len(panels) // columns) * step + LINE * len(said) + EDGE
    figure.set_size_inches(width / DPI, whole / DPI)
    for k, line in enumerate(reversed(said)):
        _write(figure, line, whole - EDGE - LINE * k).set_color(QUIET)
    wide = (across - once) / columns
    inner = wide - room[0] - room[1]
    for k, (name, beside) in enumerate(panels):
        x = EDGE + once + k % columns * wide + room[0]
        y = whole - top - k // columns * step - room[2] - height
        axes = figure.add_axes((x / width, y / whole, inner / width, height / whole))
        _style(axes, name, beside, inner)
    return Panels(figure.axes)


@look()
def nothing(title: str, why: str, width: float) -> Panels:
    """The figure of no data, which says so."""
    said = f"Nothing to draw: {why}."
    found = sheet(
        title,
        [("", "")],
        width=width,
        height=1,
        least=1,
        notes=[said],
        described=said,
        room=(0,) * 4,
    )
    found[0].set_axis_off()
    return found


def _columns(n: int, most: int, together: int) -> int:
    """How many of n panels stand in a row, about as many in each; what belongs together is not
    torn, if there is room."""
    if most < together:
        return max(1, most)
    groups = n // together
    rows = -(-groups // (most // together))
    return -(-groups // rows) * together


def _legend(figure: Figure, keys: Sequence[Line2D], y: float, room: float) -> float:
    """The legend, in as many columns as fit; the pixels that it takes."""
    texts = [shortened(key.get_label(), room - 30) for key in keys]
    widths = [HINTED * text_width(text) + 38 for text in texts]
    for columns in range(len(texts), 0, -1):
        if sum(map(max, np.array_split(widths, columns))) <= room:  # as matplotlib fills them
            break
    legend = figure.legend(list(keys), texts, loc="upper left", ncols=columns)
    legend.set_bbox_to_anchor((0, 1), _down(figure, y))
    return float(legend.get_window_extent().height) + 6


def _down(figure: Figure, y: float) -> Transform:
    """Of a place that keeps its pixels from the left edge and the top, however high the figure."""
    return figure.transFigure + ScaledTranslation(EDGE / DPI, -y / DPI, figure.dpi_scale_trans)


def _write(figure: Figure, said: str, y: float) -> Text:
    """A line of text on its baseline, so many pixels below the top."""
    return figure.text(0, 1, said, transform=_down(figure, y))


def _style(axes: Axes, name: str, beside: str, wide: float) -> None:
    """A panel's name, and ticks that keep our look: they are made when drawn, with the settings of
    that moment."""
    said = shortened(name, (wide + EDGE) / BOLD)
    axes.set_title(said, pad=7 * PX)
    taken = text_width(said) * BOLD + 8 if said else 0
    if beside and (room := wide + EDGE - taken) > 40:
        at, more = (taken * PX, 7 * PX), shortened(beside, room)
        axes.annotate(more, (0, 1), at, "axes fraction", "offset points", color=QUIET)
    axes.tick_params(colors=QUIET, labelsize=TEXT * PX, length=3)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y")
