"""CIFAR-10: small photographs of animals and vehicles, 32 × 32 in colour.

Origin: Krizhevsky, Nair and Hinton, as OpenML 40927 holds it, or the official files. Licence: none
stated. 60,000 rows: 50,000 for training, then the 10,000 official test rows; ten classes of 6,000
each.
"""

import pickle
from pathlib import Path
from typing import Any

import numpy as np

from tscbench import Array, Data, DataError, Fetch, dataset
from tscbench.images import first_rows_train, image_data, pixels_of_frame

CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
BATCHES = (*(f"data_batch_{i}" for i in range(1, 6)), "test_batch")
SHAPE = (3, 32, 32)


@dataset(
    source="Krizhevsky, 2009, Learning multiple layers of features from tiny images; OpenML 40927",
    requires=("openml",),
)
def cifar10(fetch: Fetch, *, path: Path | None = None) -> Data:
    """Ten classes of colour images, 32 × 32: 50,000 for training and 10,000 official test rows.

    Args:
        path: the folder of the official batches, cifar-10-batches-py or cifar-10-batches-bin; by
            default OpenML 40927 is taken.
    """
    if path is None:
        frame = fetch.openml(40927).get_data()[0]
        x, y = pixels_of_frame(frame, "class", SHAPE, CLASSES, name="cifar10")
        test = first_rows_train(y, (5000,) * 10, name="cifar10")
        return image_data(x, y, CLASSES, name="cifar10", test=test)
    batches = [_batch(path, name) for name in BATCHES]
    x, y = (np.concatenate(arrays) for arrays in zip(*batches, strict=True))
    test = np.arange(len(y)) >= len(y) - len(batches[-1][1])
    return image_data(x, y, CLASSES, name=f"cifar10 {path}", test=test)


def _batch(folder: Path, name: str) -> tuple[Array, Array]:
    """Images and classes of one batch, of the binary version or the Python version."""
    binary, pickled = folder / f"{name}.bin", folder / name
    if binary.is_file():
        values = np.fromfile(binary, np.uint8)
        rows = values[: len(values) // 3073 * 3073].reshape(-1, 3073)
        if rows.size != values.size:
            raise DataError(
                f"{binary}: {values.size} bytes; each image has 3073: get the file anew"
            )
        return rows[:, 1:].reshape(-1, *SHAPE), rows[:, 0]
    if not pickled.is_file():
        raise DataError(
            f"cifar10 {folder}: no {name} and no {name}.bin; path must be the folder "
            "cifar-10-batches-py or cifar-10-batches-bin of the official archives"
        )
    try:
        with pickled.open("rb") as file:
            found = _Arrays(file, encoding="bytes").load()
        return np.asarray(found[b"data"], np.uint8).reshape(-1, *SHAPE), np.array(found[b"labels"])
    except Exception as error:  # whatever a damaged pickle raises
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise DataError(f"{pickled}: is no batch of CIFAR-10 ({what}); get it anew") from error


class _Arrays(pickle.Unpickler):
    """Reads numpy arrays and plain values alone: a pickle may run anything else."""

    def find_class(self, module: str, name: str) -> Any:
        arrays = module.partition(".")[0] == "numpy" and name in {
            "_reconstruct",
            "_frombuffer",
            "ndarray",
            "dtype",
        }
        if not arrays and (module, name) != ("_codecs", "encode"):
            raise pickle.UnpicklingError(f"it refers to {module}.{name}")
        return super().find_class(module, name)
