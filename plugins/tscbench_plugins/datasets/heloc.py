"""HELOC: lines of credit on a home, of the FICO explainable machine learning challenge.

Origin: FICO, 2018, as OpenML 46932 holds it. Licence: listed as public there; the terms of the
challenge apply. 10,459 rows, 23 numeric columns; 52.19 % Bad, the positive class. Three codes are
no measurements: -7 condition not met, -8 no usable trades, -9 no record (588 rows throughout).
"""

from typing import Literal

from tscbench import Data, Fetch, dataset
from tscbench.tabular import from_frame


@dataset(
    source="FICO, 2018, Explainable machine learning challenge; OpenML 46932",
    requires=("openml",),
)
def heloc(
    fetch: Fetch,
    *,
    special: Literal["keep", "missing", "merged"] = "keep",
    positive: Literal["Bad", "Good"] = "Bad",
) -> Data:
    """Bad (positive: 90 days overdue in two years) or Good: 10,459 rows, 23 columns, OpenML 46932.

    Args:
        special: what becomes of the codes -7, -8 and -9: kept as numbers; missing values; or
            merged into -9, and rows that hold no measurement left out, as in the work on
            semiparametric inference.
        positive: the class that comes second; Good in that work.
    """
    frame = fetch.openml(46932).get_data()[0]
    numbers = frame.columns.drop("RiskPerformance")
    codes = frame[numbers].isin([-7, -8, -9])
    if special == "missing":
        frame[numbers] = frame[numbers].mask(codes)
    if special == "merged":
        frame[numbers] = frame[numbers].mask(codes, -9)
        frame = frame[~codes.all(axis=1)]
    return from_frame(frame, "RiskPerformance", positive=positive, name="heloc")
