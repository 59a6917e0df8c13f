"""The short form of the damage campaign; the long one is `python tests/damage.py`."""

from pathlib import Path

import pytest

from tests.damage import COMMANDS, Ended, campaign, fault


def test_damaged_files_end_in_a_sentence_and_lose_nothing(tmp_path: Path) -> None:
    found, faults = campaign(tmp_path, 120)
    assert faults == []
    assert {kind for kind, _ in found} == set(COMMANDS)
    assert all(any(k == kind and "2" in code for k, code in found) for kind in ("toml", "npz"))


@pytest.mark.parametrize(
    "ended",
    [
        Ended(None, "", "KeyError: 'suite'"),
        Ended(2, ""),
        Ended(2, "Traceback (most recent call last):"),
        Ended(7, "tscbench: x"),
    ],
)
def test_what_counts_as_a_fault(ended: Ended) -> None:
    assert fault(ended)
