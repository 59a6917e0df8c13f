"""tscbench site: runs as pages that open from a folder."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tscbench.cli import say


@click.command(
    "site",
    epilog="tscbench site quick --out site; the page to open is site/index.html. A SOURCE is a "
    "folder with a run, the name of a suite run in the default place, a pack, or "
    "published, what came with tscbench. Several of one suite are one table.",
)
@click.argument("runs", metavar="SOURCE…", nargs=-1, required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The site's folder.")
@click.option("--readme", type=click.Path(path_type=Path), help="Its answers, as Markdown.")
def verb(runs: tuple[str, ...], out: Path, readme: Path | None) -> None:
    """A static site about SOURCE…, a tab for each suite."""
    from tscbench.api.about_run import whole_pack_at
    from tscbench.report.site import write_site
    from tscbench.results.sources import packs_of, sources_of

    packs = packs_of(sources_of(runs), whole_pack_at)
    files = write_site(out, packs, _tell)
    if readme is not None:
        from tscbench.report.site.readme import write_readme

        write_readme(readme, packs, runs, out)
    size = sum(file.stat().st_size for file in files)
    say(f"{len(files)} files, {size / 1e6:.1f} MB")
    click.echo(out / "index.html")


def _tell(done: int, pages: int) -> None:
    """How many pages are written, on one line of a terminal."""
    if is_terminal():
        end = "\r\033[K" if done == pages else ""
        click.echo(f"\r{done} of {pages} pages{end}", nl=False, err=True)


def is_terminal() -> bool:
    """Whether somebody watches."""
    return sys.stderr.isatty()
