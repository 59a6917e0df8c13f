"""Specs on the axes of a suite, checked; and the cap on training rows that any dataset takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from tscbench.contracts.errors import SpecError, TscbenchError, Unavailable
from tscbench.contracts.spec import Spec, parse, show
from tscbench.line.fetch import locate
from tscbench.line.mix import parse_mix
from tscbench.registry import Bound, Registry
from tscbench.results.cell import ALONE
from tscbench.tabular.read import columns_of, is_file_name


def check_spec(axis: str, text: str, registry: Registry) -> Spec:
    """The spec that `text` writes on this axis.

    Raises:
        SpecError: it does not parse, or its plugin or a parameter is not there.
    """
    if axis == "mix":
        return parse(str(parse_mix(text)))
    if axis == "dataset":
        refuse_file_name(text, look=False)
        spec, n_train = cap_of(parse(text))
        bound = registry.bind(axis, spec)
        return with_cap(bound.spec, n_train)
    return registry.bind(axis, text).spec


IMPORT_PATH = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
"""Such as `sklearn.svm.SVC`."""

NO_PLUGIN = ("-", "none", *ALONE)
"""Labels that name no plugin: of an axis that cannot reach, and of a model alone."""


def is_here(axis: str, text: str, registry: Registry, *, files: bool) -> bool:
    """Whether what a spec names is installed, or in the plugin files that were given. files:
    whether one is that names a file, or code by where it is imported from, which may read any."""
    if axis in ("split", "seed") or text in NO_PLUGIN:
        return True
    try:
        spec = check_spec(axis, text, registry)
    except TscbenchError:
        return False
    return files or axis == "mix" or not _reaches_out(registry.bind(axis, cap_of(spec)[0]))


def _reaches_out(value: object) -> bool:
    """Whether a parameter that is not at its default is a file or a folder, an import path, or of
    a library that the plugin hands it on to."""
    if isinstance(value, Bound):
        defaults = {name: known.default for name, known in value.plugin.parameters.items()}
        return any(_reaches_out(v) for name, v in value.params.items() if v != defaults[name])
    if isinstance(value, list | tuple):
        return any(map(_reaches_out, value))
    if isinstance(value, str):
        return IMPORT_PATH.fullmatch(value) is not None
    return isinstance(value, Path | Spec) or (isinstance(value, Mapping) and bool(value))


def refuse_file_name(text: str, *, look: bool) -> None:
    """Answers the bare name of a file with the spec that reads it. look: whether with its columns,
    of a file that is named on one's own command line.

    Raises:
        SpecError: `text` is such a name.
    """
    if not is_file_name(text):
        return
    spec = Spec("file", (("path", text), ("target", "COLUMN")))
    try:
        has = f" (columns: {', '.join(map(show, columns_of(locate(text))[:12]))})" if look else ""
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
