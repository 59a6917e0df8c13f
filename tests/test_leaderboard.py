"""The committed leaderboards come again from the results that lie beside them, by the command that
their README names."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from tscbench.cli import group

HERE = Path(__file__).parents[1] / "leaderboard"
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


def test_the_same_files(again):
    committed = {name for name in files(HERE) if name == "README.md" or name.startswith("site/")}
    assert committed == set(files(again))
    assert {"site/tabular/data/scores.parquet", "site/gan-tsc/data/scores.parquet"} <= committed


def test_the_same_bytes(again):
    """But for parquet, whose bytes depend on the library that wrote it: there, the same tables."""
    for name, file in files(again).items():
        if name.endswith(".parquet"):
            pd.testing.assert_frame_equal(pd.read_parquet(file), pd.read_parquet(HERE / name))
        else:
            assert file.read_bytes() == (HERE / name).read_bytes(), (
                f"leaderboard/{name} is not what its results give; run the command at the end of "
                "README.md in that folder"
            )
