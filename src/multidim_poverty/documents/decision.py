"""The decision that recognises the lists (Form 02)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from multidim_poverty.documents.layouts import PaperLayout, Sheet
from multidim_poverty.documents.tables import (
    grid_columns,
    grid_rows,
    recognition_sources,
    rows_of,
    sheets_of,
)
from multidim_poverty.documents.words import DOTS, PaperColumn, date_text, text_of, word
from multidim_poverty.documents.writing import write_paper
from multidim_poverty.law import Procedure
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.review.results import RecognitionList
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import Actor

if TYPE_CHECKING:
    from multidim_poverty.documents.paper import Paper

__all__ = ["decision_layout", "write_decision"]

# Widths in mm, beside 12 mm for the number of the row.
LISTED = {
    "household_id": 26,
    "head": 40,
    "village": 26,
    "previous_class": 28,
    "final_class": 28,
}


def write_decision(
    lists: pd.DataFrame,
    path: str | Path,
    *,
    procedure: ProcedureLike,
    names: pd.Series[Any] | None = None,
    template: str | Path | None = None,
) -> Path:
    """Write the decision that recognises the lists (Form 02), with the lists as its annexes.

    Parameters
    ----------
    lists : pandas.DataFrame
        From `multidim_poverty.review.recognition_lists`.
    path, procedure, names, template
        As for `write_minutes`.

    Returns
    -------
    pathlib.Path
        The file: one decision per commune, number and day, with an annex for each list that has
        households. Article 1 of the decision names the lists; the words of the further articles
        are left to the office.

    Raises
    ------
    ValueError, MissingExtraError
        As for `write_minutes`.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 6, articles 5 and 6, and Form 02, of which the
    title alone was seen (``procedure.form("02").citation``): the layout is ours. Whether farm
    households are recognised by the same form was not found.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> table = pd.DataFrame({
    ...     "list": ["poor"], "household_id": "h1", "commune": "Xã X", "village": "Thôn A",
    ...     "process": "periodic", "previous_class": None, "final_class": "poor",
    ...     "recognised_on": pd.Timestamp("2023-10-20"), "decision_number": "12/QĐ-UBND"})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path, procedure = f"{folder}/decision.docx", mdp.procedure_on("2023-09-01")
    ...     mdp.documents.write_decision(table, path, procedure=procedure).name
    'decision.docx'
    """
    lists = as_frame(lists, "lists")
    procedure = as_procedure(procedure)
    decided = ["commune", "decision_number", "recognised_on"]
    cells = ["household_id", "village", "previous_class", "final_class"]
    rows = rows_of(lists, "lists", ["list", "process", *decided, *cells], names)
    unknown = sorted(set(rows["list"].astype(str)) - set(RecognitionList.codes()))
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a list: {', '.join(RecognitionList.codes())}")
    form = procedure.form("02")
    sources = [form.citation, *recognition_sources(procedure, rows["process"])]
    sheets = []
    for (commune, number, on), group in sheets_of(rows, decided):
        annexes = {kind: group.loc[group["list"] == kind] for kind in RecognitionList}
        annexes = {kind: cases for kind, cases in annexes.items() if len(cases)}
        of_income = {
            RecognitionList.FARM: word("farm_list"),
            RecognitionList.LOW_INCOME: word("worker_list"),
        }
        subjects = [] if set(annexes) <= set(of_income) else [word("poverty_lists")]
        subjects += [subject for kind, subject in of_income.items() if kind in annexes]
        sheet = {
            "commune": text_of(commune, DOTS),
            "chair": word("chair_of_commune", commune=text_of(commune, word("some_commune"))),
            "number": text_of(number, DOTS),
            "day": date_text(on),
            "subjects": subjects,
            "annexes": [
                {
                    "number": str(n),
                    "list": kind.vi,
                    "list_size": str(len(cases)),
                    "households": grid_rows(LISTED, cases),
                }
                for n, (kind, cases) in enumerate(annexes.items(), start=1)
            ],
        }
        sheets.append(sheet)
    return write_paper(
        decision_layout(procedure), sheets, path, procedure=procedure,
        day=rows["recognised_on"].max(), sources=sources, template=template,
    )  # fmt: skip


def decision_layout(procedure: Procedure) -> PaperLayout:
    """The layout of the decision."""
    annex = {"number": None, "list": None, "list_size": None, "households": dict.fromkeys(LISTED)}
    texts = dict.fromkeys(("commune", "chair", "number", "day"))
    fields = {**texts, "subjects": {}, "annexes": annex}
    return PaperLayout(procedure.form("02").title.vi, word("decision_layout"), fields, _write_sheet)


def _write_sheet(paper: Paper, sheet: Sheet, procedure: Procedure) -> None:
    """Write one decision and its annexes."""
    number, day = sheet["number"], sheet["day"]
    law = procedure.form("02").citation.document
    paper.sheet(word("peoples_committee"), sheet["commune"], number=number, day=day)
    paper.title(word("decision_title"))
    for subject in paper.each(sheet["subjects"], "subject"):
        paper.subtitle(subject)
    paper.title(sheet["chair"])
    paper.text(word("legal_basis", document=law.title.vi))
    paper.text(word("more_bases"))
    paper.title(word("decides"))
    paper.text(word("article_1"))
    contents = {
        "list": PaperColumn(word("list"), 123),
        "list_size": PaperColumn(word("list_size"), 25),
    }
    paper.grid(contents, sheet["annexes"], number_heading=word("annex_number"))
    for line in ("article_2", "article_3", "recipients"):
        paper.text(word(line))
    paper.sign(["", Actor.COMMUNE_CHAIR.vi], DOTS)
    for annex in paper.each(sheet["annexes"], "annex"):
        paper.title(word("annex", number=annex["number"]), annex["list"], new_page=True)
        paper.text(word("annex_of", number=number, day=day), centred=True)
        paper.grid(grid_columns(LISTED), annex["households"])
