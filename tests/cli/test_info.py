"""tscbench info: all about a plugin or a suite, in whatever state, and what to cite for it."""

import json
import re
from pathlib import Path

import pytest

from tscbench.bibtex import read_works
from tscbench.cli.about_plugin import MEANING
from tscbench.contracts.kinds import DATA_FACTS, PLUGIN_FACTS
from tscbench.registry import discover, installed_suites

BROKEN = Path(__file__).parents[1] / "broken_plugins"
REGISTRY = discover()
ROOMS = [(e.kind, e.qualified) for e in REGISTRY.entries if e.distribution == "tscbench"]

MINE = '''
from pathlib import Path
from typing import Any, Literal

from tscbench import Sampler, generator


def offers(params):
    return {"class_labels"} if params["labels"] else ()


@generator(
    source="Nobody, 1999, On nothing",
    needs={"tabular", "complete"},
    offers=offers,
    requires=("numpy>=1", "pluggy"),
    exempt={"n_zero": "nobody asks for no rows"},
    version="3",
)
def mine(train, rng, *, path: Path = Path("a b.csv"), labels: bool = True, size: float):
    """Rows of mine.

    Args:
        size: how large.
    """
    return Sampler(lambda n, rng: train.x[:n])
'''


@pytest.fixture
def mine():
    Path("mine.py").write_text(MINE, encoding="utf-8")
    return ("mine", "--plugin", "mine.py")


def test_a_plugin_in_full(cli, mine):
    said = cli("info", *mine)
    assert said.code == 0 and said.err == ""
    lines = said.out.splitlines()
    assert lines[0] == "generator mine   (mine.py)"
    assert "Rows of mine." in lines and "    size: how large." in lines
    table = [line.split("  ") for line in lines if line.startswith(("path", "labels", "size"))]
    assert [[cell.strip() for cell in row if cell.strip()] for row in table] == [
        ["path", "Path", '"a b.csv"'],
        ["labels", "bool", "true"],
        ["size", "float", "(must be given)"],
    ]
    facts = said.out.partition("source: ")[2]
    assert facts.splitlines()[0].strip() == "Nobody, 1999, On nothing"
    assert "takes:     train, rng\n" in facts
    assert "needs:     complete (no missing values)\n           tabular (tables)\n" in facts
    assert "offers:    as the parameters say\n" in facts
    assert re.search(r"requires:  numpy>=1 \([\d.]+ is installed\)\n {11}pluggy \(", facts)
    assert "fails:     n_zero: nobody asks for no rows\n" in facts
    assert "notes:     version 3 stands for its code in keys\n" in facts
    assert re.search(r"file:      \S+mine\.py:\d+\n", facts)


def test_a_plugin_for_machines(cli, mine):
    [facts] = json.loads(cli("info", *mine, "--json").out)
    assert facts["state"] == "ok" and facts["source"] == "Nobody, 1999, On nothing"
    assert facts["parameters"][2] == {
        "name": "size",
        "type": "float",
        "default": None,
        "required": True,
        "open": False,
    }
    assert facts["needs"] == {"facts": ["complete", "tabular"], "depends_on_parameters": False}
    assert facts["offers"] == {"facts": [], "depends_on_parameters": True}
    assert [one["met"] for one in facts["requires"]] == [True, True]
    assert facts["exempt"] == {"n_zero": "nobody asks for no rows"}


def test_an_open_parameter_need_not_be_given(cli):
    said = cli("info", "sklearn")
    assert said.out.count("(any others, by their names)") == 2
    teacher, _ = json.loads(cli("info", "sklearn", "--json").out)
    [_, open_one] = teacher["parameters"]
    assert open_one["open"] and not open_one["required"]


def test_facts_that_depend_on_parameters_are_those_of_the_defaults(cli):
    said = cli("info", "hard")
    assert "needs:     squared (squared error)\n" in said.out
    assert "           with default parameters; others differ\n" in said.out


def test_every_fact_has_a_meaning():
    assert set(MEANING) == DATA_FACTS | PLUGIN_FACTS


@pytest.mark.parametrize(("kind", "name"), ROOMS, ids=[f"{kind}/{name}" for kind, name in ROOMS])
def test_every_room_is_readable_at_100_columns(cli, kind, name):
    said = cli("info", name)
    assert said.code == 0 and f"{kind} {name.partition('/')[2]}   (tscbench " in said.out
    plugin = said.out.partition("\nsuite ")[0]  # a suite may have the same name, and its own lines
    lines = [line for line in plugin.splitlines() if not line.startswith("file: ")]
    assert max(map(len, lines)) <= 100


@pytest.fixture
def infested(monkeypatch):
    """Broken distributions are installed."""
    monkeypatch.syspath_prepend(str(BROKEN))
    monkeypatch.setenv("TSCBENCH_IMPORT_SECONDS", "1")


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("import_error", "ImportError: cannot import name"),
        ("system_exit", "SystemExit: no licence found"),
        ("misspelt_kind", "did you mean 'tscbench.generators'"),
        ("newer_tscbench", "needs tscbench>=99"),
        ("wrong_arguments", "takes 'X_train'"),
    ],
)
def test_a_broken_plugin_is_shown_with_its_cause(infested, cli, name, cause):
    said = cli("info", name)
    assert said.code == 0 and "Traceback" not in said.out + said.err
    assert "state:     broken: " in said.out and cause in " ".join(said.out.split())
    [facts] = json.loads(cli("info", name, "--json").out)
    assert facts["state"] == "broken" and cause in facts["cause"] and facts["file"]
    assert cli("info", name, "--bibtex").code == 0


