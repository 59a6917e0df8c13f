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
def heloc(fetch: Fetch, *, special: Literal["keep", "missing"] = "keep") -> Data:
    """Bad (positive: 90 days overdue in two years) or Good: 10,459 rows, 23 columns, OpenML 46932.

    Args:
        special: what becomes of the codes -7, -8 and -9: kept as numbers, or missing values.
    """
    frame = fetch.openml(46932).get_data()[0]
    if special == "missing":
        numbers = frame.columns.drop("RiskPerformance")
        frame[numbers] = frame[numbers].mask(frame[numbers].isin([-7, -8, -9]))
    return from_frame(frame, "RiskPerformance", positive="Bad", name="heloc")
