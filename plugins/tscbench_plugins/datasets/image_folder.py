"""Your own images: a folder that holds a folder for each class, as Caltech-256 comes.

Origin, licence and rows: those of the folder.
"""

from pathlib import Path
from typing import Any, Literal

import numpy as np

from tscbench import Array, Data, DataError, Fetch, Rng, dataset
from tscbench.images import image_data

SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}


@dataset(
    source="the folder that path names; Caltech-256: Griffin, Holub and Perona, 2007, Caltech-256 "
    "object category dataset",
    requires=("pillow",),
    small={"per_class": (8, 2), "size": 16},
)
def image_folder(
    fetch: Fetch,
    rng: Rng,
    *,
    path: Path,
    per_class: tuple[int, ...] = (100, 20),
    size: int | None = None,
    mode: Literal["RGB", "L"] | None = None,
    drop: tuple[str, ...] = (),
) -> Data:
    """The images in a folder's folders, whose names are the classes.

    Of Caltech-256, `per_class=[100, 20], size=64, mode=RGB, drop=257.clutter` takes 256 classes.
    What is drawn depends on the names of the files alone.

    Args:
        path: the folder; a class is a folder in it, with its images directly inside. Files whose
            names do not end as those of images do are passed over.
        per_class: training and test rows drawn from each class; a class that has fewer images
            gives its test rows first, and the others for training. With [] all images are taken,
            and the split draws the test rows.
        size: images are scaled until the shorter side has so many pixels, and the middle square is
            cut out; by default all images must be of one size.
        mode: colours are converted to RGB or L (grey); by default all must be of one of these.
        drop: classes to leave out.

    Raises:
        DataError: an empty folder or class, a class with one image, images that do not read, or
            that differ in size or mode.
    """
    if per_class and (len(per_class) != 2 or min(per_class) < 1):
        came = f"per_class={list(per_class)}"
        raise DataError(f"image_folder {path}: {came}; it must be [training, test], or []")
    files = _classes(path, drop)
    drawn = {name: _draw(found, per_class, rng) for name, found in files.items()}
    short = [len(train) for train, _ in drawn.values() if per_class and len(train) < per_class[0]]
    if short:
        fetch.notice(
            f"image_folder {path.name}: {len(short)} of {len(files)} classes have fewer than "
            f"{sum(per_class)} images; they give {min(short)} or more"
        )
    chosen, y, test = [], [], []
    for code, parts in enumerate(drawn.values()):
        for is_test, part in enumerate(parts):
            chosen += part
            y += [code] * len(part)
            test += [bool(is_test)] * len(part)
    x = _pixels(chosen, path, size, mode)
    marks = np.array(test) if per_class else None
    return image_data(x, np.array(y), list(files), name=f"image_folder {path}", test=marks)


def _classes(path: Path, drop: tuple[str, ...]) -> dict[str, list[Path]]:
    """The image files of each class, in the order of their names."""
    if not path.is_dir():
        raise DataError(f"image_folder {path}: is a file; path must be a folder of folders")
    folders = sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith("."))
    if absent := [name for name in drop if name not in {p.name for p in folders}]:
        raise DataError(f"image_folder {path}: no class {absent[0]!r} to drop")
    found = {p.name: _images(p) for p in folders if p.name not in drop}
    if len(found) < 2:
        raise DataError(
            f"image_folder {path}: holds {len(found)} folders to take; it must hold two or more, "
            "one for each class"
        )
    if lacking := [name for name, files in found.items() if len(files) < 2]:
        more = f", and {len(lacking) - 1} more are short" if len(lacking) > 1 else ""
        has = ("no image", "one image")[len(found[lacking[0]])]
        raise DataError(
            f"image_folder {path}: class {lacking[0]!r} has {has}{more}; each class needs two or "
            f"more: add some, or give drop={lacking[0]}"
        )
    return found


def _images(folder: Path) -> list[Path]:
    kept = (p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES)
    return sorted(p for p in kept if not p.name.startswith("."))


def _draw(files: list[Path], per_class: tuple[int, ...], rng: Rng) -> tuple[list[Path], list[Path]]:
    """Files for training and for testing; at least one for training."""
    if not per_class:
        return files, []
    n_train, n_test = per_class
    shuffled = [files[i] for i in rng.permutation(len(files))]
    n_test = min(n_test, len(files) - 1)
    return shuffled[n_test : n_test + n_train], shuffled[:n_test]


def _pixels(files: list[Path], path: Path, size: int | None, mode: str | None) -> Array:
    """`(n, c, h, w)` uint8 of the files; each is tried before any is said not to read."""
    x, first, broken = np.empty(0, np.uint8), ((0, 0), ""), []
    for i, file in enumerate(files):
        try:
            image = _read(file, size, mode)
        except Exception as error:  # each format's reader has errors of its own
            broken.append((file, error))
            continue
        if not x.size:
            first = (image.size, image.mode)
            x = np.empty((len(files), len(image.getbands()), image.height, image.width), np.uint8)
        _check_alike(image, file, first, path)
        x[i] = np.asarray(image).reshape(image.height, image.width, -1).transpose(2, 0, 1)
    if broken:
        file, error = broken[0]
        more = f" and {len(broken) - 1} others" if len(broken) > 1 else ""
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        raise DataError(
            f"image_folder {path}: {file.relative_to(path)} does not read as an image ({what})"
            f"{more}; mend or remove what does not read"
        )
    return x


def _read(file: Path, size: int | None, mode: str | None) -> Any:
    """A pillow image, converted and scaled as wanted."""
    from PIL import Image, ImageOps

    with Image.open(file) as image:
        image = image.convert(mode) if mode else image.copy()
    return ImageOps.fit(image, (size, size), Image.Resampling.BICUBIC) if size else image


def _check_alike(image: Any, file: Path, first: tuple[tuple[int, int], str], path: Path) -> None:
    where = f"image_folder {path}: {file.relative_to(path)}"
    if image.mode not in ("RGB", "L"):
        raise DataError(f"{where} has mode {image.mode}; it must be RGB or L: give mode=RGB")
    if image.mode != first[1]:
        cure = "give mode=RGB, or mode=L"
        raise DataError(f"{where} has mode {image.mode}, and others {first[1]}; {cure}")
    if image.size != first[0]:
        here, others = (" × ".join(map(str, wide_high)) for wide_high in (image.size, first[0]))
        cure = f"give size={min(first[0])}, say, which scales and cuts"
        raise DataError(f"{where} has {here} pixels, and others {others}; {cure}")
