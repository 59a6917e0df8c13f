"""Every refusal has its sentence, with its numbers."""

from typing import get_args

import pytest

from tscbench.analysis.refused import SAID, Refused, Why


@pytest.mark.parametrize("why", get_args(Why))
def test_a_refusal_is_told_with_its_numbers(why):
    facts = tuple(range(1, 1 + SAID[why].count("{")))
    said = str(Refused(why, facts))
    assert "{" not in said and all(str(fact) in said for fact in facts)
