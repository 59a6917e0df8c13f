"""Supervised: any student as a teacher, fitted on the labels of the training rows."""

from tscbench import (
    DataError,
    Loss,
    Predictor,
    Progress,
    Rng,
    Rows,
    Schema,
    Spec,
    labelled_set,
    teacher,
)


@teacher(
    source="the networks that teach in Liu, Fusi & Mackey, 2018, Teacher-Student Compression with "
    "GANs",
    needs=lambda params: params["student"].needs,
    offers=lambda params: params["student"].offers & {"deterministic", "dropout", "features"},
    small={"student": "mlp(epochs=2, hidden=[8])"},
)
def supervised(
    train: Rows, valid: Rows, schema: Schema, rng: Rng, progress: Progress, *, student: Spec
) -> Predictor:
    """The student without a teacher: by cross-entropy if it has that, else by squared error.

    Args:
        student: what is fitted; its own parameters say how.
    """
    if "teacher" in student.plugin.takes:
        raise DataError(f"teacher supervised: {student} asks a teacher itself; choose another")
    loss = Loss.CROSS_ENTROPY if "cross_entropy" in student.offers else Loss.SQUARED
    given = labelled_set(train, schema, loss)
    return student(
        compression_set=given,
        valid=valid,
        train=given.rows,
        schema=schema,
        rng=rng,
        progress=progress,
    )
