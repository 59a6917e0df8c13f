"""Two commands at once: they share work, and neither loses what the other writes."""

import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from made_records import lines

from tscbench.results.run import Run

pytestmark = pytest.mark.slow

GRID = {
    "query": ["inbag", "crossfit(folds=2)"],
    "generator": ["far", "copies"],
    "mix": ["real", "fake(ratio=1)"],
    "student": ["linear(pause=0.2)", "steps(n=2)"],
}


def start(suite: Path, out: Path, *more: str) -> subprocess.Popen:
    tiny = str(Path(__file__).parents[1] / "tiny.py")
    code = "from tscbench.cli import main; main()"
    words = ["run", str(suite), "--plugin", tiny, "--out", str(out), "--jobs", "1", *more]
    return subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def end(*commands: subprocess.Popen) -> None:
    for command in commands:
        _, err = command.communicate(timeout=120)
        assert command.returncode == 0, err.decode()


def test_one_suite_twice_at_once_is_made_once(lab, monkeypatch):
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TSCBENCH_STORE", str(lab.folder / "elsewhere"))
        alone = lab.run(GRID, out="alone")
    needed = lab.fits
    lab.forget_fits()
    suite = lab.suite(GRID)
    end(*(start(suite, lab.folder / out) for out in ("one", "two")))
    one, two = (Run(lab.folder / out) for out in ("one", "two"))
    pd.testing.assert_frame_equal(one.scores(), alone.scores(), check_exact=True)
    pd.testing.assert_frame_equal(two.scores(), alone.scores(), check_exact=True)
    made_once = lab.fits
    lab.forget_fits()
    lab.run(GRID, out="again")
    assert not lab.fits
    nearest, folds = 1, 2  # a fold teacher is dropped once a run needs it no more, and made anew
    assert nearest + folds <= made_once["nearest"] <= nearest + 2 * folds
    assert made_once["far"] == made_once["copies"] == 1
    assert needed["linear"] <= made_once["linear"] < 1.5 * needed["linear"]
    assert not list((lab.folder / "store").rglob(".lock-*"))


def test_two_parts_of_a_suite_at_once_in_one_folder_are_the_whole(lab):
    suite, out = lab.suite(GRID), lab.folder / "run"
    end(*(start(suite, out, "--generator", name) for name in ("far", "copies")))
    whole = lab.run(GRID, out="whole")
    both = Run(out).scores()
    assert len(both) == len(whole.scores()) and set(both["status"]) == {"ok"}
    pd.testing.assert_frame_equal(both, whole.scores(), check_exact=True)


@pytest.mark.parametrize("n", [1, 3])
def test_a_run_that_is_killed_holds_nobody_up_and_loses_nothing(lab, n):
    suite, out = lab.suite(GRID), lab.folder / "run"
    killed, other = start(suite, out), start(suite, out)
    until = time.monotonic() + 60
    while len(lines(out)) < n and time.monotonic() < until:
        time.sleep(0.01)
    killed.kill()
    killed.communicate()
    begun = time.monotonic()
    end(other)
    assert time.monotonic() - begun < 25, "within seconds, not within the time of a heartbeat"
    whole = lab.run(GRID, out="whole")
    assert not Run(out).damaged
    pd.testing.assert_frame_equal(Run(out).scores(), whole.scores(), check_exact=True)
