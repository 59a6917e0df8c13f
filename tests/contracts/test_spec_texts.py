"""Specs: every text that people have as a name, a class or a path comes through the notation."""

import json
import string
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tscbench import Data, Spec, SpecError, dataset
from tscbench.contracts.spec import parse, split
from tscbench.harness.specs import check_spec
from tscbench.registry import discover

ROOT = Path(__file__).resolve().parents[2]

HARD = ["none", "None", "true", "FALSE", "007", "1.0", "1e3", ".5", "-1", "nan", "", " a ", "a=b"]
HARD += ["a,b", "[x]", "(y)", "it's", 'say "x"', "both \" and '", "''", '""', "C:\\data\\", "größe"]
HARD += ["Ölpreis", "2nd column", "a\nb", "*", "?", "€", "./x", "~", "tree(n=1)", "no:x"]

texts = st.sampled_from(HARD) | st.text()
numbers = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
names = st.text(string.ascii_lowercase, min_size=1)


def specs(values: Any) -> Any:
    params = st.dictionaries(names, values, min_size=1, max_size=3)
    return st.builds(Spec, names, params.map(lambda given: tuple(sorted(given.items()))))


values = st.recursive(
    numbers | texts, lambda inner: st.lists(inner, max_size=3).map(tuple) | specs(inner)
)


@dataset(version="1")
def table(
    *,
    name: str = "-",
    maybe: str | None = None,
    other: str | None = "-",
    several: tuple[str, ...] = (),
    one_of: Literal["none", "007", "slow"] = "slow",
    path: Path = Path("-"),
    flag: bool | str = False,
) -> Data:
    """Takes texts."""
    raise NotImplementedError


REGISTRY = discover(functions=[table])


def bound(text: str) -> Any:
    found = REGISTRY.bind("dataset", text)
    again = REGISTRY.bind("dataset", str(found.spec))
    assert again.params == found.params and str(again.spec) == str(found.spec)
    return found.params


@given(texts)
def test_any_text_comes_back(text):
    spec = Spec("f", (("a", text),))
    assert parse(str(spec)) == spec
    assert split(f"{spec}, g, {spec}") == [str(spec), "g", str(spec)]


@given(specs(values))
def test_any_spec_comes_back(spec):
    again = parse(str(spec))
    assert repr(again) == repr(spec)
    assert str(again) == str(spec)


@given(texts, st.lists(texts, max_size=3).map(tuple))
def test_any_text_reaches_the_plugin(text, some):
    params = (("maybe", text), ("name", text), ("other", text), ("several", some))
    found = bound(str(Spec("table", params)))
    assert [found[name] for name, _ in params] == [text, text, text, some]


@pytest.mark.parametrize("text", ["none", "None", "true", "TRUE", "007", "1.0", "1e3", "+5", ".50"])
def test_a_bare_word_or_number_is_the_text_as_it_is_spelled(text):
    assert bound(f"table(name={text})")["name"] == text
    assert bound(f"table(several=[{text}, x])")["several"] == (text, "x")
    assert bound(f"table(several={text})")["several"] == (text,)
    if text.lower() != "none":
        assert bound(f"table(maybe={text})")["maybe"] == text


def test_where_none_may_be_a_text_or_no_value_it_is_not_guessed():
    with pytest.raises(SpecError, match='maybe=None may be the text .* write maybe="None"'):
        bound("table(maybe=None)")
    assert bound('table(maybe="none")')["maybe"] == "none"
    assert bound("table(other=none)")["other"] is None
    assert bound('table(other="none")')["other"] == "none"


def test_choices_paths_and_flags():
    assert bound("table(one_of=none)")["one_of"] == "none"
    assert bound("table(one_of=007)")["one_of"] == "007"
    assert bound("table(path=none)")["path"] == Path("none")
    assert bound("table(path=True)")["path"] == Path("True")
    assert bound("table(flag=true)")["flag"] is True
    assert bound('table(flag="true")')["flag"] == "true"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ('"both "" and \'"', "both \" and '"),
        ("'both \" and '''", "both \" and '"),
        ('"C:\\data\\"', "C:\\data\\"),
        ("größe", "größe"),
        ("Ölpreis", "Ölpreis"),
        ("2nd", "2nd"),
        ("12:30", "12:30"),
    ],
)
def test_what_people_type(typed, text):
    assert bound(f"table(name={typed})")["name"] == text


def test_a_cap_on_rows_changes_no_text():
    found = check_spec("dataset", "table(name=007, n_train=20)", REGISTRY)
    assert str(found) == 'table(n_train=20, name="007")'


def test_labels_of_the_locks_are_as_they_were():
    labels = [
        label
        for lock in sorted((ROOT / "benchmarks").glob("*.lock"))
        for label in json.loads(lock.read_text(encoding="utf-8"))["datasets"]
    ]
    assert len(labels) > 10
    assert [str(parse(label)) for label in labels] == labels
