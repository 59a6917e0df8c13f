"""Writes a template under a new name, as a file or as a package, and never over anything."""

from __future__ import annotations

import re
import shlex
from importlib.resources import files
from pathlib import Path
from string import Template

import tscbench
from tscbench.contracts.errors import SpecError
from tscbench.registry import GROUPS

RUN = {
    "dataset": "tscbench run quick{plugin} --dataset {name}",
    "teacher": "tscbench run quick{plugin} --teacher forest,{name}",
    "query": "tscbench run quick{plugin} --query inbag,{name}",
    "generator": "tscbench run quick{plugin} --generator none,{name}",
    "objective": "tscbench run quick{plugin} --objective probabilities,{name}",
    "student": "tscbench run quick{plugin} --student forest,{name}",
    "network": "tscbench run quick{plugin} --student forest,{name}",
    "metric": "tscbench info {name}{plugin}",
    "probe": "tscbench info {name}{plugin}",
}
"""What comes after the check: a run on the axis of the kind, where it has one."""


def template(kind: str) -> str:
    """The code of a kind's first plugin, which is called `mine`."""
    return _text(f"templates/{kind}.py")


def write_file(kind: str, name: str, folder: Path) -> list[str]:
    """Writes `name.py` into `folder`, and returns the commands that come next.

    Raises:
        SpecError: there is such a file.
    """
    path = folder / f"{name}.py"
    _write({path: _named(template(kind), name)})
    return [f"tscbench check {_word(path)}", _run(kind, name, f" --plugin {_word(path)}")]


def write_package(kind: str, name: str, folder: Path) -> list[str]:
    """Writes the folder of a distribution with the plugin, its test and its README into `folder`,
    and returns the commands that come next.

    Raises:
        SpecError: there is such a folder.
    """
    module = f"tscbench_{name}"
    distribution = module.replace("_", "-")
    home = folder / distribution
    if home.exists():
        raise _taken(home)
    check = [f"tscbench check {name}", _run(kind, name, "")]
    values = {
        "name": name,
        "kind": kind,
        "group": GROUPS[kind],
        "module": module,
        "distribution": distribution,
        "minor": ".".join(tscbench.__version__.split(".")[:2]),
        "commands": "\n".join(check),
    }
    texts = {
        "pyproject.toml": _text("package/pyproject.toml.txt"),
        "README.md": _text("package/README.md.txt"),
        f"tests/test_{name}.py": _text("package/test.py.txt"),
    }
    filled = {home / path: Template(text).substitute(values) for path, text in texts.items()}
    _write({**filled, home / module / "__init__.py": _named(template(kind), name)})
    here = "" if home.is_absolute() else "./"
    return [f"pip install -e {here}{_word(home)}", *check]


def _run(kind: str, name: str, plugin: str) -> str:
    return RUN[kind].format(name=name, plugin=plugin)


def _named(code: str, name: str) -> str:
    return re.sub(r"\bmine\b", name, code)


def _text(path: str) -> str:
    return files("tscbench.scaffold").joinpath(path).read_text(encoding="utf-8")


def _word(path: Path) -> str:
    return shlex.quote(str(path))


def _taken(path: Path) -> SpecError:
    return SpecError(f"{path} is there already; remove it, or choose another name or --out")


def _write(texts: dict[Path, str]) -> None:
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError as error:
            raise _taken(path) from error
