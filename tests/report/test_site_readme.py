"""The page of Markdown about runs: the verdicts first, escaped, the same bytes again."""

import re

import pytest
from site_runs import HOSTILE, small_pack

from tscbench.analysis.study import study_of
from tscbench.analysis.verdict import verdict_of
from tscbench.report.names import names_of
from tscbench.report.site.readme import SHOWN, write_readme
from tscbench.report.verdict import said_of
from tscbench.results.pack_file import load_pack, save_pack

SUITE = 'name = "{}"\ntitle = "GANs"\ntest = 0.3\n'


@pytest.fixture(scope="module")
def packs():
    """One of a suite with published claims, and one whose names are of bad intent."""
    gan = small_pack(
        "gan-tsc",
        datasets=("magic_authors", "magic"),
        generators=("acgan", "acgan_paper"),
        suite=SUITE.format("gan-tsc"),
        mix="fake(ratio=9)",
        timed=True,
    )
    generators = (*(f"g{n}" for n in range(SHOWN)), f"a | b {HOSTILE}")
    return [gan, small_pack(f"bad{HOSTILE}", generators=generators, title=f"a | b {HOSTILE}")]


@pytest.fixture(scope="module")
def files(packs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    written = write_readme(folder / "README.md", packs, ["one", "two"], folder / "site")
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in written}


@pytest.fixture(scope="module")
def text(files):
    return files["README.md"]


def tables(text):
    """Rows of cells, a list for each run of lines that are a table's."""
    found = [block.splitlines() for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)]
    return [
        [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in block]
        for block in found
    ]


def test_each_suite_has_its_verdict_and_its_ten_best(packs, text):
    study = study_of(packs[0])
    said = said_of(study, verdict_of(study), names_of(study.every))
    assert f"**{said.headline}** {said.gain}" in text
    assert all(part in text for part in (said.size, said.cost, said.doubt))
    rankings = [table for table in tables(text) if table[0][0] == "#"]
    assert [len(table) - 2 for table in rankings] == [3, SHOWN]
    assert "… and 2 more methods." in text
    assert [row[0] for row in rankings[1][2:]] == [str(n) for n in range(1, SHOWN + 1)]


def test_claims_are_told_in_short(text):
    (claims,) = (table for table in tables(text) if table[0][0] == "published claim")
    assert len({row[0] for row in claims}) == len(claims) >= 3
    assert all(re.match(r"Holds|Does not hold", row[1]) for row in claims[2:])
    assert re.search(r"Of \d+ claims \d+ are undecided\.", text)
    assert re.search(r"\d+ published numbers: ", text)


def test_names_of_bad_intent_are_text(text):
    assert "<script" not in text and "<img" not in text and r"a \| b" in text
    assert all(len({len(row) for row in table}) == 1 for table in tables(text))


def test_its_figures_lie_beside_it_and_the_last_command_makes_it(files, text):
    assert {name for _, name in re.findall(r"!\[(.*)\]\((.*)\)", text)} == set(files) - {
        "README.md"
    }
    command = text.rstrip().splitlines()[-2]
    assert command.startswith("$ tscbench site one two --out ")


def test_it_comes_again_from_packs_as_files(packs, tmp_path):
    pages = []
    for made in (packs[0], load_pack(save_pack(packs[0], tmp_path / "one"))):
        folder = tmp_path / str(len(pages))
        written = write_readme(folder / "README.md", [made], ["one"], tmp_path / "site")
        said = (path.read_text("utf-8").partition("```console")[0] for path in written)
        pages.append(dict(zip((path.name for path in written), said, strict=True)))
    assert pages[0] == pages[1] and len(pages[0]) > 1
