"""The files of a site: their names, their bytes, the downloads, and what was there before."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest
from html_pages import Html
from site_runs import HOSTILE, run_pack, small_pack

from tscbench.analysis.derived import with_derived
from tscbench.analysis.study import study_of
from tscbench.contracts.errors import SpecError, StoreError
from tscbench.report.site import write_site
from tscbench.report.site.names import link, slug
from tscbench.results.pack_file import load_pack

pytestmark = pytest.mark.slow

BAD = f"bad{HOSTILE}"


def test_names_of_files_are_plain_short_and_never_meet(tmp_path):
    write_site(tmp_path, [small_pack(BAD, datasets=(BAD,), generators=(f"gen{HOSTILE}",))])
    assert not list(tmp_path.rglob("*.tscpack")), "a pack has no such names"
    said = Html((tmp_path / "downloads.html").read_text("utf-8")).text
    assert "tscpack" not in said and "has no pack: " in said and "without < >" in said
    for path in tmp_path.rglob("*"):
        assert re.fullmatch(r"[a-z0-9-]+(\.[a-z]+)?", path.name), path.name
        assert len(path.name) < 90
    labels = [
        "a",
        "A",
        "a ",
        "ä",
        "a/",
        "../a",
        "a.",
        "con",
        "CON",
        "index",
        "",
        "-",
        BAD,
        "é" * 300,
    ]
    labels += [slug(label) for label in labels if slug(label) != label]
    assert len({slug(label).lower() for label in labels}) == len(set(labels))
    assert (
        link("a/b/c.html", "a/b/c.html") == "c.html"
        and link("a.html", "b/c.html#d") == "b/c.html#d"
    )
    assert link("a/b/c.html", "a/index.html") == "../index.html"


def test_the_same_runs_give_the_same_bytes_whatever_their_order(tmp_path):
    pack = run_pack(datasets=("here",), splits=2, seeds=1, failing="kde")
    speeds = pack.speeds.sample(frac=1, random_state=1)
    write_site(tmp_path / "a", [pack])
    write_site(tmp_path / "b", [replace(pack, records=pack.records[::-1], speeds=speeds)])
    write_site(tmp_path / "c", [load_pack(tmp_path / "a" / "tiny" / "data" / "tiny.tscpack")])
    first, other, again = (
        {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}
        for out in (tmp_path / name for name in "abc")
    )
    assert other == first
    printable = {name: body.replace("\u202e".encode(), b"?") for name, body in first.items()}
    assert again == printable, "also from its own pack, which says all that a terminal may print"


def test_downloads_hold_every_score_and_what_is_worked_out(tmp_path):
    pack = run_pack(datasets=("here",), splits=2, seeds=1, failing="kde")
    write_site(tmp_path, [pack])
    folder = tmp_path / "tiny" / "data"
    study = study_of(pack)
    whole = pd.read_parquet(folder / "scores.parquet")
    pd.testing.assert_frame_equal(whole, with_derived(study.every, study.speeds, study.baselines))
    from_csv = pd.read_csv(folder / "scores.csv", keep_default_na=False, na_values=[""])
    table = json.loads((folder / "scores.json").read_text("utf-8"))
    for other in (from_csv, pd.DataFrame(table["rows"], columns=table["columns"])):
        assert list(other.columns) == list(whole.columns)
        values = other["value"].astype(float).tolist()
        assert values == pytest.approx(whole["value"].tolist(), nan_ok=True, abs=0)
    said = Html((tmp_path / "downloads.html").read_text("utf-8")).text
    assert f"{len(whole):,}" in said and "tscbench site tiny/data/tiny.tscpack --out site" in said
    assert len(load_pack(folder / "tiny.tscpack").records) == len(pack.records)


def test_an_earlier_site_is_replaced_and_nothing_else_is_touched(tmp_path):
    out, other = tmp_path / "site", tmp_path / "other"
    write_site(out, [small_pack(generators=("munge(p=0.5, s=1)", "kde"))])
    (out / "mine.txt").write_text("mine")
    write_site(out, [small_pack(generators=("kde",))])
    names = {path.name for path in out.rglob("*") if path.is_file()}
    assert "mine.txt" in names and not [name for name in names if "munge" in name]
    other.mkdir()
    (other / "thesis.tex").write_text("years of work")
    with pytest.raises(StoreError, match="holds no earlier site"):
        write_site(other, [small_pack()])
    assert [path.name for path in other.iterdir()] == ["thesis.tex"]
    (tmp_path / "outside.txt").write_text("mine")
    (out / "files.json").write_text(json.dumps(["../outside.txt"]))
    write_site(out, [small_pack()])
    assert (tmp_path / "outside.txt").exists()


def test_a_site_that_broke_off_is_replaced_like_any_other(tmp_path):
    def broken(done, pages):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_site(tmp_path, [small_pack("other")], broken)
    assert (tmp_path / "other").is_dir() and not (tmp_path / "assets").exists()
    files = write_site(tmp_path, [small_pack()])
    assert files == sorted(path for path in tmp_path.rglob("*") if path.is_file())


def test_runs_need_names_that_differ(tmp_path):
    for packs in ([], [small_pack(), small_pack()]):
        with pytest.raises(SpecError, match="different names"):
            write_site(tmp_path, packs)
