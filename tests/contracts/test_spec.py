"""Specs: one notation in, one canonical text out, mistakes with their place."""

import pytest

from tscbench import Spec, SpecError
from tscbench.contracts.spec import parse, show, split

ROUND = [
    "munge",
    "munge(p=0.5, s=1)",
    "mlp(hidden=[64, 32])",
    "mlp(hidden=[])",
    "cv(gamma_alpha=[0.1, 1], student=forest(n_trees=10))",
    "file(path=/data/my-file.csv, target=y)",
    'file(path="a b.csv", target="it\'s")',
    "file(path='say \"x\".csv')",
    "munge(neighbour=none, sequential=false, static=true)",
    'file(target="true", path="none")',
    'file(target="7")',
    "smoothed_bootstrap(scale=-1.5e-07)",
    "home/smoothed_bootstrap(scale=2)",
    "nested(inner=[a(x=1), [b(y=2), 3]])",
]


@pytest.mark.parametrize("text", ROUND)
def test_what_is_shown_reads_as_the_same_spec(text):
    spec = parse(text)
    assert parse(str(spec)) == spec
    assert str(parse(str(spec))) == str(spec)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (" munge ( s = 1.50 , p = .5 ) ", "munge(p=0.5, s=1.5)"),
        ("munge(s=1.)", "munge(s=1.0)"),
        ("munge(s=1e3)", "munge(s=1000.0)"),
        ("munge(x=TRUE, y=None)", "munge(x=true, y=none)"),
        ("munge()", "munge"),
        ("file(path=2024-01.csv)", 'file(path="2024-01.csv")'),
    ],
)
def test_spellings_come_to_one_text(text, canonical):
    assert str(parse(text)) == canonical


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -3,
        2.5,
        7.0,
        1e16,
        1e-9,
        1e300,
        "word",
        "two words",
        "3",
        "none",
        "a,b",
        "",
        (),
        (1, ()),
    ],
)
def test_values_come_back_with_their_type(value):
    found = dict(parse(f"x(v={show(value)})").params)["v"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ends where a name is expected"),
        ("munge(", "ends where"),
        ("munge(p=0.5", "ends where ',' is expected"),
        ("munge(p 0.5)", "'0.5' at place 9, expected '='"),
        ("munge(p=)", "')' at place 9, expected a value"),
        ("munge(p=0.5 s=1)", "'s' at place 13, expected ','"),
        ("munge(p=0.5) x", "'x' at place 14, expected nothing more"),
        ("munge(p=1, p=2)", "parameter 'p' is given twice"),
        ("munge(p=[1, 2)", "')' at place 14"),
        ("(p=1)", "'(' at place 1, expected a name"),
        ("munge(p=%)", "cannot read '%)'"),
        ("file(target=a b)", "'b' at place 15, expected ','"),
        ("file(target=x-€)", "is written in quotes"),
        ('file(path="a)', "cannot read"),
    ],
)
def test_a_mistake_says_where_it_is(text, said):
    with pytest.raises(SpecError) as caught:
        parse(text)
    assert said in str(caught.value)
    assert repr(text) in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_a_number_too_large_to_hold_is_refused():
    with pytest.raises(SpecError, match="1e999"):
        parse("munge(s=1e999)")


def test_specs_are_equal_whatever_the_order_of_parameters():
    assert parse("a(x=1, y=2)") == parse("a(y=2, x=1)") == Spec("a", (("x", 1), ("y", 2)))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a, b(x=1, y=[1, 2]), c", ["a", "b(x=1, y=[1, 2])", "c"]),
        ('file(path="a,b.csv"),x', ['file(path="a,b.csv")', "x"]),
        ('file(path="a)b.csv"),x', ['file(path="a)b.csv")', "x"]),
        (" , a,, ", ["a"]),
        ("", []),
    ],
)
def test_commas_split_outside_brackets_and_quotes_alone(text, parts):
    assert split(text) == parts
