"""Data with a second view: what each holds, who sees it, and what bad input is told."""

import numpy as np
import pytest
from tscbench_plugins.datasets.emotions import emotions
from tscbench_plugins.datasets.mnist import mnist
from tscbench_plugins.datasets.scene import quarters, scene
from tscbench_plugins.datasets.tagged_truth import tagged_truth
from tscbench_plugins.datasets.tags import tags
from tscbench_plugins.datasets.yeast import yeast

from tscbench import DataError, Predictor, Rows, student
from tscbench.tabular import joined_views


def test_emotions_in_two_views(staged):
    whole, two = emotions(staged(40589)), emotions(staged(40589), privileged="timbre")
    assert two.rows.x.shape == (593, 8) and two.schema.privileged == (64,)
    assert all(name.startswith("BH") for name in two.schema.columns)
    assert [c.name for c in two.table.columns] == list(two.schema.columns)
    np.testing.assert_array_equal(np.hstack([two.rows.privileged, two.rows.x]), whole.rows.x)


def test_yeast_in_two_views(staged):
    path = staged("yeast.parquet")
    whole, two = yeast(path=path), yeast(path=path, privileged="expression")
    assert two.rows.x.shape == (2417, 24) and two.schema.privileged == (79,)
    assert two.schema.columns[0] == "Att80" and two.schema.facts >= {"privileged", "multi_label"}
    np.testing.assert_array_equal(
        joined_views(two.rows, "concatenate")[:, 24:], whole.rows.x[:, :79]
    )
    np.testing.assert_array_equal(two.test, whole.test)


def test_scene_in_two_views(staged):
    path = staged("scene.parquet")
    two = scene(path=path, privileged="fine")
    assert two.rows.x.shape == (2407, 24) and two.schema.privileged == (294,)
    grid = two.rows.privileged[:, :49].reshape(-1, 7, 7)
    np.testing.assert_allclose(two.rows.x[:, 0], grid[:, :4, :4].mean(axis=(1, 2)))
    np.testing.assert_allclose(two.rows.x[:, 3], grid[:, 4:, 4:].mean(axis=(1, 2)))
    assert quarters(np.ones((2, 98))).tolist() == np.ones((2, 8)).tolist()


def test_mnist_in_two_views(staged):
    two = mnist(staged(554), size=7, privileged="full")
    assert two.schema.inputs == (1, 7, 7) and two.schema.privileged == (1, 28, 28)
    whole = 255 * two.rows.privileged[:100]
    expected = whole.reshape(-1, 7, 4, 7, 4).mean(axis=(2, 4))
    assert np.abs(two.rows.x[:100, 0] - expected).max() <= 0.5
    with pytest.raises(DataError, match="size=9; it must divide 28"):
        mnist(staged(554), size=9)


def test_the_truth_of_constructed_tags_is_theirs():
    data = tagged_truth(np.random.default_rng(0), n=20_000)
    p = 1 / (1 + np.exp(-data.rows.truth))
    near = np.abs(p - 0.3) < 0.05
    assert data.rows.y[near].mean() == pytest.approx(0.3, abs=0.02)
    assert (data.rows.privileged.sum(axis=1) == 20).all() and data.schema.privileged == (100,)


def saved(tmp_path, **arrays):
    path = tmp_path / "posts.npz"
    given = {"x": np.zeros((4, 2)), "y": np.ones((4, 1)), "text": np.ones((4, 5))}
    np.savez(path, **{k: v for k, v in (given | arrays).items() if v is not None})
    return path


