"""Datasets of images: against published facts where this machine holds them, and bad folders."""

import hashlib
import pickle
import struct

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from tscbench_plugins.datasets.cifar10 import BATCHES, cifar10
from tscbench_plugins.datasets.cifar10_40k import cifar10_40k
from tscbench_plugins.datasets.digits import digits
from tscbench_plugins.datasets.fashion_mnist import fashion_mnist
from tscbench_plugins.datasets.image_folder import image_folder
from tscbench_plugins.datasets.mnist import TRAINING, mnist

from tscbench import DataError, Fetch


def idx_md5(data, part):
    """MD5 of the official file of images that these rows would make."""
    x = data.rows.x[part]
    return hashlib.md5(struct.pack(">iiii", 2051, len(x), 28, 28) + x.tobytes()).hexdigest()


@pytest.mark.parametrize(
    ("plugin", "id", "train", "test"),
    [
        (mnist, 554, "6bbc9ace898e44ae57da46a324031adb", "2646ac647ad5339dbf082846283269ea"),
        (
            fashion_mnist,
            40996,
            "f4a8712d7a061bf5bd6d2ca38dc4d50a",
            "8181f5470baa50b63fa0f6fddb340f0a",
        ),
    ],
)
def test_pixels_are_those_of_the_official_files(plugin, id, train, test, staged):
    data = plugin(staged(id))
    assert data.rows.x.shape == (70000, 1, 28, 28) and data.rows.x.dtype == np.uint8
    assert data.schema.outputs == (10,) and len(data.schema.classes) == 10
    assert "images" in data.schema.facts and data.test.sum() == 10000
    assert idx_md5(data, ~data.test) == train and idx_md5(data, data.test) == test


def test_cifar10_40k(staged):
    data = cifar10_40k(path=staged("cifar10.npz"))
    assert data.rows.x.shape == (50000, 3, 32, 32) and data.rows.x.dtype == np.uint8
    assert np.bincount(data.rows.y).tolist() == [5000] * 10
    assert data.test.sum() == 10000 and data.test[40000:].all()
    assert data.rows.x.mean() == pytest.approx(120.7076, abs=5e-5)  # as widely published
    assert [data.schema.classes[c] for c in data.rows.y[:3]] == ["frog", "truck", "truck"]


def test_digits_as_images():
    table, images = digits(), digits(form="images")
    assert images.schema.inputs == (1, 8, 8) and images.rows.x.dtype == np.uint8
    assert images.rows.x.min() == 0 and images.rows.x.max() == 255
    levels = np.rint(images.rows.x.reshape(-1, 64) * (16 / 255))
    np.testing.assert_array_equal(levels, table.rows.x)
    np.testing.assert_array_equal(images.rows.y, table.rows.y)
    assert images.schema.classes == table.schema.classes


def pixels(n, colours, side, seed=0):
    return np.random.default_rng(seed).integers(256, size=(n, colours, side, side), dtype=np.uint8)


def frame_of(x, y):
    frame = pd.DataFrame(x.reshape(len(x), -1)).rename(columns=lambda j: f"pixel{j + 1}")
    return frame.assign(**{"class": pd.Series(y).astype("str").astype("category")})


