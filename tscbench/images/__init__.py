"""Kit for images: datasets from pixels and files, standard augmentation, a picture of many."""

from importlib import import_module

_PUBLIC = {
    "tscbench.images.affine": "affine_images",
    "tscbench.images.augment": "augment_images crop_images flip_images shift_colours",
    "tscbench.images.data": "first_rows_train image_data pixels_of_frame read_images",
    "tscbench.images.grid": "image_grid",
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names.split()}
__all__ = sorted(_HOME)  # noqa: PLE0605  imported when first used, as in `tscbench` itself


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'tscbench.images' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
