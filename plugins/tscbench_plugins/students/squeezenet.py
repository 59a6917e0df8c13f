"""SqueezeNet, which has few parameters."""

from tscbench import CompressionSet, Predictor, Progress, Rng, Rows, Schema, student


@student(
    source="Iandola et al., 2016, SqueezeNet: AlexNet-level accuracy with 50x fewer parameters",
    needs={"images"},
    offers={"squared", "cross_entropy", "streaming", "signed_targets", "temperature", "dropout"},
    requires={"torch"},
)
def squeezenet(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    epochs: int = 100,
    batch: int = 64,
    learning_rate: float = 1e-3,
    dropout: float = 0.5,
    patience: int | None = None,
) -> Predictor:
    """Fire modules, in the version 1.1 of their authors, fitted by Adam.

    Args:
        epochs: each is as many batches as the training rows fill, for every compression set.
        batch: images per step.
        learning_rate: of Adam; it falls to 0 along a cosine over all epochs.
        dropout: share of channels before the last layer dropped while training.
        patience: stop after so many epochs without a lower validation log loss and return to the
            best epoch; None, or no labelled validation rows, runs all epochs.
    """
    from tscbench.nn import Training, build_squeezenet, fit_student, on_pixels

    return fit_student(
        lambda: on_pixels(compression_set, build_squeezenet(schema, dropout)),
        compression_set,
        valid,
        schema,
        rng,
        progress,
        Training(epochs, batch, learning_rate, patience=patience),
    )
