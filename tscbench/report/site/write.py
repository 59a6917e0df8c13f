"""Writing a site: pages from templates, the style and the script, and the numbers as files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tscbench.contracts.errors import SpecError, StoreError
from tscbench.report.site.cells_page import cells_page
from tscbench.report.site.common_pages import adding, downloads, methodology
from tscbench.report.site.dataset_page import dataset_page
from tscbench.report.site.downloads import Offered, names_of, write_downloads
from tscbench.report.site.method_page import method_page
from tscbench.report.site.names import link, slug
from tscbench.report.site.overview_page import overview
from tscbench.report.site.prepared import Prepared, prepare_all
from tscbench.report.site.published_page import is_published, published_page, tally_of
from tscbench.results.pack import Pack
from tscbench.results.surroundings import surroundings

HERE = Path(__file__).parent
LIST, ASSETS = "files.json", ("site.css", "site.js")


@dataclass(frozen=True)
class Page:
    """path: from the site's top. values: makes what its template takes besides what every page
    does."""

    path: str
    template: str
    title: str
    description: str
    values: Callable[[], dict[str, Any]]
    run: Prepared | None = None


def write_site(
    out: Path, packs: Sequence[Pack], tell: Callable[[int, int], None] = lambda done, pages: None
) -> list[Path]:
    """Writes a site about these runs into a folder that is new, empty or an earlier site, whose
    files are removed first; returns the files written. The same runs give the same bytes.

    tell: is told after each page how many are done, and of how many.

    Raises:
        SpecError: there is no run, or two have one name.
        StoreError: the folder holds something else, or cannot be written.
    """
    names = [pack.name for pack in packs]
    if not packs or len(set(map(slug, names))) < len(names):
        raise SpecError(f"a site needs runs with different names, not {', '.join(names) or 'none'}")
    try:
        _clear(out)
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{out} cannot be written: {error.strerror or error}") from error
    runs, offered = prepare_all(packs), list[Offered]()
    pages = [*(page for p in runs for page in _run_pages(p)), *_common_pages(runs, offered)]
    data = [f"{p.folder}/data/{name}" for p in runs for name in names_of(p)]
    listed = sorted([*data, *(page.path for page in pages), *(f"assets/{a}" for a in ASSETS)])
    _put(out, LIST, json.dumps([*listed, LIST], indent=0) + "\n")  # a later site clears half of one
    for p in runs:
        offered.append(write_downloads(p, out / p.folder / "data"))
    for done, page in enumerate(pages, 1):
        _put(out, page.path, render(page, runs))
        tell(done, len(pages))
    for name in ASSETS:
        _put(out, f"assets/{name}", (HERE / "static" / name).read_text(encoding="utf-8"))
    return sorted(file for name in [*listed, LIST] if (file := out / name).is_file())


def _clear(out: Path) -> None:
    """Removes an earlier site from a folder."""
    if not out.exists() or not any(out.iterdir()):
        return
    try:
        listed = json.loads((out / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise StoreError(
            f"{out} is not empty and holds no earlier site ({LIST}); choose another folder"
        ) from None
    root = out.resolve()
    for name in listed:
        file = (out / str(name)).resolve()
        if file.is_relative_to(root):
            file.unlink(missing_ok=True)
    for folder in sorted((p for p in out.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            shutil.rmtree(folder)


def _put(out: Path, path: str, text: str) -> None:
    file = out / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", errors="replace", newline="\n")


def _common_pages(runs: Sequence[Prepared], offered: Sequence[Offered]) -> Iterator[Page]:
    about = "Splits, seeds, scores, statistics and timing, and the words used."
    yield Page(
        "methodology.html",
        "methodology.html",
        "How the numbers are defined",
        about,
        partial(methodology, runs),
    )
    about = "A method of your own in these tables, in fifteen lines."
    yield Page("add.html", "add.html", "Add yours", about, partial(adding, runs))
    about = "The scores as parquet, CSV and JSON, and the pack."
    values = partial(downloads, runs, offered)
    yield Page("downloads.html", "downloads.html", "Downloads", about, values)


def _run_pages(p: Prepared) -> Iterator[Page]:
    about, published = f"{p.pack.title} Suite {p.name}.", tally_of(p)
    yield Page(
        p.home,
        "overview.html",
        p.pack.title,
        about,
        lambda: {**overview(p), "published": published},
        p,
    )
    if published:
        title, about = "Published against measured", f"What papers print, and {p.name} measured."
        yield Page(p.published_page, "published.html", title, about, partial(published_page, p), p)
    for arm, name in p.name_of.items():
        about, path = f"{name} in {p.name}.", p.method_page(arm)
        yield Page(path, "method.html", name, about, partial(method_page, p, arm), p)
    for dataset in p.datasets:
        about, path = f"Dataset {dataset} in {p.name}.", p.dataset_page(dataset)
        yield Page(path, "dataset.html", dataset, about, partial(dataset_page, p, dataset), p)
    for arm, dataset in p.records:
        title, path = f"{p.name_of[arm]} on {dataset}", p.cells_page(arm, dataset)
        about = f"{title} in {p.name}: every cell."
        yield Page(path, "cells.html", title, about, partial(cells_page, p, arm, dataset), p)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(page: Page, runs: Sequence[Prepared]) -> str:
    """The HTML of a page."""
    current = page.run or runs[0]
    menu = [
        ("Overview", current.home),
        *([("Published", current.published_page)] if is_published(current) else []),
        ("Methodology", "methodology.html"),
        ("Add yours", "add.html"),
        ("Downloads", "downloads.html"),
    ]
    return (
        _environment()
        .get_template(page.template)
        .render(
            **page.values(),
            title=page.title,
            description=page.description,
            path=page.path,
            runs=runs,
            run=page.run,
            published_page=current.published_page,
            menu=menu,
            version=surroundings()["tscbench"],
            to=lambda there: link(page.path, there),
        )
    )
