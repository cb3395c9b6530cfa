"""The notice of results that is posted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from multidim_poverty.documents.layouts import PaperLayout, Sheet
from multidim_poverty.documents.office import (
    HEADING,
    SIGNATURE,
    Office,
    as_office,
    body_of,
    heading_of,
    number_of,
    signature_of,
    symbol_of,
)
from multidim_poverty.documents.tables import grid_columns, grid_rows, rows_of, sheets_of
from multidim_poverty.documents.words import BLANK, DOTS, date_text, label_of, text_of, word
from multidim_poverty.documents.writing import write_paper
from multidim_poverty.law import Procedure
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.law.procedure_parts import Clock
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.vocabulary import Actor, PostingPlace, ReviewEvent, ReviewProcess, ReviewState

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
    "places",
    "number",
    *HEADING,
    *SIGNATURE,
)
RESULTS = {"household": 78, "assessed_class": 70}  # widths in mm


def write_notice(
    notice: pd.DataFrame,
    path: str | Path,
    *,
    procedure: ProcedureLike,
    names: pd.Series[Any] | None = None,
    office: Office | None = None,
    template: str | Path | None = None,
) -> Path:
    """Write the notice of results that is posted, a sheet for each village and posting.

    Parameters
    ----------
    notice : pandas.DataFrame
        From `multidim_poverty.review.notice`.
    path : str or pathlib.Path
        As for `write_minutes`; the procedure says who posts a notice, where, and for how long.
    procedure : Procedure or str
        As for `write_minutes`; the procedure says who posts a notice, where, and for how long.
    names : pandas.Series, optional
        Name of the head, by ``household_id``, printed in place of the household's code; beside
        it where two households on a sheet have the same name.
    office : Office, optional
        As for `write_minutes`; the procedure says who posts a notice, where, and for how long.
    template : str or pathlib.Path, optional
        As for `write_minutes`; the procedure says who posts a notice, where, and for how long.

    Returns
    -------
    pathlib.Path
        The file: code or name and result of each household, first and last day of the posting
        (until when a complaint can be made). Nothing else about a household is printed,
        whatever other columns the table has.

    Raises
    ------
    ArgumentError, MissingExtraError
        As for `write_minutes`.
    MissingFileError, UnwritableFileError
        If there is no such folder, or the file cannot be replaced.
    InvalidDataError
        If ``notice`` names a column twice.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 4, and article 6 for farm households: results of
    the two poverty reviews are posted in the village and at the office of the commune, those of
    farm households and workers at the office alone. No form of the notice was seen: the layout
    is ours. The body that posts it has its heading, the head signs on its behalf (TM.).

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
    procedure, office = as_procedure(procedure), as_office(office)
    posting = ["process", "commune", "village", "posted_on", "posted_until", "again"]
    rows = rows_of(notice, "notice", [*posting, "household_id", "assessed_class"], names)
    kinds = list(dict.fromkeys(zip(rows["process"], rows["again"], strict=True)))
    postings = {kind: _Posting.of(procedure, *kind) for kind in kinds}
    sheets = []
    for (process, commune, village, first, last, again), cases in sheets_of(rows, posting):
        posting_of = postings[process, again]
        body = body_of(posting_of.actor)
        symbol = symbol_of("notice", body)
        sheet = {
            "commune": text_of(commune, DOTS),
            "village": text_of(village, BLANK),
            "process": label_of(ReviewProcess, process),
            "posting": posting_of.event.vi,
            "first_day": date_text(first),
            "last_day": date_text(last),
            "term": word(posting_of.clock.unit, days=posting_of.clock.days),
            "places": "; ".join(place.vi for place in posting_of.places) or BLANK,
            "number": number_of(None, symbol),
            **heading_of(body, commune),
            **signature_of(body, office),
            "households": grid_rows(RESULTS, cases, household=_households(cases)),
        }
        sheets.append(sheet)
    return write_paper(
        notice_layout(procedure), sheets, path, procedure=procedure, day=rows["posted_on"].max(),
        sources=[posting.clock.citation for posting in postings.values()], office=office,
        template=template,
    )  # fmt: skip


def notice_layout(procedure: Procedure) -> PaperLayout:  # noqa: ARG001
    """The layout of the notice."""
    fields = {**dict.fromkeys(FIELDS), "households": dict.fromkeys(RESULTS)}
    return PaperLayout(word("notice_title"), word("notice_layout"), fields, _write_sheet)


def _write_sheet(paper: Paper, sheet: Sheet, _: Procedure) -> None:
    """Write the notice of one posting."""
    begin, end, term = sheet["first_day"], sheet["last_day"], sheet["term"]
    committee = Actor.STEERING_COMMITTEE.vi
    paper.sheet(
        sheet["body"], above=sheet["body_above"], place=sheet["commune"], number=sheet["number"],
        day=begin,
    )  # fmt: skip
    paper.title(word("notice"), sheet["posting"], sheet["process"])
    paper.text(word("locality", place=sheet["village"]))
    paper.text(word("places_of_posting", places=sheet["places"]))
    paper.text(word("period_of_posting", first=begin, last=end, term=term))
    paper.grid(grid_columns(RESULTS), sheet["households"])
    paper.text(word("complaints", committee=committee, last=end))
    paper.close(*(sheet[id] for id in SIGNATURE))


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


class _Posting(NamedTuple):
    """What the procedure says of a posting."""

    event: ReviewEvent
    actor: Actor
    places: tuple[PostingPlace, ...]
    clock: Clock

    @classmethod
    def of(cls, procedure: Procedure, process: str, again: bool) -> _Posting:
        """The first posting of a process, or that of a new verification."""
        event = ReviewEvent.REPOSTED if again else ReviewEvent.POSTED
        state = ReviewState.REPOSTED if again else ReviewState.POSTED
        law = procedure.process(process)
        step, clock = law.step(event), procedure.clock(law.clocks[state])
        if step is None:
            return cls(event, Actor.STEERING_COMMITTEE, (), clock)
        return cls(event, procedure.actor(step.actor), step.places, clock)
