"""A static site from records alone: no server, no request elsewhere, complete without scripts."""

from tscbench.report.site.write import write_site

__all__ = ["write_site"]
