"""The README is true: its blocks run, its tables are what the code gives, its commands are CI's."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from pages import NEAR, blocks_of, commands, files_of, links_of, words

from tscbench.registry import GROUPS, discover

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = blocks_of(README)
MARKED = {block.mark: block for block in BLOCKS if block.mark}
FILES = files_of(README)
PYTHON = [block for block in BLOCKS if block.language == "python"]
CONSOLE = [block for block in BLOCKS if block.language == "console"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A reader's empty folder, with the files that the README shows."""
    folder = tmp_path_factory.mktemp("reader")
    for name, block in FILES.items():
        (folder / name).write_text(block.text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def call(desk):
    """Runs a command in the reader's folder, with the reader's own store and no data folder."""
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("TSCBENCH_")}
    surroundings |= {"TSCBENCH_STORE": str(desk / "store"), "TSCBENCH_DATA": str(desk / "data")}

    def call(*command, input=None):
        return subprocess.run(
            command, cwd=desk, env=surroundings, input=input, capture_output=True, text=True
        )

    return call


def tscbench(call, line):
    return call(sys.executable, "-m", *shlex.split(line))


def test_it_is_short():
    assert README.count("\n") < 160


@pytest.mark.parametrize("block", CONSOLE, ids=[block.text.splitlines()[0] for block in CONSOLE])
def test_console_blocks_run_and_give_what_is_shown(block, call):
    for line, shown in commands(block).items():
        assert line.startswith("tscbench "), line
        done = tscbench(call, line)
        assert done.returncode == 0, done.stderr[-2000:]
        if not shown:
            continue
        ours, theirs = words(shown), words(done.stdout.splitlines())
        assert [text for text, _ in ours] == [text for text, _ in theirs], done.stdout
        for (_, a), (_, b) in zip(ours, theirs, strict=True):
            assert a == pytest.approx(b, abs=NEAR), done.stdout


def test_output_is_shown_somewhere():
    assert f"output may differ by {NEAR}" in MARKED
    assert any(shown for block in CONSOLE for shown in commands(block).values())


@pytest.mark.parametrize("block", PYTHON, ids=[b.text.splitlines()[0] for b in PYTHON])
def test_python_blocks_run(block, call):
    done = call(sys.executable, "-W", "error", "-", input=block.text)
    assert done.returncode == 0, done.stderr[-2000:]


def test_generator_is_15_lines_and_appears_on_the_board(call):
    text = FILES["jitter.py"].text
    code = [line for line in text.splitlines() if line.strip() and '"""' not in line]
    assert len(code) <= 15
    run = tscbench(call, "tscbench run mine.toml --plugin jitter.py --out runs/board")
    assert run.returncode == 0, run.stderr[-2000:]
    listed = {line.split("  ")[1] for line in run.stdout.splitlines() if line[:1].isdigit()}
    assert {"none", "jitter", "jitter(scale=0.5)"} <= {name.split(" · ")[0] for name in listed}


def test_rooms_table():
    registry = discover()
    kinds = {kind: sorted(e.name for e in registry.entries if e.kind == kind) for kind in GROUPS}
    lines = [
        f"| {k} | {' '.join(f'`{n}`' for n in names)} |" for k, names in kinds.items() if names
    ]
    table = "\n".join(["| kind | plugins |", "|---|---|", *lines])
    shown = README.split("<!-- plugins -->\n")[1].split("\n<!-- end of plugins -->")[0]
    assert shown == table, f"the table is now\n{table}"


def test_environment_variables_are_those_that_the_code_reads():
    named = set(re.findall(r"`(TSCBENCH_\w+)`", README))
    sources = [p.read_text(encoding="utf-8") for p in (ROOT / "tscbench").rglob("*.py")]
    assert named == {name for s in sources for name in re.findall(r"\"(TSCBENCH_\w+)\"", s)}


BAD_PLUGIN = """
from tscbench import generator

@generator(source="a test")
def broken(train):
    '''Fails.'''
    raise ValueError("out of order")
"""

EXITS = {
    0: "tscbench plan mine.toml --plugin jitter.py",
    1: "tscbench run mine.toml --plugin jitter.py --plugin broken.py "
    "--generator broken --seed 0 --out runs/broken",
    2: "tscbench plan mine.toml --plugin jitter.py --generator jiter",
    3: "tscbench plan mine.toml --plugin jitter.py --plugin torn.py --strict",
    4: "tscbench plan mine.toml --plugin jitter.py --generator no:*",
}


@pytest.mark.parametrize("code", EXITS)
def test_exit_codes(code, call, desk):
    (desk / "broken.py").write_text(BAD_PLUGIN, encoding="utf-8")
    (desk / "torn.py").write_text(BAD_PLUGIN + "import no_such_module\n", encoding="utf-8")
    done = tscbench(call, EXITS[code])
    assert done.returncode == code, done.stderr[-2000:]
    assert "Traceback" not in done.stderr


def test_exit_codes_listed_are_those_tested_and_130():
    listed = [int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)]
    assert listed == [*EXITS, 130]


def test_ci_takes_its_commands_from_here():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    asked = set(re.findall(r"^literally (\w+)", script, re.MULTILINE))
    marked = {m.removeprefix("ci: ") for m in MARKED if m.startswith("ci: ")}
    assert asked == marked == {"install", "test"}
    install, test = (MARKED[f"ci: {name}"].text for name in ("install", "test"))
    assert "tscbench run quick" in install and "pytest" in test
    assert "pip install ." in install and "[test]" in test
    assert not {line for line in (install + test).splitlines() if line in script}, "extracted only"


def test_links_lead_somewhere():
    links = links_of(README)
    assert links and all((ROOT / link).exists() for link in links)
