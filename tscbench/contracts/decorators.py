"""One decorator per kind declares a function to be a plugin, and refuses one that cannot be.

What all of them may say: `source`, where the method is from; `needs` and `offers`, facts of the
closed lists in `kinds`; `version`, which stands for the code in keys; `requires`, libraries with
versions as pip writes them; `exempt`, checks that it fails, each with its reason; `check`, of what
reads a file, a function of the parameters and the schema that says why they do not fit, so that a
plan can refuse it before anything runs; `small`, of what is slow by its defaults, the parameters
with which checks and tests try it in a moment; `resources`, of what takes much, what a fit takes:
`seconds` and `memory`, such as "8G", where they may be more than others take, and by other names,
such as `GPU`, what a worker of a cluster must have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tscbench.contracts.declaring import Function, decorator, with_brackets
from tscbench.contracts.kinds import Check, Direction, Facts, Figure, Folds
from tscbench.contracts.training import Training

TRAINING = Training()

Small = Mapping[str, Any] | None
"""Parameters of a plugin by name; those that name a plugin as the text of its spec."""

Resources = Mapping[str, float | str] | None
"""Amounts by name."""


@with_brackets
def dataset(
    *,
    source: str = "",
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
    small: Small = None,
    resources: Resources = None,
) -> Callable[[Function], Function]:
    """Declares a dataset: takes `fetch, rng`, returns `Data`."""
    return decorator(
        "dataset",
        source=source,
        needs=(),
        offers=(),
        version=version,
        requires=requires,
        exempt=exempt,
        small=small,
        resources=resources,
    )


@with_brackets
def teacher(
    *,
    source: str = "",
    needs: Facts = (),
    offers: Facts = (),
    check: Check | None = None,
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
    small: Small = None,
    resources: Resources = None,
) -> Callable[[Function], Function]:
    """Declares a teacher: takes `train, valid, schema, rng, progress`, returns a `Predictor`; one
    that takes `fitted` goes on from what its parameter `teacher` or `student` names."""
    return decorator(
        "teacher",
        source=source,
        needs=needs,
        offers=offers,
        check=check,
        version=version,
        requires=requires,
        exempt=exempt,
        small=small,
        resources=resources,
    )


@with_brackets
def query(
    *,
    source: str = "",
    needs: Facts = (),
    fits: Folds = None,
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
    small: Small = None,
    resources: Resources = None,
) -> Callable[[Function], Function]:
    """Declares a query; `fits` names the parameter that says how many fold teachers it wants, or on
    which share of the rows one is to be fitted."""
    return decorator(
        "query",
        source=source,
        needs=needs,
        offers=(),
        fits=fits,
        version=version,
        requires=requires,
        exempt=exempt,
        small=small,
        resources=resources,
    )


@with_brackets
def generator(
    *,
    source: str = "",
    needs: Facts = (),
    offers: Facts = (),
    check: Check | None = None,
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
    small: Small = None,
    resources: Resources = None,
) -> Callable[[Function], Function]:
    """Declares a generator: takes `train, valid, schema, rng, progress`, returns a `Sampler`; one
    that takes `fitted` goes on from what its parameter `generator` names."""
    return decorator(
        "generator",
        source=source,
        needs=needs,
        offers=offers,
        check=check,
        version=version,
        requires=requires,
        exempt=exempt,
        small=small,
        resources=resources,
    )


@with_brackets
def objective(
    *,
    source: str = "",
    needs: Facts = (),
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
) -> Callable[[Function], Function]:
    """Declares an objective: `outputs, labels, real, schema, rng` to `Targets`, or several."""
    return decorator(
        "objective",
        source=source,
        needs=needs,
        offers=(),
        version=version,
        requires=requires,
        exempt=exempt,
    )


@with_brackets
def student(
    *,
    source: str = "",
    needs: Facts = (),
    offers: Facts = ("squared",),
    nested: str | None = None,
    fits: Folds = None,
    check: Check | None = None,
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
    small: Small = None,
    resources: Resources = None,
) -> Callable[[Function], Function]:
    """Declares a student; `nested` names a count whose smaller values are parts of one fit, or the
    student within that has one; `fits`, a function of its parameters, says how many folds of the
    training rows it wants outputs without."""
    return decorator(
        "student",
        source=source,
        needs=needs,
        offers=offers,
        nested=nested,
        fits=fits,
        check=check,
        version=version,
        requires=requires,
        exempt=exempt,
        small=small,
        resources=resources,
    )


@with_brackets
def network(
    *,
    training: Training = TRAINING,
    source: str = "",
    needs: Facts = (),
    offers: Facts = (),
    check: Check | None = None,
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
    small: Small = None,
    resources: Resources = None,
) -> Callable[[Function], Function]:
    """Declares a network: takes `schema, inputs, outputs`, returns an untrained torch module. It is
    a student and a teacher too; `training` has the defaults of its settings, which are parameters
    beside its own."""
    settings = training.parameters()
    known = frozenset() if callable(needs) else frozenset(needs)
    if "images" in known:
        del settings["numeric"]  # there are no columns
    elif "tabular" in known:
        del settings["scaling"]  # there are no pixels
    return decorator(
        "network",
        training=settings,
        source=source,
        needs=needs,
        offers=offers,
        check=check,
        version=version,
        requires=requires,
        exempt=exempt,
        small=small,
        resources=resources,
    )


@with_brackets
def metric(
    *,
    source: str = "",
    needs: Facts = (),
    direction: Direction = "higher",
    unit: str = "",
    help: str = "",
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
) -> Callable[[Function], Function]:
    """Declares a metric: `labels, outputs, schema, teacher_outputs, truth` to a float; which way it
    is better, its unit, and one line of help, by default the docstring's first."""
    return decorator(
        "metric",
        source=source,
        needs=needs,
        offers=(),
        direction=direction,
        unit=unit,
        help=help,
        version=version,
        requires=requires,
        exempt=exempt,
    )


@with_brackets
def probe(
    *,
    source: str = "",
    needs: Facts = (),
    figures: Mapping[str, Figure] | None = None,
    version: str | None = None,
    requires: Iterable[str] = (),
    exempt: Mapping[str, str] | None = None,
    small: Small = None,
    resources: Resources = None,
) -> Callable[[Function], Function]:
    """Declares a probe: takes `rows, outputs, train, valid, schema, rng, sampler`, returns named
    floats, of which `figures` says what each is."""
    return decorator(
        "probe",
        source=source,
        needs=needs,
        offers=(),
        figures=figures,
        version=version,
        requires=requires,
        exempt=exempt,
        small=small,
        resources=resources,
    )
