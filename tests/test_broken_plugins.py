"""Every broken plugin at once: each stays visible with its cause, and hurts nobody who did not ask.

`tests/broken_plugins` is a folder of installed distributions, as a site-packages is.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BROKEN = Path(__file__).with_name("broken_plugins")

SAID = {
    "absent_module": "ModuleNotFoundError: No module named 'absent_module_of_nobody'",
    "first_half": "RuntimeError: the second half is missing",
    "second_half": "RuntimeError: the second half is missing",
    "hanging": "its import does not end within 1 s",
    "import_error": "ImportError: cannot import name 'no_such_function'",
    "missing_dependency": "needs no-such-library>=2, which is not installed: pip install",
    "misspelt_kind": "'tscbench.generaters'; did you mean 'tscbench.generators'",
    "newer_tscbench": "needs tscbench>=99, and 0.1.0 is installed: pip install --upgrade",
    "positional_parameter": "takes 'scale' with a default; what a generator is offered has none",
    "process_end": "its import ended the process with exit code 7",
    "system_exit": "SystemExit: no licence found",
    "undecorated": "is undecorated, not a generator",
    "wrong_arguments": "takes 'X_train', which a generator is not offered",
}
TWINS = {"twin": ("twin-one", "twin-two"), "munge": ("broken-another-munge", "tscbench")}
QUICK = ("quick", "--dataset", "breast_cancer", "--student", "tree", "--seed", "0")


@pytest.fixture
def infested(monkeypatch):
    """All broken distributions are installed."""
    monkeypatch.syspath_prepend(str(BROKEN))
    monkeypatch.setenv("TSCBENCH_IMPORT_SECONDS", "1")


def test_each_is_listed_with_its_state_and_cause(infested, cli):
    said = cli("list", "--json")
    rows = {(r["distribution"], r["name"]): r for r in json.loads(said.out)}
    broken = {name: r for (_, name), r in rows.items() if r["state"] == "broken"}
    assert set(broken) == {*SAID, "absent"}
    for name, cause in SAID.items():
        assert cause in broken[name]["cause"] and "\n" not in broken[name]["cause"]
        assert (
            broken[name]["distribution"] in broken[name]["cause"]
            or ".py:" in cause
            or ("broken_plugins" in broken[name]["cause"])
        )
    for name, homes in TWINS.items():
        for home in homes:
            row = rows[home, name]
            assert row["state"] == "ambiguous"
            assert all(
                other in row["cause"] and f"{other}/{name}" in row["cause"] for other in homes
            )
            assert row["cause"].count(".py") == 2, "the files are named too"
    others = [r for r in rows.values() if r["name"] not in {*SAID, *TWINS, "absent"}]
    assert len(others) > 50 and {r["state"] for r in others} == {"ok"}


def test_list_imports_no_plugin(infested):
    code = (
        "import sys, click; from tscbench.cli.list_verb import verb\n"
        "verb(['--json'], standalone_mode=False)\n"
        "ours = ('tscbench_plugins', 'twins', 'another_munge', 'half_registered')\n"
        "print([m for m in sys.modules if m.startswith(ours)], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=_env(), capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == "[]"


def _env():
    import os

    return os.environ | {"PYTHONPATH": str(BROKEN)}


def test_what_is_known_is_not_tried_again(infested, cli, monkeypatch):
    from tscbench.registry import trial

    cli("list")
    tried = []
    monkeypatch.setattr(trial, "_try", lambda entries: tried.append(entries) or {})
    assert cli("list").code == 0 and not tried


@pytest.mark.parametrize("verb", [("plan", *QUICK, "--json"), ("run", *QUICK), ("list", "metric")])
def test_verbs_that_did_not_ask_are_as_without_them(verb, cli, monkeypatch):
    before = cli(*verb)
    monkeypatch.syspath_prepend(str(BROKEN))
    monkeypatch.setenv("TSCBENCH_IMPORT_SECONDS", "1")
    after = cli(*verb)
    if verb[0] == "plan":
        both = [json.loads(said.out) for said in (before, after)]
        assert both[0] == both[1] and both[0]["runnable"] > 0
    assert (after.code, after.out) == (before.code, before.out) and before.code == 0
    if verb[0] == "run":
        assert "comes first of 11 methods" in after.out
        assert cli("board").out.startswith(before.out.rstrip())
        assert cli("status").code == 0


@pytest.mark.parametrize("name", sorted(set(SAID) - {"misspelt_kind"}))
def test_a_run_that_asked_fails_before_its_first_cell(infested, cli, name):
    said = cli("run", *QUICK, "--generator", f"none,{name}")
    assert said.code == 2 and SAID[name] in said.err and "Traceback" not in said.err
    assert said.err.count("\n") == 1 and not Path("runs").exists()


def test_a_kind_that_is_misspelt_is_said_to_whoever_asks(infested, cli):
    said = cli("run", *QUICK, "--generator", "misspelt_kind")
    assert said.code == 2 and SAID["misspelt_kind"] in said.err


def test_verbose_shows_the_plugin_s_own_traceback(infested, cli):
    said = cli("run", *QUICK, "--generator", "first_half", "-v")
    assert said.code == 2
    assert "half_registered.py" in said.err and 'raise RuntimeError("the second half' in said.err


@pytest.mark.parametrize("verb", [("list",), ("plan", *QUICK), ("run", *QUICK)])
def test_strict_makes_any_of_them_fatal(infested, cli, verb):
    said = cli(*verb, "--strict")
    assert said.code == 3 and not said.out
    assert all(cause in said.err for cause in SAID.values())
    assert "twin-one/twin or twin-two/twin" in said.err


def test_strict_is_quiet_where_all_is_well(cli):
    assert cli("plan", *QUICK, "--strict").code == 0


def test_a_name_of_two_is_an_error_and_the_full_name_works(infested, cli):
    said = cli("plan", *QUICK, "--generator", "twin")
    assert said.code == 2 and "twin-one" in said.err and "twin-two" in said.err
    both = cli("run", *QUICK, "--generator", "twin-one/twin,twin-two/twin", "--query", "inbag")
    assert both.code == 0 and "twin-one/twin" in both.out and "twin-two/twin" in both.out


def test_a_suite_means_its_own_distribution_s_plugins(infested, cli):
    bare = cli("plan", *QUICK, "--generator", "munge")
    assert bare.code == 2 and "write broken-another-munge/munge or tscbench/munge" in bare.err
    ours = cli("run", *QUICK, "--generator", "tscbench/munge", "--query", "inbag")
    assert ours.code == 0 and "\nmunge " in ours.out
    theirs = cli("run", *QUICK, "--generator", "broken-another-munge/munge", "--out", "theirs")
    assert theirs.code == 0 and "broken-another-munge/munge" in theirs.out


def test_a_suite_of_one_s_own_must_say_which(infested, cli):
    Path("mine.toml").write_text(
        'name = "mine"\n[[grid]]\ndataset = ["breast_cancer"]\ngenerator = ["munge"]\n'
        'mix = ["fake"]\nstudent = ["tree"]\n'
    )
    said = cli("plan", "mine.toml")
    assert said.code == 2 and "mine.toml: 1 mistake" in said.err and "line 4" in said.err
    assert "tscbench/munge" in said.err
