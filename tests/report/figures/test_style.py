"""Texts that fit their room, panels in even rows, and colours that everyone can tell apart."""

import itertools

import numpy as np
import pandas as pd
import pytest

from tscbench.report.figures.sheet import sheet
from tscbench.report.figures.style import DARK, INK, LIGHT, MARKERS, key, look
from tscbench.report.figures.texts import listed, shortened, text_width, wrapped


def test_texts_are_as_wide_as_matplotlib_draws_them():
    texts = ["munge(p=0.1, s=1.5) · fake", "WWW…", "iii"]
    with look():
        (axes,) = sheet("", [("", "")], width=720, height=9, least=1)
        drawn = [axes.text(0, 0, text).get_window_extent().width for text in texts]
    assert [text_width(text) for text in texts] == pytest.approx(drawn, abs=1)


def test_texts_are_cut_in_their_middle_and_wrapped_between_words():
    assert shortened("short", 100) == "short"
    cut = shortened("smoothed_bootstrap · both · oob", 120)
    start, end = cut.split("…")
    assert text_width(cut) <= 120 < text_width(f"{start}x{cut}")
    assert "smoothed_bootstrap".startswith(start) and end.endswith("oob")
    lines = wrapped("one two three four five six", 60)
    assert " ".join(lines) == "one two three four five six" and len(lines) > 1
    assert all(text_width(line) <= 60 for line in lines) and wrapped("", 60) == []


def test_a_description_says_nothing_of_what_is_not_there():
    frame = pd.DataFrame({"a": ["x{b} (nan)", "y"], "b": [np.nan, 0.5]})
    assert listed(frame, "{a}", " ({b:.1f})") == "x{b} (nan); y (0.5)"
    assert listed(frame.iloc[:0], "{a}") == ""


@pytest.mark.parametrize(
    ("n", "width", "together", "columns"),
    [
        (6, 720, 1, 3),
        (4, 720, 1, 2),
        (5, 720, 1, 3),
        (6, 390, 1, 1),
        (6, 720, 2, 2),
        (2, 390, 2, 1),
    ],
)
def test_panels_fill_even_rows_and_pairs_stand_together(n, width, together, columns):
    names = [(str(k), "") for k in range(n)]
    with look():
        panels = sheet("t", names, width=width, height=100, least=225, together=together)
    assert [axes.get_title("left") for axes in panels] == [name for name, _ in names]
    places = [axes.get_position().bounds for axes in panels]
    assert len({round(x, 6) for x, *_ in places}) == columns
    tall = [h * panels.figure.get_size_inches()[1] * 96 for *_, h in places]
    assert tall == pytest.approx([100] * n)
    assert places == sorted(places, key=lambda at: (-round(at[1], 6), at[0])), "in reading order"


MATRICES = {
    "all colours": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
"""Machado, Oliveira & Fernandes, 2009, A physiologically-based model for simulation of color vision
deficiency: severity 1, on linear RGB."""


def linear(colour):
    values = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def oklab(rgb):
    """Ottosson, 2020, A perceptual color space for image processing."""
    to_lms = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    to_lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.array(to_lab) @ np.cbrt(np.array(to_lms) @ np.clip(rgb, 0, 1))


def contrast(a, b):
    """WCAG 2.1: of relative luminances."""
    low, high = sorted(linear(c) @ [0.2126, 0.7152, 0.0722] for c in (a, b))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_colours_can_be_told_apart_by_everyone_and_read_on_their_paper(theme):
    paper, ink, quiet, _, *colours = theme.values()
    assert contrast(ink, paper) > 12 and contrast(quiet, paper) > 4.5
    assert len(colours) == len(MARKERS) == len(set(MARKERS))
    assert min(contrast(colour, paper) for colour in colours) >= 3
    for matrix in MATRICES.values():
        seen = [oklab(np.array(matrix) @ linear(colour)) for colour in colours]
        apart = [np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)]
        assert 100 * min(apart) >= 7.9


@pytest.mark.parametrize("n", range(1, 14))
def test_a_legend_of_any_length_stays_on_its_sheet(n):
    names = [f"munge · stream · a method of length {k}" for k in range(n)]
    with look():
        panels = sheet(
            "A title",
            [("a", "")],
            width=720,
            height=100,
            least=100,
            legend=[key(name, INK, "o") for name in names],
        )
        box = panels.figure.legends[0].get_window_extent()
    assert box.x1 <= 720
