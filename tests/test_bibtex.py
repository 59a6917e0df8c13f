"""What plugins cite: the rule by which entries are found, and the first-party file itself."""

import re
from pathlib import Path

import pytest

from tscbench import generator
from tscbench.bibtex import (
    FILE,
    Work,
    bibliography,
    cited,
    plain,
    read_works,
    tscbench_itself,
    works_of,
)
from tscbench.registry import discover

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "plugins" / "tscbench_plugins" / FILE).read_text(encoding="utf-8")
WORKS = read_works(TEXT)
REGISTRY = discover()
ROOMS = [
    REGISTRY.load(e.kind, e.qualified) for e in REGISTRY.entries if e.distribution == "tscbench"
]
CITES_NOTHING = {"dataset/file", "generator/none", "generator/samples", "teacher/pretrained"}


def test_every_room_finds_its_works_or_cites_nothing():
    for plugin in ROOMS:
        name = f"{plugin.kind}/{plugin.name}"
        assert bool(works_of(plugin)) != (name in CITES_NOTHING), f"{name}: {plugin.source}"
        years = re.findall(r"\b(?:1[89]|20)\d\d\b", plugin.source)
        assert len(works_of(plugin)) == len(years), f"{name}: {plugin.source}"


def test_every_entry_is_used():
    used = {work.key for plugin in ROOMS for work in works_of(plugin)}
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    for work in WORKS:
        assert work.key in used or work.key == "tscbench" or work.surname in citation


def test_the_file_is_sound():
    assert len(WORKS) == len(re.findall("^@", TEXT, re.MULTILINE))
    keys = [work.key for work in WORKS]
    assert len(set(keys)) == len(keys) and keys[1:] == sorted(keys[1:])
    for work in WORKS:
        assert re.fullmatch(r"[a-z]+(\d{4}[a-z]+)?", work.key)
        assert work.text.count("{") == work.text.count("}")
        fields = re.findall(r"^  (\w+) +=", work.text, re.MULTILINE)
        assert len(set(fields)) == len(fields) and {"author", "title"} <= set(fields)
        assert work.text.count("},\n") == len(fields), "each field ends with a comma"
        if work.key != "tscbench":
            letters = re.sub("[^a-z]", "", plain(work.surname).lower())
            assert work.key.startswith(letters + work.year)
    assert max(map(len, TEXT.splitlines())) <= 100


def test_the_software_is_cited_as_the_citation_file_says():
    [work] = tscbench_itself()
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    for field, value in re.findall(r"^(title|version|license): \"?([^\"\n]+)", citation, re.M):
        assert re.search(rf"{field} += {{{re.escape(value)}}}", work.text), field
    assert f'name: "{work.surname}"' in citation


@pytest.mark.parametrize(
    ("source", "keys"),
    [
        ("Breiman, 2001, Random forests; as a student: Liu et al., 2018", "a d"),
        ("Breiman, Friedman, Olshen & Stone, 1984", "b"),
        ("Friedman and Breiman, 1984", "b"),
        ("Liu, 2001; Breiman, 1999, 2001", ""),
        ("2001, Breiman", ""),
        ("breiman, 2001", ""),
        ("McBreiman, 2001", ""),
        ("normal scores: Rueschendorf, 2009", "c"),
        ("Rüschendorf (2009)", "c"),
        ("Bucila et al., 2006", "e"),
        ("van Rijn, 2014", "f"),
        ("nobody", ""),
    ],
)
def test_surname_then_year_with_no_other_year_between(source, keys):
    works = read_works(
        "@article{a, author = {Breiman, Leo}, year = {2001}}\n"
        '@book{b, author = "Leo Breiman and Friedman, J.", year = 1984}\n'
        '@misc{c,\n  author = {R{\\"u}schendorf, Ludger},\n  year   = {2009},\n}\n'
        "@misc{d, author = {Ruishan Liu and others}, year = 2018}\n"
        "@misc{e, author = {Bucilă, Cristian}, year = {2006}}\n"
        "@misc{f, author = {van Rijn, Jan N.}, year = {2014}}\n"
    )
    assert [work.key for work in works] == list("abcdef")
    assert [work.key for work in cited(source, works)] == keys.split()


@pytest.mark.parametrize(
    ("latex", "letters", "written"),
    [
        (r"Lema{\^\i}tre", "Lemaître", "Lemaitre"),
        (r"M{\o}ller", "Møller", "Moller"),
        (r"{\L}ukasz", "Łukasz", "Lukasz"),
        (r"B\"ar", "Bär", "Baer"),
        (r"Pe{\~n}a", "Peña", "Pena"),
        (r"Kotr\v{c}", "Kotrč", "Kotrc"),
    ],
)
def test_accents_do_not_count(latex, letters, written):
    assert plain(latex) == plain(letters) == written


def test_what_is_no_entry_is_left_out():
    text = (
        "a remark on me@example.org\n@comment{all, of this}\n@string{x = {y}}\n"
        "@misc{open, author = {A, B}, year = {2000}\n"
    )
    assert read_works(text) == []
    [work] = read_works(text[:-1] + "}\nafter")
    assert work.text.endswith("{2000}}") and work.surname == "A"


def test_a_group_is_a_surname_and_a_missing_year_is_none():
    [work] = read_works("@misc{k, author = {{The People}}, title = {An author = trap}}")
    assert (work.surname, work.year) == ("The People", "")
    assert cited("The People, 2020", [work]) == []


def plugin_in(folder, monkeypatch, source):
    """A plugin of somebody else whose module lies in `folder`."""

    @generator(source=source)
    def mine(train):
        """Makes nothing."""

    monkeypatch.setattr("inspect.getsourcefile", lambda function: str(folder / "mine.py"))
    return mine.tscbench_plugin


def test_a_file_beside_the_module_comes_before_ours(tmp_path, monkeypatch):
    entry = "@misc{own, author = {Watson, D.}, year = {2023}}"
    (tmp_path / FILE).write_text(entry, encoding="utf-8")
    plugin = plugin_in(tmp_path, monkeypatch, "Watson, 2023; Breiman, 2001; Nobody, 1999")
    assert [work.key for work in works_of(plugin)] == ["own", "breiman2001random"]
    (tmp_path / FILE).unlink()
    assert {work.key for work in works_of(plugin)} == {"watson2023adversarial", "breiman2001random"}


def test_a_source_that_no_entry_fits_is_an_entry_of_its_own(tmp_path, monkeypatch):
    [work] = works_of(plugin_in(tmp_path, monkeypatch, "my {thesis}, 1999"))
    assert read_works(work.text)[0].key == work.key == "generator_mine"
    assert "note  = {my thesis, 1999}" in work.text and "title = {mine}" in work.text
    assert works_of(plugin_in(tmp_path, monkeypatch, "")) == []


def test_a_bibliography_has_each_work_once_by_key():
    one, other = (Work(key, "", "", f"@misc{{{key}, note = {{1}}}}") for key in "ba")
    unlike = Work("b", "", "", "@misc{b, note = {2}}")
    found = bibliography([one, other, one, unlike])
    assert [work.key for work in found] == ["a", "b", "b-2"]
    assert [work.text for work in found][1:] == [one.text, "@misc{b-2, note = {2}}"]
