"""The decision that recognises the lists (Form 02)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from multidim_poverty.documents.bases import legal_bases, lists_in_words, roman
from multidim_poverty.documents.layouts import PaperLayout, Sheet
from multidim_poverty.documents.office import (
    SIGNATURE,
    Office,
    as_office,
    body_of,
    heading_of,
    number_of,
    signature_of,
    symbol_of,
)
from multidim_poverty.documents.tables import (
    grid_columns,
    grid_rows,
    recognition_sources,
    rows_of,
    sheets_of,
)
from multidim_poverty.documents.words import DOTS, PaperColumn, date_text, text_of, word
from multidim_poverty.documents.writing import write_paper
from multidim_poverty.errors import UnknownNameError
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
    office: Office | None = None,
    template: str | Path | None = None,
) -> Path:
    """Write the decision that recognises the lists (Form 02), with the lists as its annexes.

    Parameters
    ----------
    lists : pandas.DataFrame
        From `multidim_poverty.review.recognition_lists`.
    path : str or pathlib.Path
        As for `write_minutes`; the procedure gives the legal bases and, by the day of the
        decision, the superior whose opinion is one of them. A number without a symbol gets it
        ("112" is printed as "112/QĐ-UBND").
    procedure : Procedure or str
        As for `write_minutes`; the procedure gives the legal bases and, by the day of the
        decision, the superior whose opinion is one of them. A number without a symbol gets it
        ("112" is printed as "112/QĐ-UBND").
    names : pandas.Series, optional
        As for `write_minutes`; the procedure gives the legal bases and, by the day of the
        decision, the superior whose opinion is one of them. A number without a symbol gets it
        ("112" is printed as "112/QĐ-UBND").
    office : Office, optional
        As for `write_minutes`; the procedure gives the legal bases and, by the day of the
        decision, the superior whose opinion is one of them. A number without a symbol gets it
        ("112" is printed as "112/QĐ-UBND").
    template : str or pathlib.Path, optional
        As for `write_minutes`; the procedure gives the legal bases and, by the day of the
        decision, the superior whose opinion is one of them. A number without a symbol gets it
        ("112" is printed as "112/QĐ-UBND").

    Returns
    -------
    pathlib.Path
        The file: one decision per commune, number and day, with an annex for each list that has
        households. Its title and article 1 name these lists; the words of the further articles
        are left to the office. A low-income worker stands with the id of the member.

    Raises
    ------
    ArgumentError, MissingExtraError
        As for `write_minutes`.
    MissingFileError, UnwritableFileError
        If there is no such folder, or the file cannot be replaced.
    InvalidDataError
        If `lists` names a column twice.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 6, articles 5 and 6, and Form 02, of which the
    title alone was seen (``procedure.form("02").citation``): the layout is ours, after Decree
    30/2020/ND-CP on clerical work from recollection (``law/clerical_work.toml``). Which legal
    bases the form names was not seen; each of ``procedure.bases`` is unconfirmed. Whether farm
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
    procedure, office = as_procedure(procedure), as_office(office)
    decided = ["commune", "decision_number", "recognised_on"]
    cells = ["household_id", "village", "previous_class", "final_class"]
    if "member_id" in lists.columns:
        cells.append("member_id")
    rows = rows_of(lists, "lists", ["list", "process", *decided, *cells], names)
    unknown = sorted(set(rows["list"].astype(str)) - set(RecognitionList.codes()))
    if unknown:
        raise UnknownNameError(
            f"{unknown[0]!r} is not a list: {', '.join(RecognitionList.codes())}"
        )
    form = procedure.form("02")
    sources = [form.citation, *recognition_sources(procedure, rows["process"])]
    body = body_of(Actor.COMMUNE_CHAIR)
    symbol = symbol_of("decision", body)
    sheets = []
    for (commune, number, on), group in sheets_of(rows, decided):
        annexes = {kind: group.loc[group["list"] == kind] for kind in RecognitionList}
        annexes = {kind: cases for kind, cases in annexes.items() if len(cases)}
        sheet = {
            "commune": text_of(commune, DOTS),
            "chair": word("chair_of_commune", commune=text_of(commune, word("some_commune"))),
            "number": number_of(number, symbol),
            "day": date_text(on),
            "lists": lists_in_words(annexes),
            "bases": legal_bases(procedure, group["process"].unique(), on),
            "body": heading_of(body, commune)["body"],
            **signature_of(body, office),
            "annexes": [
                {
                    "number": roman(n),
                    "list": kind.vi,
                    "list_size": str(len(cases)),
                    "households": grid_rows(LISTED, cases, household_id=_ids(cases)),
                }
                for n, (kind, cases) in enumerate(annexes.items(), start=1)
            ],
        }
        sheets.append(sheet)
    return write_paper(
        decision_layout(procedure), sheets, path, procedure=procedure, office=office,
        day=rows["recognised_on"].max(), sources=sources, template=template,
    )  # fmt: skip


def decision_layout(procedure: Procedure) -> PaperLayout:
    """The layout of the decision."""
    annex = {"number": None, "list": None, "list_size": None, "households": dict.fromkeys(LISTED)}
    texts = ("commune", "chair", "number", "day", "lists", "body", *SIGNATURE)
    fields = {**dict.fromkeys(texts), "bases": {}, "annexes": annex}
    return PaperLayout(procedure.form("02").title.vi, word("decision_layout"), fields, _write_sheet)


def _write_sheet(paper: Paper, sheet: Sheet, _: Procedure) -> None:
    """Write one decision and its annexes."""
    number, day, chair = sheet["number"], sheet["day"], sheet["chair"]
    paper.sheet(sheet["body"], place=sheet["commune"], number=number, day=day)
    paper.title(word("decision_title"), word("about", lists=sheet["lists"]))
    paper.rule()
    paper.title(chair)
    for basis in paper.each(sheet["bases"], "basis"):
        paper.text(basis, italic=True)
    paper.title(word("decides"))
    paper.text(word("article_1", lists=sheet["lists"]))
    contents = {
        "list": PaperColumn(word("list"), 123),
        "list_size": PaperColumn(word("list_size"), 25),
    }
    heading = word("annex_number")
    paper.grid(contents, sheet["annexes"], number_heading=heading, number="number")
    for line in ("article_2", "article_3"):
        paper.text(word(line))
    paper.close(*(sheet[id] for id in SIGNATURE))
    for annex in paper.each(sheet["annexes"], "annex"):
        title_of_list = paper.capitals(annex["list"])
        paper.title(word("annex", number=annex["number"]), title_of_list, new_page=True)
        paper.text(word("annex_of", number=number, day=day, who=chair), centred=True, italic=True)
        paper.grid(grid_columns(LISTED), annex["households"])


def _ids(cases: pd.DataFrame) -> list[str]:
    """The id of each household, and of the member whom a case is about."""
    ids = [text_of(id) for id in cases["household_id"]]
    if "member_id" not in cases:
        return ids
    return [
        id if not member else word("member_of_household", household_id=id, member_id=member)
        for id, member in zip(ids, cases["member_id"].map(text_of), strict=True)
    ]
