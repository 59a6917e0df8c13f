"""The generator of the design, from a fresh folder: paste, check, run, and see it on the board."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from design import JITTER

pytestmark = pytest.mark.slow


@pytest.fixture
def call(tmp_path):
    """A command in a fresh folder, as a user types it."""
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("TSCBENCH_")}
    surroundings |= {"TSCBENCH_STORE": str(tmp_path / "store"), "XDG_CACHE_HOME": str(tmp_path)}
    desk = tmp_path / "fresh"
    desk.mkdir()

    def call(*words):
        command = [sys.executable, "-m", "tscbench", *words]
        return subprocess.run(command, cwd=desk, env=surroundings, capture_output=True, text=True)

    call.desk = desk
    return call


def test_paste_check_run_and_see_it_on_the_board(call):
    lines = [line for line in JITTER.splitlines() if line.strip()]
    assert len(lines) <= 15
    (call.desk / "jitter.py").write_text(JITTER, encoding="utf-8")
    checked = call("check", "./jitter.py")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert re.search(r"generator jitter: \d+ checks passed", checked.stdout)
    part = ("--dataset", "breast_cancer", "--seed", "0", "--jobs", "1")
    ran = call("run", "quick", "--plugin", "./jitter.py", "--generator", "none,jitter", *part)
    assert ran.returncode == 0, ran.stderr
    board = call("board", "quick")
    assert board.returncode == 0
    for text in (ran.stdout, board.stdout):
        assert [line for line in text.splitlines() if " jitter " in f" {line} "], text


def test_an_edited_plugin_is_taken_as_it_stands(cli):
    file = Path("jitter.py")
    file.write_text(JITTER, encoding="utf-8")
    part = ("--plugin", "jitter.py", "--generator", "jitter", "--dataset", "breast_cancer")
    part += ("--student", "tree", "--seed", "0", "--query", "inbag")
    first = cli("run", "quick", *part, "--out", "a")
    file.write_text(JITTER.replace("scale: float = 0.1", "scale: float = 3.0"), encoding="utf-8")
    second = cli("run", "quick", *part, "--out", "b")
    assert first.code == second.code == 0, first.err + second.err
    assert first.out != second.out
