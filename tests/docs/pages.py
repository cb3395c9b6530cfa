"""The source of the pages: their cells, as a reader copies them."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^(`{3,})(\{code-cell\} ipython3|python)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
OPTIONS = re.compile(r"\A(---\n.*?^---\n|(:[a-z-]+:.*\n)+)\n*", re.MULTILINE | re.DOTALL)

PAGES = sorted(path for path in DOCS.rglob("*.md") if not {"_build", "generated"} & set(path.parts))


def name(page: Path) -> str:
    return page.relative_to(DOCS).with_suffix("").as_posix()


def options(page: Path) -> list[str]:
    """What stands above the code of a cell: tags, and texts of pictures."""
    found = (OPTIONS.match(block[3]) for block in BLOCK.finditer(page.read_text("utf-8")))
    return [match[0] for match in found if match]


def cells(page: Path) -> list[str]:
    """The visible code of a page, block by block."""
    return [OPTIONS.sub("", block[3]) for block in BLOCK.finditer(page.read_text("utf-8"))]
