"""Amounts as people write them."""

import pytest

from tscbench import ContractError, generator
from tscbench.contracts.amounts import amount


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (90, 90),
        ("90", 90),
        ("1.5", 1.5),
        ("90s", 90),
        ("10min", 600),
        ("2 h", 7200),
        ("1d", 86400),
        ("8G", 8 << 30),
        ("8GiB", 8 << 30),
        ("8GB", 8e9),
        ("512M", 512 << 20),
        ("inf", float("inf")),
    ],
)
def test_what_is_written_is_seconds_or_bytes(written, meant):
    assert amount(written) == meant


@pytest.mark.parametrize("written", ["", "ten", "-3", "3 parsecs", "1.2.3", "G", True, None])
def test_what_is_none_is_refused_with_examples(written):
    with pytest.raises(ValueError, match="is no amount; write 90, 10min, 2h or 8G"):
        amount(written)


def test_a_plugin_says_what_it_takes():
    @generator(source="a test", resources={"seconds": "2h", "memory": "8G", "GPU": 1})
    def large(train):
        """Takes much."""

    from tscbench.contracts.kinds import plugin_of

    found = plugin_of(large)
    assert found is not None
    assert found.resources == {"seconds": 7200.0, "memory": float(8 << 30), "GPU": 1.0}
    with pytest.raises(ContractError, match=r"resources: 'much' is no amount"):

        @generator(source="a test", resources={"memory": "much"})
        def larger(train):
            """Takes more."""
