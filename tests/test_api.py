"""The Python face: the same work as the command line."""

import numpy as np
import pytest

import tscbench
from tscbench import CompressionSet, Predictor, Rng, Rows, Sampler, Schema, SpecError
from tscbench.results import COLUMNS, Cell

pytestmark = pytest.mark.usefixtures("in_process")


@tscbench.generator(version="1")
def mine(train: Rows) -> Sampler:
    """A generator of the caller's own."""
    return Sampler(lambda n, rng: rng.standard_normal((n, train.x.shape[1])))


@tscbench.student(version="1")
def nothing(compression_set: CompressionSet, schema: Schema, rng: Rng) -> Predictor:
    """A student of the caller's own."""
    return Predictor(lambda rows: np.zeros((len(rows), *schema.outputs)))


@pytest.fixture
def small(lab) -> str:
    grid = {"generator": ["none", "far"], "mix": ["real", "fake(ratio=1)"], "student": ["linear"]}
    return str(lab.suite(grid))


def test_run_gives_the_scores_and_load_gives_them_again(small, lab, tiny):
    done = tscbench.run(small, plugins=[tiny], out=lab.folder / "run", jobs=1)
    frame = done.scores()
    assert list(frame.columns) == COLUMNS and set(frame["status"]) == {"ok"}
    assert set(frame["student"]) == {"linear", "teacher"}
    again = tscbench.load(lab.folder / "run")
    assert again.scores().equals(frame)
    assert len(again.records()) == 3 and len(again.timings()) >= 4
    assert "<table" in again._repr_html_()


def test_functions_join_the_axis_of_their_kind(small, lab, tiny):
    plan = tscbench.plan(small, plugins=[tiny], generators=[mine], students=[nothing])
    cells = {(line.cell.generator, line.cell.student) for line in plan.lines}
    assert ("mine", "nothing") in cells and ("far", "linear") in cells
    only = tscbench.plan(small, plugins=[tiny], generator="none", generators=[mine])
    assert {line.cell.generator for line in only.lines} == {"none", "mine"}
    done = tscbench.run(small, plugins=[tiny], out=lab.folder / "r", generators=[mine])
    assert "mine" in set(done.scores()["generator"])
    assert tscbench.load(lab.folder / "r").scores()["value"].notna().all()


def test_axis_options_are_keywords(small, tiny):
    plan = tscbench.plan(small, plugins=[tiny], mix="real", seed="0,1")
    assert {line.cell.mix for line in plan.lines} == {"real"} and len(plan.lines) == 2


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"generater": "none"}, "generater"),
        ({"datasets": "toy"}, "datasets"),
        ({"generators": mine}, "generators"),
        ({"generators": ["none"]}, "none"),
        ({"students": [mine]}, "mine"),
        ({"seed": 1.5}, "seed"),
    ],
)
def test_a_keyword_that_means_nothing_is_an_error(small, tiny, keywords, said):
    with pytest.raises((SpecError, TypeError), match=said):
        tscbench.plan(small, plugins=[tiny], **keywords)


def test_a_student_is_made_again_as_it_was(small, lab, tiny):
    done = tscbench.run(small, plugins=[tiny], out=lab.folder / "run")
    record = next(r for r in done.records() if r["cell"]["student"] == "linear")
    first, second = done.student(record["cell"]), done.student(Cell(**record["cell"]))
    rows = Rows(np.eye(3), None, np.arange(3))
    assert np.array_equal(first.predict(rows), second.predict(rows))
    row = done.scores().query("student == 'linear'").iloc[0].to_dict()
    assert done.student(row).predict(rows).shape == first.predict(rows).shape
    with pytest.raises(SpecError, match="plans no cell"):
        done.student({**record["cell"], "seed": 9})


def test_a_board_of_any_frame(small, lab, tiny):
    frame = tscbench.run(small, plugins=[tiny], out=lab.folder / "run").scores()
    (board,) = tscbench.board(frame, "hits", part="valid")
    assert board.title == "toy" and "hits on valid rows" in board.caption


def test_public_names_are_there():
    for name in tscbench.__all__:
        assert getattr(tscbench, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tscbench.nothing


def test_what_is_no_cell_no_frame_and_no_list_is_one_sentence(small, lab, tiny):
    with pytest.raises(SpecError, match=r"must be a list: plugins=\['tiny.py'\]"):
        tscbench.plan(small, plugins="tiny.py")
    done = tscbench.run(small, plugins=[tiny], out=lab.folder / "run", generator="none")
    for wrong in ("zzz", 3, {"dataset": "toy"}):
        with pytest.raises(SpecError, match=r"is no cell; give a row of scores\(\)"):
            done.student(wrong)
    row = done.scores().query("student != 'teacher'").iloc[0]
    assert isinstance(done.student(row).predictor, Predictor)
    with pytest.raises(SpecError, match=r"board of a Results: must be a data frame; .*scores\(\)"):
        tscbench.board(done)
