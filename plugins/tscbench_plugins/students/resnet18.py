"""ResNet-18 for small images."""

from tscbench import CompressionSet, Predictor, Progress, Rng, Rows, Schema, student


@student(
    source="He et al., 2016, Deep residual learning for image recognition; trained as by Li, "
    "2018, Knowledge distillation in PyTorch",
    needs={"images"},
    offers={"squared", "cross_entropy", "streaming", "signed_targets", "temperature"},
    requires={"torch"},
)
def resnet18(
    compression_set: CompressionSet,
    valid: Rows,
    schema: Schema,
    rng: Rng,
    progress: Progress,
    *,
    epochs: int = 170,
    batch: int = 128,
    learning_rate: float = 0.1,
    weight_decay: float = 5e-4,
    drops: tuple[float, ...] = (0.88,),
    factor: float = 0.1,
    patience: int | None = None,
) -> Predictor:
    """Four stages of residual blocks, 64 to 512 channels wide, fitted by SGD.

    Args:
        epochs: each is as many batches as the training rows fill, for every compression set.
        batch: images per step.
        learning_rate: of SGD with momentum 0.9, at first.
        weight_decay: shrinks the weights, added to the gradient.
        drops: shares of all epochs after which the learning rate falls.
        factor: by which it falls each time.
        patience: stop after so many epochs without a lower validation log loss and return to the
            best epoch; None, or no labelled validation rows, runs all epochs.
    """
    from tscbench.nn import Training, build_resnet18, falling, fit_student, on_pixels

    return fit_student(
        lambda: on_pixels(compression_set, build_resnet18(schema)),
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
