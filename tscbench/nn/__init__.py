"""The kit for neural plugins. It imports torch: import it inside the plugin's function."""

from tscbench.nn.devices import choose_device, describe_device, seeded_on
from tscbench.nn.fit import fit_student
from tscbench.nn.fitting import check_finite, count_parameters, seeded
from tscbench.nn.judge import Judge, fit_judge
from tscbench.nn.losses import batch_loss
from tscbench.nn.pixels import Pixels, pixels
from tscbench.nn.predictor import module_predictor
from tscbench.nn.settings import Training, constant, cosine, drops
from tscbench.nn.training import student_epoch

__all__ = [
    "Judge",
    "Pixels",
    "Training",
    "batch_loss",
    "check_finite",
    "choose_device",
    "constant",
    "cosine",
    "count_parameters",
    "describe_device",
    "drops",
    "fit_judge",
    "fit_student",
    "module_predictor",
    "pixels",
    "seeded",
    "seeded_on",
    "student_epoch",
]
