"""StumbleUpon Evergreen: pages that stay of interest against those that pass.

Origin: StumbleUpon, Kaggle, 2013; train.tsv as Kaggle gives it to those who accept its terms. It is
never downloaded here. Licence: the rules of the competition. 7,395 rows, 21 numeric columns; the
positive class is 1, evergreen. Page texts are left out, so these are not the 29 text scores that
papers have used under this name.
"""

from pathlib import Path

from tscbench import Data, DataError, dataset
from tscbench.tabular import MISSING, from_frame, read_table

LEFT_OUT = ("url", "urlid", "boilerplate", "alchemy_category", "framebased")


@dataset(
    source="StumbleUpon, 2013, Evergreen classification challenge; Kaggle", requires=("pandas",)
)
def evergreen(*, path: Path = Path("evergreen.tsv")) -> Data:
    """Evergreen (1, positive) or ephemeral pages: the numeric columns of your own train.tsv.

    Args:
        path: Kaggle's train.tsv; `?` is missing. Left out are the texts, `urlid`, which numbers
            the pages, and `framebased`, which is 0 in every row.
    """
    frame = read_table(path, missing=(*MISSING, "?"))
    if "label" not in frame:
        raise DataError(f"{path}: no column 'label'; must be Kaggle's train.tsv, not its test.tsv")
    left_out = [column for column in LEFT_OUT if column in frame]
    return from_frame(frame, "label", positive="1", drop=left_out, name="evergreen")
