"""What a paper is made of: its fields, and the layout that prints them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from multidim_poverty.law import Procedure

if TYPE_CHECKING:
    from multidim_poverty.documents.paper import Paper

__all__ = ["Fields", "PaperLayout", "Sheet"]

Sheet = Mapping[str, Any]  # field -> its text, or a list of texts or of rows, which are mappings
Fields = Mapping[str, Any]  # field -> None for a text, {} for a list of texts, fields of a row


class PaperLayout(NamedTuple):
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
