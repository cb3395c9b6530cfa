"""Where a legal value comes from, and how sure we are of it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ValidationInfo, model_validator

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Label, Language, check_language
from multidim_poverty.law.parts import LawPart

__all__ = ["Citation", "Confidence", "Document", "Place"]


class Confidence(StrEnum):
    """How a value was read.

    ``text``: from the article itself. ``secondary``: from a report of it.
    ``unconfirmed``: no text was seen; replace it when you know better.

    Examples
    --------
    >>> from multidim_poverty.law import Confidence
    >>> Confidence.TEXT.value
    'text'
    """

    TEXT = "text"
    SECONDARY = "secondary"
    UNCONFIRMED = "unconfirmed"


class Subject(Label):
    """What a document is about, in its own words, and how these were read."""

    confidence: Confidence


class Document(LawPart):
    """A legal document.

    Parameters
    ----------
    title : Label
        Its short name.
    kind : Label or None
        What it is, such as a decree.
    number : str or None
        With its symbol; a law has none.
    issuer : Label or None
        Who issued it.
    subject : Subject or None
        What it is about.
    signed, in_force : datetime.date or None
        The day; None where no source gives it.
    note : str or None
        What a reader must know, such as why the date of a text that was read is not known.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> document = mdp.standard("decree_07_2021").lines[0].citation.document
    >>> print(document.kind.en, document.number, document.signed)
    Decree 07/2021/NĐ-CP 2021-01-27
    """

    title: Label
    kind: Label | None = None
    number: str | None = None
    issuer: Label | None = None
    subject: Subject | None = None
    signed: dt.date | None = None
    in_force: dt.date | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.signed and self.in_force and self.in_force < self.signed:
            raise ArgumentError(
                f"in force on {self.in_force}, before it was signed on {self.signed}"
            )
        return self


def _document(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, str):
        return value
    documents = (info.context or {}).get("documents", {})
    if value not in documents:
        raise ArgumentError(f"unknown document {value!r}; known: {', '.join(sorted(documents))}")
    return documents[value]


CitedDocument = Annotated[Document, BeforeValidator(_document)]


class Place(LawPart):
    """A place in a legal document: article or section, clause, point, as far as they are known.

    Parameters
    ----------
    document : Document
        The document.
    section : str or None
        Of a document without articles, such as a plan.
    article, clause, point : str or None
        The place.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> place = mdp.standard("decree_07_2021").lines[0].citation
    >>> place.article, place.clause, place.point
    ('3', '1', None)
    """

    document: CitedDocument
    section: str | None = None
    article: str | None = None
    clause: str | None = None
    point: str | None = None

    def text(self, language: Language = "en") -> str:
        """The place in words, in Vietnamese (``"vi"``) or English (``"en"``)."""
        check_language(language)
        vietnamese = language == "vi"
        parts = [self.document.title.vi if vietnamese else self.document.title.en]
        if self.section:
            parts.append(f"{'mục' if vietnamese else 'section'} {self.section}")
        if self.article and self.article.startswith("annex"):
            number = self.article.removeprefix("annex")
            parts.append(("Phụ lục" if vietnamese else "annex") + number)
        elif self.article:
            parts.append(f"{'Điều' if vietnamese else 'article'} {self.article}")
        if self.clause:
            parts.append(f"{'khoản' if vietnamese else 'clause'} {self.clause}")
        if self.point and self.article == "annex":
            parts.append(f"{'chỉ số' if vietnamese else 'indicator'} {self.point}")
        elif self.point:
            parts.append(f"{'điểm' if vietnamese else 'point'} {self.point}")
        return ", ".join(parts)


class Citation(Place):
    """The place in the law that a value rests on.

    Parameters
    ----------
    document : Document
        With its signing and in-force dates.
    section, article, clause, point : str or None
        The place; ``article`` is ``"annex"`` for an annex, where ``point`` is the number of
        the indicator, or ``"annex III"`` for one of several. ``section`` is that of a document
        without articles, such as a plan.
    restates : Place or None
        The place that the document restates, where it was read in place of that one.
    confidence : Confidence
        How the value was read.
    checked_on : datetime.date or None
        When the value was last compared with the source that ``confidence`` names (for
        ``text``, our notes of the article). ``None`` where nothing could be compared.
    note : str or None
        What a reader must know, such as a reading that this library fixed.
    variant : str or None
        Set on a value that is not law but was put in its place by `Standard.replace`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> print(mdp.standard("decree_07_2021").lines[0].citation)
    Decree 07/2021/ND-CP, article 3, clause 1
    """

    restates: Place | None = None
    confidence: Confidence
    checked_on: dt.date | None = None
    note: str | None = None
    variant: str | None = None

    @model_validator(mode="after")
    def _checked_where_there_is_a_source(self) -> Self:
        if self.confidence is Confidence.UNCONFIRMED and self.checked_on is not None:
            raise ArgumentError(
                "an unconfirmed value has no text to be checked against: no checked_on"
            )
        if self.confidence is not Confidence.UNCONFIRMED and self.checked_on is None:
            raise ArgumentError(f"a value of confidence {self.confidence} needs checked_on")
        document = self.document
        if self.confidence is Confidence.TEXT and document.signed is None and not document.note:
            raise ArgumentError(
                "a value of confidence text needs a document with its signing date, or with a "
                "note that says why the date is not known"
            )
        signed = self.document.signed
        if self.checked_on is not None and signed is not None and self.checked_on < signed:
            raise ArgumentError(f"checked on {self.checked_on}, before the document of {signed}")
        return self

    def text(self, language: Language = "en") -> str:
        """The citation in words, in Vietnamese (``"vi"``) or English (``"en"``)."""
        vietnamese = language == "vi"
        words = super().text(language)
        if self.restates is not None:
            verb = "nêu lại" if vietnamese else "restating"
            words = f"{words} ({verb} {self.restates.text(language)})"
        if self.variant is not None:
            of = "Biến thể" if vietnamese else "Variant"
            return f"{of} ({self.variant}) {'của' if vietnamese else 'of'} {words}"
        if self.confidence is Confidence.UNCONFIRMED:
            return f"{words} [{'chưa đối chiếu' if vietnamese else 'unconfirmed'}]"
        return words

    def __str__(self) -> str:
        return self.text()

    def as_variant(self, why: str) -> Citation:
        """The same place, cited for a value that is not the law's."""
        return self.model_copy(
            update={"variant": why, "confidence": Confidence.UNCONFIRMED, "checked_on": None}
        )
