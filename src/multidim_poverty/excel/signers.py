"""Who prepares and who signs a table, with the place and the day, and the words around them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.language import Language
from multidim_poverty.law.clerical_work import written_out_day

__all__ = ["Signers", "place_and_day"]

DOTS = "……………………"
NO_DAY = {"vi": "ngày …… tháng …… năm ………", "en": DOTS}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Signers:
    """Who signs the tables of a workbook, where and when.

    Parameters
    ----------
    place : str or None
        As it stands before the day, such as the name of the commune.
    on : str (YYYY-MM-DD), datetime.date or None
        The day of signing.
    prepared_by : str or None
        Name of the person who prepared the tables.
    head : str or None
        Name of the head of the reporting unit.
    head_title : str, optional
        What stands above the name of the head; "THỦ TRƯỞNG ĐƠN VỊ" ("HEAD OF THE UNIT") if not
        given.

    Notes
    -----
    None leaves dots, or room for a name, to be filled in by hand.

    Examples
    --------
    >>> from multidim_poverty import excel
    >>> signers = excel.Signers(
    ...     place="Ea Pô", on="2023-09-28", prepared_by="Nguyễn Văn A", head=None)
    >>> signers.head is None
    True
    """

    place: str | None
    on: DayLike | None
    prepared_by: str | None
    head: str | None
    head_title: str | None = None


def place_and_day(signers: Signers, language: Language) -> str:
    """The line above the signatures.

    >>> signers = Signers(place="Ea Pô", on="2023-09-05", prepared_by=None, head=None)
    >>> place_and_day(signers, "vi"), place_and_day(signers, "en")
    ('Ea Pô, ngày 05 tháng 9 năm 2023', 'Ea Pô, 5 September 2023')
    """
    day = optional_date(signers.on, "signers.on")
    return (
        f"{signers.place or DOTS}, {NO_DAY[language] if day is None else _written(day, language)}"
    )


def _written(day: dt.date, language: Language) -> str:
    """A day as it is written out on a paper."""
    if language == "vi":
        return written_out_day(day)
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
