"""Whose failure it is, and the line to look at."""

import cloudpickle

from tscbench import student
from tscbench.contracts.failures import failure, sentence
from tscbench.registry import discover

MINE = '''
from tscbench import student

@student(source="a test")
def mine(compression_set):
    """Fails."""
    return deep(compression_set)

def deep(x):
    return x / 0
'''


def raised(called, *given):
    try:
        called(*given)
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_the_innermost_line_of_the_plugin_s_own_file_is_named(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    bound = discover([tmp_path / "mine.py"]).bind("student", "mine")
    said = "student mine (mine.py:10 `return x / 0`): ZeroDivisionError: division by zero"
    assert sentence(raised(bound.plugin.function, 1), [bound.plugin]) == said
    by_value = cloudpickle.loads(cloudpickle.dumps(bound))
    came = failure(raised(by_value.plugin.function, 1), [by_value.plugin])
    assert f"{came.place}: {came.error}" == said
    assert "mine.py" in came.traceback and "return x / 0" in came.traceback


def test_the_nearest_line_outside_the_core_is_named_where_no_plugin_has_one():
    @student(source="a test")
    def other(compression_set):
        """Never called."""

    said = sentence(raised(lambda: {}["k"]), [], "metrics")
    assert said.startswith("metrics (") and said.endswith("KeyError: 'k'")
    assert "test_failures.py:" in said
