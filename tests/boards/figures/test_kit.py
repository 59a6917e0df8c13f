"""Scales, labels and colours of the drawing kit."""

import itertools
import math

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from tscbench.boards.figures import drawing
from tscbench.boards.figures.drawing import (
    element,
    escaped,
    fixed,
    shortened,
    steps,
    text_width,
    wrapped,
)
from tscbench.boards.figures.layout import Sheet, keeping_clear, spread
from tscbench.boards.figures.scales import Scale, compact, log_ticks, nice_step, scale


def test_a_scale_maps_its_ends_and_its_middle():
    level = Scale(1, 3, 100, 300)
    assert [level(v) for v in (1, 2, 3)] == [100, 200, 300]
    log = Scale(1, 100, 0, 10, log=True)
    assert [log(v) for v in (1, 10, 100)] == [0, 5, 10]
    upright = Scale(0, 1, 200, 100)
    assert upright(0.25) == 175


@pytest.mark.parametrize("low", [-3.2, 0, 0.123, 0.9141, 87])
@pytest.mark.parametrize("span", [0.004, 0.07, 1, 26, 4000])
def test_linear_ticks_are_round_within_the_scale_and_told_apart(low, span):
    here = Scale(low, low + span, 0, 240)
    values, labels = zip(*here.ticks(), strict=True)
    assert 2 <= len(values) <= 6 and len(set(labels)) == len(labels)
    assert all(low - 1e-9 <= v <= low + span + 1e-9 for v in values)
    assert np.allclose(np.diff(values), values[1] - values[0])
    lead = (values[1] - values[0]) / 10 ** math.floor(math.log10(values[1] - values[0]) + 1e-9)
    assert round(lead, 6) in (1, 2, 2.5, 5)
    if span < 100:
        assert np.allclose([float(label) for label in labels], values)


def test_log_ticks_are_powers_of_ten_or_their_simple_multiples():
    assert log_ticks(1, 1e6, 8) == [1, 10, 100, 1e3, 1e4, 1e5, 1e6]
    assert log_ticks(1, 1e6, 4) == [1, 100, 1e4, 1e6]
    assert log_ticks(20, 700, 5) == [20, 50, 100, 200, 500]
    few = Scale(23, 27, 0, 200, log=True).ticks()
    assert [label for _, label in few] == ["23", "24", "25", "26", "27"]


def test_a_scale_holds_its_values_with_room_and_leaves_out_what_is_none():
    here = scale([1, 2, math.nan, math.inf], 0, 100, pad=0.1)
    assert (here.low, here.high) == pytest.approx((0.9, 2.1))
    log = scale([10, 1000, 0, -5], 0, 100, log=True, pad=0.5)
    assert (log.low, log.high) == pytest.approx((1, 10_000))
    for single in (scale([0.9], 0, 100), scale([0.0], 0, 100), scale([7], 0, 100, log=True)):
        assert single.low < single.high and len(single.ticks()) >= 2
    assert scale([0.9], 0, 100)(0.9) == pytest.approx(50)
    assert len(scale([], 0, 100).ticks()) >= 2


def test_ticks_at_values_keep_their_distance_and_both_ends():
    here = scale([1, 5, 10, 15, 20], 0, 150, log=True, at=[1, 5, 10, 15, 20], pad=0)
    assert [label for _, label in here.ticks()] == ["1", "5", "10", "20"]


@pytest.mark.parametrize("span", [1e-6, 0.3, 1, 7, 99, 1e5])
def test_nice_steps_cut_a_span_into_no_more_parts_than_asked(span):
    for n in (2, 3, 5, 8):
        assert span / nice_step(span, n) <= n + 1e-6


def test_numbers_and_coordinates_are_short():
    assert [compact(v) for v in (999.6, 1e9, 0.00012)] == ["1k", "1G", "0.00012"]
    assert [fixed(v) for v in (1.0, -0.04, 2.25, 1e3)] == ["1", "0", "2.2", "1000"]


