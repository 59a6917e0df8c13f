"""Scene: tags of natural images, given as 294 colour moments; several may hold at once.

Origin: Boutell, Luo, Shen and Brown, with the split of the Mulan collection. Licence: none stated.
2,407 rows (1,211 training, 1,196 test), 294 numeric columns, 6 labels (1.074 a row); positive is 1.
"""

from pathlib import Path
from typing import Literal

import numpy as np

from tscbench import Array, Data, Rows, dataset
from tscbench.tabular import from_frame, numeric_schema, read_table, with_second_view

LABELS = ("Beach", "Sunset", "FallFoliage", "Field", "Mountain", "Urban")


@dataset(
    source="Boutell et al., 2004, Learning multi-label scene classification; Mulan",
    requires=("pyarrow",),
)
def scene(*, path: Path = Path("scene.parquet"), privileged: Literal["fine"] | None = None) -> Data:
    """Six tags of images: 2,407 rows, 294 numeric columns, several labels, official split.

    Args:
        path: a table with the columns, the six tags, and `split`, which holds train or test.
        privileged: fine leaves 24 columns, the means of each of the six 7 × 7 grids over its four
            quarters, and all 294 to teachers alone: a camera of low resolution.
    """
    data = from_frame(read_table(path), LABELS, test="split", name="scene")
    if privileged is None:
        return data
    x = quarters(data.rows.x)
    rows = Rows(x, data.rows.y, data.rows.id)
    return with_second_view(
        Data(numeric_schema(data.schema, x.shape[1]), rows, data.test), data.rows.x, "scene"
    )


def quarters(x: Array) -> Array:
    """Means over the quarters of 7 × 7 grids, `(n, 49 g)` to `(n, 4 g)`; the first are of 4."""
    grids = x.reshape(len(x), -1, 7, 7)
    halves = [slice(0, 4), slice(4, 7)]
    parts = [grids[:, :, i, j].mean(axis=(2, 3)) for i in halves for j in halves]
    return np.stack(parts, axis=2).reshape(len(x), -1)
