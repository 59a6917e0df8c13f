"""What holds of every figure: all on its sheet, no label on another, the same bytes, sound XML."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from itertools import combinations
from pathlib import Path

import matplotlib
import pandas as pd
import pytest
from made_scores import (
    gained,
    network_history,
    rate_scores,
    scores,
    speeds,
    sweep_scores,
    teacher_epochs,
    watched_gradients,
)

from tscbench.analysis.epochs import gradient_frame, history_frame
from tscbench.analysis.learning import learning_frame
from tscbench.analysis.pareto import pareto_frame
from tscbench.analysis.rates import rate_frame, teacher_rate_frame
from tscbench.analysis.speed_error import speed_error_frame
from tscbench.analysis.sweep import sweep_frame
from tscbench.report.figures.differences import differences
from tscbench.report.figures.epochs import epochs
from tscbench.report.figures.gradients import gradients
from tscbench.report.figures.learning import learning
from tscbench.report.figures.pareto import pareto
from tscbench.report.figures.ranks import ranks
from tscbench.report.figures.rates import rates, teacher_rates
from tscbench.report.figures.speed_error import speed_error
from tscbench.report.figures.style import DARK, LIGHT, look
from tscbench.report.figures.svg import svg
from tscbench.report.figures.sweep import sweep
from tscbench.report.names import Names, names_of
from tscbench.report.site import write
from tscbench.results.arms import ARM

SCORES = scores()
SPEEDS = speeds(SCORES)
NAMES, RATE_NAMES = names_of(SCORES), names_of(rate_scores())
HISTORY = pd.concat([network_history(), teacher_epochs()])
WATCHED = watched_gradients()
MAGIC = SCORES[SCORES["dataset"] == "magic"]
RANKED = gained(MAGIC).assign(rank=[1.25, 2.0, 3.5])
NINE = MAGIC[MAGIC["mix"].str.contains("ratio=9")]
RATIOS = pd.concat([MAGIC, NINE.assign(mix=NINE["mix"].str.replace("9", "3"))])

FIGURES = {
    "pareto": (pareto_frame(SCORES, SPEEDS, "auc"), lambda f, w: pareto(f, NAMES, width=w)),
    "nodes": (
        pareto_frame(SCORES, SPEEDS, "auc"),
        lambda f, w: pareto(f, NAMES, size="nodes", budgets=[2e4], width=w),
    ),
    "speed": (speed_error_frame(SCORES, SPEEDS, "auc"), lambda f, w: speed_error(f, width=w)),
    "differences": (gained(SCORES), lambda f, w: differences(f, NAMES, width=w)),
    "trees": (
        learning_frame(SCORES, "auc", "n_trees"),
        lambda f, w: learning(f, NAMES, along="n_trees", width=w),
    ),
    "ratio": (
        learning_frame(RATIOS, "auc", "ratio"),
        lambda f, w: learning(f, names_of(RATIOS), along="ratio", width=w),
    ),
    "sweep": (sweep_frame(sweep_scores(), "auc"), lambda f, w: sweep(f, width=w)),
    "rates": (rate_frame(rate_scores(), "error"), lambda f, w: rates(f, RATE_NAMES, width=w)),
    "teachers": (
        teacher_rate_frame(rate_scores(), "error"),
        lambda f, w: teacher_rates(f, width=w),
    ),
    "ranks": (RANKED, lambda f, w: ranks(f, NAMES, 1.1, datasets=8, width=w)),
    "epochs": (
        HISTORY,
        lambda f, w: epochs(history_frame(f, "test_accuracy"), names_of(HISTORY), width=w),
    ),
    "gradients": (
        gradient_frame(WATCHED),
        lambda f, w: gradients(f, names_of(WATCHED), width=w),
    ),
}
each = pytest.mark.parametrize("name", FIGURES)
EVIL = "<script>alert('&')</script>"


def drawn(name, width=720, change=lambda frame: frame):
    frame, draw = FIGURES[name]
    return draw(change(frame), width)


def assert_on_sheet(figure):
    box = figure.get_tightbbox(figure.canvas.get_renderer())
    wide, high = figure.get_size_inches()
    assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= wide and box.y1 <= high


@each
@pytest.mark.parametrize("width", [358, 960])
def test_all_stands_on_the_sheet_and_no_label_on_another(name, width):
    panels = drawn(name, width)
    figure = panels.figure
    assert figure.get_size_inches()[0] * figure.dpi == width
    with look():
        assert_on_sheet(figure)
        texts = [*figure.texts, *figure.legends]
        texts += [text for axes in panels for text in (*axes.texts, axes._left_title)]
        places = [text.get_window_extent() for text in texts if str(text) != "Text(0, 1, '')"]
    assert len(places) >= 2
    for a, b in combinations([place.padded(-0.5) for place in places], 2):
        assert not a.overlaps(b), (a, b)


@each
def test_the_same_bytes_whatever_the_order_of_rows_and_the_settings_of_others(name):
    once = svg(drawn(name).figure)
    shuffled = svg(drawn(name, change=lambda f: f.sample(frac=1, random_state=1)).figure)
    with matplotlib.rc_context({"font.size": 20, "lines.linewidth": 9, "svg.fonttype": "path"}):
        before = dict(dict.items(matplotlib.rcParams))
        other = svg(drawn(name).figure)
        assert before == dict(dict.items(matplotlib.rcParams))
    assert once == shuffled == other


FRESH = """
import sys, tscbench, tscbench.api, tscbench.cli.board_verb
from tscbench.report import boards, cost_board, history
assert "matplotlib" not in sys.modules
sys.path.insert(0, {tests!r})
from report.figures.test_figures import drawn, svg
assert "matplotlib.pyplot" not in sys.modules
sys.stdout.buffer.write(svg(drawn({name!r}).figure).encode())
"""


def test_a_fresh_process_draws_the_same_and_imports_matplotlib_for_figures_alone():
    program = FRESH.format(tests=str(Path(__file__).parents[2]), name="pareto")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode() == svg(drawn("pareto").figure)


@each
def test_it_is_sound_xml_that_names_and_describes_itself_and_fetches_nothing(name):
    text = svg(drawn(name).figure)
    root = ElementTree.fromstring(text)
    title, described = (root.find(f"{{http://www.w3.org/2000/svg}}{tag}") for tag in TOLD)
    assert root.attrib["role"] == "img" and title.text in "".join(root.itertext()).split("}}")[1]
    assert re.search(r"\d\.\d\d", described.text) and "nan" not in described.text
    assert text.startswith("<svg ") and "<metadata" not in text
    assert not re.search(r"url\((?!#)|href=\"(?!#)|@import|<image|<foreignObject|on\w+=", text)
    colours = re.findall(r"#[0-9a-f]{6}", text.partition("</style>")[2])
    assert len(colours) == len(re.findall(r"var\(--fig-\w+, #[0-9a-f]{6}\)", text)) > 5


TOLD = ("title", "desc")


def test_ids_are_each_figure_s_own():
    texts = [svg(drawn(name, w).figure) for name in ("pareto", "trees") for w in (358, 960)]
    ids = [re.findall(r' id="([^"]+)"', text) for text in texts]
    for text, own in zip(texts, ids, strict=True):
        assert own and set(re.findall(r'(?:href="|url\()#([^")]+)', text)) == set(own)
    assert len(set().union(*ids)) == sum(map(len, ids))


def test_a_page_says_every_colour_in_light_and_in_dark():
    css = (Path(write.__file__).parent / "static" / "site.css").read_text("utf-8")
    for theme, times in ((LIGHT, 1), (DARK, 2)):
        line = " ".join(f"--fig-{k}: {theme[str(k)]};" for k in range(6))
        named = " ".join(f"--{k}: {theme[k]};" for k in ("ink", "quiet", "rule"))
        assert css.count(line) == css.count(named) == times
    for ink in ("paper", "ink", "quiet", "rule"):
        assert f"--fig-{ink}: var(--{ink})" in css


@each
def test_no_rows_are_a_figure_that_says_so(name):
    assert "Nothing to draw: " in svg(drawn(name, change=lambda f: f.iloc[:0]).figure)


ONE = {
    "pareto": "One model only: no front.",
    "nodes": "One model only: no front.",
    "speed": "One model only: nothing to compare it with.",
    "differences": "One method on one dataset only.",
    "trees": "One n_trees only: points, no lines.",
    "ratio": "One ratio only: points, no lines.",
    "sweep": "One setting only: nothing to choose from.",
    "rates": "One n_train only: points, no lines.",
    "teachers": "One n_train only: points, no lines.",
    "ranks": "One method only: nothing to compare it with.",
    "epochs": "One epoch only: points, no lines.",
    "gradients": "One loss of one student only: nothing to compare it with.",
}


@each
def test_one_point_is_a_figure_that_says_so(name):
    def only(frame):
        wanted = frame["x"].notna() if "x" in frame else frame.index >= 0
        if "student" in frame:
            wanted &= frame["student"] != "teacher"
        if "figure" in frame:
            wanted &= frame["figure"] == "test_accuracy"
        return frame[wanted].iloc[[0]]

    assert ONE[name] not in svg(drawn(name).figure)
    assert ONE[name] in svg(drawn(name, change=only).figure)


@pytest.mark.parametrize(
    "strange",
    [EVIL, '<b>&"', "\x00\x1b[31m", "a\nb", "$x$ $", "_a", "مرحبا", "字" * 80, "x" * 500],
)
def test_any_name_is_text(strange):
    kept = strange.replace("\x00", "\x01")  # before pandas 3 texts end at NUL where it groups
    frame = gained(MAGIC).assign(dataset=kept)
    named = Names({tuple(arm): f"{strange}{k}" for k, arm in enumerate(frame[ARM].values)})
    panels = differences(frame, named, width=358)
    with look():
        if "字" not in strange:  # which is drawn here as what the font has instead
            assert_on_sheet(panels.figure)
    text = svg(panels.figure)
    root = ElementTree.fromstring(text.encode())
    said = "".join(root.itertext())
    assert said.count(re.sub("[\x00-\x1f]", "\ufffd", strange.replace("\n", " "))) >= 1
    assert "<script>" not in text and "<b>" not in text
