"""One heading of a file, as a column of the schema."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from multidim_poverty.base import FrozenDict, Model
from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import catalogue
from multidim_poverty.schema.definitions import column_of

__all__ = ["Evidence", "MappedColumn", "MappingTable"]

MappingTable = Literal["households", "members", "both"]
Evidence = Literal["name", "label", "word", "without_marks", "near", "answers", "given"]
# Columns that are read and are not in the list of columns.
EXTRA_COLUMNS = {"households": ("household_id", "poverty_class"), "members": ("citizen_id",)}


class MappedColumn(Model):
    """One heading of a file, and the column of the schema that it is.

    Attributes
    ----------
    heading : str
        As it stands in the file.
    table : {"households", "members"}
    column : str
        A column of the schema.
    evidence : {"name", "label", "word", "without_marks", "near", "answers", "given"}
        Why: the name or the label of the column; a word of the dictionary; one of these without
        the marks of Vietnamese letters; a near spelling; what its answers are; or a person said so.
    doubts : tuple of str
        Rules of the catalogue that a person should look at; remove what is settled.
    answers : mapping of str to str or bool
        What each text of the file stands for; ``unknown`` for an answer that is not known.
    decimal : {"", ",", "."}
        The sign before decimals; empty where each number has one reading.
    multiply : float
        What numbers are multiplied by: 1000 for thousands of VND.
    day_first : bool
        Whether 02/10/2024 is 2 October.
    """

    heading: str
    table: Literal["households", "members"]
    column: str
    evidence: Evidence = "given"
    doubts: tuple[str, ...] = ()
    answers: FrozenDict[str, bool | str] = Field(default_factory=FrozenDict)
    decimal: Literal["", ",", "."] = ""
    multiply: float = 1
    day_first: bool = True

    @model_validator(mode="after")
    def _column_exists(self) -> Self:
        unknown = [doubt for doubt in self.doubts if doubt not in catalogue()["mapping"]]
        if unknown:
            raise ArgumentError(f"no doubt {', '.join(map(repr, unknown))}; remove it")
        extra = self.column in EXTRA_COLUMNS[self.table]
        if not extra and column_of(self.table, self.column) is None:
            raise ArgumentError(f"{self.column!r} is no column of {self.table}")
        return self
