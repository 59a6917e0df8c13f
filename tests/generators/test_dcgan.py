"""DCGANs of every width: the published counts; and the generators that imitate them."""

from hashlib import sha256

import cloudpickle
import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from tscbench_plugins.generators.dcgan import dcgan
from tscbench_plugins.generators.distilled import distilled
from tscbench_plugins.probes.distillation_error import distillation_error
from tscbench_plugins.probes.generator_size import generator_size

from tscbench import Progress, Rows, Sampler, Schema, SpecError
from tscbench.nn import DcGan, build_critic, build_dcgan, count_parameters, dcgan_of, doublings_of

PUBLISHED = {
    2: 28_351,
    4: 62_077,
    8: 145_657,
    16: 377_329,
    32: 1_098_721,
    48: 2_164_177,
    64: 3_573_697,
    128: 12_652_417,
    256: 47_324_929,
}


def images(shape=(1, 8, 8), n=40, seed=0):
    pixels = np.random.default_rng(seed).integers(0, 255, size=(n, *shape))
    return Rows(pixels.astype(np.uint8), None, np.arange(n))


def schema_of(shape):
    return Schema(shape, (2,), modality="images")


def fit(rows=None, progress=None, **more):
    rows = images() if rows is None else rows
    options = {"d": 2, "steps": 2, "batch": 8, "critic_steps": 1, **more}
    progress = progress or Progress()
    rng = np.random.default_rng(0)
    return dcgan(rows, schema_of(rows.x.shape[1:]), rng, progress, **options)


def imitate(teacher, rows=None, progress=None, **more):
    rows = images() if rows is None else rows
    rng = np.random.default_rng(1)
    options = {"d": 1, "steps": 3, **more}
    schema = schema_of(rows.x.shape[1:])
    return distilled(rows, schema, rng, progress or Progress(), teacher, **options)


def drawn(sampler, n=20):
    return sampler.sample(n, np.random.default_rng(1)).tobytes()


def weights(net):
    return sha256(b"".join(v.numpy().tobytes() for v in net.state_dict().values())).hexdigest()


@pytest.mark.parametrize(("d", "count"), PUBLISHED.items())
def test_every_published_width_has_the_published_count(d, count):
    with torch.device("meta"):
        grey, coloured = (count_parameters(build_dcgan(d, c)) for c in (1, 3))
    assert grey == count == 672 * d**2 + 12_831 * d + 1
    assert coloured == count + 2 * (d + 1)


@pytest.mark.parametrize(
    ("teacher", "d", "ratio"),
    [
        (256, 2, 1669),
        (256, 4, 762),
        (256, 8, 325),
        (256, 16, 125),
        (256, 32, 43),
        (256, 64, 13),
        (256, 128, 4),
        (64, 2, 126),
        (64, 4, 58),
        (64, 8, 25),
        (64, 16, 9),
        (64, 32, 3),
        (64, 48, 2),
        (128, 2, 446),
        (128, 4, 204),
        (128, 8, 87),
        (128, 16, 34),
        (128, 32, 12),
        (128, 48, 6),
        (128, 64, 4),
    ],
)
def test_every_published_ratio_is_that_of_the_counts(teacher, d, ratio):
    size = {"parameters": PUBLISHED[d], "teacher_parameters": PUBLISHED[teacher]}
    assert round(generator_size(Sampler(lambda n, rng: None, size=size))["ratio"]) == ratio


@pytest.mark.parametrize(("side", "n"), [(8, 1), (9, 2), (16, 2), (28, 3), (32, 3)])
def test_images_have_the_next_size(side, n):
    assert doublings_of((side, 3)) == n
    made = build_dcgan(2, 3, n_doublings=n)(torch.randn(5, 100))
    assert made.shape == (5, 3, 4 * 2**n, 4 * 2**n) and made.abs().max() <= 1
    for norm in (True, False):
        assert build_critic(2, 3, n_doublings=n, norm=norm)(made).shape == (5,)


@pytest.mark.parametrize("loss", ["wgan_gp", "wgan_clip", "gan"])
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 12, 7)])
def test_samples_are_images_like_those_of_the_dataset(shape, loss):
    sampler = fit(images(shape), loss=loss)
    x = sampler.sample(31, np.random.default_rng(0))
    assert x.shape == (31, *shape) and x.dtype == np.uint8
    assert set(sampler.history) == {"critic_loss", "adversarial_loss"}
    again = cloudpickle.loads(cloudpickle.dumps(sampler))
    assert drawn(again) == drawn(sampler) == drawn(fit(images(shape), loss=loss))


