"""A run and its pack are two sources of the same records."""

import dataclasses
import json

import pandas as pd
import pytest
from made_run import made_run

from tscbench import StoreError
from tscbench.analysis.study import study_of
from tscbench.results.pack import Pack, is_pack
from tscbench.results.pack_file import load_pack, save_pack
from tscbench.results.packed import pack_of

MADE = made_run(n_rows=1, splits=2, seeds=1)


def assert_alike(one: Pack, other: Pack) -> None:
    """Whether two packs say the same, and their studies have equal frames."""
    for field in dataclasses.fields(Pack):
        if field.name not in ("records", "speeds"):
            assert _plain(getattr(one, field.name)) == _plain(getattr(other, field.name)), (
                field.name
            )
    assert _plain(list(one.records)) == _plain(list(other.records))
    studies = study_of(one), study_of(other)
    for name in ("every", "speeds", "timings", "history", "related", "cells", "costs"):
        pd.testing.assert_frame_equal(*(getattr(study, name) for study in studies), obj=name)
    assert studies[0].row_ratios == studies[1].row_ratios
    assert studies[0].baselines == studies[1].baselines


def _plain(value):
    """As JSON has it, in which a tuple is a list."""
    return json.loads(json.dumps(value))


def test_a_run_is_its_pack_saved_and_loaded(lab, tmp_path):
    grid = {"generator": ["none", "far"], "mix": ["real", "fake(ratio=1)"], "student": ["linear"]}
    run = lab.run(grid, metrics=["accuracy"], headline="accuracy", splits=2, probes=["place"])
    pack = pack_of(run)
    assert not is_pack(run.folder)
    file = save_pack(pack, tmp_path / "pack")
    assert is_pack(file)
    loaded = load_pack(file)
    assert_alike(pack, loaded)
    pd.testing.assert_frame_equal(loaded.scores, run.scores())
    pd.testing.assert_frame_equal(loaded.speeds, run.speeds())


def test_everything_of_a_pack_is_kept_and_the_same_pack_gives_the_same_bytes(tmp_path):
    plugins = {"generator/munge": {"docstring": "Munge ±."}}
    data = {"dataset_0": {"rows": 3, "source": "a + b"}}
    full = dataclasses.replace(MADE, plugins=plugins, data=data, notices=("mind this",))
    first = save_pack(full, tmp_path / "first")
    turned = dataclasses.replace(full, records=list(full.records)[::-1])
    second = save_pack(turned, tmp_path / "second")
    assert first.read_bytes() == second.read_bytes()
    found = load_pack(first)
    assert_alike(full, found)
    assert len(found.scores) > 500 and len(found.speeds) > 30
    assert found.sources == {"dataset_0": "a + b"}


def test_directions_are_those_of_plugins_sizes_and_differences():
    study = study_of(dataclasses.replace(MADE, lower=("log_loss",)))
    lower = ["log_loss", "difference_log_loss", "nodes", "parameters", "bytes"]
    assert {study.direction(metric) for metric in lower} == {"lower"}
    higher = ["auc", "difference_auc", "tsc_score@9", "rows_per_second"]
    assert {study.direction(metric) for metric in higher} == {"higher"}


def test_what_a_suite_says_is_read_where_it_reads():
    assert MADE.suite_says == {"name": "made", "headline": "auc", "splits": 2, "seeds": 1}
    assert dataclasses.replace(MADE, suite="= no").suite_says == {}


def test_what_is_no_pack_is_one_sentence(tmp_path):
    with pytest.raises(StoreError, match="no.tscpack is no pack: nothing is there"):
        load_pack(tmp_path / "no.tscpack")
    with pytest.raises(StoreError, match="is no pack: a folder is there"):
        load_pack(tmp_path)
    (tmp_path / "run.json").touch()
    with pytest.raises(StoreError, match="is a run, no pack: make one of it with tscbench pack"):
        load_pack(tmp_path)
