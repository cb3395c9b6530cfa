"""The certificates of poor and near-poor households (Form 03)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from multidim_poverty.dates import dates_of
from multidim_poverty.documents.tables import (
    begin_paper,
    printed_values,
    recognition_sources,
    rows_of,
    sheets_of,
)
from multidim_poverty.documents.words import (
    BLANK,
    DOTS,
    GridColumn,
    date_text,
    label_of,
    text_of,
    word,
)
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.law.procedure_parts import FormField
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_tables
from multidim_poverty.vocabulary import Actor, Relation

__all__ = ["write_certificates"]

# Widths in mm of the columns of members, by the id of the column in the form.
MEMBER_WIDTHS = {"name": 48, "ethnic_group": 24, "relation": 28, "birth_year": 22, "notes": 26}
OTHER_WIDTH = 20
EMPTY_ROWS = 6  # where the members are not known


def write_certificates(
    certificates: pd.DataFrame,
    path: str | Path,
    *,
    procedure: ProcedureLike,
    households: TablesLike | None = None,
    members: pd.DataFrame | None = None,
    names: pd.Series[Any] | None = None,
) -> Path:
    """Write the certificates of poor and near-poor households (Form 03), a sheet for each.

    Parameters
    ----------
    certificates : pandas.DataFrame
        From `multidim_poverty.review.certificates`; a household of several years gets one sheet.
    path, procedure, names
        As for `write_minutes`; the procedure gives the fields of the form.
    households : pandas.DataFrame or Tables, optional
        Index ``household_id``; ``ethnic_group`` is printed, if it is there.
    members : pandas.DataFrame, optional
        ``household_id`` and, as far as they are there, ``name``, ``ethnic_group``, ``relation``
        and ``birth_date`` (its year is printed); the rest is passed over. Rows for the members
        of a household that it does not have are empty.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ValueError, MissingExtraError
        As for `write_minutes`.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 6, article 5 and Form 03, whose fields were read in
    a report of it (``procedure.form("03").citation``) and whose layout was not seen. The
    permanent residence may be another place than the commune of the review: it stays blank.

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
    if households is not None:
        households, members = as_tables(households, members)
    procedure = as_procedure(procedure)
    columns = ["household_id", "valid_for", "poverty_class", "commune", "village", "process"]
    rows = rows_of(
        certificates, "certificates", [*columns, "recognised_on", "decision_number"], names
    )
    people = pd.DataFrame({"household_id": []}) if members is None else members
    if "household_id" not in people.columns:
        raise ValueError("members has no column household_id")
    member_positions = people.groupby("household_id", observed=True).indices
    heads = rows.set_index("household_id")["head"].replace(DOTS, BLANK)
    values = {"head": heads.to_dict()}  # field of the form -> by household
    if households is not None and "ethnic_group" in households.columns:
        values["ethnic_group"] = households["ethnic_group"].dropna().to_dict()
    form = procedure.form("03")
    sources = [form.citation, *recognition_sources(procedure, rows["process"])]
    paper = begin_paper(
        form.title.vi, rows["recognised_on"].max(), sources, layout=word("certificate_layout")
    )
    for (id,), years in sheets_of(rows, ["household_id"]):
        commune, village = years[["commune", "village"]].iloc[-1]
        paper.sheet(word("peoples_committee"), text_of(commune, DOTS))
        paper.title(form.title.vi)
        paper.text(
            word("household_and_village", id=text_of(id), village=text_of(village)), centred=True
        )
        for field in form.fields:
            if field.columns:
                residents = people.iloc[member_positions.get(id, [])]
                paper.text(word("table_of", label=field.vi))
                paper.grid([_member_column(residents, part) for part in field.columns], height=8)
            elif field.id == "recognition":
                paper.text(word("table_of", label=field.vi))
                paper.grid(_recognitions(years), height=28)
            else:
                value = values.get(field.id, {}).get(id, BLANK)
                paper.text(word("field", label=field.vi, value=value))
    return paper.save(path)


def _member_column(members: pd.DataFrame, field: FormField) -> GridColumn:
    """A column of the members; what is not known stays empty."""
    values: list[Any] = [None] * (len(members) or EMPTY_ROWS)
    if field.id == "birth_year" and "birth_date" in members:
        years = dates_of(members["birth_date"]).dt.year
        values = [None if pd.isna(year) else int(year) for year in years]
    elif field.id in ("name", "ethnic_group", "relation") and field.id in members:
        values = list(members[field.id]) or values
    terms = Relation if field.id == "relation" else ()
    texts = ["" if pd.isna(value) else label_of(terms, value) for value in values]
    return GridColumn(field.vi, MEMBER_WIDTHS.get(field.id, OTHER_WIDTH), texts)


def _recognitions(years: pd.DataFrame) -> list[GridColumn]:
    """The recognition of a household in each year, with a place for stamp and signature."""
    decisions = [
        word("number_and_day", number=text_of(number, DOTS), day=date_text(day))
        for number, day in zip(years["decision_number"], years["recognised_on"], strict=True)
    ]
    chair = word("signed_by", who=Actor.COMMUNE_CHAIR.vi)
    return [
        GridColumn(word("year"), 18, printed_values(years, "valid_for")),
        GridColumn(word("recognised_class"), 35, printed_values(years, "poverty_class")),
        GridColumn(word("decision"), 45, decisions),
        GridColumn(chair, 50, [""] * len(years)),
    ]
