"""The LeNet student of teacher-student compression with GANs."""

from tscbench import CompressionSet, Predictor, Progress, Rng, Rows, Schema, student


@student(
    source="the CIFAR-10 student of Liu, Fusi & Mackey, 2018, Teacher-Student Compression with "
    "GANs",
    needs={"images"},
    offers={"squared", "cross_entropy", "streaming", "signed_targets", "temperature"},
    requires={"torch"},
)
def lenet_tsc(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    epochs: int = 200,
    batch: int = 256,
    learning_rate: float = 1e-4,
    patience: int | None = None,
) -> Predictor:
    """Two convolutions without an activation and 1,024 hidden units, fitted by Adam.

    Args:
        epochs: each is as many batches as the training rows fill, for every compression set.
        batch: images per step.
        learning_rate: of Adam, the same in all epochs.
        patience: stop after so many epochs without a lower validation log loss and return to the
            best epoch; None, or no labelled validation rows, runs all epochs.
    """
    from tscbench.nn import Training, build_lenet_tsc, constant, fit_student, on_pixels

    return fit_student(
        lambda: on_pixels(compression_set, build_lenet_tsc(schema)),
        compression_set,
        valid,
        schema,
        rng,
        progress,
        Training(epochs, batch, learning_rate, schedule=constant, patience=patience),
    )
