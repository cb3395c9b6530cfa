"""What a decision recognises, and the legal bases that it names, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pandas as pd

from multidim_poverty.documents.words import DOTS, date_text, word
from multidim_poverty.law import Document, Procedure
from multidim_poverty.review.results import RecognitionList
from multidim_poverty.vocabulary import ReviewEvent

__all__ = ["document_in_full", "legal_bases", "lists_in_words", "roman"]

# Lists of one group stand side by side, as in the title of Form 02.
GROUPS = (
    (RecognitionList.POOR, RecognitionList.NEAR_POOR),
    (RecognitionList.ESCAPED_POOR, RecognitionList.ESCAPED_NEAR_POOR),
    (RecognitionList.FARM,),
    (RecognitionList.LOW_INCOME,),
)
NUMERALS = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def lists_in_words(kinds: Collection[RecognitionList]) -> str:
    """The lists that a decision holds, as its title names them."""
    groups = [[word(f"list_{kind}") for kind in group if kind in kinds] for group in GROUPS]
    return word("lists", names="; ".join(", ".join(group) for group in groups if group))


def legal_bases(procedure: Procedure, processes: Iterable[str], day: Any) -> list[str]:
    """The legal bases of a decision of a day on cases of these processes, one to a line.

    After the documents stands the opinion of the superior of that day, where a process asks for
    one, a line of dots for what the office adds, and who proposes the decision.
    """
    processes = [str(process) for process in processes]
    on = None if pd.isna(day) else pd.Timestamp(day).date()
    laws = (law for first, last, law in procedure.spans() if on and first <= on <= last)
    law = next(laws, procedure)  # with the superior of that day
    lines = [
        word("legal_basis", document=document_in_full(basis.citation.document))
        for basis in procedure.bases
        if any(basis.holds(process, on) for process in processes)
    ]
    steps = {
        event: {
            law.actor(step.actor): None
            for process in procedure.processes
            if str(process.id) in processes and (step := process.step(event)) is not None
            if event != ReviewEvent.ANSWERED or law.superior != "none"
        }
        for event in (ReviewEvent.ANSWERED, ReviewEvent.SUMMED_UP)
    }
    lines += [
        word("opinion", who=actor.vi, number=DOTS, day=date_text(None))
        for actor in steps[ReviewEvent.ANSWERED]
    ]
    lines.append(word("more_bases"))
    return lines + [word("proposal", who=actor.vi) for actor in steps[ReviewEvent.SUMMED_UP]]


def document_in_full(document: Document) -> str:
    """Kind, number, day, issuer and subject of a document; dots where one is not known."""
    if document.kind is None:
        return document.title.vi
    day = date_text(document.signed)
    if document.number is None:  # a law
        return f"{document.kind.vi} {day}"
    issuer = DOTS if document.issuer is None else document.issuer.vi
    return " ".join(
        [
            document.kind.vi,
            word("document_number", number=document.number),
            day,
            word("document_issuer", issuer=issuer),
            DOTS if document.subject is None else document.subject.vi,
        ]
    )


def roman(number: int) -> str:
    """A number in Roman numerals.

    >>> [roman(n) for n in (1, 4, 6, 9, 14)]
    ['I', 'IV', 'VI', 'IX', 'XIV']
    """
    numeral = ""
    for value, letters in NUMERALS:
        numeral += letters * (number // value)
        number %= value
    return numeral
