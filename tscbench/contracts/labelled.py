"""The compression set of what learns from labels alone: a teacher that is a student or network."""

from __future__ import annotations

import numpy as np

from tscbench.contracts.compression_set import CompressionSet
from tscbench.contracts.errors import DataError
from tscbench.contracts.scales import one_hot
from tscbench.contracts.types import Loss, Rows, Schema, Targets


def labelled_set(train: Rows, schema: Schema, loss: Loss = Loss.CROSS_ENTROPY) -> CompressionSet:
    """The labelled training rows, each with its label as target; those without are left out.

    Raises:
        DataError: the rows come without labels.
    """
    if train.y is None:
        raise DataError("the training rows have no labels to learn from")
    truth = one_hot(train.y, schema)
    known = np.asarray(~np.isnan(truth.reshape(len(truth), -1)).any(axis=1))
    rows = train.take(known)
    return CompressionSet(
        rows,
        None,
        rows.y,
        (Targets(truth[known], loss),),
        len(rows),
        n_left_out=int((~known).sum()),
        real=np.ones(len(rows), bool),
    )
