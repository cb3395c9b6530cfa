"""What a table reads of the households: classes, persons, flags; and counts of them by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import InvalidDataError
from multidim_poverty.identity import name_key
from multidim_poverty.kleene import BoolArray, Truth
from multidim_poverty.measures import headcount
from multidim_poverty.reports.layouts import kinh_spellings
from multidim_poverty.reports.units import Units
from multidim_poverty.schema.faults import Fault, fault_at, report
from multidim_poverty.schema.reading import category_codes, numbers_of, truth_of
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["CLASSES", "Ints", "Listed", "UnitTally", "counts_array", "read_classes", "same_group"]

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
    strange = (codes < 0) & frame[name].notna().to_numpy(dtype=bool)
    if strange.any():
        raise InvalidDataError(
            report([fault_at(table, name, "not_a_class", strange)], {table: frame})
        )
    return codes


@dataclass(frozen=True, eq=False)
class UnitTally:
    """The households of a result, with the rows of a table to count them in.

    Attributes
    ----------
    frame : pandas.DataFrame
    units : Units
    """

    frame: pd.DataFrame
    units: Units

    @property
    def design(self) -> dict[str, Any] | None:
        """What a table says of the sample that it is of; None where it is of none."""
        return None

    @property
    def unit(self) -> Ints:
        """Number of the unit of each household."""
        return self.units.of_data

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
        known = group.notna().to_numpy(dtype=bool)
        other = known & ~self.of_group(kinh_spellings())
        wrong = known & np.where(other, ~flagged.possible, flagged.certain)
        if wrong.any():
            fault = fault_at("households", "ethnic_group", "group_disagrees", wrong)
            raise InvalidDataError(report([fault], {"households": self.frame}))
        return _known(flagged.certain | other, flagged.possible & ~(known & ~other))

    @cached_property
    def local(self) -> Truth:
        """Whether a household is of a local minority, which is part of the minorities."""
        flagged = truth_of(self.frame["local_minority"])(slice(None))
        wrong = flagged.certain & ~self.minority.possible
        if wrong.any():
            fault = fault_at("households", "local_minority", "local_not_minority", wrong)
            raise InvalidDataError(report([fault], {"households": self.frame}))
        return _known(
            flagged.certain & self.minority.possible, flagged.possible & self.minority.possible
        )

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
        if name not in self._flags:
            self._flags[name] = truth_of(self.frame[name])(slice(None))
        return self._flags[name]

    @cached_property
    def _flags(self) -> dict[str, Truth]:
        return {}

    @cached_property
    def sizes(self) -> tuple[Ints, BoolArray]:
        """Persons of each household, 0 where that is missing, and where it is."""
        column = self.frame["household_size"]
        if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu":
            return column.to_numpy(dtype=np.int64), np.zeros(len(column), dtype=bool)
        sizes = numbers_of(column)
        missing = np.isnan(sizes)
        return np.where(missing, 0, sizes).astype(np.int64), missing

    @cached_property
    def _of_classes(self) -> dict[str, tuple[Ints, Ints]]:
        """Households of each class, and their units; read when asked for."""
        return {}

    def _of_class(self, poverty_class: str) -> tuple[Ints, Ints]:
        if poverty_class not in self._of_classes:
            rows = np.flatnonzero(self.listed(poverty_class))
            self._of_classes[poverty_class] = rows, self.unit[rows]
        return self._of_classes[poverty_class]

    def households(self, mask: BoolArray | None = None, of_class: str | None = None) -> Any:
        """How many households are marked, in all or of a class, by row of the table."""
        n = self.units.n
        if of_class is not None:
            rows, unit = self._of_class(of_class)
            counts = np.bincount(unit, None if mask is None else mask[rows], minlength=n)
        else:
            unit = self.unit if mask is None else self.unit[np.flatnonzero(mask)]
            counts = np.bincount(unit, minlength=n)
        sums = self.units.sums(counts.astype(np.int64))
        return counts_array(sums, np.zeros(len(sums), dtype=bool))

    def persons(self, mask: BoolArray | None = None, of_class: str | None = None) -> Any:
        """How many persons live in the households; NA where the size of one is missing."""
        sizes, missing = self.sizes
        unit = self.unit
        if of_class is not None:
            rows, unit = self._of_class(of_class)
            sizes, missing = sizes[rows], missing[rows]
            mask = None if mask is None else mask[rows]
        if mask is not None:
            marked = np.flatnonzero(mask)
            sizes, missing, unit = sizes[marked], missing[marked], unit[marked]
        # bincount adds up in float64, which is exact for whole numbers up to 2 ** 53.
        sums = np.bincount(unit, sizes, minlength=self.units.n).astype(np.int64)
        lacking = np.bincount(unit[missing], minlength=self.units.n)
        return counts_array(self.units.sums(sums), self.units.sums(lacking) > 0)

    def count(self, mask: BoolArray | None, of: str, of_class: str | None = None) -> Any:
        """Households or persons."""
        counted = self.persons if of == "persons" else self.households
        return counted(mask, of_class)

    def headcounts(self, poverty_class: str, among: BoolArray | None = None) -> dict[str, Any]:
        """`measures.headcount` of a class by row of the table, in all or among those marked.

        Households and persons; persons are NA where the size of a household of the class is
        missing.
        """
        sizes, missing = self.sizes
        rows, unit = self._of_class(poverty_class)  # no other row is counted
        if among is not None:
            rows, unit = rows[among[rows]], unit[among[rows]]
        missing = missing[rows]
        classes = pd.CategoricalDtype(list(PovertyClass.codes()), ordered=True)
        frame = pd.DataFrame(
            {
                "poverty_class": pd.Categorical.from_codes(self.codes[rows], dtype=classes),
                "household_size": np.where(missing, 1, sizes[rows]),
            }
        )
        table = headcount(frame, by=pd.Series(unit), of=poverty_class, persons=True)
        lacking = np.bincount(unit[missing], minlength=self.units.n)
        unknown = {"households": np.zeros_like(lacking), "persons": lacking}
        cells = {}
        for of, lacks in unknown.items():
            counted = table[table["count_of"] == of]
            counts = np.zeros(self.units.n, dtype=np.int64)
            counts[counted.iloc[:, 0].to_numpy(np.int64)] = counted["headcount"]
            cells[of] = counts_array(self.units.sums(counts), self.units.sums(lacks) > 0)
        return cells

    def answers(self, among: BoolArray, *questions: Truth) -> Any:
        """How many answers of the households marked are unknown."""
        open_answers = np.zeros(self.units.n, dtype=np.int64)
        for question in questions:
            if not question.complete:
                open_ = np.flatnonzero(among & question.possible & ~question.certain)
                open_answers += np.bincount(self.unit[open_], minlength=self.units.n)
        counts = self.units.sums(open_answers)
        return counts_array(counts, np.zeros(len(counts), dtype=bool))


def _known(certain: BoolArray, possible: BoolArray) -> Truth:
    """Truth that is known of all rows where its bounds are the same."""
    return Truth.known(certain) if (certain == possible).all() else Truth(certain, possible)
