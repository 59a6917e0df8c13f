"""Recipes: what a key is a digest of, kept beside a value in words, and what tells two apart"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tscbench.line.artefact import Artefact
from tscbench.line.keys import plugin_content
from tscbench.line.step import Step
from tscbench.line.steps import STEPS
from tscbench.registry import Bound

Recipe = dict[str, Any]


def recipe_of(artefact: Artefact, steps: Mapping[str, Step] = STEPS) -> Recipe:
    """What determines an artefact, as JSON. What it is made from stands in it by its key, or by its
    own recipe where it is not kept by itself."""
    step = steps.get(artefact.step)
    told = {
        "step": artefact.step,
        "version": step.version if step else 1,
        "plugins": {kind: _plugin(bound) for kind, bound in artefact.plugins.items()},
        "params": artefact.params,
        "stream": artefact.stream,
        "inputs": {name: _input(value, steps) for name, value in artefact.inputs.items()},
    }
    return dict(json.loads(json.dumps(told)))  # as it will be read


def _plugin(bound: Bound) -> Recipe:
    """A plugin's name, parameters and code; of another plugin among its parameters spec and key."""
    content = plugin_content(bound)
    params = {
        name: {"spec": str(value), "key": content["params"][name]}
        if isinstance(value, Bound)
        else content["params"][name]
        for name, value in bound.params.items()
    }
    return {**content, "params": params}


def _input(value: Artefact | tuple[Artefact, ...], steps: Mapping[str, Step]) -> Any:
    if isinstance(value, Artefact):
        return value.name if value.stored else recipe_of(value, steps)
    return [one.name for one in value]


def nearest(recipe: Recipe, kept: Iterable[Recipe]) -> Recipe | None:
    """Of the recipes of the same step the one with most fields equal; None where there is none."""
    fields = dict(_fields(recipe))
    alike = [other for other in kept if other.get("step") == recipe["step"]]

    def equal(other: Recipe) -> int:
        return len(fields.items() & dict(_fields(other)).items())

    return max(alike, key=equal, default=None)


def differences(recipe: Recipe, kept: Recipe) -> list[str]:
    """What tells a recipe from one that is kept, a phrase each; that it is made from something else
    only where there is nothing nearer to say."""
    fields, others = dict(_fields(recipe)), dict(_fields(kept))
    paths = [path for path in {**fields, **others} if fields.get(path) != others.get(path)]
    changed = {path[:-1] for path in paths if path[-1] == "plugin"}
    own = [path for path in paths if len(path) < 2 or path[-2] != "inputs"]
    phrases = [
        _phrase(path, fields.get(path), others.get(path), recipe)
        for path in own or paths
        if path[-1] == "plugin" or not any(path[: len(of)] == of for of in changed)
    ]
    return list(dict.fromkeys(phrases))


Path = tuple[str, ...]


def _fields(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Each field by its path, as text; a list is one field."""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _fields(inner, (*path, name))
    else:
        yield path, "/".join(map(str, value)) if isinstance(value, list) else str(value)


def _phrase(path: Path, ours: str | None, kept: str | None, recipe: Recipe) -> str:
    """One difference, as a user would say it."""
    last, ours, kept = path[-1], ours or "absent", kept or "absent"
    if last == "code":
        name = _at(recipe, path[:-1]).get("plugin", "/").partition("/")[2]
        return f"plugin {name}: its code changed (fingerprint {ours[:12]}, kept with {kept[:12]})"
    if last == "key":
        spec = _at(recipe, path[:-1]).get("spec", "")
        return f"{path[-2]} {spec} is another plugin or its code changed"
    if last == "plugin":
        ours, kept = (text.rpartition("/")[2] for text in (ours, kept))
        return f"{path[-2]} {ours}, kept with {kept}"
    if len(path) > 1 and path[-2] == "inputs":
        return f"made from other {last}"
    where = next((f"{at}: " for at in reversed(path[:-1]) if at not in GROUPS), "")
    if last == "version":
        return f"{where}version {ours} of the step, kept with {kept}"
    name = path[-2] if last == "spec" else last
    return f"{where}{name} {ours}, kept with {kept}"


GROUPS = {"plugins", "params", "inputs"}


def _at(recipe: Any, path: Path) -> Any:
    """What stands at a path of a recipe."""
    for name in path:
        recipe = recipe.get(name, {})
    return recipe
