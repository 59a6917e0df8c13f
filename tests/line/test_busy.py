"""Threads that a step keeps busy: seen where they share the work, not where they take turns."""

import hashlib
import time
from threading import Thread

from tscbench.line.busy import watched


def burn() -> None:
    """Computes for .3 s, however fast the machine, mostly without the interpreter's lock."""
    start = time.thread_time()
    while time.thread_time() - start < 0.3:
        hashlib.pbkdf2_hmac("sha256", b"one", b"two", 30_000)


def side_by_side() -> None:
    other = Thread(target=burn)
    other.start()
    burn()
    other.join()


def test_two_threads_are_two_and_one_is_one():
    with watched(0.1) as two:
        side_by_side()
    assert 1.5 < two.threads < 2.5 and two.beyond(1) and two.beyond(2) is None
    with watched(0.1) as one:
        burn()
    assert 0 < one.threads < 1.2 and one.beyond(1) is None


def test_work_that_is_handed_over_is_one_thread():
    with watched(0.1) as found:
        other = Thread(target=burn)
        other.start()
        other.join()
    assert found.beyond(1) is None


def test_of_a_moment_nothing_is_said():
    with watched(5.0) as found:
        burn()
    assert found.threads == 0 and found.beyond(1) is None