def test_your_own_tags(tmp_path):
    y = np.array([[1, 0], [0, 1], [1, 1], [0, 0]])
    names, marks = np.array(["cat", "dog"]), np.array([0, 0, 0, 1])
    data = tags(path=saved(tmp_path, y=y, names=names, test=marks))
    assert data.schema.classes == ("cat", "dog") and data.test.tolist() == [False] * 3 + [True]
    assert data.schema.privileged == (5,)
    assert not tags(path=saved(tmp_path, y=y, text=None)).schema.privileged


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"text": np.ones((3, 5))}, "second view has 3 rows, and the first 4; both must be"),
        ({"text": np.full((4, 5), np.nan)}, "second view holds values that are not finite"),
        ({"y": np.zeros((4, 2))}, "tag 0 has no row that carries it; leave it out"),
        ({"y": np.full((4, 2), 2)}, "y holds other numbers than 0 and 1"),
        ({"y": np.ones((3, 2))}, r"x \(4, 2\) and y \(3, 2\); they must be"),
        ({"y": None}, "no array 'y'; there must be x and y"),
        ({"x": np.full((4, 2), np.inf), "y": np.ones((4, 1))}, "x holds values that are not"),
        ({"y": np.ones((4, 1)), "test": np.ones(3)}, r"test has shape \(3,\)"),
    ],
)
def test_bad_files_are_told_in_one_sentence(tmp_path, arrays, said):
    arrays = {"y": np.ones((4, 1))} | arrays
    with pytest.raises(DataError, match=said):
        tags(path=saved(tmp_path, **arrays))


def test_a_product_wants_views_of_one_width():
    rows = Rows(np.full((2, 3), 2.0), None, np.arange(2), privileged=np.full((2, 3), 5.0))
    assert joined_views(rows, "product").tolist() == [[10] * 3] * 2
    assert joined_views(rows, "alone").tolist() == [[5] * 3] * 2
    narrow = Rows(rows.x, None, rows.id, privileged=np.ones((2, 2)))
    with pytest.raises(DataError, match="a product of 3 and 2 numbers"):
        joined_views(narrow, "product")
    with pytest.raises(DataError, match="no second view"):
        joined_views(Rows(rows.x, None, rows.id), "alone")


SEEN = []
STAGED = {"emotions": 40589, "yeast": "yeast.parquet", "scene": "scene.parquet", "mnist": 554}
"""Data sets by their number at OpenML, or their file."""


def note(rows):
    SEEN.append((rows.privileged is None, rows.truth is None))


@student(version="1", source="a test", offers={"squared", "cross_entropy", "streaming"})
def spy(compression_set, valid, train, schema, rng, progress):
    """Notes whether anything of the second view or of the truth reached it."""

    def predict(rows):
        note(rows)
        return np.zeros((len(rows), *schema.outputs))

    for rows in (compression_set.rows, valid, train):
        note(rows)
    for batch in compression_set.batches(64, rng):
        assert batch.x.shape[1:] == schema.inputs
    found = Predictor(predict)
    progress.judge(found)
    return found


@pytest.mark.parametrize("teacher", ["privileged(student=forest(n_trees=2))", "forest(n_trees=2)"])
@pytest.mark.parametrize(
    "data",
    [
        "tagged_truth(n=200)",
        "emotions(privileged=timbre)",
        "yeast(privileged=expression)",
        "scene(privileged=fine)",
        "mnist(privileged=full, size=7)",
    ],
)
def test_no_student_sees_the_second_view(lab, staged, data, teacher):
    name = data.partition("(")[0]
    if name in STAGED:
        staged(STAGED[name])
    if name == "mnist":
        data = data.replace("(", "(n_train=60, ")
    SEEN.clear()
    mixes = ["real"] if teacher.startswith("privileged") else ["real", "fake", "both", "stream"]
    generator = "interpolate" if not data.startswith("mnist") else "none"
    text = f'dataset = ["{data}"]\nteacher = ["{teacher}"]\ngenerator = ["{generator}"]\n'
    text += f"mix = {mixes if generator != 'none' else ['real']}\nstudent = ['spy']"
    run = lab.of_functions([spy], text.replace("'", '"'))
    assert {r["status"] for r in run.records()} == {"ok"}
    assert SEEN and all(hidden and untold for hidden, untold in SEEN)
