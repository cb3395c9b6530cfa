"""The notice of results that is posted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from multidim_poverty.documents.layouts import PaperLayout, Sheet
from multidim_poverty.documents.tables import grid_columns, grid_rows, rows_of, sheets_of
from multidim_poverty.documents.words import BLANK, DOTS, date_text, label_of, text_of, word
from multidim_poverty.documents.writing import write_paper
from multidim_poverty.law import Procedure
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.law.procedure_parts import Clock
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import Actor, ReviewEvent, ReviewProcess, ReviewState

if TYPE_CHECKING:
    from multidim_poverty.documents.paper import Paper

__all__ = ["notice_layout", "write_notice"]

FIELDS = (
    "commune",
    "village",
    "process",
    "posting",
    "first_day",
    "last_day",
    "term",
)
RESULTS = {"household": 78, "assessed_class": 70}  # widths in mm


def write_notice(
    notice: pd.DataFrame,
    path: str | Path,
    *,
    procedure: ProcedureLike,
    names: pd.Series[Any] | None = None,
    template: str | Path | None = None,
) -> Path:
    """Write the notice of results that is posted, a sheet for each village and posting.

    Parameters
    ----------
    notice : pandas.DataFrame
        From `multidim_poverty.review.notice`.
    path, procedure
        As for `write_minutes`; the procedure says for how long a notice is posted.
    names : pandas.Series, optional
        Name of the head, by ``household_id``, printed in place of the household's code; beside
        it where two households on a sheet have the same name.

    Returns
    -------
    pathlib.Path
        The file: code or name and result of each household, first and last day of the posting
        (until when a complaint can be made). Nothing else about a household is printed,
        whatever other columns the table has.

    Raises
    ------
    ValueError, MissingExtraError
        As for `write_minutes`.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 4, and article 6 for farm households (both
    unconfirmed: the words were not seen). No form of the notice was seen: the layout is ours.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> first, last = pd.Timestamp("2023-09-28"), pd.Timestamp("2023-10-03")
    >>> table = pd.DataFrame({
    ...     "household_id": ["h1"], "commune": "Xã X", "village": "Thôn A", "process": "periodic",
    ...     "assessed_class": "poor", "posted_on": first, "posted_until": last, "again": False})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path, procedure = f"{folder}/notice.docx", mdp.procedure_on("2023-09-01")
    ...     mdp.documents.write_notice(table, path, procedure=procedure).name
    'notice.docx'
    """
    notice = as_frame(notice, "notice")
    procedure = as_procedure(procedure)
    posting = ["process", "commune", "village", "posted_on", "posted_until", "again"]
    rows = rows_of(notice, "notice", [*posting, "household_id", "assessed_class"], names)
    kinds = rows[["process", "again"]].drop_duplicates().itertuples(index=False)
    clocks = {(process, again): _clock(procedure, process, again) for process, again in kinds}
    sheets = []
    for (process, commune, village, first, last, again), cases in sheets_of(rows, posting):
        event = ReviewEvent.REPOSTED if again else ReviewEvent.POSTED
        clock = clocks[process, again]
        sheet = {
            "commune": text_of(commune, DOTS),
            "village": text_of(village, BLANK),
            "process": label_of(ReviewProcess, process),
            "posting": event.vi,
            "first_day": date_text(first),
            "last_day": date_text(last),
            "term": word(clock.unit, days=clock.days),
            "households": grid_rows(RESULTS, cases, household=_households(cases)),
        }
        sheets.append(sheet)
    return write_paper(
        notice_layout(procedure), sheets, path, procedure=procedure, day=rows["posted_on"].max(),
        sources=[clock.citation for clock in clocks.values()], template=template,
    )  # fmt: skip


def notice_layout(procedure: Procedure) -> PaperLayout:  # noqa: ARG001
    """The layout of the notice."""
    fields = {**dict.fromkeys(FIELDS), "households": dict.fromkeys(RESULTS)}
    return PaperLayout(word("notice_title"), word("notice_layout"), fields, _write_sheet)


def _write_sheet(paper: Paper, sheet: Sheet, _: Procedure) -> None:
    """Write the notice of one posting."""
    begin, end, term = sheet["first_day"], sheet["last_day"], sheet["term"]
    committee = Actor.STEERING_COMMITTEE.vi
    paper.sheet(word("peoples_committee"), sheet["commune"], number=DOTS, day=begin)
    paper.title(word("notice"), sheet["posting"], sheet["process"])
    paper.text(word("locality", place=sheet["village"]))
    paper.text(word("place_of_posting"))
    paper.text(word("period_of_posting", first=begin, last=end, term=term))
    paper.grid(grid_columns(RESULTS), sheet["households"])
    paper.text(word("complaints", committee=committee, last=end))
    paper.sign(["", committee], DOTS)


def _households(cases: pd.DataFrame) -> list[str]:
    """The head of each household; its code if there is no name, both if the name stands twice."""
    return [
        text_of(id)
        if head == DOTS
        else word("head_and_id", head=head, id=text_of(id))
        if shared
        else head
        for id, head, shared in zip(
            cases["household_id"], cases["head"], cases["head"].duplicated(keep=False), strict=True
        )
    ]


def _clock(procedure: Procedure, process: str, again: bool) -> Clock:
    """The clock of a posting."""
    state = ReviewState.REPOSTED if again else ReviewState.POSTED
    return procedure.clock(procedure.process(process).clocks[state])
