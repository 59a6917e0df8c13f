"""Files with random bytes changed: each command ends with a sentence and its exit code.

    python tests/damage.py --n 2000

prints how commands ended, by kind of file; a fault is a traceback, another exit code, an error
without a sentence, a command that does not end, or a file that the command should have left alone.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import json
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

TINY = Path(__file__).with_name("tiny.py")
SUITE = """name = "small"
headline = "hits"
metrics = ["hits"]

[[grid]]
dataset = ["toy"]
teacher = ["nearest"]
generator = ["none", "far"]
mix = ["real", "fake(ratio=1)"]
student = ["linear"]
"""
CODES = {0, 1, 2, 3, 4}
SECONDS = 60
"""After which a command counts as one that does not end."""


def some(length: int, rng: np.random.Generator) -> bytes:
    """Any bytes, or letters and signs, which other readers object to."""
    return (
        rng.bytes(length) if rng.random() < 0.3 else bytes(rng.integers(32, 127, length).tolist())
    )


def flip(body: bytes, at: int, length: int, rng: np.random.Generator) -> bytes:
    return body[:at] + some(1, rng) + body[at + 1 :]


def delete(body: bytes, at: int, length: int, rng: np.random.Generator) -> bytes:
    return body[:at] + body[at + length :]


def insert(body: bytes, at: int, length: int, rng: np.random.Generator) -> bytes:
    return body[:at] + some(length, rng) + body[at:]


def truncate(body: bytes, at: int, length: int, rng: np.random.Generator) -> bytes:
    return body[:at]


def repeat(body: bytes, at: int, length: int, rng: np.random.Generator) -> bytes:
    return body[: at + length] + body[at:]


DAMAGES = (flip, delete, insert, truncate, repeat)


def damaged(body: bytes, rng: np.random.Generator) -> bytes:
    """The bytes after one to three damages."""
    for _ in range(int(rng.integers(1, 4))):
        how = DAMAGES[rng.integers(len(DAMAGES))]
        at = int(rng.integers(max(1, len(body))))
        body = how(body, at, int(rng.integers(1, 33)), rng)
    return body


@dataclass
class Ended:
    """How a command ended. code: None where it raised something, or did not end."""

    code: int | None
    err: str
    trouble: str = ""


@contextlib.contextmanager
def deadline() -> Iterator[None]:
    """Raises inside where a command takes too long."""

    def late(*_: Any) -> None:
        raise TimeoutError(f"it did not end within {SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def command(*words: str | Path) -> Ended:
    """`tscbench …` in this process."""
    from tscbench.cli import main
    from tscbench.harness import work

    work._EVALUATORS.clear()
    argv, sys.argv = sys.argv, ["tscbench", *map(str, words)]
    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), deadline():
            main()
        return Ended(None, err.getvalue(), "it returned")
    except SystemExit as ended:
        if ended.code == 130:
            raise KeyboardInterrupt from None  # somebody wants this program to end
        return Ended(int(ended.code or 0), err.getvalue())
    except BaseException as error:
        return Ended(None, err.getvalue(), f"{type(error).__name__}: {error}")
    finally:
        sys.argv = argv


def table(n: int = 40) -> pd.DataFrame:
    """Numbers, whole numbers, levels and a target."""
    rng = np.random.default_rng(0)
    a = rng.standard_normal(n).round(4)
    colour = np.array(["red", "blue", "green"])[rng.integers(3, size=n)]
    year = rng.integers(1990, 2025, n)
    return pd.DataFrame({"a": a, "year": year, "colour": colour, "y": np.where(a > 0, "p", "q")})


def arrays() -> bytes:
    file = io.BytesIO()
    frame = table()
    np.savez_compressed(
        file, x=frame[["a", "year"]].to_numpy(), y=(frame["y"] == "p").to_numpy(int)
    )
    return file.getvalue()


def parquet() -> bytes:
    file = io.BytesIO()
    table().to_parquet(file)
    return file.getvalue()


@dataclass
class Desk:
    """A folder with a run of a small suite that went well, and a lock beside its suite."""

    folder: Path
    sound: dict[str, bytes] = field(default_factory=dict)

    @property
    def run(self) -> Path:
        return self.folder / "run"

    def prepare(self) -> None:
        """Makes the run, and whatever is to be damaged."""
        from tscbench.harness.session import make_lock, open_session

        suite = self.folder / "small.toml"
        suite.write_text(SUITE)
        ended = self.verb("run", suite)
        assert ended.code == 0, ended
        lock = json.dumps(make_lock(open_session(str(suite), {}, plugins=[TINY])), indent=1)
        [record] = self.run.glob("records/*.jsonl")
        self.record = record.relative_to(self.folder)
        self.scores = scores_of(self.run)
        csv = table().to_csv(index=False)
        self.sound = {
            "table.csv": csv.encode(),
            "table.tsv": table().to_csv(index=False, sep="\t").encode(),
            "table.csv.gz": gzip.compress(csv.encode(), mtime=0),
            "table.parquet": parquet(),
            "table.npz": arrays(),
            "suite.toml": SUITE.encode(),
            "small.lock": lock.encode(),
            "run/run.json": (self.run / "run.json").read_bytes(),
            str(self.record): record.read_bytes(),
        }
        self.kept = {p: p.read_bytes() for p in self.run.rglob("*") if p.is_file()}

    def verb(self, verb: str, suite: Path, *words: str | Path) -> Ended:
        return command(verb, suite, "--plugin", TINY, "--out", self.run, "--offline", *words)

    def try_one(self, name: str, body: bytes) -> tuple[str, str]:
        """How the command that reads a damaged file ends, and what is wrong with that."""
        path = self.folder / name
        path.write_bytes(body)
        kind = kind_of(name)
        ended = COMMANDS[kind](self, path)
        wrong = fault(ended)
        if not wrong and kind != "record" and path.read_bytes() != body:
            wrong = "the damaged file was changed"
        others = [p for p in self.kept if p != path]
        if not wrong and any(not p.exists() or p.read_bytes() != self.kept[p] for p in others):
            wrong = "another file of the run was changed"
        if kind in ("lock", "record", "run.json"):
            self.restore()
        return f"exit {ended.code}", wrong

    def restore(self) -> None:
        (self.folder / "small.lock").unlink(missing_ok=True)
        for path in set(self.run.glob("records/*")) - self.kept.keys():
            path.unlink()
        for path, body in self.kept.items():
            path.write_bytes(body)


def read_table(desk: Desk, path: Path) -> Ended:
    target = "target" if path.suffix == ".npz" else "y"
    spec = f"file(path={path}, target={target})"
    return desk.verb("plan", desk.folder / "small.toml", "--dataset", spec)


def read_suite(desk: Desk, path: Path) -> Ended:
    return desk.verb("plan", path)


def read_lock(desk: Desk, path: Path) -> Ended:
    return desk.verb("plan", desk.folder / "small.toml")


def read_run(desk: Desk, path: Path) -> Ended:
    first, second = command("status", desk.run), command("board", desk.run)
    return first if first.code != 0 else second


def read_record(desk: Desk, path: Path) -> Ended:
    """Tables are made of the records that are sound; then the others are made again."""
    shown = command("board", desk.run)
    if shown.code not in (0, 4):
        return shown
    again = desk.verb("run", desk.folder / "small.toml")
    (desk.run / "run.json").write_bytes(desk.kept[desk.run / "run.json"])
    if again.code == 0 and scores_of(desk.run) != desk.scores:
        again.trouble = "the records have other scores"
    return again


def scores_of(run: Path) -> dict[str, Any]:
    """The scores of each cell of a run."""
    from tscbench.results.run import Run

    return {str(r["cell"]): r.get("scores") for r in Run(run).records()}


COMMANDS: dict[str, Callable[[Desk, Path], Ended]] = {
    **dict.fromkeys(("csv", "tsv", "csv.gz", "parquet", "npz"), read_table),
    "toml": read_suite,
    "lock": read_lock,
    "run.json": read_run,
    "record": read_record,
}


def kind_of(name: str) -> str:
    if "records/" in name:
        return "record"
    return "run.json" if name.endswith("run.json") else name.partition(".")[2]


def fault(ended: Ended) -> str:
    """What is wrong with how a command ended; nothing where nothing is."""
    if ended.trouble or ended.code not in CODES:
        return ended.trouble or f"exit code {ended.code}"
    if "Traceback" in ended.err:
        return "a traceback"
    if ended.code and not ended.err.strip():
        return "an exit code without a word"
    if ended.code and "rror:" in ended.err.partition("tscbench: ")[0]:
        return f"no sentence of tscbench's: {ended.err[:80]}"
    return ""


def campaign(folder: Path, n: int, seed: int = 0) -> tuple[Counter[tuple[str, str]], list[str]]:
    """How n damages ended, by kind of file, and the faults."""
    from tests.conftest import here
    from tscbench.harness import executors, session

    local, executors.Local = executors.Local, here  # type: ignore[misc]
    discover = session.discover
    session.discover = lambda files, functions=(): _rooms(
        discover, tuple(files)
    )  # the same in each command
    desk, rng = Desk(folder), np.random.default_rng(seed)
    found: Counter[tuple[str, str]] = Counter()
    faults = []
    try:
        desk.prepare()
        slow = {"run/run.json", str(desk.record)}
        names = [name for name in desk.sound for _ in range(1 if name in slow else 4)]
        for i, at in enumerate(rng.permutation(np.resize(np.arange(len(names)), n))):
            name = names[at]
            body = damaged(desk.sound[name], rng)
            outcome, wrong = desk.try_one(name, body)
            found[kind_of(name), outcome] += 1
            if wrong:
                found[kind_of(name), "fault"] += 1
                faults.append(f"{name}, damage {i}: {wrong}")
                (folder / f"fault-{i}-{Path(name).name}").write_bytes(body)
    finally:
        executors.Local, session.discover = local, discover  # type: ignore[misc]
    return found, faults


@cache
def _rooms(discover: Callable[[list[Path]], Any], files: tuple[Path, ...]) -> Any:
    return discover(list(files))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=2000, help="damages")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="damage-"))
    os.environ |= {"TSCBENCH_STORE": str(folder / "store"), "XDG_CACHE_HOME": str(folder / "cache")}
    os.chdir(folder)
    found, faults = campaign(folder, given.n, given.seed)
    print(pd.Series(found).unstack(fill_value=0).to_string())
    print("\n".join(faults) or "no faults")
    print(f"files that made faults are in {folder}" if faults else "")
    sys.exit(bool(faults))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
