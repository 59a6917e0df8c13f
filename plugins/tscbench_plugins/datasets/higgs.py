"""HIGGS, 98,050 collisions: a process that makes Higgs bosons against background (simulated).

Origin: Baldi, Sadowski and Whiteson, UCI, the sample that OpenML 23512 holds. Licence: CC BY 4.0.
98,050 rows, 28 numeric columns (21 measured, 7 derived); 52.86 % signal (1), the positive class.
"""

from tscbench import Data, Fetch, dataset
from tscbench.tabular import from_frame


@dataset(
    source="Baldi, Sadowski and Whiteson, 2014, Searching for exotic particles in high-energy "
    "physics with deep learning; OpenML 23512",
    requires=("openml",),
)
def higgs(fetch: Fetch) -> Data:
    """Signal (1, positive) or background: 98,050 rows, 28 numeric columns, OpenML 23512."""
    frame = fetch.openml(23512).get_data()[0]
    return from_frame(frame, "class", positive="1", name="higgs")
