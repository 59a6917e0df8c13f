"""Breast Cancer Wisconsin (Diagnostic): tumours described by the shapes of their cell nuclei.

Origin: Wolberg, Street and Mangasarian, UCI, as scikit-learn ships it. Licence: CC BY 4.0.
569 rows, 30 numeric columns; 37.26 % malignant, the positive class.
"""

from tscbench import Data, dataset
from tscbench.tabular import from_frame


@dataset(
    source="Street, Wolberg and Mangasarian, 1993, Nuclear feature extraction for breast tumor "
    "diagnosis; UCI",
    requires=("scikit-learn",),
)
def breast_cancer() -> Data:
    """Malignant (positive) or benign tumours: 569 rows, 30 numeric columns; nothing to download."""
    from sklearn.datasets import load_breast_cancer

    loaded = load_breast_cancer(as_frame=True)
    names = dict(enumerate(loaded.target_names))
    frame = loaded.frame.assign(target=loaded.frame["target"].map(names))
    return from_frame(frame, "target", positive="malignant", name="breast_cancer")
