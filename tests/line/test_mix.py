"""Mixes: four names, one canonical text each."""

import pytest

from tscbench import SpecError
from tscbench.line.mix import parse_mix


@pytest.mark.parametrize(
    ("text", "canonical", "real", "synthetic", "streaming", "blocks"),
    [
        ("real", "real", True, False, False, 0),
        ("fake", "fake(ratio=9)", False, True, False, 9),
        ("fake(ratio=0.5)", "fake(ratio=0.5)", False, True, False, 1),
        ("both(ratio=1.0)", "both(ratio=1)", True, True, False, 1),
        ("both(ratio=2.5)", "both(ratio=2.5)", True, True, False, 3),
        ("stream", "stream(p_fake=0.8)", True, True, True, 0),
        ("stream(p_fake=0)", "stream(p_fake=0)", True, False, True, 0),
        ("stream(p_fake=1)", "stream(p_fake=1)", True, True, True, 0),
        (
            "stream(per_example=true, p_fake=.5)",
            "stream(p_fake=0.5, per_example=true)",
            True,
            True,
            True,
            0,
        ),
    ],
)
def test_what_a_mix_holds(text, canonical, real, synthetic, streaming, blocks):
    mix = parse_mix(text)
    assert str(mix) == canonical
    assert parse_mix(str(mix)) == mix
    assert (mix.real, mix.synthetic, mix.streaming, mix.blocks) == (
        real,
        synthetic,
        streaming,
        blocks,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fakes", "no mix 'fakes'; did you mean 'fake'?"),
        ("fake(ration=9)", "no parameter 'ration'; did you mean 'ratio'?"),
        ("real(ratio=9)", r"no parameter 'ratio' (has: none)"),
        ("fake(ratio=0)", "ratio must lie between 0 and 1000"),
        ("both(ratio=-1)", "ratio must lie between 0 and 1000"),
        ("fake(ratio=2000)", "ratio must lie between 0 and 1000"),
        ("fake(ratio=nan)", "ratio=nan does not fit"),
        ("fake(ratio=true)", "ratio=true does not fit"),
        ("stream(p_fake=1.2)", "p_fake must lie between 0 and 1"),
        ("stream(per_example=1)", "per_example=1 does not fit"),
    ],
)
def test_a_mix_that_does_not_fit(text, said):
    with pytest.raises(SpecError) as caught:
        parse_mix(text)
    assert said in str(caught.value)
