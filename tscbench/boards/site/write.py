"""Writing a site: pages from templates, the style and the script, and the numbers as files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tscbench.boards.site.cells_page import cells_page
from tscbench.boards.site.common_pages import adding, downloads, methodology
from tscbench.boards.site.dataset_page import dataset_page
from tscbench.boards.site.method_page import method_page
from tscbench.boards.site.names import link, slug
from tscbench.boards.site.overview_page import overview
from tscbench.boards.site.prepared import Prepared, prepare_all
from tscbench.boards.site.published_page import is_published, published_page, tally
from tscbench.boards.site.view import RunView, in_order, save_view
from tscbench.contracts.errors import SpecError, StoreError
from tscbench.results import surroundings

HERE = Path(__file__).parent
LIST = "files.json"
PICTURES = ("pareto", "differences", "critical")


@dataclass(frozen=True)
class Page:
    """path: from the site's top. values: what its template takes besides what every page does."""

    path: str
    template: str
    title: str
    description: str
    values: dict[str, Any]
    run: Prepared | None = None


def write_site(out: Path, runs: Sequence[RunView]) -> list[Path]:
    """Writes a site about these runs into a folder that is new, empty or an earlier site, whose
    files are removed first; returns the files written. The same runs give the same bytes.

    Raises:
        SpecError: there is no run, or two have one name.
        StoreError: the folder holds something else.
    """
    names = [view.name for view in runs]
    if not runs or len(set(map(slug, names))) < len(names):
        raise SpecError(f"a site needs runs with different names, not {', '.join(names) or 'none'}")
    _clear(out)
    prepared = prepare_all(runs)
    files = [
        path
        for view, p in zip(runs, prepared, strict=True)
        for path in save_view(in_order(view), out / p.folder / "data")
    ]
    for page in _pages(prepared):
        files.append(_put(out, page.path, render(page, prepared)))
        files += _pictures(out, page)
    for name in ("site.css", "site.js"):
        text = (HERE / "static" / name).read_text(encoding="utf-8")
        files.append(_put(out, f"assets/{name}", text))
    listed = sorted(str(path.relative_to(out).as_posix()) for path in files)
    files.append(_put(out, LIST, json.dumps([*listed, LIST], indent=0) + "\n"))
    return sorted(files)


def _pictures(out: Path, page: Page) -> list[Path]:
    """The figures that a run begins with as files of their own, to be shown elsewhere."""
    if page.run is None or page.path != page.run.home:
        return []
    drawn = {name: page.values[name] for name in PICTURES if page.values[name] is not None}
    return [_put(out, f"{page.run.folder}/{n}.svg", f"{d.wide}\n") for n, d in drawn.items()]


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


def _put(out: Path, path: str, text: str) -> Path:
    file = out / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    return file


def _pages(runs: Sequence[Prepared]) -> Iterator[Page]:
    for p in runs:
        yield from _run_pages(p)
    yield Page(
        "methodology.html",
        "methodology.html",
        "How the numbers are defined",
        "Splits, seeds, scores, statistics and timing, and the words used.",
        methodology(runs),
    )
    yield Page(
        "add.html",
        "add.html",
        "Add yours",
        "A method of your own in these tables, in fifteen lines.",
        adding(runs),
    )
    yield Page(
        "downloads.html",
        "downloads.html",
        "Downloads",
        "The scores as parquet, CSV and JSON.",
        downloads(runs),
    )


def _run_pages(p: Prepared) -> Iterator[Page]:
    found = published_page(p)
    values = {**overview(p), "published": tally(found) if found else ""}
    about = f"{p.view.title} Suite {p.name}."
    yield Page(p.home, "overview.html", p.view.title, about, values, p)
    if found:
        about = f"What papers print, beside what {p.name} measured."
        yield Page(
            p.published_page, "published.html", "Published against measured", about, found, p
        )
    for arm in p.arms.index:
        name, path = p.names[arm], p.method_page(arm)
        yield Page(path, "method.html", name, f"{name} in {p.name}.", method_page(p, arm), p)
    for dataset in p.datasets:
        about, path = f"Dataset {dataset} in {p.name}.", p.dataset_page(dataset)
        yield Page(path, "dataset.html", dataset, about, dataset_page(p, dataset), p)
    for arm, dataset in p.records:
        title, path = f"{p.names[arm]} on {dataset}", p.cells_page(arm, dataset)
        about = f"{title} in {p.name}: every cell."
        yield Page(path, "cells.html", title, about, cells_page(p, arm, dataset), p)


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
            **page.values,
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
