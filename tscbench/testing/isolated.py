"""Plugins are checked in a process of its own, as one of them may end it; `python -m` runs `main`
there."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tscbench.contracts.errors import TscbenchError
from tscbench.contracts.failures import short
from tscbench.testing.cases import Outcome, select
from tscbench.testing.find import Found, find
from tscbench.testing.fresh import HASH_SEEDS
from tscbench.testing.report import Report, run_checks

Tell = Callable[[Found, str], None]


@dataclass(frozen=True)
class Asked:
    """What `tscbench check` was asked for; see there."""

    names: tuple[str, ...]
    kind: str | None
    expression: str
    plugins: tuple[str, ...]
    offline: bool

    def found(self) -> list[Found]:
        """The plugins that it means.

        Raises:
            SpecError, PluginError: see `find`.
        """
        extra = [Path(plugin) for plugin in self.plugins]
        return [one for name in self.names for one in find(name, self.kind, extra)]


def tried(asked: Asked, found: list[Found], tell: Tell) -> Iterator[Report | TscbenchError]:
    """The report of each plugin that was found, or why it does not load, as they end. One that ends
    its process is reported so, and the next one has another.

    tell: called with the plugin and the name of the check that begins.
    """
    n_done = 0
    while n_done < len(found):
        begun, outcomes, started = "", dict[str, Outcome](), time.perf_counter()
        with tempfile.TemporaryFile() as said, _child(asked, n_done, said) as child:
            for message in _messages(child):
                if isinstance(message, tuple):
                    begun, outcomes = message
                    tell(found[n_done], begun)
                    continue
                yield message
                n_done, begun, outcomes, started = n_done + 1, "", {}, time.perf_counter()
            if n_done < len(found):
                seconds = time.perf_counter() - started
                yield _ended(found[n_done], begun, outcomes, seconds, child.wait(), said)
                n_done += 1


def _ended(
    one: Found,
    begun: str,
    outcomes: dict[str, Outcome],
    seconds: float,
    code: int,
    said: BinaryIO,
) -> Report:
    how = f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
    said.seek(0)
    last = said.read()[-4000:].decode(errors="replace")
    entry = one.entry
    came = f"it ended the process {how}, so that no other check is tried; raise an error instead"
    failed = Outcome("failed", came, short(entry.place), last)
    found = {**outcomes, (begun or "works"): failed}
    return Report(entry.kind, entry.name, entry.name, found, seconds)


@contextlib.contextmanager
def _child(asked: Asked, first: int, said: BinaryIO) -> Iterator[subprocess.Popen[bytes]]:
    """A process that checks all plugins from the `first` on. What they print goes to `said`."""
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "tscbench.testing.isolated"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        env={
            "PYTHONHASHSEED": HASH_SEEDS[0],  # the same in each call
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        start_new_session=True,
    )
    assert child.stdin and child.stdout
    try:
        with contextlib.suppress(BrokenPipeError):
            given = {"path": sys.path, "first": first, "asked": asdict(asked)}
            child.stdin.write(json.dumps(given).encode())
            child.stdin.close()
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()


def _messages(child: subprocess.Popen[bytes]) -> Iterator[Any]:
    """What the child sends: the check that begins and the outcomes so far, or a plugin's report."""
    assert child.stdout
    while True:
        try:
            yield pickle.load(child.stdout)
        except (EOFError, pickle.UnpicklingError):
            return


def main() -> None:
    """Checks the plugins that stdin asks for, and sends what comes of them."""
    given = json.loads(sys.stdin.read())
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a plugin prints is no reply
    sys.path[:] = given["path"]
    asked = Asked(**{**given["asked"], "names": tuple(given["asked"]["names"])})

    def send(message: Any) -> None:
        pickle.dump(message, replies)
        replies.flush()

    for one in asked.found()[given["first"] :]:
        send(_came(one, asked, lambda begun, outcomes: send((begun, dict(outcomes)))))


def _came(one: Found, asked: Asked, tell: Callable[[str, Any], None]) -> Report | TscbenchError:
    """The report of a plugin, or why it does not load; either way the next one has its turn."""
    select(asked.expression)
    try:
        bound = one.bound()
    except TscbenchError as error:
        return error
    return run_checks(
        bound,
        selection=asked.expression,
        registry=one.registry,
        offline=asked.offline,
        tell=tell,
    )


if __name__ == "__main__":
    main()