def test_official_test_rows_are_known_by_the_training_rows_before_them(serve, monkeypatch):
    monkeypatch.setattr("tscbench_plugins.datasets.mnist.TRAINING", (2,) * 10)
    x, y = pixels(25, 1, 28), np.arange(25) % 10
    data = mnist(serve(frame_of(x, y)))
    np.testing.assert_array_equal(data.rows.x, x)
    assert data.rows.y.tolist() == y.tolist() and data.test.tolist() == [False] * 20 + [True] * 5
    with pytest.raises(
        DataError, match="mnist: of its 25 rows the first 20 have .* official order"
    ):
        mnist(serve(frame_of(x, y[::-1] // 3)))
    with pytest.raises(DataError, match="of its 20 rows the first 20"):
        mnist(serve(frame_of(x[:20], y[:20])))
    with pytest.raises(DataError, match="mnist: 784 columns of pixels|mnist: 783 columns"):
        mnist(serve(frame_of(x, y).drop(columns="pixel3")))
    with pytest.raises(DataError, match="no whole numbers from 0 to 255"):
        mnist(serve(frame_of(x.astype(float) + 0.5, y)))
    with pytest.raises(DataError, match="class '10'; it must be one of 0, 1, 2"):
        mnist(serve(frame_of(x, y + 1)))


def test_the_counts_of_mnist_are_a_training_part():
    assert sum(TRAINING) == 60000 and len(TRAINING) == 10


def write_batches(folder, binary):
    """Five batches of four images and a test batch of three, as the official archives hold them."""
    folder.mkdir()
    x, y = pixels(23, 3, 32), np.arange(23) % 10
    starts = [0, 4, 8, 12, 16, 20, 23]
    for name, start, stop in zip(BATCHES, starts[:-1], starts[1:], strict=True):
        part = x[start:stop].reshape(stop - start, -1)
        if binary:
            rows = np.concatenate([y[start:stop, None].astype(np.uint8), part], axis=1)
            rows.tofile(folder / f"{name}.bin")
        else:
            batch = {b"data": part, b"labels": y[start:stop].tolist(), b"batch_label": b"x"}
            (folder / name).write_bytes(pickle.dumps(batch, protocol=2))
    return x, y


@pytest.mark.parametrize("binary", [True, False])
def test_official_batches(tmp_path, binary):
    x, y = write_batches(tmp_path / "batches", binary)
    data = cifar10(Fetch(), path=tmp_path / "batches")
    np.testing.assert_array_equal(data.rows.x, x)
    assert data.rows.y.tolist() == y.tolist()
    assert data.test.tolist() == [False] * 20 + [True] * 3
    assert data.schema.classes[3] == "cat"


def test_batches_that_are_none(tmp_path):
    folder = tmp_path / "batches"
    folder.mkdir()
    with pytest.raises(DataError, match="no data_batch_1 and no data_batch_1.bin; path must be"):
        cifar10(Fetch(), path=folder)
    (folder / "data_batch_1.bin").write_bytes(bytes(3074))
    with pytest.raises(DataError, match="data_batch_1.bin: 3074 bytes; each image has 3073"):
        cifar10(Fetch(), path=folder)


class Evil:
    def __reduce__(self):
        return (print, ("it ran",))


def test_a_batch_runs_nothing(tmp_path, capsys):
    folder = tmp_path / "batches"
    write_batches(folder, binary=False)
    (folder / "data_batch_2").write_bytes(pickle.dumps({b"data": Evil()}))
    with pytest.raises(DataError, match="data_batch_2: is no batch of CIFAR-10 .*builtins.print"):
        cifar10(Fetch(), path=folder)
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x": pixels(2, 3, 32)}, "no array 'y'"),
        ({"x": pixels(2, 3, 32), "y": np.arange(2)}, "no array 'test'"),
        ({"x": pixels(2, 1, 28), "y": np.arange(2), "test": np.ones(2)}, r"\(n, 3, 32, 32\)"),
        (
            {"x": pixels(2, 3, 32) / 255, "y": np.arange(2), "test": np.ones(2)},
            "type float64; they must be .* uint8",
        ),
        ({"x": pixels(2, 3, 32), "y": np.arange(3), "test": np.ones(2)}, r"classes has shape \(3,"),
        ({"x": pixels(2, 3, 32), "y": [0, 10], "test": np.ones(2)}, "class 10; it must be"),
    ],
)
def test_arrays_that_are_no_images(tmp_path, arrays, said):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(DataError, match=said):
        cifar10_40k(path=tmp_path / "a.npz")


def test_a_torn_file_of_arrays(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(DataError, match=r"a\.npz: is not an \.npz of arrays"):
        cifar10_40k(path=tmp_path / "a.npz")


@pytest.fixture
def folder(tmp_path):
    """Twelve cats, nine dogs and eight jars, 12 × 10 in colour; and files that are no images."""
    rng = np.random.default_rng(0)
    for n, name in ((12, "cat"), (9, "dog"), (8, "257.clutter")):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for i in range(n):
            image = Image.fromarray(rng.integers(256, size=(10, 12, 3), dtype=np.uint8))
            image.save(tmp_path / "photos" / name / f"{i}.png")
    (tmp_path / "photos" / "readme.txt").write_text("these are photographs")
    (tmp_path / "photos" / "cat" / "Thumbs.db").write_text("x")
    (tmp_path / "photos" / ".cache").mkdir()
    return tmp_path / "photos"


def load(folder, per_class=(), said=None, **params):
    fetch = Fetch(notice=(said if said is not None else []).append)
    return image_folder(fetch, np.random.default_rng(0), path=folder, per_class=per_class, **params)


def test_a_folder_of_folders(folder):
    data = load(folder, drop=("257.clutter",))
    assert data.rows.x.shape == (21, 3, 10, 12) and data.test is None
    assert data.schema.classes == ("cat", "dog")
    assert data.rows.y.tolist() == [0] * 12 + [1] * 9
    second = np.asarray(Image.open(folder / "cat" / "1.png"))  # 1 follows 0 in order of names
    np.testing.assert_array_equal(data.rows.x[1], second.transpose(2, 0, 1))


def test_training_and_test_rows_of_each_class(folder):
    said = []
    data = load(folder, (7, 2), said)
    assert data.schema.classes == ("257.clutter", "cat", "dog")
    for code, n_train in ((0, 6), (1, 7), (2, 7)):
        mine = data.rows.y == code
        assert (mine & ~data.test).sum() == n_train and (mine & data.test).sum() == 2
    assert len(np.unique(data.rows.x.reshape(26, -1), axis=0)) == 26, "no image twice"
    assert said == [
        "image_folder photos: 1 of 3 classes have fewer than 9 images; they give 6 or more"
    ]
    assert load(folder, (7, 2)).rows.x.tobytes() == data.rows.x.tobytes()


def test_images_are_scaled_and_converted(folder):
    Image.new("RGB", (40, 30), (10, 20, 30)).save(folder / "cat" / "large.jpg", quality=95)
    Image.new("L", (8, 8), 77).save(folder / "dog" / "grey.png")
    Image.new("P", (12, 10)).save(folder / "dog" / "palette.gif")
    data = load(folder, size=6, mode="RGB")
    assert data.rows.x.shape == (32, 3, 6, 6)
    large, grey = data.rows.x[8 + 12], data.rows.x[8 + 13 + 9]
    np.testing.assert_allclose(large.mean(axis=(1, 2)), [10, 20, 30], atol=2)
    assert (grey == 77).all()
    assert load(folder, size=6, mode="L").rows.x.shape == (32, 1, 6, 6)


def torn(folder):
    path = folder / "dog" / "3.png"
    path.write_bytes(path.read_bytes()[:60])
    (folder / "dog" / "5.png").write_text("no image")


BAD = {
    "another size": (
        lambda f: Image.new("RGB", (9, 10)).save(f / "dog" / "x.png"),
        r"dog/x\.png has 9 × 10 pixels, and others 12 × 10; give size=10",
    ),
    "another mode": (
        lambda f: Image.new("L", (12, 10)).save(f / "dog" / "x.png"),
        r"dog/x\.png has mode L, and others RGB; give mode=RGB",
    ),
    "an odd mode": (
        lambda f: Image.new("CMYK", (12, 10)).save(f / "dog" / "x.jpg"),
        r"dog/x\.jpg has mode CMYK; it must be RGB or L",
    ),
    "unreadable": (
        torn,
        r"dog/3\.png does not read as an image \(.*\) and 1 others; mend or remove",
    ),
    "one image": (
        lambda f: [p.unlink() for p in sorted((f / "dog").iterdir())[1:]],
        "class 'dog' has one image; each class needs two or more",
    ),
    "no image": (
        lambda f: [p.unlink() for p in (f / "dog").iterdir()],
        "class 'dog' has no image; each class needs two or more",
    ),
}


@pytest.mark.parametrize("bad", BAD)
def test_bad_folders_are_one_sentence(folder, bad):
    spoil, said = BAD[bad]
    spoil(folder)
    with pytest.raises(DataError, match=f"image_folder .*photos: .*{said}") as caught:
        load(folder)
    assert "\n" not in str(caught.value)


def test_folders_that_hold_no_classes(folder, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="class 'empty' has no image, and 1 more are short"):
        load(tmp_path)
    with pytest.raises(DataError, match="empty: holds 0 folders to take; it must hold two or more"):
        load(tmp_path / "empty")
    with pytest.raises(DataError, match="holds 1 folders to take"):
        load(folder, drop=("cat", "dog"))
    with pytest.raises(DataError, match=r"readme\.txt: is a file; path must be a folder"):
        load(folder / "readme.txt")
    with pytest.raises(DataError, match="no class 'bird' to drop"):
        load(folder, drop=("bird",))
    with pytest.raises(DataError, match=r"per_class=\[3\]; it must be \[training, test\]"):
        load(folder, (3,))
