"""The wheel alone, in an empty environment: what it holds, what it asks for, and that it runs.

What it asks for is borrowed from the environment of the tests. That these requirements suffice is
seen by `.ci/run`, which lets pip install them where there is nothing, and runs the quick suite.
"""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED = {"torch", "scikit-learn", "numpy", "pandas", "pluggy", "tabulate", "openml"}
SOURCES = (
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "tscbench",
    "plugins",
    "benchmarks",
    "leaderboard",
)
SCRIPTS = "Scripts" if os.name == "nt" else "bin"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def call(*command, cwd, **more):
    """A command in surroundings that know nothing of this environment or of the checkout."""
    hidden = ("PYTHON", "VIRTUAL_ENV", "TSCBENCH_", "PYTEST_")
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith(hidden)} | more
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=surroundings, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy, so that nothing that lies about in the checkout gets in."""
    copy = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation")
    call(*build, "--outdir", copy / "dist", copy, cwd=copy)
    [built] = (copy / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def metadata(wheel):
    with ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name))


def test_it_asks_for_what_it_stands_on(metadata):
    found = [Requirement(text) for text in metadata.get_all("Requires-Dist")]
    always = {r.name for r in found if r.marker is None}
    assert always >= NEEDED
    assert len(always) == len(PROJECT["dependencies"])
    tested = {r.name for r in found if r.marker and r.marker.evaluate({"extra": "test"})}
    assert "pytest-benchmark" in tested
    assert metadata["License-Expression"] == "BSD-3-Clause"


def test_it_holds_every_source_and_every_suite_and_what_is_published(wheel):
    with ZipFile(wheel) as archive:
        held = set(archive.namelist())
    packs = (ROOT / "leaderboard" / "packs").iterdir()
    assert {f"tscbench_leaderboard/packs/{pack.name}" for pack in packs} <= held
    for folder, home in (("tscbench", ROOT), ("tscbench_plugins", ROOT / "plugins")):
        found = [p for p in (home / folder).rglob("*") if p.is_file()]
        files = {str(p.relative_to(home)) for p in found if p.parent.name != "__pycache__"}
        assert {name for name in held if name.startswith(f"{folder}/")} == files
    suites = [p for p in (ROOT / "benchmarks").iterdir() if p.suffix in {".toml", ".lock"}]
    assert suites and {f"tscbench_suites/{p.name}" for p in suites} <= held
    published = list((ROOT / "benchmarks" / "published").iterdir())
    assert published and {f"tscbench_suites/published/{p.name}" for p in published} <= held
    assert not {name for name in held if name.startswith(("tests", "build"))}


def _lend_libraries(environment):
    """Puts what is installed here last on the path of an environment, whose own wheel comes first;
    paths that are installed here as `.pth` files, of checkouts for instance, are not followed."""
    [site] = environment.glob("[Ll]ib/**/site-packages")
    here = [path for path in sys.path if Path(path).name.endswith("-packages")]
    (site / "lent.pth").write_text("\n".join(here), encoding="utf-8")


def test_installed_in_an_empty_environment_it_runs_quick(wheel, tmp_path):
    venv.create(tmp_path / "empty")
    scripts = tmp_path / "empty" / SCRIPTS
    pip = (sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--quiet")
    call(*pip, "--no-deps", "--no-index", wheel, cwd=tmp_path)
    _lend_libraries(tmp_path / "empty")
    desk = tmp_path / "desk"
    desk.mkdir()

    def tscbench(*arguments):
        own = {"TSCBENCH_STORE": str(tmp_path / "store"), "TSCBENCH_DATA": str(tmp_path / "data")}
        return call(scripts / "tscbench", *arguments, cwd=desk, **own)

    where = call(scripts / "python", "-c", "import tscbench; print(tscbench.__file__)", cwd=desk)
    assert Path(where.strip()).is_relative_to(tmp_path / "empty")
    listed = {(row["kind"], row["name"]) for row in json.loads(tscbench("list", "--json"))}
    points = {
        (group.removeprefix("tscbench."), name)
        for group, plugins in PROJECT["entry-points"].items()
        for name in plugins
        if group != "tscbench.suites"
    }
    plural = {kind: f"{kind[:-1]}ies" if kind == "query" else f"{kind}s" for kind, _ in listed}
    assert {(plural[kind], name) for kind, name in listed if kind != "suite"} == points
    suites = {p.stem for p in (ROOT / "benchmarks").glob("*.toml")}
    assert {name for kind, name in listed if kind == "suite"} == suites
    part = ("--dataset", "breast_cancer", "--seed", "0", "--jobs", "1")
    outcome = json.loads(tscbench("run", "quick", *part, "--json"))
    assert outcome["cells"] and outcome["ok"] == outcome["cells"] and not outcome["failed"]
    assert "comes first of" in tscbench("board", "quick")
