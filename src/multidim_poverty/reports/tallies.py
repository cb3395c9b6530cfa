"""A result that tables are made from, read and checked once for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from multidim_poverty.errors import InvalidDataError
from multidim_poverty.language import Label
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.inference import Interval, sample_of
from multidim_poverty.reports.sample_tally import SampleTally
from multidim_poverty.reports.unit_tally import UnitTally
from multidim_poverty.reports.units import units_of
from multidim_poverty.schema.arguments import By
from multidim_poverty.schema.definitions import Column, column_of
from multidim_poverty.schema.faults import Fault, column_faults, id_faults, report

__all__ = ["Tallies"]


class Tallies:
    """A result that tables are made from, read once for all of them.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per household.
    by, units, total, names
        As for `units_of`.
    design, interval, confidence
        As for `table_1`.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        by: By,
        *,
        units: pd.DataFrame | None = None,
        total: bool = True,
        names: Mapping[Any, str] | None = None,
        design: DesignLike | None = None,
        interval: Interval | None = None,
        confidence: float = 0.95,
    ) -> None:
        self.frame = frame
        self.sample = sample_of(design, frame, "result", interval, confidence)
        self._intervals: tuple[Interval, float] = interval or "logit", confidence
        self._rows: dict[str, Any] = dict(by=by, units=units, total=total, names=names)
        self._tallies: dict[bool, UnitTally] = {}
        self._faults: dict[tuple[str, bool], list[Fault]] = {}

    @cached_property
    def _id_faults(self) -> list[Fault]:
        return [*id_faults(self.frame)]

    def tally(
        self,
        *,
        needed: Sequence[str] = (),
        booleans: Sequence[str] = (),
        population: pd.DataFrame | None = None,
    ) -> UnitTally:
        """The households by unit, with those of the population; checked for the columns read.

        `needed` are columns of the schema, `booleans` further ones.
        """
        faults = [*self._id_faults]
        for name in needed:
            faults += self._column_faults(name, answer=True)
        for name in booleans:
            faults += self._column_faults(name, answer=False)
        if faults:
            raise InvalidDataError(report(faults, {"households": self.frame}))
        based = population is not None
        if based not in self._tallies:
            rows = units_of(self.frame, population=population, **self._rows)
            self._tallies[based] = (
                UnitTally(self.frame, rows)
                if self.sample is None
                else SampleTally(self.frame, rows, self.sample, *self._intervals)
            )
        return self._tallies[based]

    def _column_faults(self, name: str, *, answer: bool) -> list[Fault]:
        if (name, answer) not in self._faults:
            # A column of the result may have the name of an answer of the survey: `toilet`.
            column = (
                column_of("households", name)
                if answer
                else Column(
                    table="households", name=name, kind="boolean", label=Label(vi=name, en=name)
                )
            )
            assert column is not None
            self._faults[name, answer] = [*column_faults(self.frame, column, needed=True)]
        return self._faults[name, answer]
