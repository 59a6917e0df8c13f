"""Models from files: the same answers as the estimator that was saved, and every mismatch named."""

import importlib.util
import pickle

import cloudpickle
import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tscbench import DataError, Link, PluginError, Rows, Schema, SpecError, to_logits
from tscbench.registry import discover

REGISTRY = discover()
CLASSES = ("low", "mid", "top")


def table(k: int = 3, n: int = 90) -> tuple[Rows, Schema]:
    rng = np.random.default_rng(k)
    x = rng.standard_normal((n, 4))
    y = np.digitize(x[:, 0] + 0.3 * rng.standard_normal(n), np.linspace(-1, 1, k - 1))
    schema = Schema(
        (4,),
        (k,),
        numeric=np.ones(4, bool),
        cardinality=np.zeros(4, int),
        columns=("a", "b", "c", "d"),
        classes=CLASSES[:k],
    )
    return Rows(x, y, np.arange(n)), schema


def load(path, rows: Rows, schema: Schema, **params):
    more = "".join(f", {name}={value}" for name, value in params.items())
    bound = REGISTRY.bind("teacher", f"pretrained(path='{path}'{more})")
    assert not bound.needs
    return bound(train=rows, schema=schema)


def logistic():
    return make_pipeline(StandardScaler(), LogisticRegression())


def save_onnx(path, model, zipmap: bool = False) -> None:
    from skl2onnx import to_onnx

    options = {"zipmap": zipmap}
    path.write_bytes(
        to_onnx(model, np.zeros((1, 4), np.float32), options=options).SerializeToString()
    )


@pytest.mark.parametrize("suffix", ["joblib", "pkl", "skops"])
@pytest.mark.parametrize("k", [2, 3])
def test_an_estimators_file_answers_as_the_estimator(suffix: str, k: int, tmp_path) -> None:
    import skops.io

    rows, schema = table(k)
    model, path = logistic().fit(rows.x, rows.y), tmp_path / f"model.{suffix}"
    save = {"joblib": joblib.dump, "skops": skops.io.dump}.get(suffix)
    path.write_bytes(pickle.dumps(model)) if save is None else save(model, path)
    fitted = load(path, rows, schema)
    expected = to_logits(model.predict_proba(rows.x), schema)
    np.testing.assert_array_equal(fitted.predict(rows), expected)
    revived = cloudpickle.loads(cloudpickle.dumps(fitted))
    np.testing.assert_array_equal(revived.predict(rows), expected)
    assert fitted.size == {"parameters": 5 if k == 2 else 15}
    assert type(fitted.model) is type(model)


@pytest.mark.parametrize("zipmap", [False, True])
@pytest.mark.parametrize("k", [2, 3])
def test_an_onnx_file_answers_as_the_estimator(zipmap: bool, k: int, tmp_path) -> None:
    rows, schema = table(k)
    single = rows.x.astype(np.float32)
    for model in (logistic(), RandomForestClassifier(8, random_state=0)):
        path = tmp_path / "model.onnx"
        save_onnx(path, model.fit(single, rows.y), zipmap)
        fitted = load(path, rows, schema)
        expected = model.predict_proba(single)
        ours = np.exp(fitted.predict(rows))
        ours /= ours.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(ours, expected, atol=2e-6)
        revived = cloudpickle.loads(cloudpickle.dumps(fitted))
        np.testing.assert_array_equal(revived.predict(rows), fitted.predict(rows))
        assert fitted.size == {"bytes": path.stat().st_size} and fitted.model is None


def save_linear(path, w, b, name: str, head: str | None = None) -> None:
    """x @ w + b, perhaps through an activation, as an ONNX file."""
    from onnx import TensorProto, helper, numpy_helper

    inside = name if head is None else "raw"
    nodes = [helper.make_node("Gemm", ["x", "w", "b"], [inside])]
    if head is not None:
        nodes.append(helper.make_node(head, ["raw"], [name]))
    weights = [numpy_helper.from_array(np.float32(v), n) for v, n in ((w, "w"), (b, "b"))]
    shapes = [("x", w.shape[0]), (name, w.shape[1])]
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [None, d]) for n, d in shapes]
    graph = helper.make_graph(nodes, "linear", ends[:1], ends[1:], weights)
    opset = [helper.make_opsetid("", 18)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=9)
    path.write_bytes(model.SerializeToString())


