"""Network in network: convolutions with perceptrons on each pixel."""

from tscbench import CompressionSet, Predictor, Progress, Rng, Rows, Schema, student


@student(
    source="Lin, Chen & Yan, 2014, Network in network",
    needs={"images"},
    offers={"squared", "cross_entropy", "streaming", "signed_targets", "temperature", "dropout"},
    requires={"torch"},
)
def nin(
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
    """Nine convolutions, six of them 1 × 1, and global average pooling, fitted by Adam.

    Args:
        epochs: each is as many batches as the training rows fill, for every compression set.
        batch: images per step.
        learning_rate: of Adam; it falls to 0 along a cosine over all epochs.
        dropout: share of each group of channels dropped while training.
        patience: stop after so many epochs without a lower validation log loss and return to the
            best epoch; None, or no labelled validation rows, runs all epochs.
    """
    from tscbench.nn import Training, build_nin, fit_student, on_pixels

    return fit_student(
        lambda: on_pixels(compression_set, build_nin(schema, dropout)),
        compression_set,
        valid,
        schema,
        rng,
        progress,
        Training(epochs, batch, learning_rate, patience=patience),
    )
