"""What holds of every figure: sound XML, the same bytes, marks on the sheet, escaped text."""

import re
import xml.etree.ElementTree as ElementTree

import pandas as pd
import pytest
from boards.figures.cases import gained, rate_scores, scores, speeds, sweep_scores

from tscbench.boards.figures.critical import critical_difference
from tscbench.boards.figures.differences import differences
from tscbench.boards.figures.drawing import text_width
from tscbench.boards.figures.learning import learning_curves, learning_frame
from tscbench.boards.figures.pareto import pareto, pareto_frame
from tscbench.boards.figures.rates import rate_frame, rates, teacher_rate_frame
from tscbench.boards.figures.speed_error import speed_against_error, speed_error_frame
from tscbench.boards.figures.sweep import sweep, sweep_frame

SCORES = scores()
SPEEDS = speeds(SCORES)
SWEEP = sweep_scores()


def ranks(frame: pd.DataFrame) -> dict:
    return dict(zip(frame["method"], frame["rank"], strict=True))


FIGURES = {
    "pareto": (pareto_frame(SCORES, SPEEDS, "auc"), lambda f, w: pareto(f, width=w)),
    "pareto-nodes": (
        pareto_frame(SCORES, SPEEDS, "auc"),
        lambda f, w: pareto(f, size="nodes", budgets=[2e4], width=w),
    ),
    "speed": (
        speed_error_frame(SCORES, SPEEDS, "auc"),
        lambda f, w: speed_against_error(f, width=w),
    ),
    "differences": (
        gained(SCORES),
        lambda f, w: differences(f, width=w),
    ),
    "trees": (
        learning_frame(SCORES, "auc", "n_trees"),
        lambda f, w: learning_curves(f, along="n_trees", width=w),
    ),
    "one panel": (
        learning_frame(SCORES[SCORES["dataset"] == "magic"], "auc", "n_trees"),
        lambda f, w: learning_curves(f, along="n_trees", width=w),
    ),
    "ratio": (
        learning_frame(SCORES, "auc", "ratio"),
        lambda f, w: learning_curves(f, along="ratio", width=w),
    ),
    "sweep": (sweep_frame(SWEEP, "auc"), lambda f, w: sweep(f, width=w)),
    "rates": (rate_frame(rate_scores(), "error"), lambda f, w: rates(f, width=w)),
    "teacher rates": (teacher_rate_frame(rate_scores(), "error"), lambda f, w: rates(f, width=w)),
    "ranks": (
        pd.DataFrame({"method": ["<script>&", "none", "munge", "kde"], "rank": [1.4, 2, 2.6, 4]}),
        lambda f, w: critical_difference(ranks(f), 1.1, datasets=8, width=w),
    ),
}
each = pytest.mark.parametrize("name", FIGURES)


def drawn(name: str, width: float = 720, change=lambda frame: frame) -> str:
    frame, draw = FIGURES[name]
    return draw(change(frame), width)


@each
@pytest.mark.parametrize("width", [360, 720, 960])
def test_sound_xml_with_all_marks_on_the_sheet(name, width):
    root = ElementTree.fromstring(drawn(name, width))
    left, top, across, down = map(float, root.attrib["viewBox"].split())
    assert (left, top, across) == (0, 0, width) and root.attrib["role"] == "img"
    seen = 0
    for element in root.iter():
        for x, y in places(element):
            assert 0 <= x <= across and 0 <= y <= down, ElementTree.tostring(element)
            seen += 1
    assert seen > 20


def places(element):
    """The points that an element reaches; of a text its ends."""
    tag, at = element.tag.rpartition("}")[2], element.attrib
    if tag == "path":
        numbers = list(map(float, re.findall(r"-?[\d.]+", at["d"])))
        yield from zip(numbers[::2], numbers[1::2], strict=True)
    elif tag == "circle":
        x, y, r = (float(at[k]) for k in ("cx", "cy", "r"))
        yield from ((x - r, y - r), (x + r, y + r))
    elif tag == "rect":
        x, y = float(at.get("x", 0)), float(at.get("y", 0))
        yield from ((x, y), (x + float(at["width"]), y + float(at["height"])))
    elif tag == "text":
        x, y = float(at["x"]), float(at["y"])
        size = 14.5 if "fig-title" in at["class"] else 11
        start = x - text_width(element.text or "", size) * SHIFT[at.get("text-anchor", "start")]
        yield from ((start, y), (start + text_width(element.text or "", size), y))


SHIFT = {"start": 0, "middle": 0.5, "end": 1}


@each
def test_bytes_depend_on_the_rows_and_not_on_their_order(name):
    once = drawn(name)
    assert once == drawn(name)
    assert once == drawn(name, change=lambda f: f.sample(frac=1, random_state=1))
    assert once == drawn(name, change=lambda f: f.iloc[::-1].reset_index(drop=True))


@each
def test_text_is_escaped_and_nothing_is_fetched(name):
    svg = drawn(name)
    assert not re.search(r"<(script|b|i)\b", svg)
    assert not re.search(r"href|url\(|@import|<image|<foreignObject|on\w+=", svg)
    assert svg.count("http") == 1, "the name of the name space"
    text = "".join(ElementTree.fromstring(svg).itertext())
    assert re.search("<script>|<b>|<i>", text), "what is escaped can be read"


@each
def test_no_rows_are_a_figure_that_says_so(name):
    svg = drawn(name, change=lambda f: f.iloc[:0])
    assert "Nothing to draw: " in "".join(ElementTree.fromstring(svg).itertext())


ONE = {
    "pareto": "One model only: no front.",
    "pareto-nodes": "One model only: no front.",
    "speed": "One model only: nothing to compare it with.",
    "differences": "One method on one dataset only.",
    "trees": "One n_trees only: points, no lines.",
    "one panel": "One n_trees only: points, no lines.",
    "ratio": "One ratio only: points, no lines.",
    "sweep": "One setting only: nothing to choose from.",
    "rates": "One n_train only: points, no lines.",
    "teacher rates": "One n_train only: points, no lines.",
    "ranks": "One method only: nothing to compare it with.",
}


@each
def test_one_point_is_a_figure_that_says_so(name):
    def only(frame):
        has = frame["x"].notna() if "x" in frame else frame.index >= 0
        student = frame["student"] != "teacher" if "student" in frame else has
        return frame[has & student].iloc[[0]]

    root = ElementTree.fromstring(drawn(name, change=only))
    assert ONE[name] in list(root.itertext())


@each
def test_a_description_tells_the_numbers(name):
    root = ElementTree.fromstring(drawn(name))
    described = root.find("{http://www.w3.org/2000/svg}desc").text
    assert re.search(r"\d\.\d\d", described) and "nan" not in described


@pytest.mark.parametrize("strange", ["\x00\x1b[31m", "a\nb", "مرحبا", "字" * 80, "x" * 500])
def test_any_name_makes_sound_xml(strange):
    frame, _ = FIGURES["differences"]
    written = strange.replace("\x00", "\x01")  # before pandas 3 texts end at NUL where it groups
    frame = frame.assign(generator=written, dataset=strange[:40])
    svg = differences(frame.drop_duplicates(["dataset", "query", "mix"]))
    ElementTree.fromstring(svg.encode())