@pytest.mark.parametrize(
    ("k", "width", "head", "link"),
    [
        (3, 3, None, Link.SOFTMAX),
        (3, 3, "Softmax", Link.SOFTMAX),
        (2, 1, None, Link.SOFTMAX),
        (2, 1, "Sigmoid", Link.SOFTMAX),
        (2, 2, "Sigmoid", Link.SIGMOID),
        (3, 3, None, Link.SIGMOID),
    ],
)
def test_a_networks_numbers_are_told_by_what_they_are(k, width, head, link, tmp_path) -> None:
    rows, schema = table(k)
    schema = Schema((4,), (k,), link, classes=CLASSES[:k])
    w = np.random.default_rng(0).standard_normal((4, width))
    save_linear(tmp_path / "net.onnx", w, np.ones(width), "y", head)
    z = rows.x @ w + 1
    ours = load(tmp_path / "net.onnx", rows, schema).predict(rows)
    if width == 1:
        ours, z = ours[:, 1:] - ours[:, :1], z
    elif link is Link.SOFTMAX:
        ours, z = ours - ours[:, :1], z - z[:, :1]
    np.testing.assert_allclose(ours, z, atol=1e-3 if head else 1e-5)


def test_outputs_overrule_what_numbers_look_like(tmp_path) -> None:
    rows, schema = table(3)
    rows = Rows(np.abs(rows.x) * 0.01, rows.y, rows.id)
    schema = Schema((4,), (3,), Link.SIGMOID, classes=CLASSES)
    save_linear(tmp_path / "net.onnx", np.ones((4, 3)), np.zeros(3), "y")
    z = rows.x @ np.ones((4, 3))
    as_logits = load(tmp_path / "net.onnx", rows, schema, outputs="logits").predict(rows)
    np.testing.assert_allclose(as_logits, z, atol=1e-6)
    taken = load(tmp_path / "net.onnx", rows, schema).predict(rows)
    np.testing.assert_allclose(taken, to_logits(z, schema), atol=1e-4)
    save_linear(tmp_path / "named.onnx", np.ones((4, 3)), np.zeros(3), "logits")
    np.testing.assert_array_equal(
        load(tmp_path / "named.onnx", rows, schema).predict(rows), as_logits
    )


def test_classes_are_matched_by_name_or_code_or_as_said(tmp_path) -> None:
    rows, schema = table(3)
    names = np.array(["top", "low", "mid"])  # sorted otherwise than the dataset has them
    schema = Schema(**{**vars(schema), "classes": tuple(names)})
    plain = logistic().fit(rows.x, rows.y)
    named = logistic().fit(rows.x, names[rows.y])
    joblib.dump(named, tmp_path / "named.joblib")
    expected = to_logits(plain.predict_proba(rows.x), schema)
    np.testing.assert_allclose(
        load(tmp_path / "named.joblib", rows, schema).predict(rows), expected, atol=1e-3
    )
    save_linear(tmp_path / "net.onnx", np.eye(4)[:, :3], np.zeros(3), "logits")
    z = load(tmp_path / "net.onnx", rows, schema, classes="[mid, top, low]").predict(rows)
    np.testing.assert_allclose(z, rows.x[:, [1, 2, 0]], atol=1e-6)
    single = Schema((4,), (2,), classes=("no", "yes"))
    save_linear(tmp_path / "one.onnx", np.eye(4)[:, :1], np.zeros(1), "logits")
    z = load(tmp_path / "one.onnx", rows, single, classes="[yes, no]").predict(rows)
    np.testing.assert_allclose(z[:, 1] - z[:, 0], -rows.x[:, 0], atol=1e-6)


def test_columns_are_matched_by_name(tmp_path) -> None:
    rows, schema = table(3)
    frame = pd.DataFrame(rows.x, columns=list("abcd"))[list("dbca")]
    joblib.dump(logistic().fit(frame, rows.y), tmp_path / "frame.joblib")
    plain = logistic().fit(rows.x[:, [3, 1, 2, 0]], rows.y)
    expected = to_logits(plain.predict_proba(rows.x[:, [3, 1, 2, 0]]), schema)
    z = load(tmp_path / "frame.joblib", rows, schema).predict(rows)
    np.testing.assert_allclose(z, expected, atol=1e-9)


def test_labels_have_a_logit_each(tmp_path) -> None:
    rows, _ = table(2)
    labels = (rows.x[:, :2] > 0).astype(float)
    rows, schema = Rows(rows.x, labels, rows.id), Schema((4,), (2,), Link.SIGMOID, classes=CLASSES)
    model = ExtraTreesClassifier(5, random_state=0).fit(rows.x, labels)
    joblib.dump(model, tmp_path / "model.joblib")
    p = np.stack([one[:, 1] for one in model.predict_proba(rows.x)], axis=1)
    z = load(tmp_path / "model.joblib", rows, schema).predict(rows)
    np.testing.assert_array_equal(z, to_logits(p, schema))


