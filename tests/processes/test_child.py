"""Child processes: what is asked of them comes back, and nothing of them is left."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from multiprocessing import Pipe
from pathlib import Path

import cloudpickle
import numpy as np
import psutil
import pytest

from tscbench.processes import Child, Ended, Limits, tell, tree

cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.fixture
def child():
    with Child() as one:
        yield one


def gone(pids, seconds=5.0):
    """Whether these processes end; one that waits for its parent to notice has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        alive = []
        for pid in pids:
            try:
                if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                    alive.append(pid)
            except psutil.NoSuchProcess:
                continue
        if not alive:
            return True
        time.sleep(0.02)
    return False


def fail():
    raise KeyError("a key")


def leave():
    raise SystemExit(4)


def unpicklable():
    class Odd(Exception):
        def __reduce__(self):
            raise TypeError("not this one")

    raise Odd("an odd one")


def test_what_a_function_returns_or_raises_comes_back(child):
    assert child.call(max, 3, 5) == 5
    assert child.call(lambda: os.environ[tree.MARK]) == child.mark
    for function, kind in ((fail, KeyError), (leave, SystemExit), (unpicklable, RuntimeError)):
        with pytest.raises(kind):
            child.call(function)
    assert child.call(os.getpid) == child.pid and child.alive


def test_it_has_our_path_and_a_session_of_its_own_and_is_no_place_to_print(child, capfd):
    assert child.call(lambda: list(sys.path)) == sys.path
    assert child.call(lambda: os.getsid(0)) == child.pid
    child.call(print, "much")
    assert capfd.readouterr() == ("", "")


def test_what_is_told_arrives_in_order_and_begins_the_time_anew(child):
    def work():
        for number in range(4):
            tell(number)
            time.sleep(0.4)
        return "the end"

    told = []
    assert child.call(work, limits=Limits(seconds=1.0), tell=told.append) == "the end"
    assert told == [0, 1, 2, 3]
    tell("nobody listens here")


def sleep():
    time.sleep(1000)


def deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        pass


def loop_in_c():
    re.match(r"(a+)+$", "a" * 60 + "b")


@pytest.mark.parametrize("function", [sleep, deaf, loop_in_c])
def test_a_deadline_ends_it_whatever_it_is_at(child, function):
    started = time.monotonic()
    with pytest.raises(Ended, match=r"did not end within 0.5 s") as ended:
        child.call(function, limits=Limits(seconds=0.5))
    assert ended.value.status == "timeout" and not child.alive
    assert time.monotonic() - started < 5.5 and gone([child.pid])


def test_one_that_is_ended_by_its_deadline_says_where_it_was(tmp_path):
    with (tmp_path / "log").open("wb") as log, Child(output=log) as child, pytest.raises(Ended):
        child.call(sleep, limits=Limits(seconds=0.3))
    assert "in sleep" in (tmp_path / "log").read_text()


def scatter(folder):
    """Starts processes that leave their group, their parent and their environment."""
    lost = subprocess.Popen(["sleep", "1000"], start_new_session=True, env={})
    Path(folder, f"bare-{lost.pid}").touch()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            Path(folder, f"marked-{os.getpid()}").touch()
            time.sleep(1000)
        os._exit(0)
    while len(list(Path(folder).iterdir())) < 2:
        time.sleep(0.01)


@pytest.mark.parametrize("then", [None, sleep, lambda: os._exit(3), ctypes.string_at])
def test_all_that_it_has_started_ends_with_it(child, tmp_path, then):
    def work():
        scatter(tmp_path)
        if then is not None:
            then(*([0] if then is ctypes.string_at else []))

    try:
        child.call(work, limits=Limits(seconds=1.0))
    except Ended as ended:
        assert ended.status == ("timeout" if then is sleep else "failed")
    child.end()
    started = {
        file.name.partition("-")[0]: int(file.name.partition("-")[2]) for file in tmp_path.iterdir()
    }
    assert gone([child.pid, started["marked"]])
    if then in (None, sleep):
        assert gone([started["bare"]])
    else:  # it ended before it could be asked what it had started
        os.kill(started["bare"], signal.SIGKILL)


