"""Minutes of the residents' meetings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from multidim_poverty.documents.layouts import PaperLayout, Sheet
from multidim_poverty.documents.office import Office, as_office
from multidim_poverty.documents.tables import grid_columns, grid_rows, rows_of, sheets_of
from multidim_poverty.documents.words import (
    BLANK,
    DOTS,
    date_text,
    label_of,
    share_text,
    text_of,
    word,
)
from multidim_poverty.documents.writing import write_paper
from multidim_poverty.law import Procedure
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import Actor, ReviewProcess

if TYPE_CHECKING:
    from multidim_poverty.documents.paper import Paper

__all__ = ["minutes_layout", "write_minutes"]

FIELDS = ("commune", "village", "process", "day", "present", "attending", "copies")
# Widths in mm, beside 12 mm for the number of the row.
VOTES = {
    "household_id": 23,
    "head": 27,
    "previous_class": 28,
    "assessed_class": 28,
    "agreeing": 20,
    "verdict": 22,
}


def write_minutes(
    minutes: pd.DataFrame,
    path: str | Path,
    *,
    procedure: ProcedureLike,
    names: pd.Series[Any] | None = None,
    office: Office | None = None,
    template: str | Path | None = None,
) -> Path:
    """Write the minutes of the residents' meetings, a sheet for each meeting.

    Parameters
    ----------
    minutes : pandas.DataFrame
        From `multidim_poverty.review.minutes`.
    path : str or pathlib.Path
        The .docx file; an older one is written over.
    procedure : Procedure or str
        Says who chairs, signs and keeps the minutes.
    names : pandas.Series, optional
        Name of the head, by ``household_id``; dots where it is not given.
    office : Office, optional
        Who compared the paper with what is in force; for other papers also who signs.
    template : str or pathlib.Path, optional
        A Word file of the office (.docx) with placeholders of docxtpl, in place of the layout of
        the library; `write_template` writes one to begin with. The fields are in the guide to
        the review; values are escaped.

    Returns
    -------
    pathlib.Path
        The file: place, day, who was present, persons attending; for each household the class
        on the list and the class put to the vote, the persons agreeing and their share in % of
        those attending (rounded down, so that a vote below the quorum never looks as if it
        reached it), and whether that was enough.

    Raises
    ------
    ArgumentError
        If the table has no rows or lacks a column, or a household has two names; or if the template
        is no Word file or uses a field that there is not; lists the fields.
    MissingExtraError
        Without python-docx and docxtpl.
    MissingFileError, UnwritableFileError
        If there is no such folder, or the file cannot be replaced.
    InvalidDataError
        If ``minutes`` names a column twice.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 3. No form of the minutes was seen: the layout is
    ours. One document is written; it states in how many copies the minutes were made.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> procedure = mdp.procedure_on("2023-09-01")
    >>> homes = pd.DataFrame({"commune": "Xã X", "village": "Thôn A"}, index=["h1"])
    >>> held = pd.DataFrame(
    ...     {"village": ["Thôn A"], "attending": 40, "agreeing": 30, "minutes_copies": 2})
    >>> events = (
    ...     mdp.review.open_round(homes, requests=["h1"], on="2023-09-05")
    ...     .pipe(mdp.review.record_survey, pd.Series({"h1": "poor"}), on="2023-09-20")
    ...     .pipe(mdp.review.hold_meetings, held, on="2023-09-25"))
    >>> table = mdp.review.minutes(events, procedure=procedure)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     mdp.documents.write_minutes(table, f"{folder}/minutes.docx", procedure=procedure).name
    'minutes.docx'
    """
    minutes = as_frame(minutes, "minutes")
    procedure, office = as_procedure(procedure), as_office(office)
    meeting_columns = ["process", "commune", "village", "on", "attending", "present", "copies"]
    vote_columns = ["household_id", "previous_class", "assessed_class", "agreeing", "passed"]
    rows = rows_of(minutes, "minutes", [*meeting_columns, *vote_columns], names)
    law = procedure.meeting
    sheets = []
    for meeting, cases in sheets_of(rows, meeting_columns):
        process, commune, village, on, attending, present, copies = meeting
        codes = [] if pd.isna(present) else [code.strip() for code in str(present).split(",")]
        agreeing = [share_text(count, attending) for count in cases["agreeing"]]
        verdicts = [word("passed" if passed else "not_passed") for passed in cases["passed"]]
        sheet = {
            "commune": text_of(commune, DOTS),
            "village": text_of(village, DOTS),
            "process": label_of(ReviewProcess, process),
            "day": date_text(on),
            "present": "; ".join(label_of(Actor, code) for code in codes) or BLANK,
            "attending": text_of(attending, DOTS),
            "copies": str(law.minutes_copies if pd.isna(copies) else copies),
            "households": grid_rows(VOTES, cases, agreeing=agreeing, verdict=verdicts),
        }
        sheets.append(sheet)
    return write_paper(
        minutes_layout(procedure), sheets, path, procedure=procedure, day=rows["on"].max(),
        sources=[law.citation], office=office, template=template,
    )  # fmt: skip


def minutes_layout(procedure: Procedure) -> PaperLayout:  # noqa: ARG001
    """The layout of the minutes."""
    fields = {**dict.fromkeys(FIELDS), "households": dict.fromkeys(VOTES)}
    return PaperLayout(word("minutes_title"), word("minutes_layout"), fields, _write_sheet)


def _write_sheet(paper: Paper, sheet: Sheet, procedure: Procedure) -> None:
    """Write the minutes of one meeting."""
    law = procedure.meeting
    paper.sheet(sheet["village"], above=sheet["commune"])
    paper.title(word("minutes_title"), sheet["process"])
    paper.text(word("time", day=sheet["day"]))
    paper.text(word("venue", value=BLANK))
    paper.text(word("chair", who=law.chair.vi, value=BLANK))
    paper.text(word("field", label=Actor.MEETING_SECRETARY.vi, value=BLANK))
    paper.text(word("present", people=sheet["present"]))
    paper.text(word("attending", count=sheet["attending"]))
    paper.text(word("quorum", percent=law.agreeing_percent_at_least))
    paper.grid(grid_columns(VOTES), sheet["households"])
    keepers = "; ".join(who.vi for who in law.kept_by)
    paper.text(word("copies", count=sheet["copies"], keepers=keepers))
    paper.sign(
        [word("signing_chair", who=w.vi) if w is law.chair else w.vi for w in law.signed_by], DOTS
    )
