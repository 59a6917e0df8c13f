"""The lane of the oldest versions tries what pyproject.toml says, and nothing has no oldest."""

import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
TOOLS = "test"


def lower_bounds(requirements):
    """The version that each may not fall below."""
    found = {r.name: [s.version for s in r.specifier if s.operator == ">="] for r in requirements}
    return {name: version for name, [version] in found.items()}


def test_all_that_is_needed_has_an_oldest_version_and_is_tried_with_it():
    texts = [*PROJECT["dependencies"], *(t for e, ts in EXTRAS.items() if e != TOOLS for t in ts)]
    needed = lower_bounds(map(Requirement, texts))
    command = [sys.executable, ROOT / ".ci" / "constraints.py", ROOT / "pyproject.toml"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    tried = dict(line.split("==") for line in said.split())
    assert {**tried, "torch": needed["torch"]}.items() >= needed.items()
    assert "torch" not in tried


def test_the_tests_have_every_extra():
    [own] = [r for r in map(Requirement, EXTRAS[TOOLS]) if r.name == PROJECT["name"]]
    assert own.extras == set(EXTRAS) - {TOOLS}


def test_ci_has_the_lane():
    assert ".ci/oldest " in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