def hog():
    kept = []
    while True:
        kept.append(np.ones(10**6))
        time.sleep(0.005)


def hog_by_another():
    subprocess.run([sys.executable, "-c", f"import time\nx = b'x' * {600 << 20}\ntime.sleep(1000)"])


@pytest.mark.parametrize("function", [hog, hog_by_another])
def test_memory_is_watched_with_what_it_has_started(child, function):
    with pytest.raises(Ended, match=r"took .* of memory, and may take 400 MiB") as ended:
        child.call(function, limits=Limits(seconds=60, memory=400 << 20))
    assert ended.value.status == "oom" and gone([child.pid])


@pytest.mark.skipif(sys.platform != "linux", reason="the system refuses memory on Linux alone")
def test_far_too_much_at_once_is_refused_where_it_is_asked_for(child):
    limits = Limits(memory=400 << 20)
    with pytest.raises(MemoryError):
        child.call(lambda: np.ones(10**9), limits=limits)
    assert child.call(lambda: np.ones(10**6).sum(), limits=limits) == 1e6


@pytest.mark.parametrize(
    ("end", "status", "said"),
    [
        (lambda: os._exit(3), "failed", "ended the process with exit code 3"),
        (os.abort, "failed", "ended the process by SIGABRT"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "killed", "from outside, by SIGKILL"),
        (lambda: os.kill(os.getpid(), signal.SIGTERM), "killed", "from outside, by SIGTERM"),
    ],
)
def test_how_it_ended_is_told(child, end, status, said):
    with pytest.raises(Ended, match=said) as ended:
        child.call(end)
    assert ended.value.status == status
    with pytest.raises(Ended, match=said):
        child.call(max, 1, 2)


def test_want_of_memory_is_said_only_where_the_system_has_counted_one(child, monkeypatch):
    from tscbench.processes import child as module

    counted = iter([7, 8])
    monkeypatch.setattr(module, "_killed_by_kernel", lambda: next(counted))
    with pytest.raises(Ended, match="as memory had run out") as ended:
        child.call(lambda: os.kill(os.getpid(), signal.SIGKILL))
    assert ended.value.status == "oom"


ORPHANS = """
import os, sys, time
from tscbench.processes import Child
sys.path.insert(0, sys.argv[1])
from test_child import deaf, scatter, tell
def work(folder):
    scatter(folder)
    tell("ready")
    deaf()
def die(told):
    print(child.pid, flush=True)
    os.kill(os.getpid(), 9)
child = Child()
child.call(work, sys.argv[2], tell=die)
"""


def test_nothing_is_left_when_the_parent_is_killed(tmp_path):
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", ORPHANS, here, str(tmp_path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    pids = [int(done.stdout), *(int(file.name.partition("-")[2]) for file in tmp_path.iterdir())]
    assert len(pids) == 3 and gone(pids, 20)


def test_one_whose_parent_goes_before_it_is_ready_ends_without_a_word(tmp_path):
    ours, theirs = Pipe()
    serve = "from tscbench.processes.serve import serve; serve()"
    with (tmp_path / "said").open("wb") as said, theirs:
        process = tree.start(serve, theirs.fileno(), output=said)
    ours.close()
    assert process.wait(30) == 0 and (tmp_path / "said").read_text() == ""


def test_one_that_nobody_asks_ends_by_itself(tmp_path):
    code = "from tscbench.processes import serve; serve.IDLE = 0.2; serve.serve()"
    here, there = os.pipe()
    os.close(here)
    from multiprocessing.connection import Pipe

    ours, theirs = Pipe()
    with ours, theirs:
        process = tree.start(code, theirs.fileno())
        assert process.wait(20) == 0
    os.close(there)


def test_a_call_costs_little(child):
    child.call(max, 1, 2)
    started = time.perf_counter()
    for _ in range(200):
        child.call(max, 1, 2)
    assert (time.perf_counter() - started) / 200 < 0.01
