"""The datasets of a plan: read once per store, with what is known of them before any is used."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tscbench.contracts.description import read_description
from tscbench.contracts.types import Data, Schema
from tscbench.line.artefact import Artefact, artefact
from tscbench.line.fetch import Fetch
from tscbench.line.keys import content, digest
from tscbench.line.load import load_data
from tscbench.line.recipe import recipe_of
from tscbench.line.store import Store
from tscbench.registry import Bound
from tscbench.tabular.described import describe

VERSION = 2
"""Goes up whenever the same dataset would be kept as another value."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """A dataset of a plan: its artefact, what its data offers, a digest of its content, the store
    that has it, and what a reader should be told of it."""

    label: str
    data: Artefact
    facts: frozenset[str]
    digest: str
    store: Store
    warnings: tuple[str, ...] = ()

    @cached_property
    def schema(self) -> Schema:
        """What one row looks like: read with the data, for those plugins alone that ask."""
        kept: Data = self.store.read(self.data.key)
        return kept.schema


def open_dataset(label: str, bound: Bound, store: Store, fetch: Fetch) -> Dataset:
    """A dataset with its facts; it is read now if the store has not got it.

    Raises:
        Unavailable, DataError: from the dataset's plugin.
    """
    data_artefact = artefact("data", {}, {"dataset": bound}, stream=("data",), version=VERSION)
    facts = store.facts(data_artefact.key)
    if facts is None:
        data = load_data(bound, fetch)
        facts = {
            "facts": sorted(data.schema.facts),
            "digest": data_digest(data),
            "n": len(data.rows),
            "d": int(data.rows.x[0].size),
            "itemsize": int(data.rows.x.dtype.itemsize),
            "k": int(np.prod(data.schema.outputs)),
            "table": describe(data).as_json(),
            "recipe": recipe_of(data_artefact),
        }
        store.write(data_artefact.key, data, facts)
    data_artefact = replace(data_artefact, content=facts["digest"])
    told = tuple(read_description(facts["table"]).all_warnings())
    return Dataset(label, data_artefact, frozenset(facts["facts"]), facts["digest"], store, told)


def data_digest(data: Data) -> str:
    """Names data by its content: rows, labels, official test rows, what is to be filled, and schema
    with the names of columns and levels, which a model of somebody else's may go by."""
    schema, rows = data.schema, data.rows
    return digest(
        [
            content(
                rows.x, rows.y, rows.id, rows.privileged, rows.truth, data.test, data.mean_filled
            ),
            content(schema.numeric, schema.cardinality),
            [list(schema.inputs), list(schema.outputs), str(schema.link), schema.missing],
            list(schema.classes),
            [list(schema.columns), [list(of) for of in schema.levels], list(schema.dtypes)],
            schema.target,
        ]
    )
