"""Kit for tables: a codec to numbers and back, exact neighbours, datasets from data frames."""

from importlib import import_module

_PUBLIC = {
    "tscbench.tabular.bound": "Ready bound_answers method_of",
    "tscbench.tabular.classifiers": (
        "classifier_outputs estimator_kind estimator_needs estimator_size"
    ),
    "tscbench.tabular.closeness": "at_most closest_distances distance_blocks nearest_distances",
    "tscbench.tabular.codec": "Block Codec fit_codec",
    "tscbench.tabular.described": "describe",
    "tscbench.tabular.identity": "repeated_share row_groups row_keys rows_in share_seen",
    "tscbench.tabular.exchange": "to_frame to_labels to_rows",
    "tscbench.tabular.estimators": "build_estimator ready_to_fit seed_estimator",
    "tscbench.tabular.module": "codec_module",
    "tscbench.tabular.neighbours": "Finder finder nearest",
    "tscbench.tabular.frames": "from_frame",
    "tscbench.tabular.read": "read_table",
    "tscbench.tabular.spread": "column_spread",
    "tscbench.tabular.regression": (
        "classification_problem equal_or_none regressed_outputs regression_problem"
    ),
    "tscbench.tabular.cells": "MISSING",
    "tscbench.tabular.seen": "SeenClasses fit_classes fit_labels",
    "tscbench.tabular.trees": (
        "boosted_size fill_empty in_blocks mean_of_trees native_categories regression_values "
        "tree_size"
    ),
    "tscbench.tabular.views": "joined_views numeric_schema take_columns with_second_view",
    "tscbench.tabular.votes": (
        "Neighbourhood calibration mean_or_nan neighbourhood ranked_hits tagged_rows"
    ),
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names.split()}
__all__ = sorted(_HOME)  # noqa: PLE0605  imported when first used, as in `tscbench` itself


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'tscbench.tabular' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
