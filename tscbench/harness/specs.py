"""Specs on the axes of a suite, checked; and the cap on training rows that any dataset takes."""

from __future__ import annotations

import shlex
from pathlib import Path

from tscbench.contracts.errors import SpecError, TscbenchError, Unavailable
from tscbench.contracts.spec import Spec, parse, show
from tscbench.line.fetch import locate
from tscbench.line.mix import parse_mix
from tscbench.registry import Bound, Registry
from tscbench.tabular.read import columns_of, is_file_name


def check_spec(axis: str, text: str, registry: Registry) -> Spec:
    """The spec that `text` writes on this axis.

    Raises:
        SpecError: it does not parse, or its plugin or a parameter is not there.
    """
    if axis == "mix":
        return parse(str(parse_mix(text)))
    if axis == "dataset":
        refuse_file_name(text)
        spec, n_train = cap_of(parse(text))
        bound = registry.bind(axis, spec)
        return with_cap(bound.spec, n_train)
    return registry.bind(axis, text).spec


NO_PLUGIN = ("-", "none", "teacher", "generator")
"""Labels that name no plugin: of an axis that cannot reach, and of a model alone."""


def is_here(axis: str, text: str, registry: Registry, *, files: bool) -> bool:
    """Whether what a spec names is installed, or in the plugin files that were given. files:
    whether one that names a file or a folder is."""
    if axis in ("split", "seed") or text in NO_PLUGIN:
        return True
    try:
        spec = check_spec(axis, text, registry)
    except TscbenchError:
        return False
    bound = None if axis == "mix" else registry.bind(axis, cap_of(spec)[0])
    return files or not _names_file(bound)


def _names_file(value: object) -> bool:
    """Whether a parameter that is not at its default is a file or a folder."""
    if isinstance(value, Bound):
        return any(_names_file(value.params[name]) for name, _ in value.spec.params)
    if isinstance(value, list | tuple):
        return any(map(_names_file, value))
    return isinstance(value, Path)


def refuse_file_name(text: str) -> None:
    """Answers the bare name of a file with the spec that reads it.

    Raises:
        SpecError: `text` is such a name.
    """
    if not is_file_name(text):
        return
    spec = Spec("file", (("path", text), ("target", "COLUMN")))
    try:
        has = f" (columns: {', '.join(map(show, columns_of(locate(text))[:12]))})"
    except Unavailable as error:
        has = f" ({error})"
    raise SpecError(f"{text} is a file: --dataset {shlex.quote(str(spec))}{has}")


def cap_of(spec: Spec) -> tuple[Spec, int | None]:
    """A dataset's spec without `n_train`, which every dataset takes, and that cap on training rows.

    Raises:
        SpecError: the cap is not a positive whole number.
    """
    rest = tuple((name, value) for name, value in spec.params if name != "n_train")
    spelled = tuple((name, value) for name, value in spec.spelled if name != "n_train")
    cap = dict(spec.params).get("n_train")
    if isinstance(cap, float) and cap.is_integer():
        cap = int(cap)
    if cap is not None and (not isinstance(cap, int) or isinstance(cap, bool) or cap < 1):
        raise SpecError(f"dataset {spec}: n_train must be a positive whole number")
    return Spec(spec.name, rest, spelled), cap


def with_cap(spec: Spec, n_train: int | None) -> Spec:
    """A dataset's spec with a cap on training rows written into it."""
    if n_train is None:
        return spec
    return Spec(spec.name, tuple(sorted([*spec.params, ("n_train", n_train)])))
