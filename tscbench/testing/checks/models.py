"""What a teacher or student offers beyond its answers: out-of-bag ones, losses, nested students."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tscbench.contracts.compression_set import Batch, CompressionSet
from tscbench.contracts.types import Array, Loss, Rng
from tscbench.registry import Bound
from tscbench.testing.check import check
from tscbench.testing.digest import digest
from tscbench.testing.failure import line_of_error, say
from tscbench.testing.fixture import compression_set, first_loss, on_logits, several_terms, signed
from tscbench.testing.trial import Attempt, Trial

SHAPED = ("works", "result_type", "shape")


def _losses(bound: Bound) -> list[Loss]:
    return [loss for loss in Loss if loss.value in bound.offers]


def _fit(trial: Trial, given: CompressionSet, what: str) -> Attempt:
    """The student of another compression set, which must answer as any does."""
    attempt = trial.with_offer(trial.base, compression_set=given)
    z = np.asarray(attempt.answer)
    wanted = (len(attempt.tiny.valid), *attempt.tiny.schema.outputs)
    at = trial.at(attempt.value.predict)
    if z.shape != wanted or not np.isfinite(z).all():
        came = f"of {what}, the student answers with shape {z.shape} or with what is not finite"
        raise trial.failed(f"{came}; it must give finite logits {wanted}", at)
    return attempt


@check("teacher", after=SHAPED)
def offers_as_declared(trial: Trial) -> None:
    """A plan joins what a teacher offers with what others need: `dropout` is `predict_dropout`,
    `features` a torch module as `model`, and `oob` `predict_oob`, all NaN for a row that every
    member saw."""
    declared = "oob" in trial.bound.offers
    for attempt in trial.sound():
        if "dropout" in trial.bound.offers and attempt.value.predict_dropout is None:
            came = "it offers 'dropout', and its Predictor has no predict_dropout"
            raise trial.failed(f"{came}; give Predictor(predict, predict_dropout=…)")
        if "features" in trial.bound.offers and attempt.value.model is None:
            came = "it offers 'features', and its Predictor has no model"
            raise trial.failed(f"{came}; give Predictor(predict, model=…)")
        predict_oob, on = attempt.value.predict_oob, f"on {attempt.tiny.name}, "
        if predict_oob is None and declared:
            came = "it offers 'oob', and its Predictor has no predict_oob"
            raise trial.failed(f"{came}; give Predictor(predict, predict_oob=…), or leave it out")
        if predict_oob is not None and not declared:
            came = "its Predictor has predict_oob, and it does not offer 'oob'"
            raise trial.failed(f"{came}; declare offers={{'oob'}}, or leave predict_oob out")
        if predict_oob is None:
            continue
        ids, at = attempt.tiny.train.id[::2], trial.at(predict_oob)
        try:
            z = predict_oob(ids)
        except (Exception, SystemExit) as error:
            line = line_of_error(error, trial.bound.plugin) or at
            raise trial.failed(f"{on}predict_oob raised {say(error)}", line, error) from error
        wanted = (len(ids), *attempt.tiny.schema.outputs)
        if np.shape(z) != wanted or not _whole(np.asarray(z)):
            raise trial.failed(
                f"{on}predict_oob gave {np.shape(z)}; it must give logits {wanted}, each row "
                "finite or all NaN",
                at,
            )


def _whole(z: Array) -> bool:
    """Whether each row is finite or all NaN."""
    return bool(np.isfinite(z[~np.isnan(z).all(axis=1)]).all())


def _with_targets(bound: Bound) -> bool:
    return "labels_only" not in bound.offers


def _labels_only(bound: Bound) -> bool:
    return "labels_only" in bound.offers


@check("student", after=SHAPED, applies=_labels_only)
def labels_only(trial: Trial) -> None:
    """A plan gives a student that learns from labels alone the objective `labels`, whatever its
    loss: other labels make another student, other targets the same."""
    tiny = trial.attempt(trial.base).tiny
    given = compression_set(tiny)
    assert given.labels is not None
    answer = digest(_fit(trial, given, "it").answer)
    turned = replace(given, labels=given.labels[::-1].copy())
    if digest(_fit(trial, turned, "other labels").answer) == answer:
        came = "it offers 'labels_only', and answers the same whatever the labels are"
        raise trial.failed(f"{came}; learn from compression_set.labels")
    flipped = _fit(trial, compression_set(tiny, flip=True), "other targets")
    if digest(flipped.answer) != answer:
        came = "it offers 'labels_only', and looks at the targets"
        raise trial.failed(f"{came}; offer its losses in place of 'labels_only'")


@check("student", after=SHAPED)
def beside(trial: Trial) -> None:
    """What a student has trained along is scored beside it: it answers rows as a student does."""
    for attempt in trial.sound():
        for name, other in attempt.value.beside.items():
            if not name.isidentifier():
                raise trial.failed(f"beside has {name!r}; name it as Python names things")
            z = np.asarray(other.predict(attempt.tiny.valid.unlabelled()))
            wanted = (len(attempt.tiny.valid), *attempt.tiny.schema.outputs)
            if z.shape != wanted or not np.isfinite(z).all():
                came = f"on {attempt.tiny.name}, beside[{name!r}] gave shape {z.shape}"
                raise trial.failed(f"{came}; it must give finite logits {wanted}")


@check("teacher", after=SHAPED)
def privileged(trial: Trial) -> None:
    """A plan keeps a teacher that reads `privileged` from synthetic rows, which have none."""
    reads = "reads_privileged" in trial.bound.offers
    if reads and "privileged" not in trial.bound.needs:
        raise trial.failed("it offers 'reads_privileged', and does not need 'privileged'; add that")
    for attempt in trial.sound():
        if not attempt.tiny.schema.privileged:
            continue
        rows = attempt.tiny.valid.unlabelled()
        assert rows.privileged is not None
        other = replace(rows, privileged=rows.privileged + 1)
        at, answers = trial.at(attempt.value.predict), map(attempt.value.predict, (rows, other))
        if (len({digest(z) for z in answers}) == 2) != reads:
            said = "it offers 'reads_privileged', and answers the same whatever that is"
            came = said if reads else "its answers depend on rows.privileged"
            cure = "leave it out of offers" if reads else "add offers={'reads_privileged'}"
            raise trial.failed(f"on {attempt.tiny.name}, {came}; {cure}", at)


@check("student", after=SHAPED, applies=_with_targets)
def losses(trial: Trial) -> None:
    """A plan gives a student any objective whose loss it offers, and it learns by that loss: where
    it offers none, no cell has it."""
    if not _losses(trial.bound):
        offered = ", ".join(loss.value for loss in Loss)
        raise trial.failed(f"it offers no loss; add the one that it minimises to offers: {offered}")
    tiny = trial.attempt(trial.base).tiny
    for loss in _losses(trial.bound):
        _fit(trial, compression_set(tiny, loss=loss), f"loss {loss.value}")


@check("student", after=(*SHAPED, "losses"), applies=_with_targets)
def targets_matter(trial: Trial) -> None:
    """A student learns from the targets that the objective made, not from labels."""
    tiny = trial.attempt(trial.base).tiny
    given = compression_set(tiny, loss=first_loss(trial.bound.offers), flip=True)
    if digest(_fit(trial, given, "other targets").answer) == digest(
        trial.attempt(trial.base).answer
    ):
        came = "it answers the same whatever its targets are"
        raise trial.failed(f"{came}; learn from compression_set.targets, or of its batches")


@check("student", after=(*SHAPED, "losses", "targets_matter"), applies=_with_targets)
def several_terms_and_weights(trial: Trial) -> None:
    """An objective may give several targets, each with weights for the rows: all of them count."""
    tiny = trial.attempt(trial.base).tiny
    given = compression_set(tiny, loss=first_loss(trial.bound.offers))
    both = several_terms(given, tiny.schema)
    whole = _fit(trial, both, "two targets with weights")
    second = replace(both.targets[1], weight=20.0 * np.asarray(both.targets[1].weight))
    other = _fit(trial, replace(both, targets=(both.targets[0], second)), "two targets")
    if digest(whole.answer) == digest(other.answer):
        came = "it answers the same whatever the second target and its weight are"
        raise trial.failed(f"{came}; add up the losses of all targets, each times its weight")


def _signed(bound: Bound) -> bool:
    return "signed_targets" in bound.offers


@check("student", after=(*SHAPED, "losses"), applies=_signed)
def signed_targets(trial: Trial) -> None:
    """Some objectives give targets outside [0, 1], or logits, where `signed_targets` is offered."""
    given = compression_set(trial.attempt(trial.base).tiny, loss=first_loss(trial.bound.offers))
    _fit(trial, signed(given), "targets outside [0, 1]")
    _fit(trial, on_logits(given), "logits as targets")


def _temperature(bound: Bound) -> bool:
    return "temperature" in bound.offers


@check("student", after=(*SHAPED, "losses", "targets_matter"), applies=_temperature)
def temperature(trial: Trial) -> None:
    """A temperature divides the student's logits before its loss: softer targets need it."""
    tiny = trial.attempt(trial.base).tiny
    given = compression_set(tiny, loss=Loss.CROSS_ENTROPY)
    hot = replace(given, targets=tuple(replace(t, temperature=4.0) for t in given.targets))
    answers = [_fit(trial, one, "a temperature").answer for one in (given, hot)]
    if digest(answers[0]) == digest(answers[1]):
        came = "it offers 'temperature', and answers the same at 1 and at 4"
        raise trial.failed(f"{came}; divide its logits by that of the targets before the loss")


