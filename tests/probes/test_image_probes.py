"""Probes of images: against closed forms, other implementations, and the failures they miss."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm
from scipy.signal import convolve2d
from tscbench_plugins.probes.fid import fid, frechet_distance
from tscbench_plugins.probes.inception_score import inception_score, score_of
from tscbench_plugins.probes.kid import kernel_distance, kid
from tscbench_plugins.probes.ms_ssim import WEIGHTS, ms_ssim, similarity

from tscbench import Rows, Schema, to_logits
from tscbench.nn import build_inception, seeded
from tscbench.testing.data import make


def rng(seed=0):
    return np.random.default_rng(seed)


def normal(n, seed, d=5):
    return rng(seed).normal(size=(n, d))


def test_inception_score_of_known_probabilities():
    sure = np.eye(10)[np.arange(200) % 10]
    assert score_of(sure) == pytest.approx(10, rel=1e-12), "sure of every class: their number"
    assert score_of(sure[:1].repeat(50, axis=0)) == 1.0, "all of one class"
    assert score_of(np.full((30, 10), 0.1)) == pytest.approx(1, rel=1e-12), "sure of nothing"
    counts = np.array([5, 3, 2])
    mixed = np.eye(3).repeat(counts, axis=0)
    entropy = -(counts / 10 * np.log(counts / 10)).sum()
    assert score_of(mixed) == pytest.approx(np.exp(entropy), rel=1e-12)
    p = rng().dirichlet(np.ones(4), size=100)
    kl = np.mean([np.sum(row * np.log(row / p.mean(axis=0))) for row in p])
    assert score_of(p) == pytest.approx(np.exp(kl), rel=1e-12)
    assert np.isnan(score_of(p[:0]))


def test_inception_score_of_the_teachers_answers():
    schema = Schema((1, 4, 4), (4,), modality="images")
    p = rng().dirichlet(np.ones(4), size=50)
    outputs = np.vstack([to_logits(p, schema), np.full((2, 4), np.nan)])
    nothing = Rows(np.zeros((52, 1, 4, 4), np.uint8), None, np.full(52, -1))
    found = inception_score(nothing, outputs, nothing, nothing, schema, classifier="teacher")
    assert found["score"] == pytest.approx(score_of(p), rel=1e-6)
    assert np.isnan(found["real"]) and np.isnan(found["accuracy"])


def test_frechet_distance_of_a_shift_and_of_a_scale():
    a, shift = normal(400, 0), np.array([1.0, 0, 2, 0, 0])
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(a, a + shift) == pytest.approx(5, rel=1e-9)
    centred = a - a.mean(axis=0)
    expected = (3 - 1) ** 2 * np.trace(np.cov(centred.T))
    assert frechet_distance(centred, 3 * centred) == pytest.approx(expected, rel=1e-9)


def test_frechet_distance_is_that_of_the_matrix_root():
    a, b = normal(300, 0) @ normal(5, 1), normal(200, 2) @ normal(5, 3) + 1
    first, second = np.cov(a.T), np.cov(b.T)
    root = sqrtm(first @ second).real
    apart = ((a.mean(axis=0) - b.mean(axis=0)) ** 2).sum()
    expected = apart + np.trace(first + second - 2 * root)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-8)
    assert frechet_distance(a[:, :1], b[:, :1]) == pytest.approx(
        (a[:, 0].mean() - b[:, 0].mean()) ** 2 + (a[:, 0].std(ddof=1) - b[:, 0].std(ddof=1)) ** 2,
        rel=1e-9,
    )


def test_identical_small_sets_are_at_no_distance():
    a = np.random.default_rng(5).normal(0, 3, (12, 64))
    assert 0 <= frechet_distance(a, a[::-1]) < 1e-9


def test_fewer_rows_than_features_have_a_frechet_distance():
    a, b = normal(10, 0, d=64), normal(10, 1, d=64)
    assert np.isfinite(frechet_distance(a, b)) and frechet_distance(a, b) > 0


def test_kernel_distance_by_hand():
    """One feature; the kernel is (xy + 1)³. Within {0, 1}: 1; within {1, 2}: 27; across: 1 for
    (0, ·), 8 and 27 for (1, ·)."""
    a, b = np.array([[0.0], [1.0]]), np.array([[1.0], [2.0]])
    assert kernel_distance(a, b) == pytest.approx(1 + 27 - 2 * (1 + 1 + 8 + 27) / 4, rel=1e-12)


def test_kernel_distance_has_no_bias():
    found = np.array([kernel_distance(normal(20, i), normal(30, 1000 + i)) for i in range(400)])
    error = found.std(ddof=1) / np.sqrt(len(found))
    assert abs(found.mean()) < 3 * error and (found < 0).any()
    assert kernel_distance(normal(300, 0), normal(300, 1) + 1) > 20 * found.std()


def images(n, side, seed=0, colours=1):
    return rng(seed).integers(256, size=(n, colours, side, side), dtype=np.uint8)


def test_similarity_of_the_same_image_is_one():
    for side in (2, 8, 11, 28, 32, 180):
        x = images(2, side, colours=3)
        np.testing.assert_allclose(similarity(x, x), 1, rtol=1e-12)
    assert similarity(x[:0], x[:0]).shape == (0,)


@pytest.mark.parametrize(
    ("side", "n_scales"), [(8, 1), (11, 1), (22, 2), (32, 2), (44, 3), (180, 5)]
)
def test_similarity_of_two_plain_images_is_their_luminance(side, n_scales):
    """Structure is 1; luminance counts at the last scale, with its weight."""
    a, b = (np.full((1, 1, side, side), level, np.uint8) for level in (50, 200))
    tiny = (0.01 * 255) ** 2
    luminance = (2 * 50 * 200 + tiny) / (50**2 + 200**2 + tiny)
    weight = WEIGHTS[n_scales - 1] / sum(WEIGHTS[:n_scales])
    assert similarity(a, b)[0] == pytest.approx(luminance**weight, rel=1e-9)


def plain_ssim(a, b):
    """Wang et al., 2004, with its window written out: means of luminance × structure, and of
    structure."""
    z = np.arange(11) - 5
    window = np.exp(-(z[:, None] ** 2 + z[None] ** 2) / (2 * 1.5**2))
    window /= window.sum()

    def blur(x):
        return convolve2d(x, window, mode="valid")

    mean_a, mean_b = blur(a), blur(b)
    var_a, var_b = blur(a * a) - mean_a**2, blur(b * b) - mean_b**2
    shared = blur(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    structure = (2 * shared + c2) / (var_a + var_b + c2)
    luminance = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    return (luminance * structure).mean(), structure.mean()


def test_similarity_is_what_the_formulas_say():
    a = images(1, 32)[0, 0].astype(float)
    b = np.clip(a + 40 * rng(1).normal(size=a.shape), 0, 255).astype(np.uint8).astype(float)
    half_a, half_b = (x.reshape(16, 2, 16, 2).mean(axis=(1, 3)) for x in (a, b))
    first, last = plain_ssim(a, b)[1], plain_ssim(half_a, half_b)[0]
    u, v = np.array(WEIGHTS[:2]) / sum(WEIGHTS[:2])
    found = similarity(*(x[None, None].astype(np.uint8) for x in (a, b)))[0]
    assert found == pytest.approx(first**u * last**v, rel=1e-9)


def test_similarity_is_the_same_in_blocks(monkeypatch):
    a, b = images(7, 12), images(7, 12, seed=1)
    whole = similarity(a, b)
    monkeypatch.setattr("tscbench_plugins.probes.ms_ssim.BLOCK", 300)
    np.testing.assert_array_equal(similarity(a, b), whole)


def test_pairs_are_of_one_class_where_classes_are_known():
    """Classes are plain images of their own brightness, so that pairs of one class are equal."""
    schema, y = Schema((1, 11, 11), (3,), modality="images"), np.array([0, 0, 1, 1, 1, 2])
    x = (80 * y[:, None, None, None] + 10 * np.ones((6, 1, 11, 11))).astype(np.uint8)
    real = Rows(x, y, np.arange(6))
    made = Rows(x, y, np.full(6, -1))
    assert ms_ssim(made, real, real, schema, rng()) == {"ms_ssim": 1.0, "real": 1.0}
    unknown = replace(made, y=np.full(6, -1))
    found = ms_ssim(unknown, real, real, schema, rng())
    assert found["ms_ssim"] < 0.99 and found["real"] < 0.99
    lone = ms_ssim(made.take(np.array([0, 2, 5])), real, real.take([]), schema, rng())
    assert np.isnan(lone["ms_ssim"]) and lone["real"] == 1.0


def quarters(n, seed, noise=60, level=90):
    """Grey images, 12 × 12, brighter in the quarter that is their class."""
    y = np.arange(n) % 4
    x = rng(seed).integers(noise, size=(n, 1, 12, 12))
    for i, k in enumerate(y):
        x[i, 0, k // 2 * 6 : k // 2 * 6 + 6, k % 2 * 6 : k % 2 * 6 + 6] += level
    return Rows(x.astype(np.uint8), y, np.arange(n))


SCHEMA = Schema((1, 12, 12), (4,), classes=tuple("abcd"), modality="images")
STEPS = 60


def judged(made):
    """All probes of a synthetic set, without labels of its own."""
    train, valid = quarters(200, 0), quarters(120, 1)
    made = Rows(made, np.full(len(made), -1), np.full(len(made), -1))
    outputs = np.zeros((len(made), 4))
    return {
        **inception_score(made, outputs, train, valid, SCHEMA, n_steps=STEPS),
        "fid": fid(made, train, valid, SCHEMA, rng(), n_steps=STEPS),
        "kid": kid(made, train, valid, SCHEMA, rng(), n_steps=STEPS),
        "ms_ssim": ms_ssim(made, train, valid, SCHEMA, rng()),
    }


@pytest.fixture(scope="module")
def good():
    """What the probes say of fresh images of the same distribution."""
    return judged(quarters(120, 2).x)


def test_of_one_distribution_synthetic_images_score_as_real_ones(good):
    assert good["accuracy"] > 0.95 and good["score"] == pytest.approx(good["real"], rel=0.05)
    assert good["score"] > 3.5, "there are four classes"
    assert good["fid"]["fid"] < 3 * good["fid"]["real"]
    assert abs(good["kid"]["kid"]) < 3 * abs(good["kid"]["real"]) + 0.05
    assert good["ms_ssim"]["ms_ssim"] == pytest.approx(good["ms_ssim"]["real"], abs=0.05)


def test_a_collapse_to_one_class_is_seen_by_all(good):
    found = judged(quarters(480, 3).x[::4])
    assert found["score"] < 1.2
    assert found["fid"]["fid"] > 10 * good["fid"]["fid"] and found["kid"]["kid"] > 0
    assert found["kid"]["kid"] > 10 * abs(good["kid"]["kid"])


def test_inception_score_misses_one_image_of_each_class(good):
    one = quarters(4, 4)
    made = Rows(np.tile(one.x, (30, 1, 1, 1)), np.tile(one.y, 30), np.full(120, -1))
    assert judged(made.x)["score"] > 0.95 * good["score"], "as good as real"
    valid = quarters(120, 1)
    alike = ms_ssim(made, valid, valid, SCHEMA, rng())
    assert alike["ms_ssim"] == pytest.approx(1, rel=1e-12) and alike["real"] < 0.9


def test_inception_score_misses_images_that_look_like_none(good):
    """The quarter is full, all else is empty: no such image is among the real ones."""
    found = judged(quarters(120, 5, noise=1, level=255).x)
    assert found["score"] > 0.95 * good["score"], "as sure as of real ones"
    assert found["fid"]["fid"] > 10 * good["fid"]["fid"]
    assert found["kid"]["kid"] > 10 * abs(good["kid"]["kid"])


@pytest.mark.parametrize("probe", [fid, kid])
def test_without_validation_rows_training_rows_stand_for_them(probe):
    tiny = make("images")
    nothing = tiny.train.take(np.arange(0))
    found = probe(tiny.valid, tiny.train, nothing, tiny.schema, rng(), n_steps=2)
    name = probe.__name__
    assert np.isfinite(found[name]) and np.isnan(found["real"])
    empty = probe(nothing, tiny.train, nothing, tiny.schema, rng(), n_steps=2)
    assert np.isnan(list(empty.values())).all()
    score = inception_score(nothing, np.zeros((0, 3)), tiny.train, nothing, tiny.schema, n_steps=2)
    assert np.isnan(list(score.values())).all()


def test_inception_judges_where_its_weights_are_given(tmp_path):
    with seeded(0):
        net = build_inception(Schema((3, 299, 299), (1000,), modality="images"))
        torch.save(net.state_dict(), tmp_path / "w.pth")
    made, valid = quarters(4, 2), quarters(4, 1)
    outputs, weights = np.zeros((4, 4)), tmp_path / "w.pth"
    found = inception_score(made, outputs, valid, valid, SCHEMA, weights=weights)
    assert np.isnan(found["accuracy"]) and 1 <= found["score"] < 1.5, "it knows nothing yet"
    assert fid(valid, valid, valid, SCHEMA, rng(), weights=weights)["fid"] == pytest.approx(0)
    assert kid(made, valid, valid, SCHEMA, rng(), weights=weights)["kid"] == pytest.approx(0, abs=1)
