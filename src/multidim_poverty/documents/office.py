"""Who issues a paper, who signs it and to whom it goes: what the tables of a review do not hold."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from multidim_poverty.base import Record
from multidim_poverty.dates import as_date
from multidim_poverty.documents.words import DOTS, NUMBER_DOTS, text_of, word
from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.clerical_work import Body, clerical_work, number_with_symbol
from multidim_poverty.vocabulary import Actor

__all__ = [
    "HEADING",
    "SIGNATURE",
    "Office",
    "as_office",
    "body_of",
    "heading_of",
    "number_of",
    "signature_of",
    "symbol_of",
]

Text = Annotated[str, Field(min_length=1)]
HEADING = ("body_above", "body")  # fields of a sheet
SIGNATURE = ("recipients", "signed_for", "signer")


class Office(Record):
    """What an office knows of its papers and the tables of a review do not hold.

    Parameters
    ----------
    signer : str or None
        Name of the person who signs; dots where it is not given.
    signs_as : {"head", "deputy"}
        Whether the head of the body signs, or somebody in the place of the head (KT.).
    recipients : tuple of str
        To whom a paper goes, beside the records of the office; a line of dots where it is empty.
    compared_by : str or None
        Name of the person who compared a paper with the forms and documents in force. Its foot
        then says no more that this is not confirmed; name and day stand in the properties of the
        file.
    compared_on : datetime.date or None
        The day of that comparison.

    Raises
    ------
    ValueError
        If only one of `compared_by` and `compared_on` is given.

    Notes
    -----
    The lines of a signature are data of ``law/clerical_work.toml`` (Decree 30/2020/ND-CP, from
    recollection).

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> office = mdp.documents.Office(
    ...     signer="Nguyễn Văn Mẫu", signs_as="deputy", recipients=["Như Điều 3"],
    ...     compared_by="Trần Thị Mẫu", compared_on="2023-10-01")
    >>> office.compared_on
    datetime.date(2023, 10, 1)
    """

    signer: Text | None = None
    signs_as: Literal["head", "deputy"] = "head"
    recipients: tuple[Text, ...] = ()
    compared_by: Text | None = None
    compared_on: Annotated[dt.date, BeforeValidator(as_date)] | None = None

    @model_validator(mode="after")
    def _who_compared_and_when(self) -> Self:
        if (self.compared_by is None) != (self.compared_on is None):
            raise ValueError("give both compared_by and compared_on, or neither")
        return self


def as_office(office: Any) -> Office:
    """The office that an argument is; one that tells nothing where there is none."""
    if office is None:
        return Office()
    if not isinstance(office, Office):
        raise ArgumentError(f"office is {office!r}: give a multidim_poverty.documents.Office")
    return office


def body_of(actor: Actor) -> Body:
    """The body of an actor; that of the chair, signed by the actor, where it is none itself."""
    work = clerical_work()
    if actor in {body.actor for body in work.bodies}:
        return work.body(actor)
    own_words = (actor.vi,)
    chair = work.body(Actor.COMMUNE_CHAIR)
    return chair.model_copy(update={"actor": actor, "signed": own_words, "deputy": own_words})


def heading_of(body: Body, commune: Any) -> dict[str, str]:
    """The lines of the heading of a body: that it belongs to, and its own."""
    name = text_of(commune, DOTS)
    lines = {"body_above": body.above, "body": body.name}
    return {id: "\n".join(line.format(commune=name) for line in of) for id, of in lines.items()}


def symbol_of(kind: Literal["decision", "notice"], body: Body) -> str:
    """What stands after the number of a kind of paper of a body."""
    return f"{getattr(clerical_work().kinds, kind)}-{body.symbol}"


def number_of(number: Any, symbol: str | None) -> str:
    """The number of a paper with its symbol, if it has one; dots where it is missing."""
    text = text_of(number)
    if symbol is None:
        return text or DOTS
    return number_with_symbol(text, symbol) if text else f"{NUMBER_DOTS}/{symbol}"


def signature_of(body: Body, office: Office) -> dict[str, str]:
    """To whom a paper goes, for whom it is signed, and by whom."""
    others = [text_of(recipient) for recipient in office.recipients] or [DOTS]
    lines = [word("recipient", who=who) for who in others]
    return {
        "recipients": "\n".join([*lines, word("records")]),
        "signed_for": "\n".join(body.signed if office.signs_as == "head" else body.deputy),
        "signer": text_of(office.signer, DOTS),
    }
