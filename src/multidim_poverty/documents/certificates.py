"""The certificates of poor and near-poor households (Form 03)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from multidim_poverty.documents.layouts import PaperLayout, Sheet
from multidim_poverty.documents.marks import YEAR, marks_by_year
from multidim_poverty.documents.office import (
    Office,
    as_office,
    body_of,
    heading_of,
    number_of,
    symbol_of,
)
from multidim_poverty.documents.tables import (
    grid_rows,
    printed_values,
    recognition_sources,
    rows_of,
    sheets_of,
)
from multidim_poverty.documents.words import (
    BLANK,
    DOTS,
    PaperColumn,
    date_text,
    label_of,
    term_of,
    text_of,
    word,
)
from multidim_poverty.documents.writing import write_paper
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import check_ids_meet
from multidim_poverty.law import Procedure
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.law.procedure_parts import FormField
from multidim_poverty.schema.ages import years_of_birth
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_tables
from multidim_poverty.vocabulary import Actor, Relation, Sex

if TYPE_CHECKING:
    from multidim_poverty.documents.paper import Paper

__all__ = ["certificates_layout", "write_certificates"]

# Widths in mm of the columns of members, by the id of the column in the form.
MEMBER_WIDTHS = {
    "name": 44,
    "ethnic_group": 22,
    "relation": 26,
    "birth_year_male": 15,
    "birth_year_female": 15,
    "notes": 26,
}
OTHER_WIDTH = 20
BIRTH_YEARS = {"birth_year_male": Sex.MALE, "birth_year_female": Sex.FEMALE}
RECOGNITIONS = {"year": 18, "recognised_class": 35, "decision": 45, "signature": 50}
EMPTY_ROWS = 6  # where the members are not known


def write_certificates(
    certificates: pd.DataFrame,
    path: str | Path,
    *,
    procedure: ProcedureLike,
    households: TablesLike | None = None,
    members: pd.DataFrame | None = None,
    deprivations: pd.DataFrame | None = None,
    names: pd.Series[Any] | None = None,
    office: Office | None = None,
    template: str | Path | None = None,
) -> Path:
    """Write the certificates of poor and near-poor households (Form 03), a sheet for each.

    Parameters
    ----------
    certificates : pandas.DataFrame
        From `multidim_poverty.review.certificates`; a household of several years gets one sheet.
        A column ``certificate_number`` is printed, if it is there.
    path : str or pathlib.Path
        As for `write_minutes`; the procedure gives the fields of the form, and the symbol after
        the number. The chair signs each year by hand: of the office, only who compared is used.
    procedure : Procedure or str
        As for `write_minutes`; the procedure gives the fields of the form, and the symbol after
        the number. The chair signs each year by hand: of the office, only who compared is used.
    households : pandas.DataFrame or Tables, optional
        Index ``household_id``; ``ethnic_group`` is printed, if it is there.
    members : pandas.DataFrame, optional
        ``household_id`` and, as far as they are there, ``name``, ``ethnic_group``, ``relation``,
        ``sex`` and ``birth_date`` (its year is printed) or ``birth_year``; the rest is passed
        over. The year stands in the column of the sex, among the notes where that is not known.
        Rows for the members of a household that it does not have are empty.
    deprivations : pandas.DataFrame, optional
        Index ``household_id``; a boolean column for each indicator of the form (such as the
        result of `multidim_poverty.assess`), and ``valid_for``, the year, where households have
        certificates of several years. What is missing is left blank, as is a year without a row.
    names : pandas.Series, optional
        As for `write_minutes`; the procedure gives the fields of the form, and the symbol after
        the number. The chair signs each year by hand: of the office, only who compared is used.
    office : Office, optional
        As for `write_minutes`; the procedure gives the fields of the form, and the symbol after
        the number. The chair signs each year by hand: of the office, only who compared is used.
    template : str or pathlib.Path, optional
        As for `write_minutes`; the procedure gives the fields of the form, and the symbol after
        the number. The chair signs each year by hand: of the office, only who compared is used.

    Returns
    -------
    pathlib.Path
        The file that was written, a page for each certificate.

    Raises
    ------
    ArgumentError, MissingExtraError
        As for `write_minutes`.
    MissingFileError, UnwritableFileError
        If there is no such folder, or the file cannot be replaced.
    InvalidDataError
        If ``certificates`` names a column twice.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 6, article 5 and Form 03, whose fields were read in
    a report of it (``procedure.form("03").citation``) and whose layout was not seen: that it shows
    the deprivations of each year is from recollection. The permanent residence may be another
    place than the commune of the review: it stays blank.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> table = pd.DataFrame({
    ...     "household_id": ["h1"], "valid_for": 2024, "poverty_class": "poor", "commune": "Xã X",
    ...     "village": "Thôn A", "process": "periodic", "decision_number": "12/QĐ-UBND",
    ...     "recognised_on": pd.Timestamp("2023-10-20")})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path, procedure = f"{folder}/certificates.docx", mdp.procedure_on("2023-09-01")
    ...     mdp.documents.write_certificates(table, path, procedure=procedure).name
    'certificates.docx'
    """
    certificates = as_frame(certificates, "certificates")
    members = None if members is None else as_frame(members, "members")
    deprivations = None if deprivations is None else as_frame(deprivations, "deprivations")
    if households is not None:
        households, members = as_tables(households, members)
    procedure, office = as_procedure(procedure), as_office(office)
    columns = ["household_id", "valid_for", "poverty_class", "commune", "village", "process"]
    columns += ["recognised_on", "decision_number"]
    if "certificate_number" in certificates.columns:
        columns.append("certificate_number")
    rows = rows_of(certificates, "certificates", columns, names)
    people = pd.DataFrame({"household_id": []}) if members is None else members
    if "household_id" not in people.columns:
        raise ArgumentError("members has no column household_id")
    check_ids_meet(people["household_id"], rows["household_id"], ("members", "certificates"))
    if households is not None:
        check_ids_meet(households.index, rows["household_id"], ("households", "certificates"))
    member_positions = people.groupby("household_id", observed=True).indices
    heads = rows.set_index("household_id")["head"]
    values = {"head": heads[heads != DOTS].to_dict()}  # field of the form -> by household
    if households is not None and "ethnic_group" in households.columns:
        values["ethnic_group"] = households["ethnic_group"].dropna().to_dict()
    form = procedure.form("03")
    body = body_of(Actor.COMMUNE_CHAIR)
    marked = next((field.columns for field in form.fields if field.id == "deprivations"), ())
    marks = marks_by_year(deprivations, rows, marked)
    sources = [form.citation, *recognition_sources(procedure, rows["process"])]
    sheets = []
    for (id,), years in sheets_of(rows, ["household_id"]):
        commune, village = years[["commune", "village"]].iloc[-1]
        sheet: dict[str, Any] = {
            "commune": text_of(commune, DOTS),
            "household_id": text_of(id),
            "village": text_of(village),
            "day": date_text(years["recognised_on"].iloc[-1]),
            "body": heading_of(body, commune)["body"],
            "certificate_number": _number(years, form.symbol),
        }
        for field in form.fields:
            if field.id == "deprivations":
                sheet[field.id] = [
                    {YEAR: year, **marks[id, year]} for year in printed_values(years, "valid_for")
                ]
            elif field.columns:
                residents = people.iloc[member_positions.get(id, [])]
                sheet[field.id] = _member_rows(residents, field.columns)
            elif field.id == "recognition":
                sheet[field.id] = _recognitions(years)
            elif field.id not in sheet:
                sheet[field.id] = text_of(values.get(field.id, {}).get(id), BLANK)
        sheets.append(sheet)
    return write_paper(
        certificates_layout(procedure), sheets, path, procedure=procedure, office=office,
        day=rows["recognised_on"].max(), sources=sources, template=template,
    )  # fmt: skip


def certificates_layout(procedure: Procedure) -> PaperLayout:
    """The layout of the certificates; the law gives the fields."""
    form = procedure.form("03")
    fields: dict[str, Any] = dict.fromkeys(
        ("commune", "household_id", "village", "day", "body", "certificate_number")
    )
    for field in form.fields:
        columns = {part.id: None for part in field.columns} or None
        fields[field.id] = dict.fromkeys(RECOGNITIONS) if field.id == "recognition" else columns
    return PaperLayout(form.title.vi, word("certificate_layout"), fields, _write_sheet)


def _write_sheet(paper: Paper, sheet: Sheet, procedure: Procedure) -> None:
    """Write the certificate of one household."""
    form = procedure.form("03")
    number, day = sheet["certificate_number"], sheet["day"]
    paper.sheet(sheet["body"], place=sheet["commune"], number=number, day=day)
    paper.title(form.title.vi)
    paper.text(
        word("household_and_village", id=sheet["household_id"], village=sheet["village"]),
        centred=True,
    )
    for field in form.fields:
        if field.id == "deprivations":
            paper.text(word("table_of", label=field.vi))
            indicators = [column for column in field.columns if column.id != YEAR]
            columns = {YEAR: PaperColumn(word("year"), 16)}
            columns |= {c.id: PaperColumn(str(n), 11) for n, c in enumerate(indicators, 1)}
            paper.grid(columns, sheet[field.id])
            numbered = [word("numbered", number=n, label=c.vi) for n, c in enumerate(indicators, 1)]
            paper.key(word("deprivations_key", indicators="; ".join(numbered)))
        elif field.columns:
            paper.text(word("table_of", label=field.vi))
            columns = {
                part.id: PaperColumn(part.vi, MEMBER_WIDTHS.get(part.id, OTHER_WIDTH))
                for part in field.columns
            }
            paper.grid(columns, sheet[field.id], height=8)
        elif field.id == "recognition":
            paper.text(word("table_of", label=field.vi))
            paper.grid(_recognition_columns(), sheet[field.id], height=28)
        elif field.id != "certificate_number":  # it stands in the heading
            paper.text(word("field", label=field.vi, value=sheet[field.id]))


def _member_rows(members: pd.DataFrame, fields: Sequence[FormField]) -> list[dict[str, str]]:
    """The members by id of the field; what is not known stays empty."""
    columns = [_member_texts(members, field.id) for field in fields]
    ids = [field.id for field in fields]
    return [dict(zip(ids, line, strict=True)) for line in zip(*columns, strict=True)]


def _member_texts(members: pd.DataFrame, id: str) -> list[str]:
    """A field of the members; what is not known stays empty."""
    values: list[Any] = [None] * (len(members) or EMPTY_ROWS)
    if id in (*BIRTH_YEARS, "notes"):
        years = [None if np.isnan(year) else int(year) for year in years_of_birth(members)]
        sexes = members["sex"] if "sex" in members else [None] * len(members)
        terms_of_sex = [term_of(Sex, sex) for sex in sexes]
        wanted = BIRTH_YEARS.get(id)  # none among the notes: years of members of unknown sex
        values = [
            year if sex is wanted else None for year, sex in zip(years, terms_of_sex, strict=True)
        ] or values
        if wanted is None:
            values = [year and word("birth_year", year=year) for year in values]
    elif id in ("name", "ethnic_group", "relation") and id in members:
        values = list(members[id]) or values
    terms = Relation if id == "relation" else ()
    return ["" if pd.isna(value) else label_of(terms, value) for value in values]


def _recognition_columns() -> dict[str, PaperColumn]:
    """The columns of the recognitions, with a place for stamp and signature."""
    chair = word("signed_by", who=Actor.COMMUNE_CHAIR.vi)
    headings = [word("year"), word("recognised_class"), word("decision"), chair]
    columns = zip(RECOGNITIONS.items(), headings, strict=True)
    return {id: PaperColumn(heading, width) for (id, width), heading in columns}


def _number(years: pd.DataFrame, symbol: str | None) -> str:
    """The last number of the certificate that the table knows, with its symbol."""
    numbers = years.get("certificate_number", pd.Series(dtype=object)).dropna()
    return number_of(numbers.iloc[-1] if len(numbers) else None, symbol)


def _recognitions(years: pd.DataFrame) -> list[dict[str, str]]:
    """The recognition of a household in each year."""
    symbol = symbol_of("decision", body_of(Actor.COMMUNE_CHAIR))
    decisions = [
        word("number_and_day", number=number_of(number, symbol), day=date_text(day))
        for number, day in zip(years["decision_number"], years["recognised_on"], strict=True)
    ]
    return grid_rows(
        RECOGNITIONS,
        years,
        year=printed_values(years, "valid_for"),
        recognised_class=printed_values(years, "poverty_class"),
        decision=decisions,
        signature=[""] * len(years),
    )
