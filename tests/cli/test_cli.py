"""The command line: results on stdout, progress on stderr, one sentence for what is wrong."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from made_records import shards

from tscbench.cli import VERBS

HEAVY = ("torch", "sklearn", "pandas", "scipy", "tscbench_plugins")


@pytest.fixture
def suite(lab):
    grid = {
        "generator": ["none", "far"],
        "mix": ["real", "fake(ratio=1)"],
        "student": ["linear", "steps(n=2)"],
    }
    return lab.suite(grid)


@pytest.fixture
def verb(cli, suite, tiny, lab):
    """A verb on the small suite, its tiny plugins and its run folder."""

    def call(name, *words):
        if name in ("status", "board"):
            return cli(name, lab.folder / "run", *words)
        more = ("--out", lab.folder / "run") if name in ("run", "plan") else ()
        return cli(name, suite, "--plugin", tiny, *more, *words)

    return call


@pytest.mark.parametrize("words", [["--help"], ["list"], ["run", "--help"], ["--version"]])
def test_help_and_list_import_nothing_heavy(words):
    code = (
        "import sys\nfrom tscbench.cli import main\n"
        f"sys.argv = ['tscbench', *{words!r}]\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    code = ended.code or 0\n"
        f"found = [m for m in {HEAVY!r} if m in sys.modules]\n"
        "print(found, code, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() == "[] 0"
    assert done.stdout


def test_help_names_every_verb_and_every_verb_has_help(cli):
    said = cli("--help")
    assert said.code == 0 and said.err == ""
    for name in VERBS:
        assert re.search(rf"^\s+{name}\s", said.out, re.MULTILINE)
        of_verb = cli(name, "--help")
        assert of_verb.code == 0 and "Usage:" in of_verb.out


def test_an_unknown_verb_or_option_is_usage_trouble(cli):
    said = cli("rnu")
    assert said.code == 2 and "did you mean 'run'" in said.err and said.out == ""
    assert cli("run", "--jbos", "2").code == 2
    assert cli("run", "--jobs", "0").code == 2


def test_list_shows_plugins_and_suites(cli, tiny):
    rows = json.loads(cli("list", "--plugin", tiny, "--json").out)
    assert {"kind": "suite", "name": "quick", "distribution": "tscbench"}.items() <= next(
        r for r in rows if r["name"] == "quick"
    ).items()
    kinds = {(r["kind"], r["name"], r["distribution"]) for r in rows}
    assert ("generator", "far", "tiny.py") in kinds and ("query", "oob", "tscbench") in kinds
    assert {r["kind"] for r in json.loads(cli("list", "queries", "--json").out)} == {"query"}
    assert "smoothed_bootstrap" in cli("list", "generator").out
    assert "did you mean 'generator'" in cli("list", "generatr").err


def test_info_shows_a_plugin_of_each_kind_it_is_or_a_suite(cli, tiny):
    said = cli("info", "forest")
    assert "teacher forest" in said.out and "student forest" in said.out
    assert "n_trees" in said.out and "500" in said.out
    assert "[[grid]]" in cli("info", "quick").out
    assert "shift" in cli("info", "far", "--plugin", tiny).out
    wrong = cli("info", "foresst")
    assert wrong.code == 2 and "did you mean 'forest'" in wrong.err and wrong.out == ""


def test_run_puts_boards_on_stdout_and_progress_on_stderr(verb, lab):
    said = verb("run")
    assert said.code == 0
    assert said.out.startswith("run: Suite small\n\nnone comes first of 2 methods, hits 0.")
    assert "first of" not in said.err
    assert all(line.startswith("tscbench: ") for line in said.err.splitlines())
    assert said.err.count("· toy ·") == 0 and said.err.count("] toy · 0") == 4
    assert "2 combinations skipped: generator none makes no rows for mix fake" in said.err
    again = verb("run")
    assert again.code == 0 and again.out == said.out
    assert "nothing to do: 4 of 4 cells are done" in again.err


def test_every_verb_speaks_json(verb):
    plan = json.loads(verb("plan", "--json").out)
    assert plan["product"] == plan["runnable"] + sum(plan["skipped"].values()) + plan["joined"]
    assert plan["axes"]["student"] == 2
    run = json.loads(verb("run", "--json").out)
    assert (run["cells"], run["ok"], run["failed"]) == (4, 4, 0)
    status = json.loads(verb("status", "--json").out)
    assert (status["cells"], status["ok"], status["missing"]) == (4, 4, 0)
    [board] = json.loads(verb("board", "--format", "json").out)
    assert board["title"] == "run" and [row["generator"] for row in board["rows"]] == [
        "none",
        "far",
    ]


def test_costs_and_tuned_are_boards_of_their_own(verb):
    verb("run")
    said = verb("board", "--costs")
    assert said.code == 0 and "seconds to make a student" in said.out
    for more in ("--tuned", "--published"):
        assert verb("board", "--costs", more).code == 2
    assert verb("board", "--tuned").code == 4, "no generator has several parameters here"


def test_plan_accounts_for_everything_and_writes_no_run(verb, lab):
    said = verb("plan", "--jobs", "1", "--offline")
    assert said.code == 0 and said.err == ""
    assert "product 8 = 4 runnable + 2 skipped + 2 joined" in said.out
    assert "time: unknown" in said.out
    assert not (lab.folder / "run").exists()


def test_options_narrow_plan_run_status_and_board(verb):
    assert "= 1 runnable" in verb("plan", "--mix", "real", "--student", "linear").out
    assert verb("run", "--mix", "real", "--student", "linear").code == 0
    assert "1 of 1 cells ok" in verb("status").out
    assert verb("run", "--seed", "0,1", "--generator", "no:far").code == 0
    assert "4 of 4 cells ok" in verb("status").out
    assert "2 of 2 cells ok" in verb("status", "--student", "linear").out
    board = verb("board", "--student", "linear", "--seed", "1", "--part", "valid")
    assert "none alone has all its cells" in board.out and "hits on valid rows" in board.out


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json"])
def test_board_formats(verb, form):
    verb("run")
    said = verb("board", "--format", form, "--metric", "hits")
    assert said.code == 0 and "hits" in said.out and "far" in said.out
    told = said.err.splitlines()  # the table is tiny, which is told beside the results
    assert told and all("notice: dataset toy" in line for line in told), told


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--generator", "fra"], 2, "did you mean 'far'"),
        (["--generator", "crossfit"], 2, "--query crossfit"),
        (["--student", "linear(paus=1)"], 2, "did you mean 'pause'"),
        (["--seed", "x"], 2, "whole numbers"),
        (["--generator", "no:*"], 4, "nothing is selected"),
        (["--plugin", "absent.py"], 2, "no such Python file"),
        (["--mix", "stream"], 4, "every combination is skipped"),
    ],
)
def test_a_selection_that_means_nothing(verb, lab, words, code, said):
    done = verb("run", *words)
    assert done.code == code and said in done.err and "Traceback" not in done.err
    assert done.out == "" and not (lab.folder / "run").exists()


def test_failed_cells_are_named_and_the_code_says_so(verb, lab):
    lab.trouble("linear")
    done = verb("run")
    assert done.code == 1
    said = r"student linear \(.*tiny\.py:\d+ `.*`\): RuntimeError: linear was told to fail"
    assert len(re.findall(said, done.err)) == 1 and "Traceback" not in done.err
    assert "No method has hits on test rows of all its cells: 2 of 4 cells have it." in done.out
    status = verb("status")
    assert status.code == 0 and "2 of 4 cells ok, 2 failed" in status.out
    assert len(re.findall(said, " ".join(status.out.split()))) == 1
    assert "Traceback" not in status.out
    assert verb("status", "-v").out.count("Traceback") == 1
    loud = verb("run", "--verbose", "--json")
    assert loud.code == 1 and "Traceback" in loud.err
    assert json.loads(loud.out)["failed"] == 2


def test_a_probe_that_fails_is_told_and_fails_no_cell(cli, tiny, lab):
    path = lab.suite({"generator": ["far"], "mix": ["fake(ratio=1)"]}, probes=["place"])
    lab.trouble("place")
    run = ("run", path, "--plugin", tiny, "--out", lab.folder / "run")
    done = cli(*run)
    said = "noted in 1 records: place: probe: RuntimeError: place was told to fail"
    assert done.code == 0 and said in done.err
    status = cli("status", lab.folder / "run")
    assert "1 of 1 cells ok" in status.out and said in status.out
    assert "place" in cli("info", path, "--plugin", tiny).out
    lab.trouble()
    again = cli(*run)
    assert again.code == 0 and "noted" not in again.err


def test_a_run_of_which_every_cell_fails_is_a_run_with_failures(verb, lab):
    lab.trouble("nearest")
    done = verb("run")
    assert done.code == 1 and re.search(
        r"teacher nearest \(.*tiny.py:\d+ `.*`\): RuntimeError: nearest", done.err
    )
    lab.trouble()
    done = verb("run")
    assert done.code == 1 and "known and not tried again: 4 failed; --retry failed does" in done.err
    assert verb("run", "--retry", "failed").code == 0


def test_a_folder_that_holds_no_run_is_one_sentence(cli, tmp_path):
    for name in ("status", "board"):
        done = cli(name, tmp_path)
        assert done.code == 2 and "holds no run" in done.err


def test_a_suite_with_three_mistakes_tells_three_and_writes_nothing(cli, lab, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nseed = 2\n[[grid]]\ndataset = ["digts"]\nstudent = ["tre"]\n')
    for name in ("plan", "run"):
        done = cli(name, path, "--out", tmp_path / "run")
        assert done.code == 2 and "3 mistakes" in done.err
        lines = re.findall(r"line (\d+):", done.err)
        assert lines == ["2", "4", "5"]
    assert not (tmp_path / "run").exists() and not (lab.folder / "store").exists()


def test_data_list_and_fetch_say_what_is_at_hand(cli, tiny, monkeypatch, tmp_path):
    monkeypatch.setenv("TSCBENCH_DATA", str(tmp_path / "data"))
    rows = {r["dataset"]: r for r in json.loads(cli("data", "list", "--json").out)}
    assert rows["breast_cancer"]["state"] == "ready" and rows["breast_cancer"]["rows"] == 569
    assert "--offline" in rows["magic"]["state"]
    assert cli("data", "fetch", "toy(n=30)", "--plugin", tiny, "--offline").code == 0
    missing = cli("data", "fetch", "magic", "toy", "--plugin", tiny, "--offline")
    assert missing.code == 2 and "--offline forbids the download" in " ".join(missing.out.split())


def test_a_suite_is_locked_and_a_change_is_told(cli, suite, tiny, lab):
    done = cli("data", "lock", suite, "--plugin", tiny)
    assert done.code == 0 and "1 datasets, 1 splits" in done.out
    assert cli("plan", suite, "--plugin", tiny).code == 0
    suite.write_text(suite.read_text().replace('"linear", ', ""))
    changed = cli("plan", suite, "--plugin", tiny)
    assert changed.code == 2 and "has changed since it was locked" in changed.err
    assert cli("data", "lock", suite, "--plugin", tiny).code == 0
    assert cli("plan", suite, "--plugin", tiny).code == 0


def test_a_file_that_cannot_be_read_is_listed_under_every_kind(cli):
    Path("mine").mkdir()
    Path("mine/torn.py").write_text("def torn(:\n")
    said = cli("list", "generator", "--plugin", "mine")
    assert said.code == 0 and "torn" in said.out and "SyntaxError" in said.out


def test_help_says_plurals(cli):
    said = cli("run", "--help").out
    assert "for queries." in said and "for mixes." in said


def test_a_format_that_is_none_is_said_before_all_else(cli):
    said = cli("export", "no_such_run", "--to", "nonsense")
    assert said.code == 2 and "no format 'nonsense' (has: onnx, skops)" in said.err


def test_a_suite_that_is_none_is_said_in_one_sentence(cli):
    said = cli("plan", "quik").err
    assert "one of your own is a path that ends in .toml; did you mean 'quick'?" in said


def test_damaged_lines_of_records_are_told_and_made_again(cli, lab, tiny):
    run = lab.run({})
    [file] = shards(run.folder)
    file.write_bytes(file.read_bytes()[:-9])
    assert "damaged, and count as missing: 1" in cli("status", run.folder).out
    assert json.loads(cli("status", run.folder, "--json").out)["damaged"] == 1
    lab.run({})
    assert json.loads(cli("status", run.folder, "--json").out)["missing"] == 0
