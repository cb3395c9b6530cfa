"""The template of each paper, for an office to change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from multidim_poverty.documents.certificates import certificates_layout
from multidim_poverty.documents.decision import decision_layout
from multidim_poverty.documents.layouts import PaperLayout
from multidim_poverty.documents.minutes import minutes_layout
from multidim_poverty.documents.notice import notice_layout
from multidim_poverty.errors import UnknownNameError, optional_imports
from multidim_poverty.law import Procedure
from multidim_poverty.law.catalog import ProcedureLike, as_procedure

__all__ = ["LAYOUTS", "write_template"]

LAYOUTS: dict[str, Callable[[Procedure], PaperLayout]] = {
    "minutes": minutes_layout,
    "notice": notice_layout,
    "decision": decision_layout,
    "certificates": certificates_layout,
}


def write_template(
    paper: Literal["minutes", "notice", "decision", "certificates"],
    path: str | Path,
    *,
    procedure: ProcedureLike,
) -> Path:
    """Write the Word template of a paper, in the layout that the paper has without a template.

    Parameters
    ----------
    paper : {"minutes", "notice", "decision", "certificates"}
        The paper whose template is written.
    path : str or pathlib.Path
        The .docx file; an older one is written over.
    procedure : Procedure or str
        Gives the words that are the same in every paper, such as who signs.

    Returns
    -------
    pathlib.Path
        The file. Its placeholders are those of docxtpl; an office changes it in Word and gives
        it as ``template=`` to the function that writes the paper. Unchanged, it gives the
        paragraphs and tables of the paper without a template.

    Raises
    ------
    UnknownNameError
        If there is no such paper.
    MissingExtraError
        Without python-docx and docxtpl.
    MissingFileError, UnwritableFileError
        If there is no such folder, or the file cannot be replaced.

    Examples
    --------
    >>> import tempfile
    >>> import multidim_poverty as mdp
    >>> procedure = mdp.procedure_on("2023-09-01")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/template.docx"
    ...     mdp.documents.write_template("minutes", path, procedure=procedure).name
    'template.docx'
    """
    if paper not in LAYOUTS:
        raise UnknownNameError(f"paper is {paper!r}: give one of {', '.join(LAYOUTS)}")
    procedure = as_procedure(procedure)
    layout = LAYOUTS[paper](procedure)
    with optional_imports():
        from multidim_poverty.documents.template_paper import ListField, TemplatePaper
    template = TemplatePaper(layout.title, None, "{{ sources }}", remark="{{ remark }}", comment="")
    for sheet in template.sheets(ListField("sheets", layout.fields)):
        layout.write_sheet(template, sheet, procedure)
    return template.save(path)
