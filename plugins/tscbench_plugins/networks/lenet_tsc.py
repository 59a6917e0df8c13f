"""The LeNet student of teacher-student compression with GANs."""

from typing import Any, Literal

from tscbench import Schema, Training, network


@network(
    source="the CIFAR-10 student of Liu, Fusi & Mackey, 2018, Teacher-Student Compression with "
    "GANs",
    needs={"images"},
    requires={"torch"},
    small={"epochs": 1},
    training=Training(epochs=200, batch=256, learning_rate=1e-4, schedule="constant"),
)
def lenet_tsc(schema: Schema, *, initial: Literal["torch", "published"] = "torch") -> Any:
    """Two convolutions without an activation and 1,024 hidden units, trained by Adam.

    Args:
        initial: the weights before training: torch's own, or those of the released code.
    """
    from tscbench.nn import build_lenet_tsc

    return build_lenet_tsc(schema, initial)
