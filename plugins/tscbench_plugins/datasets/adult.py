"""Adult: who earned more than 50,000 dollars a year in the US census of 1994.

Origin: Kohavi and Becker, UCI, as OpenML 1590 holds it (training and test file together).
Licence: CC BY 4.0. 48,842 rows, 6 numeric and 8 categorical columns; 23.93 % >50K, the positive
class; 6,465 values are missing, all of them categorical.
"""

from dataclasses import replace
from typing import Any, Literal

import numpy as np

from tscbench import Data, Fetch, dataset
from tscbench.tabular import from_frame


@dataset(
    source="Kohavi, 1996, Scaling up the accuracy of naive-Bayes classifiers: a decision-tree "
    "hybrid; OpenML 1590",
    requires=("openml", "pandas"),
)
def adult(fetch: Fetch, *, categories: Literal["levels", "ordinal", "one_hot"] = "levels") -> Data:
    """Income >50K (positive) or not: 48,842 rows, 6 numeric, 8 categorical columns, OpenML 1590.

    Args:
        categories: what models see of a categorical column: its levels; ordinal, their places in
            alphabetical order as numbers, and the mean place of the training rows where the level
            is missing, as in the work on semiparametric inference; or one_hot, a column of 0 and 1
            for each level, all 0 where it is missing.
    """
    frame = fetch.openml(1590).get_data()[0]
    for column in frame.columns[frame.dtypes.map(lambda dtype: dtype.kind == "O")]:
        text = frame[column].astype(object).map(str.strip, na_action="ignore")
        frame[column] = text.mask(text == "?")
    if categories != "levels":
        frame = _as_numbers(frame, one_hot=categories == "one_hot")
    data = from_frame(frame, "class", positive=">50K", name="adult")
    if categories != "ordinal":
        return data
    filled = np.isnan(data.rows.x).any(axis=0)
    return replace(data, schema=replace(data.schema, missing=False), mean_filled=filled)


def _as_numbers(frame: Any, *, one_hot: bool) -> Any:
    """The data frame with its categorical columns as numbers; the class stays."""
    import pandas as pd

    inputs = frame.drop(columns="class")
    texts = [name for name in inputs if not pd.api.types.is_numeric_dtype(inputs[name])]
    if one_hot:
        numbers = pd.get_dummies(inputs, columns=texts, dtype=float)
    else:
        places = inputs[texts].apply(lambda text: text.astype("category").cat.codes)
        numbers = inputs.assign(**places.mask(places < 0))
    return numbers.assign(**{"class": frame["class"]})
