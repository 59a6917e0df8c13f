"""The training loop against a plain one, and what it does beside training."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from tscbench import (
    Batch,
    CompressionSet,
    DataError,
    Diverged,
    Loss,
    Progress,
    Rows,
    Scale,
    Schema,
    Targets,
    Training,
    Unavailable,
)
from tscbench.nn import choose_device, fit_student, learning_rate, seeded
from tscbench.nn.feeding import batches_of

FACTS = Schema((2,), (3,), numeric=np.ones(2, bool), cardinality=np.zeros(2, int))
DATA = np.random.default_rng(0)
X = DATA.normal(size=(50, 2))
P = DATA.dirichlet(np.ones(3), size=50)
VALID = Rows(X[:20], P[:20].argmax(1), np.arange(20))
TARGETS = (Targets(P, Loss.CROSS_ENTROPY), Targets(P, Loss.SQUARED, weight=DATA.random(50)))


def rows(x=X):
    return Rows(x, None, np.arange(len(x)))


def given(x=X, targets=TARGETS, **more):
    return CompressionSet(rows(x), None, None, targets, len(x), **more)


def streaming(**more):
    def fresh(rng):
        index = rng.integers(50, size=30)
        return Batch(X[index] + 0.1, tuple(t.take(index) for t in TARGETS))

    return given(p_fake=0.5, fresh=fresh, **more)


def net():
    return nn.Sequential(
        nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.2), nn.Linear(8, 3)
    )


def linear():
    return nn.Linear(2, 3)


def fit(data=None, build=net, progress=None, seed=0, **training):
    return fit_student(
        build,
        data or given(),
        VALID,
        FACTS,
        np.random.default_rng(seed),
        progress or Progress(),
        Training(**{"epochs": 4, "batch": 16, **training}),
        device="cpu",
    )


def bytes_of(student):
    return student.predict(rows()).tobytes()


def test_it_is_the_plain_loop():
    targets = (Targets(P, Loss.CROSS_ENTROPY, temperature=2.0),)
    ours = fit(given(targets=targets), linear, optimiser="sgd", weight_decay=0.1, learning_rate=0.5)
    rng = np.random.default_rng(0)
    with seeded(int(rng.integers(2**31))):
        theirs = linear()
    sgd = torch.optim.SGD(theirs.parameters(), momentum=0.9, weight_decay=0.1)
    for epoch in range(4):
        sgd.param_groups[0]["lr"] = 0.5 * (1 + np.cos(np.pi * epoch / 4)) / 2
        order = rng.permutation(50)
        for start in range(0, 50, 16):
            index = order[start : start + 16]
            x, p = (torch.tensor(a[index], dtype=torch.float32) for a in (X, P))
            sgd.zero_grad()
            functional.cross_entropy(theirs(x) / 2, p).backward()
            sgd.step()
    z = theirs(torch.tensor(X, dtype=torch.float32)).detach().numpy()
    assert ours.predict(rows()) == pytest.approx(z, abs=1e-5)


@pytest.mark.parametrize("data", [given(), streaming(), streaming(per_example=True)])
@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
@pytest.mark.parametrize("patience", [None, 2])
def test_an_interrupted_fit_ends_as_if_it_had_never_stopped(data, optimiser, patience):
    options = {"epochs": 7, "optimiser": optimiser, "patience": patience, "learning_rate": 0.05}
    whole = fit(data, **options)
    states = []
    fit(data, progress=Progress(save=lambda make: states.append(make())), **options)
    for state in states:
        resumed = fit(data, progress=Progress(saved=lambda s=state: s), **options)
        assert bytes_of(resumed) == bytes_of(whole) and resumed.history == whole.history
    assert len(states) == len(whole.history["train_loss"])


def test_progress_is_shown_for_the_epochs_that_are_left():
    shown, states = [], []

    def show(steps):
        shown.append(list(steps))
        return shown[-1]

    fit(progress=Progress(show=show, save=lambda make: states.append(make())))
    fit(progress=Progress(show=show, saved=lambda: states[2]))
    assert shown == [[0, 1, 2, 3], [3]]


def test_every_epoch_is_judged_by_a_network_that_answers():
    answers = []
    done = fit(progress=Progress(judge=lambda p: answers.append(p.predict(rows()))))
    assert len(answers) == 4 and answers[-1].tobytes() == bytes_of(done)
    assert bytes_of(fit()) == bytes_of(done)
    assert len({a.tobytes() for a in answers}) == 4


def test_a_set_that_is_sent_gives_the_same_as_one_that_lies_on_the_device():
    same = given(transform=lambda x, rng: x)
    assert bytes_of(fit(same)) == bytes_of(fit())


def test_noise_is_drawn_in_each_batch_from_the_fits_own_rng():
    z = np.log(P)
    ours = fit(given(targets=(Targets(z, Loss.SQUARED, Scale.LOGIT, noise=0.5),)), linear)
    still = given(targets=(Targets(z, Loss.SQUARED, Scale.LOGIT),))

    class Noisy(CompressionSet):
        def batches(self, size, rng):
            for batch in still.batches(size, rng):
                values = batch.targets[0].values
                rng.random((len(values), 1))  # which rows are disturbed: all of them
                values = values * (1 + 0.5 * rng.standard_normal(values.shape))
                yield Batch(batch.x, (Targets(values, Loss.SQUARED, Scale.LOGIT),))

    by_hand = Noisy(**{**vars(still), "transform": lambda x, rng: x})
    assert bytes_of(ours) == bytes_of(fit(by_hand, linear)) != bytes_of(fit(still, linear))


def test_dropout_can_stay_on_in_answers():
    fitted = fit()
    state = torch.get_rng_state()
    drops = [fitted.predict_dropout(rows(), np.random.default_rng(s)) for s in (0, 0, 1)]
    assert torch.equal(state, torch.get_rng_state())
    assert drops[0].tobytes() == drops[1].tobytes() != drops[2].tobytes()
    assert bytes_of(fitted) == bytes_of(fit()), "its answers are without dropout afterwards too"
    many = [fitted.predict_dropout(rows(), np.random.default_rng(s)) for s in range(300)]
    hidden = fitted.model[:3](torch.tensor(X, dtype=torch.float32)).detach()
    head = fitted.model[4]
    spread = (head.weight.square() @ hidden.square().T).T * 0.2 / 0.8  # of units dropped at 0.2
    assert np.mean(many, 0) == pytest.approx(fitted.predict(rows()), abs=0.25)
    assert np.var(many, 0) == pytest.approx(spread.detach().numpy(), rel=0.5, abs=0.01)
    none = fit(build=linear)
    assert none.predict_dropout(rows(), np.random.default_rng(0)).tobytes() == bytes_of(none)


def test_transforms_are_for_training_alone():
    moved = fit(given(transform=lambda x, rng: x + 100), linear, epochs=1, learning_rate=0.0)
    assert bytes_of(moved) == bytes_of(fit(build=linear, epochs=1, learning_rate=0.0))
    assert moved.history != fit(build=linear, epochs=1, learning_rate=0.0).history


@pytest.mark.parametrize("clip", [None, 0.01])
def test_clipping_bounds_the_step(clip):
    options = {"epochs": 1, "batch": 50, "optimiser": "sgd", "schedule": "constant", "clip": clip}
    before = fit(build=linear, **options, learning_rate=0.0).model.state_dict()
    after = fit(build=linear, **options, learning_rate=1.0).model.state_dict()
    step = np.sqrt(sum(float((after[k] - before[k]).square().sum()) for k in before))
    assert step == pytest.approx(0.01, rel=1e-3) if clip else step > 0.05


def test_schedules():
    steady = Training(100, learning_rate=0.1, schedule="constant")
    assert {learning_rate(steady, epoch) for epoch in range(100)} == {0.1}
    cosine = [learning_rate(Training(100, learning_rate=0.1), epoch) for epoch in (0, 50, 100)]
    assert cosine == pytest.approx([0.1, 0.05, 0])
    falling = replace(steady, schedule="falling", drops=(0.4, 0.6, 0.8), factor=0.2)
    rates = [learning_rate(falling, epoch) for epoch in (0, 39, 40, 60, 99)]
    assert rates == pytest.approx([0.1, 0.1, 0.02, 0.004, 0.0008])


@pytest.mark.parametrize("n", [1, 17])
def test_batch_norm_meets_a_last_batch_of_one_row(n):
    few = given(X[:n], (Targets(P[:n], Loss.SQUARED),))
    assert np.isfinite(fit(few, batch=16).predict(rows())).all()


def test_a_row_that_is_left_over_joins_the_batch_before_it():
    """Normalised with itself it would be a constant, whose gradients grow from layer to layer."""
    few = given(X[:33], (Targets(P[:33], Loss.SQUARED),))
    sizes = {
        joins: [len(b.x) for b in batches_of(few, 16, np.random.default_rng(0), joins=joins)]
        for joins in (True, False)
    }
    assert sizes == {True: [16, 17], False: [16, 16, 1]}
    for size in (16, 33, 40):
        kept, same = (
            [b.x for b in batches_of(few, size, np.random.default_rng(0), joins=joins)]
            for joins in (True, False)
        )
        assert np.array_equal(np.concatenate(kept), np.concatenate(same))
    one = given(X[:3], (Targets(P[:3], Loss.SQUARED),))
    alone = [len(b.x) for b in batches_of(one, 1, np.random.default_rng(0), joins=True)]
    assert alone == [2, 2, 2]


def test_batches_that_have_rows_enough_are_the_same_to_the_bit():
    few = given(X[:35], (Targets(P[:35], Loss.SQUARED),))
    kept, same = (
        list(batches_of(few, 16, np.random.default_rng(3), joins=joins)) for joins in (True, False)
    )
    assert [b.x.tobytes() for b in kept] == [b.x.tobytes() for b in same]


def test_weights_that_end_infinite_are_no_fit():
    def build():
        net = nn.Linear(2, 3)
        net.register_buffer("seen", torch.tensor([float("nan")]))
        return net

    with pytest.raises(Diverged, match="weights are not finite after the last epoch.*lower learn"):
        fit(build=build)


def test_mixed_precision_computes_in_bfloat16_and_comes_close():
    seen = []

    class Watched(nn.Linear):
        def forward(self, x):
            seen.append(super().forward(x).dtype)
            return super().forward(x)

    options = {"build": lambda: Watched(2, 3), "epochs": 3}
    mixed = fit(**options, mixed=True).predict(rows())
    assert torch.bfloat16 in seen
    seen.clear()
    whole = fit(**options).predict(rows())
    assert set(seen) == {torch.float32}
    assert mixed.dtype == np.float64 and mixed == pytest.approx(whole, abs=0.02)


def test_compilation_is_asked_of_torch_once(monkeypatch):
    asked = []
    monkeypatch.setattr(torch, "compile", lambda net: asked.append(net) or net)
    assert bytes_of(fit(compile=True)) == bytes_of(fit())
    assert len(asked) == 1


def test_divergence_has_a_name():
    steep = given(targets=(Targets(P, Loss.SQUARED, Scale.LOGIT),))
    with pytest.raises(Diverged, match=r"the training loss is (inf|nan) in epoch \d;.*lower learn"):
        fit(steep, linear, optimiser="sgd", learning_rate=1e15)


def test_a_device_that_is_not_there(monkeypatch):
    monkeypatch.setenv("TSCBENCH_DEVICE", "cuda:7")
    with pytest.raises(Unavailable, match=r"device 'cuda:7' is not on this machine.*cpu"):
        choose_device()
    monkeypatch.setenv("TSCBENCH_DEVICE", "warp")
    with pytest.raises(Unavailable, match="'warp'"):
        choose_device()
    assert choose_device("cpu").type == "cpu"


def test_a_gpu_is_used_where_there_is_one(monkeypatch):
    monkeypatch.delenv("TSCBENCH_DEVICE", raising=False)
    for here in (True, False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda here=here: here)
        assert choose_device().type == ("cuda" if here else "cpu")


def test_running_out_of_memory_is_one_sentence():
    class Greedy(nn.Linear):
        def forward(self, x):
            raise torch.OutOfMemoryError("tried to allocate 20 GiB\nmuch more")

    with pytest.raises(DataError, match="cpu is out of memory: lower batch"):
        fit(build=lambda: Greedy(2, 3))
