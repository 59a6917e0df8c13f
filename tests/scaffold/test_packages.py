"""The package that tscbench new writes: it installs, is found and passes its own tests."""

import json
import os
import re
import subprocess
import sys
import tomllib

import pytest

import tscbench
from tscbench.contracts.kinds import KINDS
from tscbench.registry import GROUPS
from tscbench.scaffold.writing import write_package

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with a package of every kind."""
    folder = tmp_path_factory.mktemp("packages")
    for kind in KINDS:
        write_package(kind, f"mine_{kind}", folder)
    return folder


@pytest.fixture(scope="module")
def python(desk, tmp_path_factory):
    """Python in that folder, with the packages installed where nothing else is."""
    target = tmp_path_factory.mktemp("site")
    surroundings = os.environ | {"PYTHONPATH": str(target), "TSCBENCH_STORE": str(desk / "store")}

    def call(*words):
        done = subprocess.run(
            [sys.executable, *map(str, words)],
            cwd=desk,
            env=surroundings,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    folders = sorted(f"./{path.name}" for path in desk.iterdir())
    pip = ["-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target", target]
    call(*pip, "--disable-pip-version-check", *folders)
    return call


def test_packages_install_and_are_listed(python):
    rows = json.loads(python("-m", "tscbench", "list", "--json"))
    ours = {row["kind"]: row for row in rows if row["distribution"].startswith("tscbench-mine")}
    assert set(ours) == set(KINDS)
    for kind, row in ours.items():
        assert row["name"] == f"mine_{kind}" and row["version"] == "0.1.0"
        assert row["distribution"] == f"tscbench-mine-{kind}"


def test_an_installed_package_is_checked_by_its_name(python):
    checked = python("-m", "tscbench", "check", "mine_generator")
    assert re.match(r"generator mine_generator: \d+ checks passed", checked)


@pytest.mark.parametrize("kind", KINDS)
def test_its_own_tests_pass(python, desk, kind):
    (tests,) = desk.glob(f"tscbench-mine-{kind}/tests/test_*.py")
    done = python("-m", "pytest", "-q", "-W", "error", tests)
    assert int(re.search(r"(\d+) passed", done)[1]) > 15


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_holds_what_it_should(desk, kind):
    home, name = desk / f"tscbench-mine-{kind}", f"mine_{kind}"
    project = tomllib.loads((home / "pyproject.toml").read_text())["project"]
    assert project["entry-points"] == {GROUPS[kind]: {name: f"tscbench_{name}:{name}"}}
    assert project["dependencies"] == [f"tscbench>={tscbench.__version__.rpartition('.')[0]}"]
    assert "$" not in "".join(p.read_text() for p in home.rglob("*") if p.suffix in {".md", ".py"})
    assert f"tscbench check {name}" in (home / "README.md").read_text()
