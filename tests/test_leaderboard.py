"""The committed leaderboard, README and figure, comes again from the results that lie beside it, by
the command that it names, and the whole site with it."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from tscbench.cli import group

HERE = Path(__file__).parents[1] / "leaderboard"
SUITES = sorted(folder.parent.name for folder in (HERE / "site").glob("*/data"))
KEPT = (
    "about.json",
    "cells.parquet",
    "scores.parquet",
    "speeds.parquet",
    "suite.toml",
    "timings.parquet",
)
COMMAND = re.compile(r"`tscbench (site \S+/data [^`]*)`")


def files(folder):
    return {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """The folder made anew from a copy of the results alone."""
    folder = tmp_path_factory.mktemp("leaderboard")
    for data in sorted((HERE / "site").glob("*/data")):
        shutil.copytree(data, folder / "kept" / data.relative_to(HERE))
    (command,) = COMMAND.findall((HERE / "README.md").read_text("utf-8"))
    arguments = [f"kept/{a}" if a.endswith("/data") else a for a in command.split()]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(group, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    shutil.rmtree(folder / "kept")
    return folder


def test_the_whole_site_comes_from_the_results(again):
    made = set(files(again))
    assert {"README.md", "site/index.html", "site/methodology.html"} <= made
    for suite in SUITES:
        assert (
            sum(name.startswith(f"site/{suite}/") and name.endswith(".html") for name in made) > 5
        )
    assert {f"site/{suite}/data/{name}" for suite in SUITES for name in KEPT} <= made


@pytest.mark.parametrize("name", ["README.md", "site/tabular/differences.svg"])
def test_the_same_bytes(again, name):
    assert (again / name).read_bytes() == (HERE / name).read_bytes(), (
        f"leaderboard/{name} is not what its results give; run the command at the end of "
        "README.md in that folder"
    )


@pytest.mark.parametrize("suite", SUITES)
def test_the_same_results(again, suite):
    """Of parquet, whose bytes depend on the library that wrote it, the same tables."""
    for name in KEPT:
        old, new = (folder / "site" / suite / "data" / name for folder in (HERE, again))
        if name.endswith(".parquet"):
            pd.testing.assert_frame_equal(pd.read_parquet(new), pd.read_parquet(old))
        else:
            assert new.read_bytes() == old.read_bytes()
