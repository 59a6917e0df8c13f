"""Editors and type checkers see the public names that are imported when first used."""

import ast
from importlib import import_module
from pathlib import Path

import pytest


@pytest.mark.parametrize("package", ["tscbench", "tscbench.images", "tscbench.tabular"])
def test_the_stub_has_the_public_names_from_their_homes(package):
    module = import_module(package)
    tree = ast.parse(Path(module.__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
    froms = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    shown = {alias.asname: node.module for node in froms for alias in node.names}
    assert shown == module._HOME
    assert all(alias.asname == alias.name for node in froms for alias in node.names)
