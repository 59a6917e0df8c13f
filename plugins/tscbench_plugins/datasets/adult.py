"""Adult: who earned more than 50,000 dollars a year in the US census of 1994.

Origin: Kohavi and Becker, UCI, as OpenML 1590 holds it (training and test file together).
Licence: CC BY 4.0. 48,842 rows, 6 numeric and 8 categorical columns; 23.93 % >50K, the positive
class; 6,465 values are missing, all of them categorical.
"""

from tscbench import Data, Fetch, dataset
from tscbench.tabular import from_frame


@dataset(
    source="Kohavi, 1996, Scaling up the accuracy of naive-Bayes classifiers: a decision-tree "
    "hybrid; OpenML 1590",
    requires=("openml",),
)
def adult(fetch: Fetch) -> Data:
    """Income >50K (positive) or not: 48,842 rows, 6 numeric, 8 categorical columns, OpenML 1590."""
    frame = fetch.openml(1590).get_data()[0]
    for column in frame.columns[frame.dtypes.map(lambda dtype: dtype.kind == "O")]:
        text = frame[column].astype("str").str.strip()
        frame[column] = text.mask(text == "?")
    return from_frame(frame, "class", positive=">50K", name="adult")
