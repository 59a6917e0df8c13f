"""Names of files and links between pages, safe on any file system."""

from __future__ import annotations

import hashlib
import re
import unicodedata

LENGTH = 60
"""Letters of a label that its file name keeps."""

DIGITS = 8
"""Hexadecimal digits of the digest that tells apart what would read the same."""

RESERVED = re.compile(r"(con|prn|aux|nul|index|com\d|lpt\d)|.*-[0-9a-f]{8}")
"""Plain names that other systems reserve, or that look like one of ours with a digest."""


def slug(label: str) -> str:
    """A file name for any label: lower-case letters, digits and hyphens, with a digest of the label
    unless it is such a name already. Different labels have different names, also where upper and
    lower case are one.

    >>> slug("magic"), slug("munge(p=0.5, s=1)"), slug("../Magic")
    ('magic', 'munge-p-0-5-s-1-2380030a', 'magic-30caac86')
    """
    ascii_only = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower())[:LENGTH].strip("-")
    kept = plain == label and plain != "" and RESERVED.fullmatch(plain) is None
    digest = hashlib.sha256(label.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
    return plain if kept else f"{plain or 'x'}-{digest}"


def link(here: str, there: str) -> str:
    """The address of page `there` on page `here`, both from the site's top; a fragment stays.

    >>> link("quick/methods/a.html", "quick/datasets/b.html#rows")
    '../datasets/b.html#rows'
    """
    up, down = here.split("/")[:-1], there.split("/")
    while up and len(down) > 1 and up[0] == down[0]:
        up, down = up[1:], down[1:]
    return "/".join([*[".."] * len(up), *down])
