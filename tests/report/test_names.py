"""Names of methods: what tells them apart, the same in every table and figure of a run."""

import pandas as pd
from made_scores import ARMS

from tscbench.report.names import names_of, short_specs, short_students
from tscbench.results.arms import ARM


def test_names_say_what_tells_an_arm_apart_and_a_note_says_the_rest():
    axes = ["teacher", "query", "generator", "mix", "objective"]
    rows = [*(arm[:5] for arm in ARMS), ("forest", "-", "-", "-", "-")]
    frame = pd.DataFrame(rows, columns=axes)
    names = names_of(frame)
    assert names.of(frame).tolist() == [
        "none",
        "munge · fake",
        "munge(p=0.1, s=2) · both",
        "<script>alert · both · oob",
        "kde · stream",
        "student alone",
        "teacher forest",
    ]
    assert names.note == (
        "Unless said otherwise: query inbag, objective probabilities, "
        "mix both(ratio=9), mix fake(ratio=9), mix stream(p_fake=0.5)."
    )


def test_without_synthetic_rows_the_names_are_what_differs():
    rows = [
        *(("large", "inbag", o, "none", "real") for o in ("soft", "logits")),
        ("small", "inbag", "soft", "none", "real"),
        ("large", "-", "labels", "none", "real"),
        ("-", "-", "labels", "none", "real"),
    ]
    names = names_of(pd.DataFrame(rows, columns=ARM))
    assert [names.of_arm[row] for row in rows] == [
        "large · soft",
        "large · logits",
        "small · soft",
        "large · labels",
        "student alone",
    ]
    assert names.note == ""
    one = names_of(pd.DataFrame(rows[:1], columns=ARM))
    assert list(one.of_arm.values()) == ["none"]


def test_a_frame_of_anybody_s_names_what_it_says():
    rows = [("-", "-", "-", generator, mix) for generator, mix in
            (("kde", "-"), ("none", "-"), ("-", "fake"), ("-", "-"))]  # fmt: skip
    frame = pd.DataFrame(rows, columns=ARM)
    assert names_of(frame).of(frame).tolist() == ["kde", "none", "fake", "-"]


def test_specs_are_short_where_names_tell_enough():
    specs = pd.Series(["munge", "munge(p=1)", "kde(width=2)"])
    assert short_specs(specs) == {
        "munge": "munge",
        "munge(p=1)": "munge(p=1)",
        "kde(width=2)": "kde",
    }
    forests = pd.Series(["forest(n_trees=1)", "forest(n_trees=20)", "teacher"])
    assert short_students(forests) == ({forests[0]: "1", forests[1]: "20"}, "n_trees")
    mixed = pd.Series(["forest(n_trees=1)", "tree(max_leaf_nodes=9)"])
    assert short_students(mixed) == ({mixed[0]: "forest", mixed[1]: "tree"}, "")


def test_a_line_along_a_parameter_of_the_mix_has_it_open_in_its_name():
    of_munge = ["forest", "inbag", "probabilities", "munge"]
    rows = [[*of_munge, f"fake(ratio={n})"] for n in (1, 9)] + [
        ["-", "-", "labels", "none", "real"]
    ]
    names = names_of(pd.DataFrame(rows, columns=ARM))
    of_line = pd.DataFrame([[*of_munge, "fake"], rows[0], rows[-1]], columns=ARM)
    said = ["munge · fake(ratio=…)", "munge · fake(ratio=1)", "student alone"]
    assert names.along("ratio").of(of_line).tolist() == said
    assert names.along("n_trees").of_arm == names.of_arm
