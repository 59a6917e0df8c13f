"""The fault campaign in its short form: nothing is lost, and scores are equal to the last bit."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CAMPAIGN = Path(__file__).resolve().parents[1] / "benchmarks" / "reliability" / "campaign.py"
KINDS = ["worker killed", "command killed", "torn write", "bit flipped", "store removed"]


def test_a_disturbed_run_comes_to_the_scores_of_one_that_is_not():
    command = [sys.executable, str(CAMPAIGN), "--faults", "2", "--kinds", ",".join(KINDS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = re.findall(r"^(\S.*?)  +(\d+) +\d+ +\d+ +(\d+) +(\d+) +(\d+) +(\d+)", done.stdout, re.M)
    assert [row[0] for row in rows] == KINDS
    for _, faults, cells, lost, differ, traces in rows:
        assert int(faults) >= 2 and int(cells) > 40 - 1
        assert (lost, differ, traces) == ("0", "0", "0")
