"""A library that is missing, or a plugin that is broken, is a row with its reason."""

import os
import subprocess
import sys

GONE = """
import importlib.metadata as metadata, sys
real = metadata.distribution
def distribution(name):
    if name.lower() in ("pillow", "openml"):
        raise metadata.PackageNotFoundError(name)
    return real(name)
metadata.distribution = distribution
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PIL", "openml"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Gone())
"""

FAILS = '''
from tscbench import dataset

@dataset(source="a test")
def fails():
    """Raises."""
    return [][1]
'''

TORN = '''
from tscbench import dataset
0 / 0

@dataset(source="a test")
def torn():
    """Does not load."""
'''


def test_data_list_without_pillow_and_openml(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(GONE)
    (tmp_path / "mine.py").write_text(FAILS)
    (tmp_path / "torn.py").write_text(TORN)
    own = {"TSCBENCH_DATA": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    env = {**os.environ, "PYTHONPATH": str(tmp_path), **own}
    for words in (["data", "list", "--plugin", "mine.py", "--plugin", "torn.py"], ["list"]):
        command = [sys.executable, "-m", "tscbench", *words]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        said = " ".join(done.stdout.split())  # a last column goes on in the next line
        assert "image_folder of tscbench" in said and "needs pillow" in said
        assert "needs openml, which is not installed" in said
        assert "breast_cancer" in said
        if "data" in words:
            assert "ready" in said
            assert "fails (mine.py:7 `return [][1]`): IndexError" in said
            assert "ZeroDivisionError: division by zero at `0 / 0` (torn.py:3)" in said