def test_a_plugin_without_its_library_says_which_and_all_the_rest(infested, cli):
    said = cli("info", "missing_dependency")
    assert "Cannot be used without it." in said.out and "takes:     train" in said.out
    assert "requires:  no-such-library>=2 (not installed)\n" in said.out
    assert (
        "state:     broken: generator missing_dependency of broken-missing-dependency" in said.out
    )
    [facts] = json.loads(cli("info", "missing_dependency", "--json").out)
    assert facts["requires"] == [
        {"requirement": "no-such-library>=2", "installed": None, "met": False}
    ]


def test_plugins_of_one_name_are_all_shown(infested, cli):
    said = cli("info", "munge")
    assert "(tscbench 0." in said.out and "(broken-another-munge 1.0)" in said.out
    only = cli("info", "tscbench/munge")
    assert "broken-another-munge" not in only.out
    assert json.loads(cli("info", "twin", "--json").out)[1]["distribution"] == "twin-two"


def test_an_unknown_name_has_near_ones(cli):
    said = cli("info", "gan-tcs")
    assert said.code == 2 and "did you mean 'gan-tsc'" in said.err and said.out == ""
    results = cli("info", "published:gan-tsc")
    assert results.code == 2 and "tscbench board published:gan-tsc" in results.err
    assert results.err.rstrip().endswith("its suite: tscbench info gan-tsc")


def test_a_suite_in_full(cli):
    said = cli("info", "quick")
    text = next(s.file for s in installed_suites() if s.name == "quick").read_text()
    assert said.out.startswith("suite quick   (tscbench)\nWhich synthetic rows help")
    assert said.out.rstrip().endswith(text.rstrip())
    above = said.out[: said.out.index(text.rstrip())]
    assert re.search(r"^dataset +2 +breast_cancer, digits$", above, re.MULTILINE)
    assert re.search(r"^seed +2 +0, 1$", above, re.MULTILINE)
    assert "headline:  auc\n" in above and "lock:      locked to its data\n" in above
    assert max(map(len, above.splitlines())) <= 80
    plan = json.loads(cli("plan", "quick", "--json").out)
    assert f"at most {plan['product']} from 3 grids" in above
    [facts] = json.loads(cli("info", "quick", "--json").out)
    assert facts["axes"]["objective"] == ["probabilities", "labels", "soft"]
    assert facts["product"] == plan["product"] and facts["text"] == text


@pytest.mark.parametrize("width", [50, 80, 120])
def test_a_suite_fits_the_terminal(cli, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    text = cli("info", "tabular").out
    table = text[text.index("axis ") : text.index("cells: ")]
    assert max(map(len, table.splitlines())) <= width
    assert "smoothed_bootstrap, spunge" in " ".join(table.split())


SUITE = """
name = "mine"
metrics = ["auc"]
[alias]
short = "forest(n_trees=3)"
[[grid]]
dataset = ["digits(n_train=50)"]
generator = ["arf", "mine(size=1)"]
mix = ["fake"]
student = ["short"]
"""


def keys(said):
    assert said.code == 0, said.err
    return [work.key for work in read_works(said.out)]


def test_what_to_cite_for_a_suite(cli, mine):
    Path("mine.toml").write_text(SUITE, encoding="utf-8")
    said = cli("info", "mine.toml", "--plugin", "mine.py", "--bibtex")
    assert keys(said) == [
        "alpaydin1998optical",  # dataset
        "breiman2001random",  # the default teacher, and the student by its alias
        "bucila2006model",  # the default query
        "generator_mine",
        "hanley1982meaning",
        "liu2018teacher",  # the default objective
        "provost2000well",
        "tscbench",
        "watson2023adversarial",
    ]
    assert said.out.count("{") == said.out.count("}")
    shown = cli("info", "mine.toml", "--plugin", "mine.py")
    assert shown.out.startswith("suite mine\n") and "lock:      no lock" in shown.out


@pytest.mark.parametrize("suite", [s.name for s in installed_suites()])
def test_each_suite_of_ours_can_be_cited(cli, suite):
    found = keys(cli("info", suite, "--bibtex"))
    assert "tscbench" in found and found == sorted(set(found)) and len(found) > 4


def test_what_to_cite_for_a_plugin(cli, mine):
    assert keys(cli("info", "arf", "--bibtex")) == ["watson2023adversarial"]
    assert keys(cli("info", "forest", "--bibtex")) == ["breiman2001random", "liu2018teacher"]
    assert keys(cli("info", *mine, "--bibtex")) == ["generator_mine"]
    assert keys(cli("info", "none", "--bibtex")) == []
    both = cli("info", "arf", "--bibtex", "--json")
    assert both.code == 2 and "do not go together" in both.err


def test_a_suite_brings_the_folder_of_plugins_beside_it(cli, lab):
    (lab.folder / "plugins").mkdir()
    text = MINE.replace("def mine", "def beside").replace("size: float", "size: float = 1.0")
    (lab.folder / "plugins" / "beside.py").write_text(text, encoding="utf-8")
    suite = lab.folder / "small.toml"
    suite.write_text(
        'name = "small"\nheadline = "auc"\nmetrics = ["auc"]\n[[grid]]\n'
        'dataset = ["breast_cancer"]\nteacher = ["forest"]\ngenerator = ["beside"]\n'
        'mix = ["fake"]\nstudent = ["tree"]\n'
    )
    said = cli("info", suite)
    assert said.code == 0 and "beside" in said.out, said.err
    assert cli("info", suite, "--bibtex").code == 0


def test_figures_of_metrics_and_probes_are_told(cli):
    loss = cli("info", "tscbench/log_loss").out
    assert "figures:   log_loss (lower is better): " in loss
    rate = " ".join(cli("info", "copy_rate").out.split())
    assert "copy_rate (share, lower is better): synthetic rows that equal a training row" in rate
    assert "valid (share): validation rows" in rate
