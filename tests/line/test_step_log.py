"""What a step prints, in Python or in C, goes to its log; a failure shows how that ended."""

import os
import subprocess
import sys
from pathlib import Path

from tscbench.line import step_log
from tscbench.results.run import Run

PRINTS = """
import ctypes, sys, warnings
from pathlib import Path
from tscbench.line.step_log import logged
with logged(Path("own.log")):
    print("from Python")
    ctypes.CDLL(None).puts(b"from C")
    warnings.warn("from a warning")
with logged(Path("empty.log")):
    pass
print("after")
"""


def test_everything_printed_within_goes_to_the_log(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PRINTS], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("after\n", "")
    said = (tmp_path / "own.log").read_text()
    assert all(f"from {who}" in said for who in ("Python", "C", "a warning"))
    assert [file.name for file in tmp_path.iterdir()] == ["own.log"]


def test_a_log_is_cut_to_its_end(tmp_path, capfd, monkeypatch):
    log = tmp_path / "long.log"
    with step_log.logged(log):
        for i in range(20_000):
            os.write(1, f"line {i}\n".encode())
        monkeypatch.setattr(step_log, "LARGEST", 100_000)
        step_log.cut()  # while it is written
        os.write(2, b"the last\n")
    assert log.stat().st_size <= step_log.KEPT
    assert log.read_text().startswith("line ") and log.read_text().endswith("19999\nthe last\n")
    assert step_log.tail(log).splitlines()[-step_log.SHOWN :][0] == "line 19981"
    step_log.shorten(log)
    assert log.stat().st_size <= step_log.KEPT_WELL and log.read_text().endswith("the last\n")
    assert capfd.readouterr() == ("", "")


def test_a_failure_in_a_worker_shows_the_end_of_its_log_and_the_terminal_nothing(lab, tmp_path):
    loud = tmp_path / "loud.py"
    loud.write_text(
        "import os\n"
        "from tscbench import Predictor, Rows, Schema, teacher\n"
        "print('imported')\n"
        "@teacher(source='a test')\n"
        "def loud(train: Rows, schema: Schema, *, ends: bool = False) -> Predictor:\n"
        "    '''Prints, and fails.\n\n    Args:\n        ends: the process.\n    '''\n"
        "    print('a word')\n"
        "    os.write(2, b'the end is near\\n')\n"
        "    if ends:\n"
        "        os._exit(3)\n"
        "    raise ValueError('no')\n"
    )
    suite = lab.suite({"teacher": ["loud", "loud(ends=true)"]})
    command = [sys.executable, "-m", "tscbench", "run", str(suite), "--jobs", "2", "--out", "run"]
    command += ["--plugin", str(Path(__file__).parents[1] / "tiny.py"), "--plugin", str(loud)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "a word" not in done.stderr and "the end is near" not in done.stderr
    failures = {r["cell"]["teacher"]: r["traceback"] for r in Run(tmp_path / "run").records()}
    for traceback in failures.values():
        assert traceback.rstrip().endswith("its log:\na word\nthe end is near"), traceback
    assert len(failures) == 2
