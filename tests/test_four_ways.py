"""One file, unchanged, by all four ways: installed, --plugin, plugins/ beside a suite, Python."""

import importlib.util
import re
from pathlib import Path

import pytest

import tscbench

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
JITTER = re.search(r"<!-- file: jitter.py -->\n```python\n(.*?)```", README, re.DOTALL)[1]
SUITE = """
name = "mine"
[[grid]]
dataset = ["breast_cancer"]
generator = ["none"%s]
mix = ["real", "fake"]
teacher = ["forest(n_trees=5)"]
student = ["tree"]
"""

pytestmark = pytest.mark.usefixtures("in_process")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def suite(desk, *generators):
    (desk / "mine.toml").write_text(SUITE % "".join(f', "{name}"' for name in generators))
    return "mine.toml"


def scores(out, label="jitter"):
    """The scores of the plugin's cell: the same to the bit, whichever way it came in."""
    frame = tscbench.load(out).scores()
    rows = frame[(frame["generator"] == label) & (frame["part"] == "test")]
    assert len(rows) and set(rows["status"]) == {"ok"}
    return dict(zip(rows["metric"], rows["value"], strict=True))


def test_all_four_ways_give_the_same_scores(desk, cli, monkeypatch):
    (desk / "elsewhere").mkdir()
    (desk / "elsewhere" / "jitter.py").write_text(JITTER)
    with_option = cli("run", suite(desk, "jitter"), "--plugin", "elsewhere/jitter.py", "--out", "a")
    assert with_option.code == 0 and "jitter" in with_option.out

    (desk / "plugins").mkdir()
    (desk / "plugins" / "jitter.py").write_text(JITTER)
    (desk / "plugins" / "torn.py").write_text("def broken(:\n")
    assert cli("run", suite(desk, "jitter"), "--out", "b").code == 0
    assert cli("status", "b").code == 0

    (desk / "plugins" / "jitter.py").unlink()
    site = desk / "site"
    (site / "smooth-1.0.dist-info").mkdir(parents=True)
    (site / "smooth.py").write_text(JITTER)
    (site / "smooth-1.0.dist-info" / "METADATA").write_text("Name: smooth\nVersion: 1.0\n")
    (site / "smooth-1.0.dist-info" / "entry_points.txt").write_text(
        "[tscbench.generators]\njitter = smooth:jitter\n"
    )
    with monkeypatch.context() as installed:
        installed.syspath_prepend(str(site))
        assert cli("run", suite(desk, "jitter"), "--out", "c").code == 0
        assert re.search(r"jitter +smooth +1.0 +ok", cli("list", "generators").out)

    spec = importlib.util.spec_from_file_location("notebook", desk / "elsewhere" / "jitter.py")
    notebook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(notebook)
    done = tscbench.run(suite(desk), generators=[notebook.jitter], out="d", jobs=1)
    assert "cells ok" in repr(done)

    first = scores("a")
    assert first["auc"] > 0.8
    assert all(scores(out) == first for out in ("b", "c", "d"))


def test_a_function_with_an_installed_name_is_told_apart(desk):
    @tscbench.generator(version="1")
    def munge(train: tscbench.Rows) -> tscbench.Sampler:
        """Is no MUNGE."""
        return tscbench.Sampler(lambda n, rng: train.x[rng.integers(len(train), size=n)])

    plan = tscbench.plan(suite(desk, "tscbench/munge"), generators=[munge])
    found = {line.cell.generator for line in plan.lines}
    assert found == {"none", "tscbench/munge", "python/munge"}


def test_status_of_a_run_whose_plugin_has_gone_shows_its_records(desk, cli):
    (desk / "jitter.py").write_text(JITTER)
    assert cli("run", suite(desk, "jitter"), "--plugin", "jitter.py", "--out", "a").code == 0
    (desk / "jitter.py").unlink()
    said = cli("status", "a")
    assert said.code == 0 and "2 of 2 cells ok" in said.out
    assert "cannot be planned here" in said.err and "jitter.py" in said.err
    assert cli("board", "a").code == 0
    assert cli("status", "nowhere").code == 2
