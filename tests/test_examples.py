"""The distributions under examples/: installed as anybody's, listed, checked, run, and their own
tests. One whose library is not here is skipped."""

import ast
import json
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

import tscbench
from tscbench.bibtex import read_works

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@dataclass(frozen=True)
class Example:
    """A distribution: its name, the plugin in it, a quick spec of that, and what it stands on."""

    name: str
    plugin: str
    spec: str
    library: str
    cites: tuple[str, ...]

    @property
    def is_missing(self) -> bool:
        return find_spec(self.library) is None


ARFPY = Example(
    "tscbench-arfpy", "arfpy", "arfpy(max_rounds=2, n_trees=3)", "arfpy", ("watson2023adversarial",)
)
SMOTE = Example(
    "tscbench-imblearn", "smote", "smote", "imblearn", ("chawla2002smote", "lemaitre2017imbalanced")
)
ALL = (ARFPY, SMOTE)
HERE = [example for example in ALL if not example.is_missing]
each = pytest.mark.parametrize(
    "example",
    [
        pytest.param(
            example,
            id=example.name,
            marks=pytest.mark.skipif(example.is_missing, reason=f"{example.library} is absent"),
        )
        for example in ALL
    ],
)
needs_one = pytest.mark.skipif(not HERE, reason=f"none of {[e.library for e in ALL]} is here")


@dataclass(frozen=True)
class Desk:
    """A folder with copies of the sources, and what is installed from them beside."""

    folder: Path

    def call(self, *words: str | Path, cwd: Path | None = None) -> str:
        """Python with the installed examples, in the folder."""
        path = os.pathsep.join(filter(None, [str(self.folder / "site"), os.getenv("PYTHONPATH")]))
        done = subprocess.run(
            [sys.executable, *map(str, words)],
            cwd=cwd or self.folder,
            env={**os.environ, "PYTHONPATH": path, "TSCBENCH_STORE": str(self.folder / "store")},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("examples")
    for example in HERE:
        copy = folder / example.name
        ignored = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
        shutil.copytree(EXAMPLES / example.name, copy, ignore=ignored)
    pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    copies = [f"./{example.name}" for example in HERE]
    Desk(folder).call(*pip, "--no-build-isolation", "--target", folder / "site", *copies)
    return Desk(folder)


def test_every_example_is_tried():
    assert {path.name for path in EXAMPLES.iterdir() if path.is_dir()} == {e.name for e in ALL}


@pytest.mark.parametrize("example", ALL, ids=[example.name for example in ALL])
def test_it_uses_public_names_and_says_what_it_stands_on(example):
    home = EXAMPLES / example.name
    project = tomllib.loads((home / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [(_, points)] = project["entry-points"].items()
    assert project["name"] == example.name and list(points) == [example.plugin]
    [source] = [*home.glob("tscbench_*.py"), *home.glob("tscbench_*/*.py")]
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not any(alias.name.startswith("tscbench") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("tscbench"):
            assert node.module == "tscbench"
            assert {alias.name for alias in node.names} <= set(tscbench.__all__)
    readme = (home / "README.md").read_text(encoding="utf-8")
    assert f"tscbench check {example.plugin}" in readme


@needs_one
def test_they_are_listed_beside_ours(desk):
    rows = json.loads(desk.call("-m", "tscbench", "list", "generators", "--json"))
    listed = {row["name"]: row for row in rows}
    for example in HERE:
        row = listed[example.plugin]
        assert (row["distribution"], row["version"]) == (example.name, "0.1.0")
        assert row["state"] == "ok", row["cause"]
    assert listed["arf"]["state"] == "ok"


@needs_one
def test_they_keep_the_contract(desk):
    said = desk.call("-m", "tscbench", "check", *(example.spec for example in HERE))
    assert said.count("checks passed") == len(HERE)


@needs_one
def test_they_run_in_a_suite_of_ours(desk):
    chosen = {
        "dataset": "breast_cancer",
        "query": "inbag",
        "generator": ",".join(["none", *(example.spec for example in HERE)]),
        "mix": "real,both",
        "student": "forest(n_trees=1)",
        "objective": "probabilities",
        "seed": "0",
    }
    words = [word for axis, value in chosen.items() for word in (f"--{axis}", value)]
    desk.call("-m", "tscbench", "run", "quick", *words, "--jobs", "1")
    scores = tscbench.load(desk.folder / "runs" / "quick").scores()
    ours = scores[
        (scores.metric == "auc") & (scores.part == "test") & (scores.student != "teacher")
    ]
    assert set(ours.generator) == {"none", *(example.spec for example in HERE)}
    assert (ours.status == "ok").all() and (ours.value > 0.9).all()


@each
def test_their_works_are_cited(desk, example):
    works = read_works(desk.call("-m", "tscbench", "info", example.plugin, "--bibtex"))
    assert tuple(work.key for work in works) == example.cites


@each
def test_their_own_tests_pass(desk, example):
    words = ["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "tests"]
    print(desk.call(*words, cwd=desk.folder / example.name))
