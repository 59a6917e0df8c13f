"""Residual networks for small images, 16 to 64 channels wide."""

from tscbench import CompressionSet, Predictor, Progress, Rng, Rows, Schema, student


@student(
    source="He et al., 2016, Deep residual learning for image recognition, section 4.2; trained as "
    "by Dao et al., 2021, Knowledge distillation as semiparametric inference",
    needs={"images"},
    offers={"squared", "cross_entropy", "streaming", "signed_targets", "temperature"},
    requires={"torch"},
)
def resnet(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    depth: int = 20,
    epochs: int = 100,
    batch: int = 128,
    learning_rate: float = 0.1,
    weight_decay: float = 5e-4,
    drops: tuple[float, ...] = (0.4, 0.6, 0.8),
    factor: float = 0.2,
    patience: int | None = None,
) -> Predictor:
    """Three stages of residual blocks, fitted by SGD.

    Args:
        depth: layers with weights: 6n + 2 (8, 14, 20, 32, 44, 56); or 10, which has four stages.
        epochs: each is as many batches as the training rows fill, for every compression set.
        batch: images per step.
        learning_rate: of SGD with momentum 0.9, at first.
        weight_decay: shrinks the weights, added to the gradient.
        drops: shares of all epochs after which the learning rate falls.
        factor: by which it falls each time.
        patience: stop after so many epochs without a lower validation log loss and return to the
            best epoch; None, or no labelled validation rows, runs all epochs.
    """
    from tscbench.nn import Training, build_resnet, falling, fit_student, on_pixels

    return fit_student(
        lambda: on_pixels(compression_set, build_resnet(schema, depth)),
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
