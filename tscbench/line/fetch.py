"""Where data comes from: the user's data folder, plain files, and OpenML when it may be asked."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import DataError, Unavailable
from tscbench.contracts.places import data_folder


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def locate(path: str | Path) -> Path:
    """The file or folder that `path` means: as it stands, else under `files/` of the data folder.

    Raises:
        Unavailable: naming both places.
    """
    here = Path(path).expanduser()
    kept = data_folder() / "files" / here
    for candidate in (here, kept):
        if candidate.exists():
            return candidate.resolve()
    raise Unavailable(f"no file {path} here or in {kept.parent}")


@dataclass(frozen=True)
class Fetch:
    """What a dataset plugin reaches its data with. `notice` prints one line to the user."""

    offline: bool = False
    notice: Callable[[str], None] = _say

    def openml(self, id: int) -> Any:
        """The `openml.OpenMLDataset` of this id, from the cache or, unless offline, the server.

        Raises:
            Unavailable: not in the cache and offline, or the server did not give it.
            DataError: what the cache holds does not read.
        """
        cache = data_folder() / "openml"
        wanted = ("description.xml", "features.xml", f"dataset_{id}.*")
        folders = cache.glob(f"org/openml/*/datasets/{id}")
        kept = any(all(any(folder.glob(name)) for name in wanted) for folder in folders)
        if not kept and self.offline:
            raise Unavailable(f"OpenML {id} is not in {cache} and --offline forbids the download")
        if not kept:
            self.notice(f"downloading OpenML {id} into {cache}")
        import openml

        openml.config.set_root_cache_directory(str(cache))
        try:
            dataset: Any = openml.datasets.get_dataset(
                id,
                download_data=True,
                download_qualities=False,
                download_features_meta_data=True,
            )
            # It writes a pickle each time and reads that from then on, also while other processes
            # write it; what was parsed first is right and already here.
            dataset.get_data = functools.cache(dataset.get_data)
            dataset.get_data()
        except Exception as error:
            what = f"{type(error).__name__}: {error}".partition("\n")[0].partition("(")[0]
            if kept:
                raise DataError(f"OpenML {id} in {cache} does not read ({what})") from error
            raise Unavailable(f"OpenML {id} could not be downloaded ({what})") from error
        return dataset
