"""What a paper is made of: its fields, and the layout that prints them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from multidim_poverty.errors import optional_imports
from multidim_poverty.law import Citation, Procedure

if TYPE_CHECKING:
    from multidim_poverty.documents.paper import Paper

__all__ = ["Fields", "Layout", "Sheet", "write_paper"]

Sheet = Mapping[str, Any]  # field -> its text, or a list of texts or of rows, which are mappings
Fields = Mapping[str, Any]  # field -> None for a text, {} for a list of texts, fields of a row


class Layout(NamedTuple):
    """How one paper is written; its template has the same layout.

    Attributes
    ----------
    title : str
    remark : str
        What its layout could not be compared with.
    fields : mapping
        The fields of each sheet.
    write_sheet : callable
        Writes one sheet.
    """

    title: str
    remark: str
    fields: Fields
    write_sheet: Callable[[Paper, Any, Procedure], None]


def write_paper(
    layout: Layout,
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
