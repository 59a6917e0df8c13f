"""tscbench site: a run as pages that open from a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tscbench.cli import say

if TYPE_CHECKING:
    from tscbench.boards.site import RunView


@click.command(
    "site",
    epilog="tscbench site quick --out site; the page to open is site/index.html. A folder data of "
    "an earlier site stands for its run.",
)
@click.argument("runs", metavar="RUN…", nargs=-1, required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The site's folder.")
@click.option("--readme", type=click.Path(path_type=Path), help="Its answers, as Markdown.")
def verb(runs: tuple[str, ...], out: Path, readme: Path | None) -> None:
    """A static site about RUN… (folders, or names of suites run in the default place)."""
    from tscbench.boards.site import write_site
    from tscbench.boards.site.readme import write_readme

    views = [_view(name) for name in runs]
    files = write_site(out, views)
    if readme is not None:
        write_readme(readme, views, out)
    size = sum(file.stat().st_size for file in files)
    say(f"{len(files)} files, {size / 1e6:.1f} MB")
    click.echo(out / "index.html")


def _view(name: str) -> RunView:
    """A run, or what an earlier site keeps of one."""
    from tscbench.boards.site import load_view
    from tscbench.boards.site.view import ABOUT
    from tscbench.cli.about_run import view_of
    from tscbench.cli.status_verb import find_run
    from tscbench.results import Run

    if (Path(name) / ABOUT).is_file():
        return load_view(Path(name))
    return view_of(Run(find_run(name)))
