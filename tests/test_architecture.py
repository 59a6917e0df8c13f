"""docs/architecture.md is true: files, steps and floors are those of the tree."""

import ast
import re
from pathlib import Path

import pytest
from test_floors import BELOW

from tscbench.line.steps import STEPS

ROOT = Path(__file__).resolve().parents[1]
HOUSE = ROOT / "tscbench"
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def section(title):
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(text):
    """The cells of a table, without its head."""
    lines = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line] for line in lines][1:]


def says(file):
    """What a file says that it is, in its first sentences."""
    told = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
    return " ".join(told.split("\n\n")[0].split()).rstrip(".")


def test_every_file_that_is_named_is_there():
    named = re.findall(r"`([a-z_]+(?:/[a-z_]+)*(?:\.py|/))`", PAGE)
    assert len(named) > 30
    for name in named:
        places = (HOUSE / name, HOUSE / "line" / name, HOUSE / "harness" / name, ROOT / name)
        assert any(place.exists() for place in places), name


@pytest.mark.parametrize("folder", ["line", "harness"])
def test_every_file_is_told_as_it_tells_itself(folder):
    table = section("Every file of the line and of the harness").partition(f"`{folder}/`")[2]
    told = dict(
        re.findall(r"^\| `(\w+\.py)` \| (.*) \|$", table.partition("| `harness/`")[0], re.M)
    )
    files = [f for f in (HOUSE / folder).glob("*.py") if f.name != "__init__.py"]
    assert told == {file.name: says(file) for file in files}


def test_every_step_is_told_in_the_order_of_a_cell():
    told = rows(section("The line"))
    names = [row[0].strip("`") for row in told]
    assert sorted(names) == sorted(STEPS)
    for name, file, made_from, redrawn in told:
        step = STEPS[name.strip("`")]
        module = file.strip("`").removesuffix(".py").replace("/", ".")
        assert step.body.__module__ == f"tscbench.{module}"
        if step.stream:
            assert ", ".join(re.findall(r"{(\w+)}", step.stream)) == redrawn
        if name != "`fitted_student`":
            assert {f"`{source}`" for source in step.inputs} <= set(re.findall(r"`\w+`", made_from))
        earlier = names[: names.index(step.name)]
        assert set(step.inputs) <= {"data", *earlier}, (
            f"{step.name} comes before what it is made of"
        )


def test_a_spec_s_way_is_short():
    way = re.findall(r"^(\d+)\. `([\w/.]+)`", section("From a spec to a fitted student"), re.M)
    assert len(way) <= 12 and all((HOUSE / file).is_file() for _, file in way)


def test_every_floor_is_told_and_stands_on_what_is_below():
    floors = [re.findall(r"`(\w+)`", row[0]) for row in rows(section("The floors"))]
    told = [name for level in floors for name in level]
    assert set(told) == set(BELOW) - {"__main__", "__init__", "bibtex"}
    for place, level in enumerate(floors):
        below = {name for lower in floors[:place] for name in lower}
        for name in level:
            assert BELOW[name] - {"__init__", "bibtex"} <= below, name
