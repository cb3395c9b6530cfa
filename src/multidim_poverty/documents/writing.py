"""Papers written in the layout of the library, or into the template of an office."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from multidim_poverty.documents.layouts import PaperLayout, Sheet
from multidim_poverty.documents.office import Office
from multidim_poverty.documents.words import date_text, text_of, word
from multidim_poverty.errors import optional_imports
from multidim_poverty.law import Citation, Confidence, Procedure

__all__ = ["write_paper"]


def write_paper(
    layout: PaperLayout,
    sheets: Sequence[Sheet],
    path: str | Path,
    *,
    procedure: Procedure,
    day: Any,
    sources: Sequence[Citation],
    office: Office,
    template: str | Path | None,
) -> Path:
    """Write the sheets in the layout of the library, or into the template of an office.

    What is unconfirmed is said in the foot, unless somebody of the office compared it: then who
    did stands in the properties of the file.
    """
    remark, comment = word("layout_unconfirmed", layout=layout.remark), ""
    if office.compared_by is not None:
        day_in_words = date_text(office.compared_on)
        remark = ""
        comment = word("compared", who=text_of(office.compared_by), day=day_in_words)
        sources = [source.model_copy(update={"confidence": Confidence.TEXT}) for source in sources]
    laws = "; ".join(dict.fromkeys(source.text("vi") for source in sources))
    with optional_imports():
        from multidim_poverty.documents.paper import Paper
    if template is not None:
        with optional_imports():
            from multidim_poverty.documents.filling import fill_template
        context = {"sheets": sheets, "sources": laws, "remark": remark}
        return fill_template(template, context, layout.fields, path, comment=comment)
    paper = Paper(layout.title, day, laws, remark=remark, comment=comment)
    for sheet in paper.sheets(sheets):
        layout.write_sheet(paper, sheet, procedure)
    return paper.save(path)
