"""Teacher mine: extremely randomised trees."""

import numpy as np

from tscbench import Array, Predictor, Rng, Rows, Schema, teacher, to_logits
from tscbench.tabular import in_blocks, tree_size


@teacher(source="who, year, title", needs={"tabular", "single_label"}, requires=("scikit-learn",))
def mine(train: Rows, schema: Schema, rng: Rng, *, n_trees: int = 50) -> Predictor:
    """The mean class shares of trees that split at random places.

    Args:
        n_trees: trees in the ensemble.
    """
    from sklearn.ensemble import ExtraTreesClassifier

    # Fit your model here: on train.x and train.y, with a seed from rng.
    model = ExtraTreesClassifier(n_trees, random_state=int(rng.integers(2**31)))
    model.fit(train.x, train.y)
    n_classes = schema.outputs[0]

    def answer(x: Array) -> Array:
        p = np.zeros((len(x), n_classes))  # a class that train lacks keeps probability 0
        p[:, model.classes_] = model.predict_proba(x)
        return to_logits(p, schema)

    size = tree_size([member.tree_ for member in model.estimators_])
    return Predictor(lambda rows: in_blocks(answer, rows.x, n_classes), size=size)
