"""What a table reads of the households: classes, persons, flags; and counts of them by unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import InvalidDataError
from multidim_poverty.identity import name_key
from multidim_poverty.kleene import BoolArray, Truth
from multidim_poverty.language import Label
from multidim_poverty.measures import headcount
from multidim_poverty.reports.layouts import kinh_spellings
from multidim_poverty.reports.units import Units, units_of
from multidim_poverty.schema.arguments import By
from multidim_poverty.schema.definitions import Column, column_of
from multidim_poverty.schema.faults import Fault, column_faults, fault_at, id_faults, report
from multidim_poverty.schema.reading import category_codes, numbers_of, truth_of
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["CLASSES", "Ints", "UnitTally", "counts_array", "read_classes", "same_group"]

Ints = npt.NDArray[np.int64]
Listed = Literal["poor", "near_poor"]
CLASSES: tuple[Listed, ...] = ("poor", "near_poor")


def counts_array(values: Ints, missing: BoolArray) -> Any:
    """Counts as a nullable integer array."""
    return pd.arrays.IntegerArray(np.where(missing, 0, values).astype(np.int64), missing.copy())


def same_group(name: Any) -> Any:
    """The key of a name of an ethnic group; None where it is missing."""
    return name_key(name)


def read_classes(frame: pd.DataFrame, name: str, table: str = "households") -> npt.NDArray[np.int8]:
    """Positions of classes in `PovertyClass`, -1 where undetermined."""
    if (frame.columns == name).sum() != 1:
        rule = "duplicate_column" if name in frame.columns else "missing_column"
        raise InvalidDataError(report([Fault(table, name, rule)], {table: frame}))
    codes = category_codes(frame[name], PovertyClass.codes())
    strange = (codes < 0) & np.asarray(frame[name].notna(), dtype=bool)
    if strange.any():
        raise InvalidDataError(
            report([fault_at(table, name, "not_a_class", strange)], {table: frame})
        )
    return codes


@dataclass(frozen=True)
class UnitTally:
    """The households of a result, with the rows of a table to count them in.

    Attributes
    ----------
    frame : pandas.DataFrame
    units : Units
    unit : numpy.ndarray
        Number of the unit of each household.
    """

    frame: pd.DataFrame
    units: Units
    unit: Ints

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        by: By,
        *,
        needed: Sequence[str] = (),
        booleans: Sequence[str] = (),
        units: pd.DataFrame | None = None,
        population: pd.DataFrame | None = None,
        total: bool = True,
        names: Mapping[Any, str] | None = None,
    ) -> UnitTally:
        """Read a result; `needed` are columns of the schema, `booleans` further ones."""
        faults = [*id_faults(frame)]
        for name in needed:
            column = column_of("households", name)
            assert column is not None
            faults += column_faults(frame, column, needed=True)
        for name in booleans:
            # A column of the result may have the name of an answer of the survey: `toilet`.
            yes_no = Column(
                table="households", name=name, kind="boolean", label=Label(vi=name, en=name)
            )
            faults += column_faults(frame, yes_no, needed=True)
        if faults:
            raise InvalidDataError(report(faults, {"households": frame}))
        rows = units_of(frame, by, units=units, population=population, total=total, names=names)
        return cls(frame, rows, rows.of_data)

    @cached_property
    def codes(self) -> npt.NDArray[np.int8]:
        """Class of each household."""
        return read_classes(self.frame, "poverty_class")

    def listed(self, poverty_class: str) -> BoolArray:
        """Households of a class."""
        return np.asarray(self.codes == PovertyClass.codes().index(poverty_class), dtype=bool)

    @property
    def undetermined(self) -> BoolArray:
        """Households without a class."""
        return np.asarray(self.codes < 0, dtype=bool)

    @cached_property
    def minority(self) -> Truth:
        """Whether a household is of an ethnic minority: as flagged, else by its group."""
        flagged = truth_of(self.frame["ethnic_minority"])(slice(None))
        if "ethnic_group" not in self.frame.columns:
            return flagged
        group = self.frame["ethnic_group"]
        known = np.asarray(group.notna(), dtype=bool)
        other = known & ~self.of_group(kinh_spellings())
        wrong = known & np.where(other, ~flagged.possible, flagged.certain)
        if wrong.any():
            fault = fault_at("households", "ethnic_group", "group_disagrees", wrong)
            raise InvalidDataError(report([fault], {"households": self.frame}))
        return Truth(flagged.certain | other, flagged.possible & ~(known & ~other))

    @cached_property
    def local(self) -> Truth:
        """Whether a household is of a local minority, which is part of the minorities."""
        flagged = truth_of(self.frame["local_minority"])(slice(None))
        wrong = flagged.certain & ~self.minority.possible
        if wrong.any():
            fault = fault_at("households", "local_minority", "local_not_minority", wrong)
            raise InvalidDataError(report([fault], {"households": self.frame}))
        return flagged & Truth(self.minority.possible, self.minority.possible)

    def of_group(self, spellings: Sequence[str]) -> BoolArray:
        """Households whose ethnic group is spelt in one of these ways."""
        accepted = {same_group(name) for name in spellings}
        codes, distinct = pd.factorize(self.frame["ethnic_group"])
        fits = np.array([*(same_group(name) in accepted for name in distinct), False], dtype=bool)
        return np.asarray(fits[codes], dtype=bool)

    def flag(self, name: str) -> Truth:
        """A boolean column."""
        if name == "ethnic_minority":
            return self.minority
        if name == "local_minority":
            return self.local
        return truth_of(self.frame[name])(slice(None))

    @cached_property
    def _sizes(self) -> tuple[Ints, BoolArray]:
        sizes = numbers_of(self.frame["household_size"])
        missing = np.isnan(sizes)
        return np.where(missing, 0, sizes).astype(np.int64), missing

    def households(self, mask: BoolArray) -> Any:
        """How many households are marked, by row of the table."""
        counts = self.units.sums(np.bincount(self.unit[mask], minlength=self.units.n))
        return counts_array(counts, np.zeros(len(counts), dtype=bool))

    def persons(self, mask: BoolArray) -> Any:
        """How many persons live in the households marked; NA where the size of one is missing."""
        sizes, missing = self._sizes
        sums = np.bincount(self.unit[mask], sizes[mask], minlength=self.units.n)
        lacking = np.bincount(self.unit[mask & missing], minlength=self.units.n)
        # bincount adds up in float64, which is exact for whole numbers up to 2 ** 53.
        return counts_array(self.units.sums(sums.astype(np.int64)), self.units.sums(lacking) > 0)

    def count(self, mask: BoolArray, of: str) -> Any:
        """Households or persons."""
        return self.persons(mask) if of == "persons" else self.households(mask)

    def headcounts(self, poverty_class: str, among: BoolArray | None = None) -> dict[str, Any]:
        """`measures.headcount` of a class by row of the table, in all or among those marked.

        Households and persons; persons are NA where the size of a household of the class is
        missing.
        """
        of_class = self.listed(poverty_class)  # names a class that is no code, or no column
        sizes, missing = self._sizes
        frame = pd.DataFrame(
            {
                "poverty_class": self.frame["poverty_class"],
                "household_size": np.where(missing, 1, sizes),
            },
            index=self.frame.index,
        )
        row = pd.Series(self.unit, index=frame.index, name="row_of_table")
        if among is not None:
            frame, row, of_class = frame.loc[among], row.loc[among], of_class & among
        table = headcount(frame, by=row, of=poverty_class, persons=True)
        lacking = np.bincount(self.unit[of_class & missing], minlength=self.units.n)
        unknown = {"households": np.zeros_like(lacking), "persons": lacking}
        cells = {}
        for of, lacks in unknown.items():
            counted = table[table["count_of"] == of]
            counts = np.zeros(self.units.n, dtype=np.int64)
            counts[counted["row_of_table"].to_numpy(np.int64)] = counted["headcount"]
            cells[of] = counts_array(self.units.sums(counts), self.units.sums(lacks) > 0)
        return cells

    def answers(self, among: BoolArray, *questions: Truth) -> Any:
        """How many answers of the households marked are unknown."""
        open_answers = np.zeros(self.units.n, dtype=np.int64)
        for question in questions:
            open_ = among & question.possible & ~question.certain
            open_answers += np.bincount(self.unit[open_], minlength=self.units.n)
        counts = self.units.sums(open_answers)
        return counts_array(counts, np.zeros(len(counts), dtype=bool))
