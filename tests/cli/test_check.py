"""tscbench check: one line for a sound plugin, one sentence and a line number for a mistake."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from design import JITTER

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MISTAKES = ROOT / "tests" / "testing" / "mistakes.toml"
GOOD = (ROOT / "tests" / "testing" / "good.py").read_text(encoding="utf-8")

SHOWN = re.search(r"<!-- file: jitter.py -->\n```python\n(.*?)```", README, re.DOTALL)[1]


def write(name, text):
    Path(name).write_text(text, encoding="utf-8")
    return name


def with_mistake(name):
    """A file of plugins with a mistake in it."""
    mistake = tomllib.loads(MISTAKES.read_text(encoding="utf-8"))[name]
    return GOOD.replace(mistake["old"], mistake["new"])


@pytest.mark.parametrize("text", [JITTER, SHOWN], ids=["design", "README"])
def test_the_generator_that_is_shown_passes_untouched(cli, text):
    said = cli("check", write("jitter.py", text))
    assert said.code == 0 and said.err == ""
    line = r"generator jitter: 28 checks passed, \d+\.\d s, copy rate 0\.00, \d+\.\d MB\n"
    assert re.fullmatch(line, said.out)


def test_a_failure_is_one_sentence_with_its_line_and_the_next_plugin_has_its_turn(cli):
    body = JITTER.partition("@generator")
    second = (body[1] + body[2]).replace("def jitter", "def second")
    broken = JITTER.replace("    def sample", '    spread += hash("a text") % 99\n    def sample')
    write("mine.py", broken + second)
    said = cli("check", "mine.py", "-k", "fresh")
    assert said.code == 1
    first, failure, last = said.out.splitlines()
    assert first.startswith("generator jitter: 1 of 1 check failed, ")
    assert failure == (
        "  fresh_process: on two_classes, a fresh process gave other bytes; sort sets, and take no "
        "hash() or id() of anything (mine.py:9)"
    )
    assert last.startswith("generator second: 1 check passed, ")


def test_a_parameter_that_is_not_keyword_only_is_named_with_its_line(cli):
    write("jitter.py", JITTER.replace("rng: Rng, *, scale", "rng: Rng, scale"))
    said = cli("check", "jitter.py")
    assert said.code == 2 and said.out == "" and said.err.count("\n") == 1
    assert "takes 'scale' with a default; what a generator is offered has none" in said.err
    assert "a parameter goes after '*'" in said.err and "jitter.py:5)" in said.err


def test_what_does_not_load_stops_no_other(cli):
    write("jitter.py", JITTER)
    write("torn.py", "from tscbench import generator\n\nx = 1 / 0\n" + JITTER)
    said = cli("check", "torn.py", "jitter.py", "-k", "shape")
    assert said.code == 2 and "1 check passed" in said.out
    assert "ZeroDivisionError: division by zero" in said.err and "torn.py:3)" in said.err
    assert "Traceback" not in said.err
    assert "Traceback" in cli("check", "torn.py", "-v").err


def test_a_parameter_that_must_be_given_says_what_to_write(cli):
    write("jitter.py", JITTER.replace("scale: float = 0.1", "scale: float"))
    said = cli("check", "jitter.py")
    assert said.code == 2 and "'scale' must be given: check 'jitter(…)' --plugin" in said.err
    assert cli("check", "jitter(scale=2)", "--plugin", "jitter.py", "-k", "spec*").code == 0


def test_names_specs_and_kinds(cli):
    both = cli("check", "forest(n_trees=2)", "-k", "documented")
    assert both.out.count("forest(n_trees=2): 1 check passed") == 2
    one = cli("check", "tscbench/forest", "--kind", "student", "-k", "documented")
    assert one.out.startswith("student forest")
    assert "did you mean 'munge'" in cli("check", "mungee").err
    assert "did you mean 'metric'" in cli("check", "auc", "--kind", "metrik").err
    assert "no check 'shappe'; did you mean 'shape'" in cli("check", "auc", "-k", "shappe").err
    assert "name a plugin" in cli("check").err
    assert cli("check", "nothing.py").code == 2


def test_v_shows_what_the_plugin_raised(cli):
    write("mine.py", with_mistake("one class not managed"))
    quiet = cli("check", "mine.py", "--kind", "teacher", "-k", "one_class")
    assert quiet.code == 1 and quiet.err == ""
    said = cli("check", "mine.py", "--kind", "teacher", "-k", "one_class", "-v")
    assert "Traceback" in said.err and "assert (p.sum(axis=0) > 0).all()" in said.err


def test_json_says_all_of_it(cli):
    write("mine.py", with_mistake("wrong width"))
    write("torn.py", JITTER.replace("rng: Rng, *, scale", "rng: Rng, scale"))
    said = cli("check", "mine.py", "torn.py", "--kind", "generator", "-k", "shape", "--json")
    assert said.code == 2
    wide, torn = json.loads(said.out)
    assert (wide["kind"], wide["name"], wide["ok"], wide["error"]) == (
        "generator",
        "shaken",
        False,
        None,
    )
    shape = wide["outcomes"]["shape"]
    assert shape["status"] == "failed" and "(41, 3)" in shape["text"]
    assert shape["place"].startswith("mine.py:") and wide["seconds"] > 0
    assert torn["ok"] is False and "'scale'" in torn["error"]


def test_list_explains_every_check(cli):
    said = cli("check", "--list")
    assert said.code == 0
    assert re.search(r"^fresh_process$\n +Cells are run by several processes", said.out, re.M)
    assert "direction" not in cli("check", "--list", "--kind", "generator").out


def test_hints_are_no_failures(cli):
    text = JITTER.replace('source="smoothed bootstrap; Silverman 1986, ch. 6"', "")
    text = text.replace("scale: float = 0.1", "scale=0.1").replace(
        "    spread =", "    import pandas\n    spread ="
    )
    said = cli("check", write("jitter.py", text), "-k", "documented")
    assert said.code == 0
    hints = [line for line in said.out.splitlines() if line.startswith("  hint: ")]
    assert len(hints) == 3
    assert "source= does not say where the method is from (jitter.py:5)" in hints[0]
    assert "'scale' has no type" in hints[1] and "jitter.py:6" in hints[1]
    assert "requires=('pandas',)" in hints[2] and "jitter.py:8" in hints[2]


def test_a_plugin_that_ends_its_process_is_named_and_the_next_one_has_its_turn(cli):
    fatal = JITTER.replace("    def sample", "    import os\n    os._exit(3)\n    def sample")
    second = JITTER.partition("@generator")
    write("mine.py", fatal + "".join(second[1:]).replace("def jitter", "def second"))
    said = cli("check", "mine.py", "-k", "works")
    assert said.code == 1 and said.err == ""
    first, failure, last = said.out.splitlines()
    assert re.match(r"generator jitter: 1 of 1 check failed, ", first)
    assert re.match(r"  works: it ended the process with exit code 3, .*\(mine.py:\d\)$", failure)
    assert re.match(r"generator second: 1 check passed, ", last)


def test_a_check_that_does_not_end_is_named_and_the_next_plugin_has_its_turn(cli):
    slow = "    import time\n    time.sleep(scale * 1000)\n    def sample"
    write("mine.py", JITTER.replace("    def sample", slow))
    said = cli("check", "mine.py", "none", "--kind", "generator", "-k", "shape", "--timeout", "5")
    failure = said.out.splitlines()[1]
    assert said.code == 1 and failure.startswith("  shape: it did not end within 5 s, so that no")
    assert "--timeout gives it longer (mine.py:" in failure and "generator none: 0 " in said.out


def test_what_a_plugin_prints_is_shown_nowhere_but_in_a_fatal_end(cli):
    loud = JITTER.replace("    def sample", "    print('much')\n    def sample")
    said = cli("check", write("jitter.py", "print('more')\n" + loud), "-k", "shape", "--json")
    assert json.loads(said.out)[0]["ok"] and said.err == ""
    fatal = loud.replace("    def sample", "    import os\n    os.abort()\n    def sample")
    write("jitter.py", fatal.replace("'much'", "'too much', flush=True"))
    said = cli("check", "jitter.py", "-k", "works", "-v")
    assert "by SIGABRT" in said.out and "too much" in said.err


def test_a_hash_that_is_coarse_is_found_each_time(cli):
    for word in ("abc", "x"):
        body = f'    spread += hash("{word}") % 7\n    def sample'
        write("jitter.py", JITTER.replace("    def sample", body))
        assert "fresh_process" in cli("check", "jitter.py", "-k", "fresh").out


def test_an_array_of_texts_is_a_finding(cli):
    text = JITTER.replace("    return Sampler(sample)", "    return Sampler(words)")
    assert text != JITTER
    text = text.replace(
        "    def sample",
        "    def words(n, rng):\n        return np.array([['a'] * train.x.shape[1]] * n)\n\n"
        "    def sample",
    )
    said = cli("check", write("jitter.py", text))
    assert said.code == 1 and "result_type: on two_classes, sample(41, rng) gave" in said.out


@pytest.mark.parametrize(
    ("verb", "said"),
    [("check", "interrupted"), ("run", "the same command goes on from there")],
)
def test_an_interrupt_says_what_is_kept_only_where_something_is(cli, monkeypatch, verb, said):
    from tscbench import cli as module

    def interrupted(standalone_mode):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "group", interrupted)
    done = cli(verb)
    assert done.code == 130 and done.err.strip().endswith(said)


def test_an_interrupt_leaves_what_has_ended(monkeypatch, cli):
    from tscbench.testing import isolated

    real = isolated.Child.call

    def call(child, function, asked, number, **more):
        if number:
            raise KeyboardInterrupt
        return real(child, function, asked, number, **more)

    monkeypatch.setattr(isolated.Child, "call", call)
    said = cli("check", "forest", "-k", "documented")
    assert said.code == 130 and said.out.count("forest") == 1


def test_a_folder_is_checked_whole_and_what_lies_here_is_written_as_a_path(cli):
    Path("mine").mkdir()
    write("mine/jitter.py", JITTER)
    write("mine/torn.py", "def torn(:\n")
    said = cli("check", "./mine", "-k", "shape")
    assert said.code == 2 and "generator jitter: 1 check passed" in said.out
    assert "torn.py, line 1: SyntaxError" in said.err
    assert "the folder here is written mine/" in cli("check", "mine").err
    write("shaken.py", JITTER)
    assert "no plugin 'shaken'; the file here is written shaken.py" in cli("check", "shaken").err


def test_a_parameter_that_does_not_fit_is_said_of_the_plugin_as_it_was_named(cli):
    write("jitter.py", JITTER)
    said = cli("check", "jitter(scale=wide)", "--plugin", "jitter.py")
    assert "generator jitter(scale=wide): scale=wide: must be a number" in said.err
