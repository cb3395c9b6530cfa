"""Models of the official tables: their columns, and what must agree between them."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from multidim_poverty.base import Model
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.language import Label

__all__ = ["Agreement", "Layout", "ListItem", "TableColumn"]

Kind = Literal["count", "rate", "text", "mark", "plain"]
Unit = Literal["households", "persons", "incidents", "children", "answers"]


class ListItem(Model):
    """An entry of a list that makes one column each: an indicator, a reason, an ethnic group.

    Parameters
    ----------
    id : str
        Part of the id of its columns.
    vi, en : str
        Header.
    spellings : tuple of str
        For an ethnic group: other spellings of `vi` that are read as the same group.

    Examples
    --------
    >>> from multidim_poverty import reports
    >>> group = reports.items_of("ethnic_groups")[0]
    >>> group.id, group.vi, group.spellings
    ('ede', 'Ê đê', ('Ê-đê', 'Êđê', 'Ê Đê'))
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    vi: str
    en: str
    spellings: tuple[str, ...] = ()


class TableColumn(Model):
    """One column of a table.

    Parameters
    ----------
    id : str
        Name of the column in the table.
    number : int or str or None
        As printed in the line of column numbers, such as ``1``, ``1.2.10`` or ``A``; None where
        none is known.
    header : Label
        As printed.
    group : tuple of Label
        Merged headers above it, the outermost first.
    kind : {"count", "rate", "text", "mark", "plain"}
        A mark is printed as ``x``; plain is a number that counts nothing, such as a year.
    of : str or None
        What a count counts; None where the row says it (``count_of``).
    formula : str or None
        As printed, such as ``4=3/1*100``.
    numerator, denominator : str or None
        Ids of the columns of a rate, ``100 * numerator / denominator``.
    terms : tuple of str
        Ids, each with its sign (``"+new"``), whose sum the column must be.
    part_of, same_as : str or None
        Id of a column that it cannot be above, and of one that it should equal.
    parts : tuple of str
        Ids of columns without a household in common: together they cannot be above it.
    blank_is_none : bool
        Whether offices leave it blank where there is none.
    printed : bool
        False for a column beside the form.

    Examples
    --------
    >>> from multidim_poverty import reports
    >>> column = reports.layout(1).columns[3]
    >>> column.id, column.kind, column.numerator, column.denominator, column.formula
    ('poor_households_rate', 'rate', 'poor_households', 'households', '4=3/1*100')
    """

    id: str
    number: int | str | None = None
    header: Label
    group: tuple[Label, ...] = ()
    kind: Kind = "count"
    of: Unit | None = None
    formula: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    terms: tuple[str, ...] = ()
    part_of: str | None = None
    same_as: str | None = None
    parts: tuple[str, ...] = ()
    blank_is_none: bool = False
    printed: bool = True

    @model_validator(mode="before")
    @classmethod
    def _a_rate_has_a_base(cls, data: Any) -> Any:
        if isinstance(data, dict) and "numerator" in data:
            data = {"kind": "rate", **data}
        return data

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.kind == "rate") != (self.numerator is not None and self.denominator is not None):
            raise ArgumentError(
                f"{self.id}: a rate, and only a rate, has numerator and denominator"
            )
        if self.formula is not None and not self.formula.startswith(f"{self.number}="):
            raise ArgumentError(f"{self.id}: formula {self.formula} is not that of {self.number}")
        if wrong := [term for term in self.terms if term[:1] not in "+-"]:
            raise ArgumentError(f"{self.id}: terms without a sign: {', '.join(wrong)}")
        return self

    @property
    def signed_terms(self) -> tuple[tuple[int, str], ...]:  # noqa: D102
        return tuple((-1 if term[0] == "-" else 1, term[1:]) for term in self.terms)

    @property
    def number_text(self) -> str:
        """What the line of column numbers prints: the formula, else the number, else nothing."""
        return self.formula or ("" if self.number is None else str(self.number))


class Layout(Model):
    """One official table.

    Parameters
    ----------
    number : int
        1 to 15, as the software numbers them; no number of a form in the circular.
    title : Label
        As printed.
    confidence : {"A", "C"}
        A: read from a real export. C: read from code of others, or inferred.
    rows : {"units", "members"}
        What a row is.
    rows_per_unit : {1, 2}
        2: one row for households and one for persons.
    zero_base : {"zero", "blank"}
        What a rate is where its base is 0.
    note : str or None
        What a reader must know.
    leading : tuple of TableColumn
        The columns before the first: ``number``, ``unit`` and, with two rows, ``count_of``.
    columns : tuple of TableColumn
        The printed ones, then those beside the form.
    source : str
        Where the layout was read.

    Examples
    --------
    >>> from multidim_poverty import reports
    >>> layout = reports.layout(1)
    >>> layout.confidence, [column.id for column in layout.columns][:3]
    ('A', ['households', 'persons', 'poor_households'])
    """

    number: int
    title: Label
    confidence: Literal["A", "C"]
    rows: Literal["units", "members"] = "units"
    rows_per_unit: Literal[1, 2] = 1
    zero_base: Literal["zero", "blank"] = "blank"
    note: str | None = None
    leading: tuple[TableColumn, ...]
    columns: tuple[TableColumn, ...]
    source: str

    @field_validator("columns")
    @classmethod
    def _sound(cls, columns: tuple[TableColumn, ...]) -> tuple[TableColumn, ...]:
        ids = [column.id for column in columns]
        if twice := sorted({id for id in ids if ids.count(id) > 1}):
            raise ArgumentError(f"columns stand twice: {', '.join(twice)}")
        for column in columns:
            named = [column.numerator, column.denominator, column.part_of, column.same_as]
            named += [*column.parts, *(id for _, id in column.signed_terms)]
            if unknown_ids := [id for id in named if id is not None and id not in ids]:
                raise ArgumentError(f"{column.id} names no columns: {', '.join(unknown_ids)}")
        if [c.printed for c in columns] != sorted((c.printed for c in columns), reverse=True):
            raise ArgumentError("a printed column stands after one beside the form")
        return columns

    @property
    def printed(self) -> tuple[TableColumn, ...]:
        """The columns of the form, without `leading`."""
        return tuple(column for column in self.columns if column.printed)

    def column(self, id: str) -> TableColumn:
        """The column of that id.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        for column in (*self.leading, *self.columns):
            if column.id == id:
                return column
        raise UnknownNameError(f"table {self.number} has no column {id!r}")


class Agreement(Model):
    """Cells of several tables that hold the same number.

    Parameters
    ----------
    what : Label
        What the number counts.
    cells : tuple of (int, str)
        Table number and column id.
    of : {"households", "persons"}
        The row to read in tables with two rows per unit.
    listed_in : int or None
        Number of the list whose households are as many.

    Examples
    --------
    >>> from multidim_poverty import reports
    >>> agreement = reports.agreements()[0]
    >>> agreement.what.en, agreement.cells
    ('poor became near-poor', ((2, 'to_near_poor'), (3, 'from_poor')))
    """

    what: Label
    cells: tuple[tuple[int, str], ...]
    of: Literal["households", "persons"] = "households"
    listed_in: int | None = None

    @field_validator("cells", mode="before")
    @classmethod
    def _split(cls, cells: Any) -> Any:
        parts = (cell.partition(".") for cell in cells)
        return [(int(table), column) for table, _, column in parts]
