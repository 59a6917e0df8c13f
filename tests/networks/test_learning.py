"""Networks as students and as teachers: what each plugin adds to the training loop."""

import numpy as np
import pytest

from tscbench import CompressionSet, Loss, Progress, Rows, Schema, SpecError, Targets
from tscbench.registry import discover

REGISTRY = discover()
RNG = np.random.default_rng(0)
SCHEMA = Schema((1, 8, 8), (2,), classes=("dark", "bright"), modality="images")
Y = np.arange(64) % 2
X = (RNG.integers(0, 100, size=(64, 1, 8, 8)) + 100 * Y[:, None, None, None]).astype(np.uint8)
ROWS = Rows(X, Y, np.arange(64))
NONE = ROWS.take(np.arange(0))


def given(x=X, y=Y):
    targets = Targets(np.eye(2)[y], Loss.CROSS_ENTROPY)
    return CompressionSet(Rows(x, y, np.arange(len(x))), None, y, (targets,), len(x))


def student(spec, data=None, schema=SCHEMA):
    return REGISTRY.bind("student", spec)(
        compression_set=data or given(),
        valid=NONE,
        schema=schema,
        rng=np.random.default_rng(0),
        progress=Progress(),
        teacher=None,
        train=ROWS,
    )


def right(predictor, rows=ROWS):
    return (predictor.predict(rows.unlabelled()).argmax(1) == rows.y).mean()


def test_the_perceptron_of_mnist_has_its_published_size():
    schema = Schema((1, 28, 28), (10,), modality="images")
    few = given(np.zeros((4, 1, 28, 28), np.uint8), Y[:4])
    few = CompressionSet(few.rows, None, None, (Targets(np.eye(10)[:4], Loss.SQUARED),), n_train=4)
    fitted = student("mlp(hidden=[800, 800], dropout=0.12, epochs=1)", few, schema)
    assert fitted.size == {"parameters": 1_276_810}


@pytest.mark.parametrize(
    "spec",
    [
        "cnn5(epochs=6, batch=16)",
        "resnet(depth=8, epochs=6, batch=16, learning_rate=0.02)",
        "mlp(hidden=[8], epochs=10, batch=16, learning_rate=0.01)",
    ],
)
def test_a_network_learns_to_tell_dark_from_bright(spec):
    assert right(student(spec)) == 1.0


def test_any_student_teaches_when_it_is_fitted_on_labels():
    plugins = ["cnn5(epochs=6, batch=16)", "tree"]
    inputs = {"tree": (ROWS.x.reshape(64, -1).astype(float), table())}
    for spec in plugins:
        x, schema = inputs.get(spec, (X, SCHEMA))
        train = Rows(x, np.where(np.arange(64) < 4, -1, Y), np.arange(64))
        teacher = REGISTRY.bind("teacher", f"supervised(student={spec})")
        fitted = teacher(
            train=train,
            valid=train.take(np.arange(0)),
            schema=schema,
            rng=np.random.default_rng(0),
            progress=Progress(),
        )
        assert right(fitted, Rows(x, Y, np.arange(64))) == 1.0


def table():
    columns = tuple(f"c{j}" for j in range(64))
    return Schema(
        (64,),
        (2,),
        numeric=np.ones(64, bool),
        cardinality=np.zeros(64, int),
        columns=columns,
        classes=("dark", "bright"),
    )


def test_an_augmented_student_meets_changed_images():
    """Left and right differ in training alone; mirrored, they cannot be told apart."""
    x = np.zeros((64, 1, 8, 8), np.uint8)
    x[Y == 0, :, :, :3] = 250
    x[Y == 1, :, :, 5:] = 250
    sides = Rows(x, Y, np.arange(64))
    plain = "mlp(hidden=[8], epochs=10, batch=16, learning_rate=0.01)"
    knows = student(plain, given(x))
    assert right(knows, sides) == 1.0
    mirrored = student(f"augmented(student={plain}, flip=true)", given(x))
    margin = [np.abs(np.diff(fitted.predict(sides))) for fitted in (knows, mirrored)]
    assert margin[1].max() < 0.5 * margin[0].min()
    still = student(f"augmented(student={plain}, flip=false)", given(x))
    assert right(still, sides) == 1.0
    turned = student(f"augmented(student={plain}, flip=false, rotation=180)", given(x))
    margin = [np.abs(np.diff(fitted.predict(sides))) for fitted in (knows, turned)]
    assert margin[1].max() < 0.8 * margin[0].min()


def test_only_students_that_learn_from_batches_are_augmented():
    with pytest.raises(SpecError, match="tree.*does not offer streaming"):
        student("augmented(student=tree)")
