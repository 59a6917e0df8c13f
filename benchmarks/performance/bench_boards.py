"""How fast 100,000 results become boards and pages, by pytest-benchmark:
`pytest --benchmark-enable benchmarks/performance/bench_boards.py`.

Nothing here asserts a time; on one idle core a board is to take at most 2 s, a site 30 s.
"""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_run import made_run  # in tests/, where it is held to what it says of itself

import tscbench
from tscbench.analysis.study import study_of
from tscbench.report.boards import full_board
from tscbench.report.first_screen import first_screen
from tscbench.report.site import write_site
from tscbench.results.pack import Pack

N_ROWS = 100_000


@pytest.fixture(scope="module")
def pack() -> Pack:
    return made_run(n_rows=N_ROWS)


@pytest.fixture(scope="module")
def scores(pack: Pack) -> pd.DataFrame:
    return pack.scores


def test_board_of_a_frame(benchmark: Any, scores: pd.DataFrame) -> None:
    tables = benchmark.pedantic(tscbench.board, args=(scores,), rounds=3, warmup_rounds=1)
    assert len(tables) == scores["dataset"].nunique() + 1


def test_first_screen(benchmark: Any, pack: Pack) -> None:
    pack.scores  # noqa: B018  read before
    text = benchmark.pedantic(lambda: first_screen(study_of(pack)), rounds=3, warmup_rounds=1)
    assert len(text.splitlines()) <= 24


def test_all_boards_of_a_run(benchmark: Any, pack: Pack) -> None:
    pack.scores  # noqa: B018  read before
    tables = benchmark.pedantic(lambda: full_board(study_of(pack)), rounds=3, warmup_rounds=1)
    assert tables[0].title == "over datasets"


def test_site(benchmark: Any, pack: Pack, tmp_path: Path) -> None:
    files = benchmark.pedantic(write_site, args=(tmp_path / "site", [pack]), rounds=1)
    assert len(files) > pack.scores["dataset"].nunique()
