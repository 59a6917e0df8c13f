"""tscbench site, from a run that was really made."""

import pytest

from tscbench.api.about_run import whole_pack
from tscbench.cli import site_verb
from tscbench.results.pack_file import load_pack
from tscbench.results.run import Run

GRID = {
    "generator": ["none", "far"],
    "mix": ["real", "both(ratio=1)"],
    "student": ["linear", "far_away"],
}


@pytest.fixture
def run(cli, lab, tiny):
    suite = lab.suite(GRID, alias={"far_away": "steps(n=2)"}, splits=2)
    said = cli("run", suite, "--plugin", tiny, "--out", lab.folder / "run")
    assert said.code == 0, said.err
    return lab.folder / "run"


def test_a_run_becomes_pages(cli, lab, run):
    out = lab.folder / "site"
    said = cli("site", run, "--out", out)
    assert said.code == 0 and said.out.strip() == str(out / "index.html")
    page = (out / "index.html").read_text("utf-8")
    assert "far · both" in page and "8 of 8 cells" in page
    assert "tscbench run small.toml --plugin tiny.py" in page
    assert str(lab.folder) not in "".join(p.read_text("utf-8") for p in out.rglob("*.html"))
    [method] = (out / "run" / "methods").glob("far*")
    text = method.read_text("utf-8")
    assert "Rows that can be told from training rows by their place." in text
    assert "100.0" in text, "the default of its parameter"
    toy = (out / "run" / "datasets" / "toy.html").read_text("utf-8")
    assert "<dt>rows</dt><dd>60</dd>" in toy and "<dt>classes</dt><dd>2</dd>" in toy


def test_what_a_site_keeps_of_a_run_stands_for_the_run(cli, lab, run):
    first, second = lab.folder / "first", lab.folder / "second"
    kept = first / "run" / "data" / "run.tscpack"
    cli("site", run, "--out", first)
    assert cli("site", kept, "--out", second).code == 0
    files = [p.relative_to(first) for p in first.rglob("*") if p.is_file()]
    assert all((first / p).read_bytes() == (second / p).read_bytes() for p in files)
    assert load_pack(kept).headline == "hits"


def test_a_terminal_is_told_how_many_pages_are_written_on_one_line(cli, lab, run, monkeypatch):
    out = lab.folder / "site"
    assert "pages" not in cli("site", run, "--out", out).err, "no terminal"
    monkeypatch.setattr(site_verb, "is_terminal", lambda: True)
    said = cli("site", run, "--out", out).err
    n = len(list(out.rglob("*.html")))
    assert f"\r1 of {n} pages" in said and f"\r{n} of {n} pages" in said
    assert said.count("\n") == 1, "the line that says how large it is"


def test_what_is_no_run_is_said(cli, lab):
    said = cli("site", lab.folder / "nowhere", "--out", lab.folder / "site")
    assert said.code == 2 and "holds no run" in said.err
    assert not (lab.folder / "site").exists()


def test_a_run_whose_plugins_have_gone_is_shown_without_them(run):
    Run(run).write_asked({**Run(run).asked(), "plugins": ["gone.py"]})
    pack = whole_pack(Run(run))
    assert "generator/far" not in pack.plugins and pack.data == {}
    assert len(pack.records) > 8
