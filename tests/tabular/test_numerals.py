"""Numbers as people write them: what they mean, and which option reads them."""

import pytest

from tscbench.tabular.numerals import likeness, numbers_in, written


@pytest.mark.parametrize(
    ("text", "decimal", "value", "unit"),
    [
        ("12", ".", 12, ""),
        ("-1.5e3", ".", -1500, ""),
        ("1,234.5", ".", 1234.5, ""),
        ("1.234,5", ",", 1234.5, ""),
        ("1 234 567", ".", 1234567, ""),
        ("1'234", ".", 1234, ""),
        ("€ 5", ".", 5, "€"),
        ("-$5.50", ".", -5.5, "$"),
        ("5 USD", ".", 5, "USD"),
        ("12,5 %", ",", 12.5, "%"),
        ("−3 kg", ".", -3, "kg"),  # noqa: RUF001  a minus sign
        ("(1,234.5)", ".", -1234.5, ""),
        ("($5)", ".", -5, "$"),
        ("3,5", ".", None, ""),
        ("12,34,567", ".", None, ""),
        ("0,126", ".", None, ""),
    ],
)
def test_what_a_number_means(text, decimal, value, unit):
    number = written(text)
    assert number is not None and number.unit == unit
    assert number.value(decimal) == value


@pytest.mark.parametrize("text", ["C001", "10-20", "4x4", "12:30", "a", "", "1.2.2020 10:00", "<5"])
def test_what_is_no_number(text):
    values, _ = numbers_in([text], ".")
    assert values == [None]


@pytest.mark.parametrize(
    ("texts", "how", "cure", "odd"),
    [
        (["1", "2", "?", "4"], "", "", ("?",)),
        (["0,5", "1,25", "3,1"], "with a decimal comma", 'decimal=","', ()),
        (["1,000", "2,000", "3,000"], "before thousands or a fraction", "numbers=[c]", ()),
        (["1,000,000", "2,000", "3,000"], "with thousands marks", "numbers=[c]", ()),
        (["5 %", "6 %", "x", "7 %"], "with a percent sign", "numbers=[c]", ("x",)),
        (["5 kg", "6 kg", "7 g"], "with several units ('kg' and 'g')", "", ()),
    ],
)
def test_the_way_and_the_cure(texts, how, cure, odd):
    found = likeness(texts, "c")
    assert found is not None and found.odd == odd
    assert how in found.how and found.cure.startswith(cure)


def test_what_is_plain_depends_on_the_mark():
    plain = likeness(["0.5", "1.25", "3"], "c")
    assert plain is not None and not plain.how
    points = likeness(["0.5", "1.25", "3"], "c", decimal=",")
    assert points is not None and points.how == "with a decimal point"
    assert "before thousands" in likeness(["1.500", "2.250", "3"], "c", decimal=",").how


@pytest.mark.parametrize("texts", [["a", "b", "c"], ["1", "2"], ["1", "2", "3", "a", "b"]])
def test_categories_are_no_numbers(texts):
    assert likeness(texts, "c") is None
