"""Any table of OpenML, by its id.

Origin and licence: as OpenML states for the id; rows and classes as they are there.
"""

from typing import Literal

from tscbench import Data, DataError, Fetch, dataset
from tscbench.tabular import from_frame


@dataset(
    source="Vanschoren et al., 2014, OpenML: networked science in machine learning",
    requires=("openml",),
)
def openml(
    fetch: Fetch,
    *,
    id: int,
    target: str | None = None,
    positive: str | None = None,
    drop: tuple[str, ...] = (),
    categorical: tuple[str, ...] = (),
    constant: Literal["drop", "keep", "refuse"] = "drop",
) -> Data:
    """The table with this OpenML id; columns that OpenML calls row ids are left out.

    Args:
        id: the number of the dataset on OpenML.
        target: the class column, or several between commas for several labels; by default what
            OpenML names.
        positive: the class that counts as positive, of two; by default the last in sorted order.
        drop: columns to leave out.
        categorical: numeric columns to take as categories.
        constant: leave out columns with one value in all rows, which is said; or keep or refuse
            them.
    """
    table = fetch.openml(id)
    frame = table.get_data()[0]
    named = target or table.default_target_attribute
    if not named:
        has = ", ".join(map(str, frame.columns[:12]))
        raise DataError(f"openml {id}: OpenML names no target; give target=COLUMN (has: {has})")
    several = [] if named in frame else [part.strip() for part in named.split(",")]
    return from_frame(
        frame,
        several if len(several) > 1 else named,
        positive=positive,
        drop=drop,
        categorical=categorical,
        constant=constant,
        name=f"openml {id} ({table.name})",
    )
