"""Models that were fitted on a data frame are given that frame: names, levels and types."""

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, StandardScaler

from tscbench import DataError, to_logits
from tscbench.registry import discover
from tscbench.tabular import from_frame, to_frame

REGISTRY = discover()
TEXTS = ["colour", "shop floor"]


def table(*, gaps: bool = False) -> pd.DataFrame:
    """Text whose sorted order is not that of its category, numbers that stand for categories,
    true and false, whole numbers, and perhaps gaps in text."""
    rng, n = np.random.default_rng(0), 300
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 70, n),
            "colour": pd.Categorical(
                rng.choice(["red", "blue", "grey"], n), ["red", "grey", "blue"]
            ),
            "shop floor": rng.choice(["b2", "a1", "c3"], n),
            "member": rng.random(n) < 0.4,
            "zone": rng.choice([10, 20, 30], n),
            "weight": rng.normal(size=n),
        }
    )
    risk = frame["age"] / 30 + (frame["colour"] == "grey") + (frame["shop floor"] == "a1")
    frame["y"] = np.where(risk + frame["member"] + (frame["zone"] == 20) > 3, "yes", "no")
    if gaps:
        frame.loc[rng.random(n) < 0.1, "shop floor"] = np.nan
    return frame


def encoded(model, encoder=None, columns=(*TEXTS, "zone")):
    encoder = encoder or OneHotEncoder(handle_unknown="ignore")
    return make_pipeline(
        ColumnTransformer([("c", encoder, list(columns))], remainder=StandardScaler()), model
    )


def by_dtype():
    """Columns that are chosen by what they hold."""
    texts = make_column_selector(dtype_exclude=[np.number, bool])
    encoder = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder())
    return make_pipeline(
        ColumnTransformer([("c", encoder, texts), ("n", "passthrough", ["age", "zone"])]),
        GradientBoostingClassifier(n_estimators=5),
    )


def boosted(name, **params):
    module = pytest.importorskip(name)
    names = {"lightgbm": "LGBMClassifier", "xgboost": "XGBClassifier"}
    return getattr(module, names[name])(n_estimators=5, n_jobs=1, **params)


MODELS = {
    "one-hot": lambda: encoded(GradientBoostingClassifier(n_estimators=5)),
    "ordinal": lambda: encoded(RandomForestClassifier(5), OrdinalEncoder()),
    "by dtype": by_dtype,
    "searched": lambda: GridSearchCV(
        encoded(LogisticRegression()), {"logisticregression__C": [1, 2]}, cv=2
    ),
    "calibrated": lambda: CalibratedClassifierCV(encoded(LogisticRegression()), cv=2),
    "histogram": lambda: HistGradientBoostingClassifier(max_iter=5),
    "lightgbm": lambda: boosted("lightgbm", verbose=-1),
    "xgboost": lambda: boosted("xgboost", enable_categorical=True),
}


