"""The kit for neural plugins. It imports torch: import it inside the plugin's function."""

from tscbench.nn.fitting import check_finite, count_parameters, pick_device, seeded
from tscbench.nn.losses import batch_loss
from tscbench.nn.predictor import module_predictor
from tscbench.nn.training import student_epoch

__all__ = [
    "batch_loss",
    "check_finite",
    "count_parameters",
    "module_predictor",
    "pick_device",
    "seeded",
    "student_epoch",
]
