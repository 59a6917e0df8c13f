"""Scene: tags of natural images, given as 294 colour moments; several may hold at once.

Origin: Boutell, Luo, Shen and Brown, with the split of the Mulan collection. Licence: none stated.
2,407 rows (1,211 training, 1,196 test), 294 numeric columns, 6 labels (1.074 a row); positive is 1.
"""

from pathlib import Path

from tscbench import Data, dataset
from tscbench.tabular import from_frame, read_table

LABELS = ("Beach", "Sunset", "FallFoliage", "Field", "Mountain", "Urban")


@dataset(
    source="Boutell et al., 2004, Learning multi-label scene classification; Mulan",
    requires=("pyarrow",),
)
def scene(*, path: Path = Path("scene.parquet")) -> Data:
    """Six tags of images: 2,407 rows, 294 numeric columns, several labels, official split.

    Args:
        path: a table with the columns, the six tags, and `split`, which holds train or test.
    """
    return from_frame(read_table(path), LABELS, test="split", name="scene")
