"""The judge of images: always the same for the same rows, and able to tell simple classes."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tscbench import DataError, Schema
from tscbench.nn import build_inception, fit_judge, inception_judge, seeded
from tscbench.nn.judge import _JUDGES
from tscbench.testing.data import make


def fresh(train, schema, **settings):
    _JUDGES.clear()
    return fit_judge(train, schema, **settings)


def test_the_same_rows_give_the_same_judge_and_it_is_remembered():
    tiny = make("images")
    state = torch.random.get_rng_state()
    first = fresh(tiny.train, tiny.schema, n_steps=3)
    assert fit_judge(make("images").train, tiny.schema, n_steps=3) is first
    again = fresh(tiny.train, tiny.schema, n_steps=3)
    assert again is not first and torch.equal(torch.random.get_rng_state(), state)
    x = tiny.valid.x
    assert first.features(x).tobytes() == again.features(x).tobytes()
    assert fit_judge(tiny.valid, tiny.schema, n_steps=3) is not again
    assert fit_judge(tiny.valid, tiny.schema, n_steps=4) is not again


def test_it_tells_bright_images_from_dark_ones():
    tiny = make("images")
    judge = fresh(tiny.train, tiny.schema, n_steps=40)
    p = judge.probabilities(tiny.valid.x)
    assert np.mean(p.argmax(axis=1) == tiny.valid.y) > 0.9
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-6)
    assert judge.features(tiny.valid.x).shape == (24, 64)
    assert judge.features(tiny.valid.x[:0]).shape == (0, 64)


def test_rows_without_a_label_are_left_out():
    tiny = make("images")
    part = tiny.train.take(np.arange(16))
    y = np.where(np.arange(24) < 16, tiny.train.y, -1)
    whole = fresh(replace(tiny.train, y=y), tiny.schema, n_steps=2)
    assert fit_judge(part, tiny.schema, n_steps=2) is whole


@pytest.fixture(scope="module")
def inception(tmp_path_factory):
    """A network with random weights, and a file of them under other names, as torchvision's has:
    without counts of batches, with an auxiliary output in between."""
    with seeded(1):
        net = build_inception(Schema((3, 299, 299), (1000,), modality="images")).eval()
    held = {
        f"layer{nth}.{name.rpartition('.')[2]}": value
        for nth, (name, value) in enumerate(net.state_dict().items())
        if not name.endswith("num_batches_tracked")
    }
    last = list(held.items())[-2:]
    first = [item for item in held.items() if item not in last]
    path = tmp_path_factory.mktemp("weights") / "inception.pth"
    torch.save(dict([*first, ("AuxLogits.fc.weight", torch.zeros(3)), *last]), path)
    return net, path


def test_inception_judges_with_weights_from_a_file(inception):
    net, path = inception
    state = torch.random.get_rng_state()
    judge = inception_judge(path)
    assert torch.equal(torch.random.get_rng_state(), state)
    x = np.random.default_rng(0).integers(256, size=(2, 3, 299, 299), dtype=np.uint8)
    with torch.no_grad():
        wanted = net(torch.as_tensor(x) / 127.5 - 1).softmax(1).double().numpy()
    assert judge.probabilities(x) == pytest.approx(wanted, abs=1e-5)
    grey = judge.features(x[:, :1, :28, :28])
    assert grey.shape == (2, 2048) and np.isfinite(grey).all()


def test_other_weights_are_refused(inception, tmp_path):
    bad = tmp_path / "bad.pth"
    torch.save({"weight": torch.zeros(2, 2)}, bad)
    with pytest.raises(DataError, match="holds 1 arrays that are not the .* of Inception-v3"):
        inception_judge(bad)
    bad.write_bytes(b"no weights")
    with pytest.raises(DataError, match="does not read as weights"):
        inception_judge(bad)
