"""Images of any size from a generator that doubles a small map."""

from __future__ import annotations

from torch import Tensor


def first_map(size: tuple[int, ...], n_doublings: int) -> tuple[int, ...]:
    """Height and width of the smallest map that is no smaller than `size` once it is doubled.

    >>> first_map((28, 28), 3), first_map((32, 20), 2)
    ((4, 4), (8, 5))
    """
    return tuple(-(-side // 2**n_doublings) for side in size)


def cut_middle(images: Tensor, size: tuple[int, ...]) -> Tensor:
    """The middle `(b, c, *size)` of larger images."""
    top, left = ((a - b) // 2 for a, b in zip(images.shape[2:], size, strict=True))
    return images[:, :, top : top + size[0], left : left + size[1]]
