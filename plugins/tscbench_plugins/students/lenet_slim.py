"""The LeNet of TF-slim."""

from tscbench import CompressionSet, Predictor, Progress, Rng, Rows, Schema, student


@student(
    source="LeCun et al., 1998, Gradient-based learning applied to document recognition; the MNIST "
    "teacher of Wang et al., 2018, KDGAN",
    needs={"images"},
    offers={"squared", "cross_entropy", "streaming", "signed_targets", "temperature", "dropout"},
    requires={"torch"},
)
def lenet_slim(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    epochs: int = 100,
    batch: int = 100,
    learning_rate: float = 1e-3,
    dropout: float = 0.5,
    patience: int | None = None,
) -> Predictor:
    """Two convolutions and 1,024 hidden units, fitted by Adam.

    Args:
        epochs: each is as many batches as the training rows fill, for every compression set.
        batch: images per step.
        learning_rate: of Adam, the same in all epochs.
        dropout: share of hidden units dropped while training.
        patience: stop after so many epochs without a lower validation log loss and return to the
            best epoch; None, or no labelled validation rows, runs all epochs.
    """
    from tscbench.nn import Training, build_lenet_slim, constant, fit_student, on_pixels

    return fit_student(
        lambda: on_pixels(compression_set, build_lenet_slim(schema, dropout)),
        compression_set,
        valid,
        schema,
        rng,
        progress,
        Training(epochs, batch, learning_rate, schedule=constant, patience=patience),
    )
