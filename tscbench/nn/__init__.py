"""The kit for neural plugins. It imports torch: import it inside the plugin's function."""

from tscbench.nn.architectures.inception import build_inception
from tscbench.nn.architectures.lenets import build_cnn5, build_lenet_slim, build_lenet_tsc
from tscbench.nn.architectures.nin import build_nin
from tscbench.nn.architectures.resnets import build_resnet, build_resnet18, build_wide_resnet
from tscbench.nn.architectures.squeezenet import build_squeezenet
from tscbench.nn.architectures.xception import build_xception
from tscbench.nn.devices import choose_device, describe_device, seeded_on
from tscbench.nn.extra import Extra
from tscbench.nn.features import features_of
from tscbench.nn.fit import as_it_is, fit_student
from tscbench.nn.fitting import check_finite, count_parameters, seeded
from tscbench.nn.gan.acgan import AcGan, acgan_of, acgan_sampler
from tscbench.nn.gan.critics import Critics
from tscbench.nn.gan.dcgan import (
    DcGan,
    build_critic,
    build_dcgan,
    dcgan_of,
    dcgan_sampler,
    doublings_of,
)
from tscbench.nn.gan.discriminator import ImageDiscriminator
from tscbench.nn.gan.game import fit_acgan
from tscbench.nn.gan.imitation import Imitation, Networks, fit_dcgan
from tscbench.nn.gan.play import Play
from tscbench.nn.gan.sizes import cut_middle, first_map
from tscbench.nn.judge import Judge, fit_judge, inception_judge
from tscbench.nn.losses import batch_loss
from tscbench.nn.networks import fit_network, untrained
from tscbench.nn.pixels import Pixels, less_mean_image, pixels
from tscbench.nn.predictor import module_predictor
from tscbench.nn.settings import learning_rate, make_optimiser
from tscbench.nn.together.kdgan import Stakes, network_of, play_kdgan
from tscbench.nn.together.laws import distance
from tscbench.nn.together.turns import Player, Turns, take_turns
from tscbench.nn.training import student_epoch

__all__ = [
    "AcGan",
    "Critics",
    "DcGan",
    "Extra",
    "ImageDiscriminator",
    "Imitation",
    "Judge",
    "Networks",
    "Pixels",
    "Play",
    "Player",
    "Stakes",
    "Turns",
    "acgan_of",
    "acgan_sampler",
    "as_it_is",
    "batch_loss",
    "build_cnn5",
    "build_critic",
    "build_dcgan",
    "build_inception",
    "build_lenet_slim",
    "build_lenet_tsc",
    "build_nin",
    "build_resnet",
    "build_resnet18",
    "build_squeezenet",
    "build_wide_resnet",
    "build_xception",
    "check_finite",
    "choose_device",
    "count_parameters",
    "cut_middle",
    "dcgan_of",
    "dcgan_sampler",
    "describe_device",
    "distance",
    "doublings_of",
    "features_of",
    "first_map",
    "fit_acgan",
    "fit_dcgan",
    "fit_judge",
    "fit_network",
    "fit_student",
    "inception_judge",
    "learning_rate",
    "make_optimiser",
    "module_predictor",
    "network_of",
    "less_mean_image",
    "pixels",
    "play_kdgan",
    "seeded",
    "seeded_on",
    "student_epoch",
    "take_turns",
    "untrained",
]
