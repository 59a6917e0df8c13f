"""tscbench: which way of compressing a model gives the best student for its size and speed?"""

from importlib import import_module

__version__ = "0.1.0"

_PUBLIC = {
    "tscbench.contracts.types": (
        "Array Data Link Loss Predictor Rng Rows Sampler Scale Schema Targets"
    ),
    "tscbench.contracts.compression_set": "Batch CompressionSet",
    "tscbench.contracts.kinds": "Figure",
    "tscbench.contracts.progress": "Progress",
    "tscbench.contracts.labelled": "labelled_set",
    "tscbench.contracts.scales": "decide one_hot to_logits to_outputs to_probabilities",
    "tscbench.contracts.spec": "Spec",
    "tscbench.contracts.decorators": (
        "dataset generator metric network objective probe query student teacher"
    ),
    "tscbench.contracts.errors": (
        "ContractError DataError Diverged NothingSelected PluginError SpecError StoreError "
        "SuiteError TscbenchError Unavailable"
    ),
    "tscbench.contracts.threads": "n_threads",
    "tscbench.contracts.training": "Training",
    "tscbench.line.fetch": "Fetch",
    "tscbench.api.results": "Results",
    "tscbench.api.verbs": "board check compare load plan plugins run site",
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names.split()}
__all__ = sorted(_HOME)  # noqa: PLE0605  names are imported when first used: `--help` stays light


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'tscbench' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
