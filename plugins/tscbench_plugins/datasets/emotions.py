"""Emotions: which of six emotions a piece of music carries; several may hold at once.

Origin: Trohidis, Tsoumakas, Kalliris and Vlahavas, as OpenML 40589 holds it. Licence: listed as
public there. 593 rows, 72 numeric columns, 6 labels (1.868 a row); positive is TRUE.
"""

from typing import Literal

import numpy as np

from tscbench import Data, Fetch, dataset
from tscbench.tabular import from_frame, take_columns, with_second_view

LABELS = (
    "amazed.suprised",
    "happy.pleased",
    "relaxing.calm",
    "quiet.still",
    "sad.lonely",
    "angry.aggresive",
)


@dataset(
    source="Trohidis et al., 2008, Multi-label classification of music into emotions; OpenML 40589",
    requires=("openml",),
)
def emotions(fetch: Fetch, *, privileged: Literal["timbre"] | None = None) -> Data:
    """Six emotions of music: 593 rows, 72 numeric columns, several labels, OpenML 40589.

    Args:
        privileged: timbre leaves the 8 columns of rhythm, and the 64 of timbre to teachers alone.
    """
    data = from_frame(fetch.openml(40589).get_data()[0], LABELS, name="emotions")
    if privileged is None:
        return data
    rhythm = np.array([name.startswith("BH") for name in data.schema.columns])
    return with_second_view(take_columns(data, rhythm), data.rows.x[:, ~rhythm], "emotions")
