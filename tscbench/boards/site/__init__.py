"""A static site from records alone: no server, no request elsewhere, complete without scripts."""

from tscbench.boards.site.view import RunView, load_view, save_view
from tscbench.boards.site.write import write_site

__all__ = ["RunView", "load_view", "save_view", "write_site"]
