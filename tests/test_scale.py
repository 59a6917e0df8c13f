"""docs/scale.md is true: its commands run, with programs that stand for those of a cluster."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from faults import free_port

import tscbench
from tscbench.contracts.failures import STATUSES
from tscbench.results.run import Run

pytestmark = pytest.mark.slow

pytest.importorskip("distributed")

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "scale.md").read_text("utf-8")

PROGRAMS = {
    "ssh": 'shift\nexec bash -c "$1"',
    "hostname": "echo 127.0.0.1",
    "sbatch": """
if [[ $1 != --array=* ]]; then
    setsid bash "$1" > /dev/null 2>&1 &
    echo "Submitted batch job $!"
    exit
fi
IFS=- read -r first last <<< "${1#--array=}"
for SLURM_ARRAY_TASK_ID in $(seq "$first" "$last"); do
    SLURM_ARRAY_TASK_ID=$SLURM_ARRAY_TASK_ID bash "$2"
done""",
    "scancel": 'kill -9 -- "-$1"',
    "tscbench": f'exec "{sys.executable}" -m tscbench "$@"',
    "dask": f'exec "{sys.executable}" -m dask "$@"',
}
SUITE = """
name = "quick"
headline = "auc"
metrics = ["auc"]
seeds = 2
[[grid]]
dataset = ["breast_cancer"]
teacher = ["forest(n_trees=5)"]
generator = ["none", "smoothed_bootstrap"]
mix = ["real", "fake(ratio=1)"]
student = ["tree(max_leaf_nodes=8)", "tree(max_leaf_nodes=4)"]
"""


def block(name):
    """The block below a mark."""
    return re.search(rf"<!-- scale: {name} -->\n```\w+\n(.*?)```", PAGE, re.DOTALL)[1]


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Runs a block with what stands for a cluster, and whatever it leaves at work is ended."""
    programs, shared = tmp_path / "bin", tmp_path / "shared"
    programs.mkdir()
    shared.mkdir()
    for name, body in PROGRAMS.items():
        (programs / name).write_text(f"#!/bin/bash\n{body}\n")
        (programs / name).chmod(0o755)
    (tmp_path / "quick.toml").write_text(SUITE)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("TSCBENCH_STORE", str(shared / "store"))
    monkeypatch.chdir(tmp_path)
    ours = {"/shared": str(shared), "run quick": "run quick.toml", '("quick"': '("quick.toml"'}
    ours["8786"] = str(free_port())

    def run(text):
        for theirs, mine in ours.items():
            text = text.replace(theirs, mine)
        command = ["bash", "-euo", "pipefail", "-c", text]
        with (tmp_path / "said").open("w+") as said:
            process = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)
            try:
                code = process.wait(240)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            said.seek(0)
            assert code == 0, said.read()

    return run


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The scores of one process."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "quick.toml").write_text(SUITE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TSCBENCH_STORE", str(folder / "store"))
        return tscbench.run(str(folder / "quick.toml"), out=folder / "run", offline=True).scores()


def same(folder, alone):
    pd.testing.assert_frame_equal(tscbench.load(folder).scores(), alone, check_exact=True)


def test_machines_by_ssh(machine, alone):
    machine(block("ssh"))
    same("runs/quick", alone)


def test_a_job_array_and_its_merge(machine, alone):
    two = block("array").replace("1-4", "1-2").replace("/4", "/2")
    machine(two + block("merge"))
    same("shared/runs/quick", alone)
    parts = [list(Run(part).records()) for part in sorted(Path("shared/runs").glob("part-*"))]
    done = [sum(record["status"] == "ok" for record in part) for part in parts]
    assert len(done) == 2 and sum(done) == len(parts[0]) and min(done) > 0


def test_slurm_by_dask_jobqueue(machine, alone):
    pytest.importorskip("dask_jobqueue")
    text = block("slurm").replace("jobs=100", "jobs=2").replace('("quick"', '("quick.toml"')
    text = text.replace("/shared", f"{Path.cwd()}/shared")
    Path("cluster.py").write_text(text)
    machine(f'"{sys.executable}" cluster.py')
    same("shared/runs/quick", alone)


def test_the_containers_of_kubernetes(machine, alone):
    yaml = pytest.importorskip("yaml")
    spec = yaml.safe_load(block("kubernetes"))["spec"]
    [scheduler] = spec["scheduler"]["spec"]["containers"]
    [worker] = spec["worker"]["spec"]["containers"]
    port = spec["scheduler"]["service"]["ports"][0]["port"]
    address = f"tcp://127.0.0.1:{port}"
    begins = " ".join(scheduler["args"]) + f" --port {port} &\n"
    works = f"DASK_SCHEDULER_ADDRESS={address} " + " ".join(worker["args"]) + " &\n"
    machine(begins + works * 2 + f"tscbench run quick --executor dask:{address}")
    same("runs/quick", alone)


def test_statuses_are_told():
    told = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert set(told) == {"ok", "skipped", *STATUSES}
