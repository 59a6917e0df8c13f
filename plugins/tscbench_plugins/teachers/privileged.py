"""Privileged: a student as teacher, fitted on both views of the training rows."""

from collections.abc import Mapping
from typing import Any, Literal

from tscbench import (
    Array,
    DataError,
    Loss,
    Predictor,
    Progress,
    Rng,
    Rows,
    Schema,
    Spec,
    SpecError,
    labelled_set,
    teacher,
)
from tscbench.tabular import joined_views, numeric_schema


def _needs(params: Mapping[str, Any]) -> frozenset[str]:
    inner = params["student"]
    if "images" in inner.needs:
        raise SpecError(
            f"teacher privileged: {inner} needs images, and both views together are a table; give "
            "a student of tables, such as mlp"
        )
    return inner.needs - {"tabular", "numeric"} | {"privileged", "complete", "numeric"}


@teacher(
    source="Vapnik & Vashist, 2009, Learning using privileged information; Lopez-Paz, Bottou, "
    "Schölkopf & Vapnik, 2016, Unifying distillation and privileged information",
    needs=_needs,
    offers=lambda params: {"reads_privileged"} | (params["student"].offers & {"deterministic"}),
    small={"student": "mlp(epochs=2, hidden=[8])"},
)
def privileged(
    train: Rows,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    student: Spec,
    join: Literal["concatenate", "product", "alone"] = "concatenate",
) -> Predictor:
    """The student without a teacher, on a table of both views of the rows, images being flattened.

    It learns by cross-entropy if it has that, else by squared error. Its own students never see the
    second view: that is what they may learn of from its answers.

    Args:
        student: what is fitted; its own parameters say how.
        join: both views side by side, their product number by number, or the second one alone.
    """
    if "teacher" in student.plugin.takes:
        raise DataError(f"teacher privileged: {student} asks a teacher itself; choose another")
    loss = Loss.CROSS_ENTROPY if "cross_entropy" in student.offers else Loss.SQUARED
    both = _joined(train, join)
    inner = numeric_schema(schema, both.x.shape[1])
    given = labelled_set(both, inner, loss)
    fitted = student(
        compression_set=given,
        valid=_joined(valid, join),
        train=given.rows,
        schema=inner,
        rng=rng,
        progress=_unjudged(progress),
    )

    def predict(rows: Rows) -> Array:
        return fitted.predict(_joined(rows, join))

    return Predictor(predict, size=fitted.size, history=fitted.history, device=fitted.device)


def _joined(rows: Rows, join: str) -> Rows:
    return Rows(joined_views(rows, join), rows.y, rows.id)


def _unjudged(progress: Progress) -> Progress:
    """The harness judges models on rows of the first view alone."""
    return Progress(show=progress.show, saved=progress.saved, save=progress.save)
