"""Papers written in the layout of the library, or into the template of an office."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multidim_poverty.documents.layouts import PaperLayout, Sheet
from multidim_poverty.errors import optional_imports
from multidim_poverty.law import Citation, Procedure

__all__ = ["write_paper"]


def write_paper(
    layout: PaperLayout,
    sheets: Sequence[Sheet],
    path: str | Path,
    *,
    procedure: Procedure,
    day: Any,
    sources: Sequence[Citation],
    template: str | Path | None,
) -> Path:
    """Write the sheets in the layout of the library, or into the template of an office."""
    laws = "; ".join(dict.fromkeys(source.text("vi") for source in sources))
    with optional_imports():
        from multidim_poverty.documents.paper import Paper
    if template is not None:
        with optional_imports():
            from multidim_poverty.documents.filling import fill_template
        return fill_template(template, {"sheets": sheets, "sources": laws}, layout.fields, path)
    paper = Paper(layout.title, day, laws, remark=layout.remark)
    for sheet in paper.sheets(sheets):
        layout.write_sheet(paper, sheet, procedure)
    return paper.save(path)
