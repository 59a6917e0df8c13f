"""Xception, of separable convolutions."""

from tscbench import CompressionSet, Predictor, Progress, Rng, Rows, Schema, student


@student(
    source="Chollet, 2017, Xception: deep learning with depthwise separable convolutions",
    needs={"images"},
    offers={"squared", "cross_entropy", "streaming", "signed_targets", "temperature"},
    requires={"torch"},
)
def xception(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    epochs: int = 100,
    batch: int = 32,
    learning_rate: float = 1e-3,
    patience: int | None = None,
) -> Predictor:
    """36 convolutions, nearly all separable, in residual blocks, fitted by Adam.

    Args:
        epochs: each is as many batches as the training rows fill, for every compression set.
        batch: images per step.
        learning_rate: of Adam; it falls to 0 along a cosine over all epochs.
        patience: stop after so many epochs without a lower validation log loss and return to the
            best epoch; None, or no labelled validation rows, runs all epochs.
    """
    from tscbench.nn import Training, build_xception, fit_student, on_pixels

    return fit_student(
        lambda: on_pixels(compression_set, build_xception(schema)),
        compression_set,
        valid,
        schema,
        rng,
        progress,
        Training(epochs, batch, learning_rate, patience=patience),
    )