def test_clipped_weights_are_clipped_and_a_critic_learns():
    losses = fit(loss="gan", steps=200, critic_steps=1).history["critic_loss"]
    assert len(losses) == 4 and losses[-1] < losses[0]
    clipped = fit(loss="wgan_clip", clip=1e-6, steps=60).history["critic_loss"]
    assert abs(clipped[1]) < abs(clipped[0]) / 10, "but for the first step"


def test_squared_error_reads_no_training_row():
    teacher = fit()
    black = Rows(np.zeros((3, 1, 8, 8), np.uint8), None, np.arange(3))
    assert drawn(imitate(teacher)) == drawn(imitate(teacher, black))
    beside = (imitate(teacher, x, loss="joint", adv_weight=0.5) for x in (images(), black))
    assert len({weights(one.model.generator) for one in beside}) == 2


def test_a_joint_loss_without_weight_is_the_squared_error_to_the_bit():
    teacher = fit()
    alone, joint = imitate(teacher), imitate(teacher, loss="joint", adv_weight=0.0)
    assert drawn(alone) == drawn(joint)
    assert weights(alone.model.generator) == weights(joint.model.generator)
    near = imitate(teacher, loss="joint", adv_weight=1e-12)
    assert set(near.history) == {"critic_loss", "squared_error", "adversarial_loss"}
    first = [s.history["squared_error"][0] for s in (alone, near)]
    assert first[0] == pytest.approx(first[1], rel=1e-3), "the critic has streams of its own"


def test_the_teacher_stays_as_it_is():
    teacher = fit()
    before = weights(teacher.model.generator)
    student = imitate(teacher, loss="joint")
    assert weights(teacher.model.generator) == before == weights(student.model.teacher)
    assert student.size["teacher_parameters"] == teacher.size["parameters"]


@pytest.mark.parametrize("loss", ["mse", "joint"])
def test_an_interrupted_fit_ends_the_same(loss):
    teacher, states = fit(), []
    whole = imitate(
        teacher, progress=Progress(save=lambda make: states.append(make())), loss=loss, steps=120
    )
    resumed = imitate(teacher, progress=Progress(saved=lambda: states[0]), loss=loss, steps=120)
    assert drawn(resumed) == drawn(whole) and resumed.history == whole.history
    assert len(whole.history["squared_error"]) == 3


def test_a_student_learns_its_teacher():
    x = (load_digits().images[:500, None] * (255 / 16)).astype(np.uint8)
    rows = Rows(x, None, np.arange(500))
    teacher = fit(rows, steps=100, batch=64, loss="gan", learning_rate=2e-3)
    student = imitate(teacher, d=8, steps=300, learning_rate=0.01)
    found = distillation_error(student, np.random.default_rng(0))
    assert found == distillation_error(student, np.random.default_rng(0))
    assert 0 < found["share"] < 0.1
    assert found["error"] < 0.1 * student.history["squared_error"][0]
    assert np.isnan(distillation_error(teacher, np.random.default_rng(0))["error"])


def test_a_student_of_a_student():
    chain = imitate(imitate(fit(d=4), d=2), d=1)
    assert isinstance(chain.model, DcGan) and chain.size["teacher_parameters"] > 0


def test_what_cannot_be_is_said_in_one_sentence():
    with pytest.raises(SpecError, match="leaves nothing to imitate; it must leave a DCGAN"):
        dcgan_of(Sampler(lambda n, rng: None), "generator distilled(generator=kde)")
    with pytest.raises(ValueError, match="images of 64 × 64 pixels; this network makes 32 × 32"):
        fit(images((1, 64, 64)))
    with pytest.raises(ValueError, match="1 training images; a critic needs two or more"):
        fit(images(n=1))
    said = dcgan.tscbench_plugin.misfit({}, schema_of((3, 64, 64)))
    assert "32 × 32 pixels at most, and images are 64 × 64" in said
    assert not dcgan.tscbench_plugin.misfit({}, schema_of((3, 32, 32)))
