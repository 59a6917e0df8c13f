"""The committed leaderboard, README and figures, comes again from the packs that lie beside it, by
the command that it names, and the whole site with it."""

import re
import shlex
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from chromium import Browser
from chromium import found as chromium
from click.testing import CliRunner

from tscbench.cli import group
from tscbench.results.pack_file import load_pack, save_pack

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
HERE = ROOT / "leaderboard"
README = HERE / "README.md"
PACKS = sorted(HERE.glob("packs/*.tscpack"))
KEPT = sorted([README, *HERE.glob("figures/*")])
COMMAND = re.compile(r"^\$ tscbench (site .*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """A folder with the packs alone, in which the command was issued."""
    folder = tmp_path_factory.mktemp("again")
    (folder / "leaderboard" / "packs").mkdir(parents=True)
    for pack in PACKS:
        shutil.copy(pack, folder / pack.relative_to(ROOT))
    (command,) = COMMAND.findall(README.read_text("utf-8"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(group, shlex.split(command), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return folder


@pytest.mark.parametrize("file", KEPT, ids=lambda file: file.name)
def test_the_same_bytes(again, file):
    name = file.relative_to(ROOT)
    assert (again / name).read_bytes() == file.read_bytes(), (
        f"{name} is not what the packs give: issue the command at the end of README.md"
    )


def test_nothing_else_is_made_beside_them(again):
    made = {
        path.relative_to(again) for path in (again / "leaderboard").rglob("*") if path.is_file()
    }
    kept = {file.relative_to(ROOT) for file in KEPT}
    assert made == kept | {pack.relative_to(ROOT) for pack in PACKS}


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_a_pack_is_as_it_is_written(pack, tmp_path):
    again = save_pack(load_pack(pack), tmp_path / pack.name)
    with ZipFile(again) as ours, ZipFile(pack) as kept:  # their bytes are those of one zlib
        assert ours.namelist() == kept.namelist()
        assert all(ours.read(name) == kept.read(name) for name in kept.namelist())


def test_the_site_of_all_packs_is_made_and_every_index_opens(again, tmp_path):
    index = [again / "site" / "index.html", *again.glob("site/*/index.html")]
    assert len(index) == len(PACKS) > 4
    if chromium() is None:
        pytest.skip("no Chromium here")
    browser = Browser(tmp_path)
    try:
        browser.screen(1280, 900)
        for page in index:
            browser.open(page.as_uri())
            assert browser.run("document.querySelectorAll('table').length") > 2
            assert browser.run("document.documentElement.scrollWidth - innerWidth") <= 0
            assert not browser.complaints()
    finally:
        browser.close()