def _streaming(bound: Bound) -> bool:
    return "streaming" in bound.offers


@check("student", after=(*SHAPED, "losses"), applies=_streaming)
def streaming(trial: Trial) -> None:
    """A streaming set draws rows while the student trains, through `compression_set.batches`."""
    tiny = trial.attempt(trial.base).tiny
    given = compression_set(tiny, loss=first_loss(trial.bound.offers), streaming=True)
    draw, drawn = given.fresh, []

    def fresh(rng: Rng) -> Batch:
        assert draw is not None
        drawn.append(draw(rng))
        return drawn[-1]

    watched = replace(given, fresh=fresh)
    one, two = (_fit(trial, watched, "a streaming set") for _ in range(2))
    if not drawn:
        came = "it offers 'streaming', and asked for no synthetic row of a streaming set"
        raise trial.failed(f"{came}; learn from compression_set.batches(size, rng)")
    if digest(one.answer) != digest(two.answer):
        came = "of a streaming set, the same rng gave another student"
        raise trial.failed(f"{came}; give compression_set.batches the rng that is offered")


def _nested(bound: Bound) -> bool:
    return bound.plugin.nested is not None and (
        bound.plugin.nested not in bound.params or bound.size is not None
    )


@check("student", after=SHAPED, applies=_nested)
def nested(trial: Trial) -> None:
    """Students of several sizes are cut from one fit where that is the same to the bit."""
    count = str(trial.bound.plugin.nested)
    if count not in trial.bound.plugin.parameters:
        raise trial.failed(f"nested={count!r} is none of its parameters; name the one that counts")
    small, large = (
        replace(trial, bound=trial.bound.with_size(n), attempts={}).attempt(trial.base)
        for n in (2, 5)
    )
    for attempt in (small, large):
        if attempt.error is not None:
            raise trial.raised(attempt)
    cut = large.value.nested
    if cut is None:
        came = f"it declares nested={count!r}, and its Predictor has no nested"
        raise trial.failed(f"{came}; give Predictor(predict, nested=…), or declare none")
    if digest(cut(2).predict(small.tiny.valid.unlabelled())) != digest(small.answer):
        came = f"the first 2 of {count}=5 are not the student of {count}=2"
        raise trial.failed(f"{came}; make each part from an rng of its own (rng.spawn)")
