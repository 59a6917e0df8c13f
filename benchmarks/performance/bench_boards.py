"""How fast 100,000 results become boards and pages, by pytest-benchmark:
`pytest --benchmark-enable benchmarks/performance/bench_boards.py`.

Nothing here asserts a time; on one idle core a board is to take at most 2 s, a site 30 s.
"""

from pathlib import Path
from typing import Any

import pytest
from made_run import made_run  # in tests/, where it is held to what it says of itself

from tscbench.boards.run_boards import run_boards
from tscbench.boards.site import RunView, write_site
from tscbench.boards.standard import standard

N_ROWS = 100_000


@pytest.fixture(scope="module")
def view() -> RunView:
    return made_run(n_rows=N_ROWS)


def test_standard_board(benchmark: Any, view: RunView) -> None:
    boards = benchmark.pedantic(
        standard, args=(view.scores, view.speeds, view.headline), rounds=3, warmup_rounds=1
    )
    assert len(boards) == view.scores["dataset"].nunique()


def test_all_boards_of_a_run(benchmark: Any, view: RunView) -> None:
    boards = benchmark.pedantic(
        run_boards, args=(view.scores, view.speeds, view.headline), rounds=3, warmup_rounds=1
    )
    assert boards[-1].title == "over datasets"


def test_site(benchmark: Any, view: RunView, tmp_path: Path) -> None:
    files = benchmark.pedantic(write_site, args=(tmp_path / "site", [view]), rounds=1)
    assert len(files) > len(view.scores["dataset"].unique())
