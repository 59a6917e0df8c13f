"""Student mine: a small network."""

from tscbench import CompressionSet, Predictor, Rng, Schema, student
from tscbench.tabular import fit_codec


@student(
    source="who, year, title",
    needs={"tabular"},
    offers={"squared", "cross_entropy", "signed_targets", "temperature", "streaming"},
    requires=("torch",),
    small={"epochs": 2},
)
def mine(
    compression_set: CompressionSet, schema: Schema, rng: Rng, *, epochs: int = 20
) -> Predictor:
    """One layer of 32 hidden units, fitted by Adam; categories enter one-hot.

    Args:
        epochs: passes, each of as many batches as the training rows fill.
    """
    import torch

    from tscbench.nn import module_predictor, seeded, student_epoch

    codec = fit_codec(compression_set.rows.x, schema)
    with seeded(int(rng.integers(2**31))):
        # Put your network here: codec.width inputs, one logit for each output.
        net = torch.nn.Sequential(
            torch.nn.Linear(codec.width, 32),
            torch.nn.ReLU(),
            torch.nn.Linear(32, schema.outputs[0]),
        )
        adam = torch.optim.Adam(net.parameters(), lr=0.01)
        for _ in range(epochs):
            student_epoch(net, adam, codec.encode, compression_set, schema, rng, batch=32)
    return module_predictor(net, codec.encode, schema)
