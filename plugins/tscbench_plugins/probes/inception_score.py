"""Inception Score: whether a classifier is sure of each synthetic image and sees every class."""

from pathlib import Path
from typing import Literal

import numpy as np

from tscbench import (
    Array,
    Figure,
    Rows,
    Schema,
    probe,
    to_probabilities,
)


@probe(
    source="Salimans et al., 2016, Improved techniques for training GANs",
    needs={"images", "single_label"},
    requires=("torch",),
    small={"n_steps": 3},
    figures={
        "score": Figure("higher", "classes", "of the synthetic images"),
        "real": Figure("", "classes", "of validation images"),
        "accuracy": Figure("", "share", "validation images that the classifier knows"),
    },
)
def inception_score(
    rows: Rows,
    outputs: Array,
    train: Rows,
    valid: Rows,
    schema: Schema,
    *,
    classifier: Literal["own", "teacher"] = "own",
    n_steps: int = 400,
    weights: Path | None = None,
) -> dict[str, float]:
    """exp(mean KL(p(y|x) ‖ p(y))) over all synthetic images, from 1 to the number of classes.

    Without `weights` the classifier is `fit_judge` of `tscbench.nn`, a small network fitted to the
    training images, or the teacher; published scores, of Inception's 1,000 classes of ImageNet, do
    not compare. score: of the synthetic images; real: of validation images; accuracy: of the
    classifier on these. The last two are not defined for the teacher. What repeats one image of
    each class, or is sure of images that look like none, scores as well as real images do.

    Args:
        classifier: own, or teacher, whose answers on the synthetic rows are at hand.
        n_steps: optimisation steps of the own classifier.
        weights: a file of torchvision's weights of Inception-v3, which is then the classifier;
            accuracy is not defined, as its classes are others.
    """
    found = dict.fromkeys(("score", "real", "accuracy"), float("nan"))
    if classifier == "teacher":
        answered = ~np.isnan(outputs).any(axis=1)
        return {**found, "score": score_of(to_probabilities(outputs[answered], schema))}
    from tscbench.nn import fit_judge, inception_judge

    judge = inception_judge(weights) if weights else fit_judge(train, schema, n_steps=n_steps)
    found["score"] = score_of(judge.probabilities(rows.x))
    if len(valid):
        p = judge.probabilities(valid.x)
        found["real"] = score_of(p)
        if not weights:
            found["accuracy"] = float(np.mean(p.argmax(axis=1) == valid.y))
    return found


def score_of(p: Array) -> float:
    """The score of probabilities `(m, k)`; NaN of none."""
    if not len(p):
        return float("nan")
    logs = np.log(p, where=p > 0, out=np.zeros_like(p))
    mean = p.mean(axis=0)
    marginal = np.log(mean, where=mean > 0, out=np.zeros_like(mean))
    return float(np.exp((p * (logs - marginal)).sum(axis=1).mean()))
