"""Where data comes from: the user's data folder, plain files, and OpenML when it may be asked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tscbench.contracts.errors import Unavailable
from tscbench.contracts.places import data_folder
from tscbench.line.openml_cache import download, folder_of, lacking, read


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
        """The `openml.OpenMLDataset` of this id, from the cache or, unless offline, the server. A
        kept copy is read as it lies: no server is asked, and nothing is written or deleted there.

        Raises:
            Unavailable: not in the cache and offline, or the server did not give it.
            DataError: what the cache holds does not read.
        """
        cache = data_folder() / "openml"
        folder = folder_of(id, cache)
        lacks = lacking(folder)
        if lacks and self.offline:
            kept = f" ({folder} lacks {lacks})" if folder.is_dir() else ""
            raise Unavailable(
                f"OpenML {id} is not in {cache}{kept} and --offline forbids the download"
            )
        if lacks:
            self.notice(f"downloading OpenML {id} into {cache}")
            try:
                download(id, cache)
            except Exception as error:
                what = f"{type(error).__name__}: {error}".partition("\n")[0].partition("(")[0]
                raise Unavailable(f"OpenML {id} could not be downloaded ({what})") from error
        return read(id, folder)
