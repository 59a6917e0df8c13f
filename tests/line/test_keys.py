"""Keys: what determines a value is in the digest, nothing else is."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from tscbench.line.keys import content, digest, file_content, fingerprint, plugin_key, stream
from tscbench.registry import discover

SOURCE = '''"""A plugin."""
from pathlib import Path
from tscbench import generator

STEP = 2


@generator(%s)
def plugin(
    train, *, scale: float = 1.0, n: int = 3, path: Path = Path("no"), sizes: tuple[int, ...] = ()
):
    """What it does."""
    return scale * STEP  # why
'''


def plugin(
    folder: Path, spec: str = "plugin(path=data)", source: str = SOURCE, facts: str = ""
) -> str:
    """The plugin_key of a plugin in a file of its own."""
    file = folder / "plugin.py"
    file.write_text(source % facts if "%s" in source else source)
    (folder / "data").touch()
    os.chdir(folder)
    return plugin_key(discover([file]).bind("generator", spec))


@pytest.fixture
def plain(tmp_path):
    return plugin(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  # why", "  # because"),
        ('"""What it does."""', '"""Something else."""'),
        ('"""A plugin."""\n', ""),
        ("\n\n\n@generator", "\n\n# far below\n\n\n\n@generator"),
        ("scale * STEP", "(scale\n        * STEP)"),
        ('Path("no")', "Path('no')"),
    ],
)
def test_comments_docstrings_and_layout_are_not_in_a_recipe(tmp_path, plain, old, new):
    changed = SOURCE.replace(old, new)
    assert changed != SOURCE
    assert plugin(tmp_path, source=changed) == plain


@pytest.mark.parametrize(
    ("old", "new"),
    [("scale * STEP", "scale + STEP"), ("STEP = 2", "STEP = 3"), ("n: int = 3", "n: int = 4")],
)
def test_code_is_in_a_recipe(tmp_path, plain, old, new):
    assert plugin(tmp_path, source=SOURCE.replace(old, new)) != plain


@pytest.mark.parametrize("spec", ["scale=2", "n=4", "sizes=[1]"])
def test_a_parameter_is_in_a_recipe(tmp_path, plain, spec):
    assert plugin(tmp_path, f"plugin(path=data, {spec})") != plain


@pytest.mark.parametrize("spec", ["scale=1", "scale=1.0", "n=3.0", "sizes=[]"])
def test_a_default_that_is_written_changes_nothing(tmp_path, plain, spec):
    assert plugin(tmp_path, f"plugin(path=data, {spec})") == plain


def test_a_version_stands_for_the_code(tmp_path):
    one = plugin(tmp_path, facts='version="1"')
    assert (
        plugin(tmp_path, source=SOURCE.replace("STEP = 2", "STEP = 9"), facts='version="1"') == one
    )
    assert plugin(tmp_path, facts='version="2"') != one


def test_a_library_enters_with_its_minor_version(tmp_path, plain):
    assert plugin(tmp_path, facts='requires={"numpy"}') != plain


def test_a_path_enters_by_content_not_by_name(tmp_path, plain):
    (tmp_path / "other").write_bytes(b"")
    assert plugin(tmp_path, "plugin(path=other)") == plain
    (tmp_path / "other").write_bytes(b"1")
    assert plugin(tmp_path, "plugin(path=other)") != plain


def test_a_kit_file_that_a_room_stands_on_is_in_its_fingerprint(monkeypatch, tmp_path):
    from tscbench.line import keys, kits

    registry = discover()
    plain, user = (registry.load("generator", name) for name in ("smoothed_bootstrap", "kde"))
    before = fingerprint(plain), fingerprint(user)
    changed = shutil.copytree(kits.ROOT, tmp_path / "tscbench") / "tabular"
    monkeypatch.setattr(kits, "ROOT", changed.parent)
    kits._homes.cache_clear()

    def again():
        monkeypatch.setattr(keys, "_FINGERPRINTS", {})
        return fingerprint(plain), fingerprint(user)

    with (changed / "frames.py").open("a") as file:
        file.write("OTHER = 1\n")  # a file of the kit that the plugin does not stand on
    assert again() == before
    with (changed / "codec.py").open("a") as file:
        file.write("OTHER = 1\n")
    assert again()[0] == before[0]
    assert again()[1] != before[1]
    kits._homes.cache_clear()


def test_a_function_without_a_file_is_known_by_its_code():
    def made(constant: int) -> str:
        names: dict = {}
        body = f"@generator()\ndef g(train):\n    return {constant}\n"
        exec("from tscbench import generator\n" + body, names)
        return fingerprint(names["g"].tscbench_plugin)

    assert made(1) == made(1)
    assert made(1) != made(2)


def test_digests_do_not_depend_on_the_order_of_keys():
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest([1, 2]) != digest([2, 1])
    assert len(digest(None)) == 40


def test_content_sees_bytes_shape_and_type():
    x = np.arange(6.0)
    others = [x.reshape(2, 3), x.astype(np.float32), x[::-1].copy(), None]
    digests = {content(a) for a in [x, *others]}
    assert len(digests) == 5
    assert content(np.arange(12.0)[::2]) == content(np.arange(12.0)[::2].copy())


def test_a_stream_is_its_name():
    assert stream("teacher", 0).integers(1 << 60) == stream("teacher", 0).integers(1 << 60)
    names = [("teacher", 0), ("teacher", 1), ("teacher", 0, "fold", 0), ("sampler", 0)]
    assert len({int(stream(*name).integers(1 << 60)) for name in names}) == 4


def test_a_folder_is_its_names_sizes_and_times(tmp_path):
    for folder in ("here", "there"):
        (tmp_path / folder / "cat").mkdir(parents=True)
        (tmp_path / folder / "cat" / "1.png").write_bytes(b"meow")
        os.utime(tmp_path / folder / "cat" / "1.png", ns=(5, 5))
    here, there = tmp_path / "here", tmp_path / "there"
    first = file_content(here)
    assert file_content(there) == first, "where it lies does not count"
    os.utime(there / "cat" / "1.png", ns=(6, 6))
    changed = [file_content(there)]
    (there / "cat" / "1.png").write_bytes(b"miaow")
    changed.append(file_content(there))
    (here / "cat" / "1.png").rename(here / "cat" / "2.png")
    changed.append(file_content(here))
    assert len({first, *changed}) == 4
