"""What a shell completes, as bash asks for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def completed(*words):
    """What stands where the last word is begun."""
    asked = {"COMP_WORDS": " ".join(["tscbench", *words]), "COMP_CWORD": str(len(words))}
    environment = {**os.environ, **asked, "_TSCBENCH_COMPLETE": "bash_complete"}
    code = "import sys; sys.argv[0] = 'tscbench'; from tscbench.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_verbs_and_options():
    assert completed("stat") == ["status"]
    assert "--generator" in completed("run", "--gen")


@pytest.mark.parametrize("verb", ["run", "plan"])
def test_suites(verb):
    assert completed(verb, "qui") == ["quick"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["run", "quick", "--generator", "smoo"], ["smoothed_bootstrap"]),
        (["run", "quick", "--generator", "none,mun"], ["none,munge"]),
        (["run", "quick", "--student", "lenet_t"], ["lenet_tsc"]),
        (["board", "quick", "--query", "cross"], ["crossfit"]),
        (["info", "smooth"], ["smooth_truth", "smoothed_bootstrap"]),
        (["check", "acgan_p"], ["acgan_pytorch"]),
        (["compare", "quick", "smoothed_b"], ["smoothed_bootstrap"]),
    ],
)
def test_plugins(words, names):
    assert completed(*words) == names


def test_runs():
    for name in ("mine", "minor"):
        Path("runs", name).mkdir(parents=True)
        Path("runs", name, "run.json").touch()
    assert completed("board", "min") == ["mine", "minor"]
    assert completed("status", "mino") == ["minor"]


def test_what_is_published():
    found = completed("board", "publ")
    assert found[0] == "published" and "published:tabular" in found
    assert "published:tabular" in completed("compare", "published:t")
