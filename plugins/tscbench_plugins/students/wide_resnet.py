"""Wide residual networks."""

from tscbench import CompressionSet, Predictor, Progress, Rng, Rows, Schema, student


@student(
    source="Zagoruyko & Komodakis, 2016, Wide residual networks",
    needs={"images"},
    offers={"squared", "cross_entropy", "streaming", "signed_targets", "temperature", "dropout"},
    requires={"torch"},
)
def wide_resnet(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    depth: int = 28,
    widen: int = 10,
    dropout: float = 0.3,
    epochs: int = 200,
    batch: int = 128,
    learning_rate: float = 0.1,
    weight_decay: float = 5e-4,
    drops: tuple[float, ...] = (0.3, 0.6, 0.8),
    factor: float = 0.2,
    patience: int | None = None,
) -> Predictor:
    """Three stages of residual blocks of many channels, fitted by SGD.

    Args:
        depth: layers with weights: 6n + 4.
        widen: times the channels of the thin network, 16 to 64.
        dropout: share of features dropped within each block while training.
        epochs: each is as many batches as the training rows fill, for every compression set.
        batch: images per step.
        learning_rate: of SGD with momentum 0.9, at first.
        weight_decay: shrinks the weights, added to the gradient.
        drops: shares of all epochs after which the learning rate falls.
        factor: by which it falls each time.
        patience: stop after so many epochs without a lower validation log loss and return to the
            best epoch; None, or no labelled validation rows, runs all epochs.
    """
    from tscbench.nn import Training, build_wide_resnet, falling, fit_student, on_pixels

    return fit_student(
        lambda: on_pixels(
            compression_set,
            build_wide_resnet(schema, depth, widen, dropout),
        ),
        compression_set,
        valid,
        schema,
        rng,
        progress,
        Training(
            epochs,
            batch,
            learning_rate,
            "sgd",
            weight_decay=weight_decay,
            schedule=falling(drops, factor),
            patience=patience,
        ),
    )