def test_a_regressor_answers_what_it_is_said_to(tmp_path) -> None:
    rows, schema = table(2)
    model = LinearRegression().fit(rows.x, rows.y)
    joblib.dump(model, tmp_path / "model.joblib")
    values = model.predict(rows.x)
    z = load(tmp_path / "model.joblib", rows, schema, outputs="logits").predict(rows)
    np.testing.assert_array_equal(z, np.stack([np.zeros_like(values), values], axis=1))
    z = load(tmp_path / "model.joblib", rows, schema, outputs="probabilities").predict(rows)
    np.testing.assert_array_equal(z, to_logits(values, schema))


def test_skops_reads_no_type_that_is_not_trusted(tmp_path) -> None:
    import skops.io

    rows, schema = table(3)
    model = ExtraTreesClassifier(3, random_state=0).fit(rows.x, rows.y)
    skops.io.dump(model, tmp_path / "model.skops")
    with pytest.raises(DataError, match=r"say trust=\[sklearn.tree._tree.Tree\]"):
        load(tmp_path / "model.skops", rows, schema)
    fitted = load(tmp_path / "model.skops", rows, schema, trust="[sklearn.tree._tree.Tree]")
    expected = to_logits(model.predict_proba(rows.x), schema)
    np.testing.assert_array_equal(fitted.predict(rows), expected)


def dump(model, path, rows: Rows) -> None:
    joblib.dump(model.fit(rows.x, rows.y), path)


@pytest.mark.parametrize("name", ["model.joblib", "model.skops", "model.onnx"])
def test_a_file_that_does_not_read_is_named(name: str, tmp_path) -> None:
    rows, schema = table(3)
    (tmp_path / name).write_bytes(b"nothing of the sort")
    with pytest.raises(DataError, match=f"{name}: does not read") as caught:
        load(tmp_path / name, rows, schema)
    assert "anew" in str(caught.value) and "\n" not in str(caught.value)


def test_a_model_of_another_dataset_is_named(tmp_path) -> None:
    rows, schema = table(3)
    path = tmp_path / "model.joblib"

    def refused(model, said: str, given: Rows = rows, schema: Schema = schema) -> None:
        joblib.dump(model, path)
        with pytest.raises(DataError, match=said) as caught:
            load(path, given, schema)
        assert str(caught.value).startswith("model.joblib: ") and "\n" not in str(caught.value)

    refused(logistic().fit(rows.x[:, :3], rows.y), "takes 3 columns, and the dataset has 4")
    refused(
        logistic().fit(rows.x, rows.y > 0), "its classes are False, True, and the dataset's low"
    )
    refused(
        logistic().fit(rows.x, rows.y + 7), "its classes are 7, 8, 9, and the dataset's low, mid"
    )
    refused(ExtraTreesRegressor(2).fit(rows.x, rows.y), "is a regressor; say outputs=probabilities")
    refused(StandardScaler().fit(rows.x), "holds a StandardScaler; it must be a fitted")
    refused({"model": 1}, "holds a dict; it must be a fitted class")
    frame = pd.DataFrame(rows.x, columns=list("abcz"))
    refused(logistic().fit(frame, rows.y), "takes a column 'z', and the dataset has a, b, c, d")
    missing = Schema(**{**vars(schema), "missing": True})
    refused(logistic().fit(rows.x, rows.y), "cannot take missing values", schema=missing)
    digits = Schema(**{**vars(schema), "classes": ("2", "0", "1")})
    refused(logistic().fit(rows.x, rows.y), "may be the dataset's names or their", schema=digits)


def test_a_network_of_another_dataset_is_named(tmp_path) -> None:
    rows, schema = table(3)
    path = tmp_path / "net.onnx"
    save_linear(path, np.ones((5, 3)), np.ones(3), "logits")
    with pytest.raises(DataError, match=r"takes rows of shape \[5\], and the dataset's are \(4\)"):
        load(path, rows, schema)
    save_linear(path, np.ones((4, 2)), np.ones(2), "logits")
    with pytest.raises(DataError, match="answers 2 columns, and the dataset has 3 classes: low"):
        load(path, rows, schema)


def test_what_cannot_be_read_here_is_refused_before_anything_runs(monkeypatch) -> None:
    with pytest.raises(SpecError, match="model.h5 is none of .joblib, .pkl, .skops, .onnx"):
        _ = REGISTRY.bind("teacher", "pretrained(path=model.h5)").needs
    monkeypatch.setattr(
        "tscbench_plugins.teachers.pretrained.find_spec",
        lambda name: None if name == "onnxruntime" else importlib.util.find_spec(name),
    )
    with pytest.raises(PluginError, match=r'pip install "tscbench\[onnx\]"'):
        _ = REGISTRY.bind("teacher", "pretrained(path=model.onnx)").needs
    assert not REGISTRY.bind("teacher", "pretrained(path=model.skops)").needs
