"""Suite files: read whole, with every mistake and its line."""

import pytest

from tscbench import SuiteError
from tscbench.harness.suite import parse_suite, read_suite
from tscbench.registry import installed_suites

GOOD = """\
name = "mine"
splits = 2
seeds = [3, 5]

[alias]
big = "forest(n_trees=200)"

[[grid]]
dataset = ["digits"]
teacher = ["big"]
student = ["tree"]

[[grid]]
dataset = ["digits"]
mix = ["fake", "both(ratio=1)"]
generator = ["smoothed_bootstrap(scale=0.2)"]
student = ["forest(n_trees=1)"]
"""


def mistakes(text, registry) -> list[str]:
    with pytest.raises(SuiteError) as caught:
        parse_suite(text, "mine.toml", registry)
    return str(caught.value).splitlines()


def test_counts_stand_for_numbers_and_defaults_are_filled_in(plugins):
    suite = parse_suite(GOOD, "mine.toml", plugins)
    assert suite.splits == [0, 1] and suite.seeds == [3, 5]
    assert suite.spec("big") == "forest(n_trees=200)" and suite.spec("tree") == "tree"
    assert suite.grid[0].mix == ["real"] and suite.grid[0].objective == ["probabilities"]
    assert (suite.rule.test, suite.rule.valid, suite.rule.n_train) == (0.3, 0.15, None)


def test_three_mistakes_are_told_at_once_with_their_lines(plugins):
    text = GOOD.replace('"smoothed_bootstrap(scale=0.2)"', '"smoothed_bootstrap(scal=0.2)"')
    text = text.replace("splits = 2", "spilts = 2").replace(
        'student = ["tree"]', 'student = ["tre"]'
    )
    first, *lines = mistakes(text, plugins)
    assert first == "mine.toml: 3 mistakes"
    assert [line.partition(":")[0].strip() for line in lines] == ["line 2", "line 11", "line 16"]
    assert "did you mean 'splits'" in lines[0]
    assert "did you mean 'tree'" in lines[1]
    assert "did you mean 'scale'" in lines[2]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("splits = 2", "splits = -1.5", 2, "splits"),
        ("seeds = [3, 5]", "seeds = [3, -5]", 3, "seeds"),
        ("seeds = [3, 5]", "test = 1.5", 3, "test"),
        ("seeds = [3, 5]", 'headline = "acuracy"', 3, "did you mean 'accuracy'"),
        ("seeds = [3, 5]", 'metrics = ["auc", "brir"]', 3, "did you mean 'brier'"),
        ("seeds = [3, 5]", 'probes = ["copy_rat"]', 3, "did you mean 'copy_rate'"),
        ("seeds = [3, 5]", 'probes = ["auc"]', 3, "auc is a metric"),
        ("seeds = [3, 5]", 'same_source = [["digits", "digit"]]', 3, "did you mean 'digits'"),
        ("seeds = [3, 5]", 'same_source = [["digits"]]', 3, "same_source"),
        ("seeds = [3, 5]", "same_source = 3", 3, "same_source"),
        ('name = "mine"', 'name = "My Suite"', 1, "name"),
        ('dataset = ["digits"]', "dataset = []", 9, "dataset"),
        ('teacher = ["big"]', 'techer = ["big"]', 10, "did you mean 'teacher'"),
        ('teacher = ["big"]', 'teacher = ["crossfit"]', 10, "crossfit is a query"),
        ('"both(ratio=1)"', '"both(ratio=0)"', 15, "ratio must lie between"),
        ('"both(ratio=1)"', '"both(ratio=1"', 15, "ends where"),
        ('teacher = ["big"]', 'exclude = [{generatr = "x"}]', 10, "did you mean 'generator'"),
        ('teacher = ["big"]', "teacher = [3]", 10, "teacher"),
    ],
)
def test_a_mistake_is_told_with_its_line(plugins, old, new, line, said):
    changed = GOOD.replace(old, new, 1)
    assert changed != GOOD
    _, told, *more = mistakes(changed, plugins)
    assert told.strip().startswith(f"line {line}:") and said in told
    assert more == []


def test_what_is_missing_is_told(plugins):
    assert "'grid' is missing" in "\n".join(mistakes('name = "x"\n', plugins))
    text = 'name = "x"\n\n[[grid]]\ndataset = ["digits"]\n'
    assert "line 3: 'student' is missing" in "\n".join(mistakes(text, plugins))


def test_what_is_no_toml_is_told_with_its_line(plugins):
    assert "line 2" in mistakes('name = "x"\nsplits = = 2\n', plugins)[0]


def test_a_file_that_is_no_text_is_one_sentence(plugins, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_bytes(b'name = "\xff\xfe"\n')
    with pytest.raises(SuiteError, match="bad.toml"):
        read_suite(str(path), plugins)


def test_an_unknown_suite_is_answered_with_near_names(plugins, tmp_path):
    with pytest.raises(SuiteError, match="did you mean 'quick'"):
        read_suite("quik", plugins)
    with pytest.raises(SuiteError, match="no suite file"):
        read_suite(str(tmp_path / "absent.toml"), plugins)


@pytest.mark.parametrize("name", [suite.name for suite in installed_suites()])
def test_every_installed_suite_reads_and_has_its_file_s_name(plugins, name):
    assert read_suite(name, plugins).suite.name == name


def test_the_digest_names_the_meaning_not_the_title(plugins):
    plain = parse_suite(GOOD, "x", plugins).digest
    joined = 'same_source = [["digits", "digits"]]\n' + GOOD
    assert parse_suite(joined, "x", plugins).digest == plain, "it changes no cell"
    assert parse_suite('title = "T"\n# why\n' + GOOD, "x", plugins).digest == plain
    assert parse_suite(GOOD.replace("splits = 2", "splits = 3"), "x", plugins).digest != plain


def test_a_broken_lock_is_one_sentence(plugins, tmp_path):
    (tmp_path / "mine.toml").write_text(GOOD)
    (tmp_path / "mine.lock").write_text("{ not json")
    with pytest.raises(SuiteError, match="mine.lock"):
        read_suite(str(tmp_path / "mine.toml"), plugins)
