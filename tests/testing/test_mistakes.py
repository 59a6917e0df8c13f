"""Authors' mistakes: each is named by its check in one sentence, with the line of the file."""

import re
import tomllib
from pathlib import Path

import pytest

from tscbench import Rows, Sampler, generator
from tscbench.contracts.kinds import KINDS, plugin_of
from tscbench.registry.files import import_file
from tscbench.testing import all_checks, checks
from tscbench.testing.cases import bind_function

HERE = Path(__file__).parent
GOOD = (HERE / "good.py").read_text(encoding="utf-8")
MISTAKES = tomllib.loads((HERE / "mistakes.toml").read_text(encoding="utf-8"))


def plugin_in(path, kind):
    """The decorated function of a kind in a file."""
    found = map(plugin_of, vars(import_file(path)).values())
    return next(p.function for p in found if p and p.kind == kind)


def lines_to_name(path, kind):
    """The line that is marked, else those of the plugin's function."""
    lines = path.read_text(encoding="utf-8").splitlines()
    marked = [i for i, line in enumerate(lines, 1) if "# here" in line]
    first = next(i for i, line in enumerate(lines, 1) if line.startswith(f"@{kind}("))
    after = [i for i, line in enumerate(lines, 1) if line.startswith("@") and i > first]
    return marked or list(range(first, after[0] if after else len(lines) + 1))


def failures(function, slow):
    """The checks of a plugin that fail; of the `slow` ones only the last named are tried."""
    found = {c.check.name: c.outcome() for c in checks(function) if c.check.name not in slow}
    return {name: outcome for name, outcome in found.items() if outcome.status == "failed"}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_in_one_sentence_with_its_line(name, tmp_path):
    mistake = MISTAKES[name]
    assert mistake["old"] in GOOD
    path = tmp_path / "mine.py"
    path.write_text(GOOD.replace(mistake["old"], mistake["new"]), encoding="utf-8")
    function = plugin_in(path, mistake["kind"])
    failed = failures(function, {"fresh_process"} - {mistake["check"]})
    assert list(failed) == [mistake["check"]], {n: str(found) for n, found in failed.items()}
    found = failed[mistake["check"]]
    assert re.search(mistake["said"], found.text) and "\n" not in str(found)
    file, _, line = found.place.rpartition(":")
    assert Path(file).resolve() == path.resolve()
    assert int(line) in lines_to_name(path, mistake["kind"]), found.place


@pytest.mark.parametrize("kind", KINDS)
def test_the_plugin_that_is_broken_is_sound(kind):
    assert not failures(plugin_in(HERE / "good.py", kind), {"fresh_process"})


def test_every_check_finds_something():
    found = {(m["kind"], m["check"]) for m in MISTAKES.values()}
    idle = [c for c in all_checks() if not any((kind, c.name) in found for kind in c.kinds)]
    assert [c.name for c in idle] == ["spec_reads_back"], "a check without a mistake that it finds"


def test_a_spec_that_does_not_read_back():
    @generator(source="a test")
    def wide(train: Rows, *, width: float = 1.0) -> Sampler:
        """Rows of a width."""
        return Sampler(lambda n, rng: train.x[rng.integers(len(train), size=n)])

    bound = bind_function(wide, {"width": float("inf")})
    failed = failures(bound, {"fresh_process"})
    assert list(failed) == ["spec_reads_back"]
    assert "does not read back" in failed["spec_reads_back"].text
