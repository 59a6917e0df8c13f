"""MAGIC gamma telescope: images of air showers, gamma rays against hadrons (simulated).

Origin: Bock and others, UCI, as OpenML 1120 holds it. Licence: CC BY 4.0.
19,020 rows, 10 numeric columns; 64.84 % gamma (g), the positive class. 115 rows are repeats.
"""

from typing import Literal

from tscbench import Data, Fetch, dataset
from tscbench.tabular import from_frame

COLUMNS = (
    "fLength",
    "fWidth",
    "fSize",
    "fConc",
    "fConc1",
    "fAsym",
    "fM3Long",
    "fM3Trans",
    "fAlpha",
    "fDist",
)


@dataset(
    source="Bock et al., 2004, Methods for multidimensional event classification: a case study "
    "using images from a Cherenkov gamma-ray telescope; OpenML 1120",
    requires=("openml",),
)
def magic(fetch: Fetch, *, positive: Literal["g", "h"] = "g") -> Data:
    """Gamma rays (positive) or hadrons: 19,020 rows, 10 numeric columns, OpenML 1120.

    Args:
        positive: the class that comes second, on whose log-probability some students regress alone;
            h, the hadrons, in the work on semiparametric inference.
    """
    frame = fetch.openml(1120).get_data()[0].rename(columns=lambda c: c.rstrip(":"))
    # The rows are sorted by class, so that a row number among the columns would give it away.
    return from_frame(frame[[*COLUMNS, "class"]], "class", positive=positive, name="magic")
