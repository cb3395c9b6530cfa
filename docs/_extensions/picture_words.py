"""Alternative texts of pictures from the data that was drawn.

A picture that a cell makes holds its words (``docs/_kernel``); they follow the words that stand
above the cell.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

DESCRIPTION = re.compile(r"<dc:description>(.*?)</dc:description>", re.DOTALL)


def words_of(picture: Path) -> str:
    """What an SVG says of itself; nothing where it is none or says nothing."""
    if picture.suffix != ".svg" or not picture.is_file():
        return ""
    said = DESCRIPTION.search(picture.read_text("utf-8"))
    return " ".join(html.unescape(said[1]).split()) if said else ""


def add_words(app: Sphinx, doctree: nodes.document) -> None:
    for image in doctree.findall(nodes.image):
        places = {image["uri"], *image.get("candidates", {}).values()}
        words = next(filter(None, (words_of(Path(app.srcdir, place)) for place in places)), "")
        if words:
            above = str(image.get("alt", "")).rstrip(".")
            image["alt"] = f"{above}. {words}" if above else words


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("doctree-read", add_words)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