def prepared(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The columns as a user gives them to this kind of model, in an order of their own."""
    x = frame.drop(columns="y")[["zone", "shop floor", "colour", "age", "member"]]
    native = name in ("histogram", "lightgbm", "xgboost")
    return x.astype({"shop floor": "category"}) if native else x


def pretrained(path, data, **params):
    more = "".join(f", {name}={value}" for name, value in params.items())
    bound = REGISTRY.bind("teacher", f"pretrained(path='{path}'{more})")
    why = bound.plugin.misfit(bound.params, data.schema)
    if why:
        raise DataError(why)
    return bound(train=data.rows, schema=data.schema)


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("name", MODELS)
def test_a_model_gets_the_frame_that_it_was_fitted_on(name, gaps, tmp_path) -> None:
    if gaps and name == "ordinal":
        pytest.skip("it passes the gap on to a forest")
    frame = table(gaps=gaps)
    data = from_frame(frame, "y", categorical=["zone"])
    x, y = prepared(name, frame), frame["y"] if name != "xgboost" else (frame["y"] == "yes") * 1
    model = MODELS[name]().fit(x, y)
    joblib.dump(model, tmp_path / "model.joblib")
    ours = pretrained(tmp_path / "model.joblib", data).predict(data.rows)
    np.testing.assert_array_equal(ours, to_logits(model.predict_proba(x), data.schema))


@pytest.mark.parametrize("columns", [None, list("abc")])
def test_a_model_that_was_fitted_on_codes_gets_codes(columns, tmp_path) -> None:
    frame = table().drop(columns=["zone", "member", "age"])
    data = from_frame(frame, "y")
    x = pd.DataFrame(data.rows.x, columns=data.schema.columns) if columns else data.rows.x
    model = encoded(LogisticRegression(), columns=TEXTS) if columns else RandomForestClassifier(5)
    model.fit(x, frame["y"])
    joblib.dump(model, tmp_path / "model.joblib")
    ours = pretrained(tmp_path / "model.joblib", data).predict(data.rows)
    np.testing.assert_array_equal(ours, to_logits(model.predict_proba(x), data.schema))


def test_numbers_alone_are_codes_where_levels_are_text(tmp_path) -> None:
    data = from_frame(table().drop(columns="zone"), "y")
    x = pd.DataFrame(data.rows.x, columns=data.schema.columns)
    model = RandomForestClassifier(5).fit(x, data.rows.y)
    joblib.dump(model, tmp_path / "model.joblib")
    ours = pretrained(tmp_path / "model.joblib", data).predict(data.rows)
    np.testing.assert_array_equal(ours, to_logits(model.predict_proba(x), data.schema))


def test_what_nothing_tells_is_asked_and_not_guessed(tmp_path) -> None:
    frame = table()[["age", "zone", "y"]]
    data = from_frame(frame, "y", categorical=["zone"])
    x = frame[["age", "zone"]]
    model = RandomForestClassifier(5).fit(x, frame["y"])
    joblib.dump(model, tmp_path / "model.joblib")
    with pytest.raises(DataError, match=r"whether its column 'zone' held levels or codes; say"):
        pretrained(tmp_path / "model.joblib", data)
    ours = pretrained(tmp_path / "model.joblib", data, categories="levels").predict(data.rows)
    np.testing.assert_array_equal(ours, to_logits(model.predict_proba(x), data.schema))
    codes = pd.DataFrame(data.rows.x, columns=["age", "zone"])
    ours = pretrained(tmp_path / "model.joblib", data, categories="codes").predict(data.rows)
    np.testing.assert_array_equal(ours, to_logits(model.predict_proba(codes), data.schema))


def test_code_of_the_users_own_is_asked_about(tmp_path) -> None:
    frame = table()[["age", "colour", "y"]]
    data = from_frame(frame, "y")
    own = make_pipeline(FunctionTransformer(grey_first), LogisticRegression())
    x = frame[["age", "colour"]]
    joblib.dump(own.fit(x, frame["y"]), tmp_path / "model.joblib")
    with pytest.raises(DataError, match="'colour' held levels or codes"):
        pretrained(tmp_path / "model.joblib", data)
    ours = pretrained(tmp_path / "model.joblib", data, categories="levels").predict(data.rows)
    np.testing.assert_array_equal(ours, to_logits(own.predict_proba(x), data.schema))


def grey_first(frame):
    return frame.assign(colour=(frame["colour"] == "grey").astype(float))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.assign(extra=1.0), "takes a column 'extra', and the dataset has"),
        (
            lambda f: f.assign(**{"shop floor": "x-" + f["shop floor"]}),
            "knows the categories 'x-a1'",
        ),
        (
            lambda f: f.assign(y=f["y"].map({"no": "bad", "yes": "good"})),
            "its classes are bad, good",
        ),
    ],
)
def test_a_model_of_another_table_is_refused_before_anything_runs(change, said, tmp_path) -> None:
    data = from_frame(table(), "y", categorical=["zone"])
    other = change(table())
    model = encoded(LogisticRegression()).fit(other.drop(columns="y"), other["y"])
    joblib.dump(model, tmp_path / "model.joblib")
    bound = REGISTRY.bind("teacher", f"pretrained(path='{tmp_path / 'model.joblib'}')")
    why = bound.plugin.misfit(bound.params, data.schema)
    assert said in why and "\n" not in why


def save_onnx_by_name(path, model, frame) -> None:
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    kinds = {True: FloatTensorType, False: StringTensorType}
    inputs = [
        (name, kinds[pd.api.types.is_numeric_dtype(frame[name])]([None, 1])) for name in frame
    ]
    options = {id(model): {"zipmap": False}}
    path.write_bytes(to_onnx(model, initial_types=inputs, options=options).SerializeToString())


def test_an_onnx_model_gets_an_input_for_each_column(tmp_path) -> None:
    frame = table()[["weight", "colour", "age", "y"]].astype({"colour": str})
    data = from_frame(frame, "y")
    x = frame[["age", "colour", "weight"]].astype({"age": "float32", "weight": "float32"})
    model = make_pipeline(
        ColumnTransformer(
            [("c", OneHotEncoder(), ["colour"]), ("n", StandardScaler(), ["age", "weight"])]
        ),
        LogisticRegression(),
    ).fit(x, frame["y"])
    save_onnx_by_name(tmp_path / "model.onnx", model, x)
    z = pretrained(tmp_path / "model.onnx", data).predict(data.rows)
    ours = 1 / (1 + np.exp(z[:, 0] - z[:, 1]))
    np.testing.assert_allclose(ours, model.predict_proba(x)[:, 1], atol=1e-5)
    other = from_frame(frame.rename(columns={"age": "years"}), "y")
    with pytest.raises(DataError, match="columns of the dataset by their names: weight, colour"):
        pretrained(tmp_path / "model.onnx", other)


def test_a_skops_file_gets_the_frame_too(tmp_path) -> None:
    import skops.io

    frame = table()
    data = from_frame(frame, "y", categorical=["zone"])
    x = frame.drop(columns="y")
    model = encoded(LogisticRegression()).fit(x, frame["y"])
    skops.io.dump(model, tmp_path / "model.skops")
    ours = pretrained(tmp_path / "model.skops", data).predict(data.rows)
    np.testing.assert_array_equal(ours, to_logits(model.predict_proba(x), data.schema))


@pytest.mark.slow
def test_a_pipeline_that_was_fitted_on_adult(tmp_path) -> None:
    from tscbench import Fetch, Unavailable

    try:
        data = REGISTRY.bind("dataset", "adult")(fetch=Fetch(offline=True))
    except Unavailable:
        pytest.skip("adult is not on this machine: tscbench data fetch adult")
    frame = to_frame(data.rows.x, data.schema)
    rows, y = slice(0, 3000), np.array(data.schema.classes)[data.rows.y]
    texts = [c for c, levels in zip(data.schema.columns, data.schema.levels, strict=True) if levels]
    model = encoded(GradientBoostingClassifier(n_estimators=5), columns=texts)
    joblib.dump(model.fit(frame[rows], y[rows]), tmp_path / "model.joblib")
    ours = pretrained(tmp_path / "model.joblib", data).predict(data.rows)
    np.testing.assert_array_equal(ours, to_logits(model.predict_proba(frame), data.schema))
