"""The pages of docs/ are true: their blocks run, and each mistake gives the message shown."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pages import NEAR, blocks_of, commands, files_of, findings, links_of, tables_of, words

from tscbench.contracts.kinds import DATA_FACTS, KINDS, OFFERED, PLUGIN_FACTS
from tscbench.registry import GROUPS

pytestmark = pytest.mark.slow

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def desk(isolated, store, checks_here, monkeypatch):
    """A reader's empty folder; all pages share a store."""
    monkeypatch.setenv("TSCBENCH_STORE", str(store))
    monkeypatch.setenv("TSCBENCH_DATA", str(isolated / "data"))
    monkeypatch.syspath_prepend(str(Path.cwd()))
    yield Path.cwd()
    for name in [n for n, m in sys.modules.items() if _lies_in(m, Path.cwd())]:
        del sys.modules[name]


def _lies_in(module, folder):
    return str(getattr(module, "__file__", None) or "").startswith(str(folder))


@pytest.mark.parametrize("page", PAGES)
def test_blocks_run_and_give_what_is_shown(page, cli, desk):
    for name, block in files_of(PAGES[page]).items():
        (desk / name).write_text(block.text, encoding="utf-8")
    for block in blocks_of(PAGES[page]):
        if block.language == "console":
            wanted = int(block.mark.removeprefix("exit code ") or 0)
            for line, shown in commands(block).items():
                _try_command(cli, line, shown, wanted)
        elif block.language == "python" and not block.mark:
            exec(compile(block.text, f"{page}.md", "exec"), {"__name__": "__main__"})


def _try_command(cli, line, shown, wanted):
    program, *arguments = shlex.split(line)
    if program == "python":
        subprocess.run([sys.executable, *arguments], check=True)
        return
    assert program == "tscbench", line
    done = cli(*arguments)
    assert done.code == wanted, f"$ {line}\n{done.out}\n{done.err}"
    if wanted:
        for sentence in shown:
            assert like(sentence, done.err), f"$ {line}\n{done.err}"
    elif shown:
        ours, theirs = words(shown), words(done.out.splitlines())
        assert [text for text, _ in ours] == [text for text, _ in theirs], done.out
        for (_, a), (_, b) in zip(ours, theirs, strict=True):
            assert a == pytest.approx(b, abs=NEAR), done.out


def like(shown, said):
    """Whether `said` holds what is shown, in which … stands for anything."""
    parts = [re.escape(part) for part in shown.split("…")]
    return re.search(".*?".join(parts), said, re.DOTALL) is not None


def code(cell):
    """What a table shows in backticks."""
    return cell[1:-1] if cell.startswith("`") else cell


MISTAKES = [
    pytest.param(page, *map(code, row), id=f"{page}-{i}")
    for page in KINDS
    for i, row in enumerate(tables_of(PAGES[page], "Common mistakes"))
]


@pytest.mark.parametrize(("page", "instead_of", "written", "said"), MISTAKES)
def test_common_mistakes_give_the_message_shown(page, instead_of, written, said, desk):
    import sklearn.ensemble  # noqa: F401  its first import uses a global random generator

    name, block = next(iter(files_of(PAGES[page]).items()))
    assert block.text.count(instead_of) == 1, f"{instead_of!r} is not in {name}, or not once"
    (desk / name).write_text(block.text.replace(instead_of, written), encoding="utf-8")
    heard = []
    for text in findings(desk / name):
        heard.append(text)
        if like(said, text):
            return
    pytest.fail(f"{said}\nis not what was said:\n" + "\n".join(heard))


def test_its_test_is_three_lines_and_passes(desk):
    files = files_of(PAGES["generator"])
    for name in ("normal.py", "test_normal.py"):
        (desk / name).write_text(files[name].text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "test_normal.py"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 20


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_page_with_all_that_it_is_offered(kind):
    page = PAGES[kind]
    assert 60 <= page.count("\n") <= 120
    assert [code(row[0]) for row in tables_of(page, "What it is offered")] == list(OFFERED[kind])
    names = list(files_of(page))
    example, test = files_of(page)[names[0]], files_of(page)[f"test_{names[0]}"]
    plugin = names[0].removesuffix(".py")
    assert f"@{kind}(" in example.text and f"def {plugin}(" in example.text
    normal = files_of(PAGES["generator"])["test_normal.py"].text
    assert test.text == re.sub(r"\bnormal\b", plugin, normal)
    [toml] = [b.text for b in blocks_of(page) if b.language == "toml" and not b.mark]
    points = tomllib.loads(toml)["project"]["entry-points"]
    assert points == {GROUPS[kind]: {plugin: f"your_package:{plugin}"}}


def test_the_overview_links_every_page_and_names_every_fact_and_group():
    overview = PAGES["README"]
    assert {f"{name}.md" for name in PAGES} - {"README.md"} <= set(links_of(overview))
    named = set(re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", overview, flags=re.DOTALL)))
    assert DATA_FACTS | PLUGIN_FACTS | set(GROUPS.values()) <= named


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    assert all((DOCS / link).exists() for link in links_of(PAGES[page]))
