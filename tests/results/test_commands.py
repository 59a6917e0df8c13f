"""What the commands on a run asked for, one by one and together."""

from tscbench.results.commands import (
    against_of,
    bare,
    commands_of,
    in_words,
    plugin_files,
    remembered,
    united,
)

PLAIN = {"options": {}, "plugins": [], "against": []}


def command(**told):
    return {**PLAIN, **told}


def test_what_is_remembered_is_what_was_asked_each_once():
    one, other = command(options={"seed": "1"}), command(options={"seed": "2"})
    assert commands_of(remembered([one, other])) == [one, other]
    assert commands_of({"planned": {}}) == [PLAIN]
    assert united([one, other], [one]) == [one, other]


def test_of_plugin_files_of_one_name_those_of_the_last_command_count(tmp_path):
    files = [tmp_path / folder / "my.py" for folder in "abc"]
    for file in files:
        file.parent.mkdir()
        file.touch()
    a, b, c = map(str, files)
    assert plugin_files(remembered([command(plugins=[a, b])])) == ([a, b], [])
    assert plugin_files(remembered([command(plugins=[a, b]), command(plugins=[c])])) == ([c], [])
    files[2].unlink()
    assert plugin_files(remembered([command(plugins=[c])])) == ([], ["my.py"])


def test_bare_names_are_no_files_even_where_some_lie(tmp_path, monkeypatch):
    """A pack of somebody's names files; none of those that lie here is meant."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.py").touch()
    (tmp_path / "base.tscpack").touch()
    told = remembered([command(plugins=["my.py"], against=["base.tscpack", "published"])])
    assert plugin_files(told) == ([], ["my.py"]) and against_of(told) == ["published"]


def test_a_command_in_words():
    options = {"student": "tree", "generator": "none,\nmunge(p=0.5, s=1)"}
    [told] = bare([command(options=options, plugins=["/a/my own.py"], against=["published"])] * 2)
    assert in_words("quick", [told]) == (
        "tscbench run quick --generator 'none, munge(p=0.5, s=1)' --student tree "
        "--plugin 'my own.py' --against published"
    )
    two = in_words("a b.toml", [PLAIN, command(options={"seed": "1"})])
    assert two == "tscbench run 'a b.toml', then tscbench run 'a b.toml' --seed 1"
