"""A network of three convolutions and two linear layers."""

from tscbench import CompressionSet, Predictor, Progress, Rng, Rows, Schema, student


@student(
    source="Li, 2018, Knowledge distillation in PyTorch; as a student: Liu, Fusi & Mackey, 2018",
    needs={"images"},
    offers={"squared", "cross_entropy", "streaming", "signed_targets", "temperature", "dropout"},
    requires={"torch"},
)
def cnn5(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    epochs: int = 200,
    batch: int = 128,
    learning_rate: float = 1e-3,
    dropout: float = 0.5,
    patience: int | None = None,
) -> Predictor:
    """Five layers with batch normalisation, fitted by Adam.

    Args:
        epochs: each is as many batches as the training rows fill, for every compression set.
        batch: images per step.
        learning_rate: of Adam, the same in all epochs.
        dropout: share of hidden units dropped while training.
        patience: stop after so many epochs without a lower validation log loss and return to the
            best epoch; None, or no labelled validation rows, runs all epochs.
    """
    from tscbench.nn import Training, build_cnn5, constant, fit_student, on_pixels

    return fit_student(
        lambda: on_pixels(compression_set, build_cnn5(schema, dropout)),
        compression_set,
        valid,
        schema,
        rng,
        progress,
        Training(epochs, batch, learning_rate, schedule=constant, patience=patience),
    )