def test_markup_is_made_from_text_once():
    assert escaped("a<b>\"'&\n\x00") == "a&lt;b&gt;&quot;&#x27;&amp; \ufffd"
    assert escaped("\ud800\uffff") == "\ufffd\ufffd"
    assert element("a", {"b": "<", "c": 1.04}, "<i/>") == '<a b="&lt;" c="1"><i/></a>'


def test_steps_go_up_or_down_before_they_go_on():
    assert steps([(0, 5), (2, 3), (4, 1)]) == [(0, 5), (0, 3), (2, 3), (2, 1), (4, 1)]
    assert steps([(1, 1)]) == [(1, 1)] and steps([]) == []


def test_texts_are_cut_and_wrapped_to_their_room():
    assert shortened("short", 100) == "short"
    cut = shortened("a very long name of a method", 60)
    assert cut.endswith("…") and text_width(cut) <= 60
    lines = wrapped("one two three four five six", 60)
    assert " ".join(lines) == "one two three four five six" and len(lines) > 1
    assert all(text_width(line) <= 60 for line in lines)


@pytest.mark.parametrize("seed", range(5))
def test_spread_is_the_nearest_that_keeps_the_gap(seed):
    """Against scikit-learn's isotonic regression: less k·gap each, places must not decrease."""
    rng = np.random.default_rng(seed)
    wanted = rng.uniform(0, 100, 8)
    found = np.array(spread(list(wanted), 14, -1e3, 1e3))
    order = np.argsort(wanted)
    steps = 14 * np.arange(8)
    expected = IsotonicRegression().fit_transform(np.arange(8), wanted[order] - steps) + steps
    assert np.allclose(found[order], expected)


def test_spread_stays_within_and_closes_up_where_it_must():
    found = spread([95, 96, 97], 14, 0, 100)
    assert found == pytest.approx([72, 86, 100])
    assert spread([50] * 5, 40, 0, 100) == pytest.approx([0, 25, 50, 75, 100])
    assert spread([], 10, 0, 1) == [] and spread([5], 10, 0, 10) == [5]


def test_labels_meet_neither_each_other_nor_what_is_taken():
    rng = np.random.default_rng(0)
    wanted = [(x, y, f"label {k}") for k, (x, y) in enumerate(rng.uniform(20, 280, (40, 2)))]
    taken = [(100.0, 0.0, 130.0, 300.0)]
    spots = keeping_clear(wanted, taken, (0, 0, 300, 300))
    boxes = list(taken)
    for (x, y, text), spot in zip(wanted, spots, strict=True):
        if spot is not None:
            start = spot[0] - text_width(text) * {"start": 0, "middle": 0.5, "end": 1}[spot[2]]
            boxes.append((start, spot[1] - 10, start + text_width(text), spot[1] + 2))
            assert abs(spot[0] - x) <= 8 and abs(spot[1] - y) <= 27
    assert len(boxes) > 15
    for a, b in itertools.combinations(boxes, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.mark.parametrize(
    ("n", "width", "columns"), [(6, 720, 3), (4, 720, 2), (6, 390, 1), (1, 720, 1)]
)
def test_panels_fill_rows_and_leave_none_alone(n, width, columns):
    boxes = Sheet(width, "t").grid(n, least=225, height=100, left=40, right=10)
    assert len({box[0] for box in boxes}) == columns
    assert all(box[2] <= width - 12 for box in boxes)


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


@pytest.mark.parametrize("theme", [drawing.LIGHT, drawing.DARK])
def test_colours_can_be_told_apart_by_everyone_and_read_on_their_paper(theme):
    paper, ink, quiet, _, *colours = theme.split()
    assert contrast(ink, paper) > 12 and contrast(quiet, paper) > 4.5
    assert len(colours) == drawing.COLOURS == len(drawing.SHAPES)
    assert min(contrast(colour, paper) for colour in colours) >= 3
    for matrix in MATRICES.values():
        seen = [oklab(np.array(matrix) @ linear(colour)) for colour in colours]
        apart = [np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)]
        assert 100 * min(apart) >= 7.9
