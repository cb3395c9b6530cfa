"""What made the poor rate change: the rules, the data, who lives here, and where is urban."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import factorial
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.classification import classify_inputs
from multidim_poverty.assessment.indicators import deprivations
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.identity import check_ids_meet, check_lasting_ids, match
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.measures.design import DesignLike, read_sample, stack_designs
from multidim_poverty.measures.inference import Interval
from multidim_poverty.movement.sampled_change import estimated_contributions, wave_designs
from multidim_poverty.schema.arguments import as_tables
from multidim_poverty.schema.faults import fault_at, report
from multidim_poverty.schema.reading import category_codes, numbers_of
from multidim_poverty.schema.tables import Tables
from multidim_poverty.vocabulary import Area, PovertyClass

__all__ = ["decompose_change"]

FACTORS = ("rules", "data", "churn", "area")
CODES = PovertyClass.codes()
AREAS = pd.CategoricalDtype(list(Area.codes()))
Floats = npt.NDArray[np.float64]
State = tuple[int, ...]  # of each factor, 0 as at the start or 1 as at the end


def decompose_change(
    start: Tables,
    end: Tables,
    *,
    standards: tuple[StandardLike, StandardLike],
    on: tuple[str | dt.date | None, str | dt.date | None] = (None, None),
    classes: Sequence[str] = ("poor",),
    count_of: Literal["households", "persons"] = "households",
    undetermined: Literal["refuse", "worst", "best"] = "refuse",
    exact: bool = False,
    shared_psus: bool | None = None,
    design_start: DesignLike | None = None,
    design_end: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Split the change of a rate into what made it, to the last household.

    The four causes are the ``rules`` (the standard), the ``data`` (income and answers of the
    households that are there at both times), the ``churn`` (households that left and came) and
    the ``area`` (those that count as urban at one time and as rural at the other). Each is
    switched from its state at the start to that at the end, in every one of the 24 orders; its
    contribution is the mean of what it changes (Shapley value), so that no order is preferred
    and the four add up to the change.

    Parameters
    ----------
    start, end : Tables
        Households and members as `multidim_poverty.assess` takes them; a household that is there
        at both times has the same id. `multidim_poverty.load_sample` gives such an object.
    standards : tuple of two Standard or str
        The one of the start and the one of the end.
    on : tuple of two days, optional
        Days of the two surveys, as for `multidim_poverty.deprivations`.
    classes : sequence of str
        Classes whose share is the rate.
    count_of : {"households", "persons"}
        What is counted.
    undetermined : {"refuse", "worst", "best"}
        What to do where a class that is needed is undetermined: refuse, or take the class at
        worst or at best. Each survey is read under both standards, so answers that the other
        standard asks for may be missing.
    exact : bool
        Whether to give fractions in place of floats.
    shared_psus : bool, optional
        Needed with designs: whether units of one name, in a stratum of one name, are one unit drawn
        for both surveys (a panel, or a master sample). They are then not independent, and their
        covariance counts.
    design_start, design_end : Design or "census", optional
        How the households of the surveys were drawn: both or none, of the same parts. The weight
        of a household is data, as its size is.
    interval : {"t", "normal"}, optional
        "t" by default where there are designs.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        Index ``cause``: ``rules``, ``data``, ``churn``, ``area``, ``total``. Columns, of float64
        or (where `exact`) of `fractions.Fraction`: ``listed`` (contribution to the number of
        households or persons in `classes`) and ``points`` (contribution to the rate, in
        percentage points). The total is the change from start to end. With designs, ``listed`` is
        weighted, and ``se``, ``lower``, ``upper``, ``df`` (float64) of ``points`` follow.

    Raises
    ------
    InvalidDataError
        Where `undetermined` is ``"refuse"`` and a class is undetermined: names every household,
        with the survey and the standard. Also as `classify`, `deprivations` and `measures.Design`
        say.
    ArgumentError
        If ids do not meet, or were made from the order of rows (``id_from_row``); or if an option
        is none of those, an id repeats, or there is no household at one time; if one survey has a
        design and the other has none, or fractions or an interval do not go with it.
    MissingExtraError
        If there are designs and scipy is not installed (extra ``measures``).

    Notes
    -----
    Households that left count with their data and area of the start, those that came with theirs
    of the end, both under either standard. The size of a household is data. The mean over all
    orders has the weights ``s! (3 - s)! / 4!``. The standard error of a contribution is that of the
    same mean of the rates of all 16 states, from Taylor linearisation or from replicates.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import movement
    >>> sample = mdp.load_sample()
    >>> standards = mdp.standard("decision_59_2015"), mdp.standard("decree_07_2021")
    >>> movement.decompose_change(
    ...     sample, sample, standards=standards, undetermined="worst").round(2).T
    cause   rules  data  churn  area  total
    listed   49.0   0.0    0.0   0.0   49.0
    points    9.8   0.0    0.0   0.0    9.8
    """
    options = {
        "count_of": (count_of, ("households", "persons")),
        "undetermined": (undetermined, ("refuse", "worst", "best")),
    }
    for name, (value, allowed) in options.items():
        if value not in allowed:
            raise ArgumentError(f"{name} {value!r} is none of {', '.join(map(repr, allowed))}")
    if strange := [cls for cls in classes if cls not in CODES]:
        raise ArgumentError(
            f"no class: {', '.join(map(repr, strange))}; classes: {', '.join(CODES)}"
        )
    for which, tables in (("start", start), ("end", end)):
        if not isinstance(tables, Tables):
            raise ArgumentError(f"{which} is no Tables; pass schema.Tables(households, members)")
        as_tables(tables)
        if not len(tables.households):
            raise ArgumentError(f"there is no household at the {which}")
        if tables.households.index.has_duplicates:
            raise ArgumentError(f"household ids repeat at the {which}")
    if not isinstance(standards, Sequence) or isinstance(standards, str) or len(standards) != 2:
        raise ArgumentError("standards are two: that of the start and that of the end")
    first, last = standards
    laws = as_standard(first, "standards"), as_standard(last, "standards")
    designs = wave_designs(design_start, design_end, interval, confidence)
    if designs is not None and (exact or shared_psus is None):
        raise ArgumentError(
            "exact fractions are of counts, and a sample gives estimates; leave exact out"
            if exact
            else "say with shared_psus whether both surveys drew the same primary sampling units"
        )
    counts = _Counts(start, end, laws, on, list(classes), count_of, undetermined)
    states = {state: counts.of(*state) for state in product((0, 1), repeat=len(FACTORS))}
    if designs is not None:
        homes = start.households, end.households
        table, design = stack_designs(designs, homes, ("start", "end"), shared=bool(shared_psus))
        sample = read_sample(design, table, "both surveys")
        return estimated_contributions(
            _contributions(), states, sample, interval=interval or "t", confidence=confidence
        )
    totals = {state: [int(part.sum()) for part in parts] for state, parts in states.items()}
    listed = {state: Fraction(count) for state, (count, _) in totals.items()}
    points = {state: Fraction(100 * count, total) for state, (count, total) in totals.items()}
    rows = {
        cause: [
            sum((part * values[state] for state, part in parts.items()), Fraction(0))
            for values in (listed, points)
        ]
        for cause, parts in _contributions().items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["listed", "points"])
    table.index.name = "cause"
    return table if exact else table.astype(np.float64)


def _contributions() -> dict[str, dict[State, Fraction]]:
    """Of each cause, by what the value of each state is multiplied in its contribution.

    It is the mean over all orders of what switching the cause changes.
    """
    n = len(FACTORS)
    first, last = (0,) * n, (1,) * n
    parts: dict[str, dict[State, Fraction]] = {}
    for at, cause in enumerate(FACTORS):
        parts[cause] = {}
        for state in product((0, 1), repeat=n):
            before = sum(state) - state[at]
            weight = Fraction(factorial(before) * factorial(n - 1 - before), factorial(n))
            parts[cause][state] = weight if state[at] else -weight
    return {**parts, "total": {first: Fraction(-1), last: Fraction(1)}}


class _Counts:
    """Who is listed, and of whom, for any state of the four causes."""

    def __init__(
        self,
        start: Tables,
        end: Tables,
        standards: tuple[Standard, Standard],
        on: tuple[str | dt.date | None, str | dt.date | None],
        classes: list[str],
        count_of: str,
        undetermined: str,
    ) -> None:
        self.tables = (start, end)
        self.standards = standards
        self.classes = classes
        self.count_of = count_of
        self.undetermined = undetermined
        check_lasting_ids({"start": start.households, "end": end.households})
        check_ids_meet(start.households.index, end.households.index, ("start", "end"))
        at_end = match(start.households.index.to_series(), end.households.index).home
        # Rows of each survey: of the households that stay, in one order, and of the others.
        self.stay: list[Any] = [np.flatnonzero(at_end >= 0), at_end[at_end >= 0]]
        self.other = [
            np.flatnonzero(~np.isin(np.arange(len(tables.households)), stay, kind="table"))
            for tables, stay in zip(self.tables, self.stay, strict=True)
        ]
        self.matrices = {
            (rules, data): deprivations(
                self.tables[data].households,
                self.tables[data].members,
                standard=standards[rules],
                on=on[data],
            )
            for rules, data in product((0, 1), repeat=2)
        }
        # Each survey under both standards, once: with its own areas, and with those of the other.
        states = sorted(product((0, 1), repeat=3), key=lambda state: state[1] != state[2])
        self.codes = {state: self._class_codes(*state) for state in states}
        if undetermined == "refuse":
            self._refuse_undetermined()

    def of(self, rules: int, data: int, churn: int, area: int) -> tuple[Floats, Floats]:
        """What each household of both surveys counts among the listed, and among all.

        The surveys stand one below the other; households that are not there in a state count 0.
        """
        sizes = [len(tables.households) for tables in self.tables]
        listed, everybody = np.zeros(sum(sizes)), np.zeros(sum(sizes))
        for survey, rows, codes in (
            (data, self.stay[data], self.codes[rules, data, area]),
            (churn, self.other[churn], self.codes[rules, churn, churn]),
        ):
            places = rows + survey * sizes[0]
            everybody[places] = self._weights(survey)[rows]
            listed[places] = everybody[places] * self._listed(codes[rows])
        return listed, everybody

    def _households(self, data: int, area: int) -> pd.DataFrame:
        """A survey, with the area of the households that stay as at the other one."""
        households = self.tables[data].households
        if data == area:
            return households
        own, other = (
            category_codes(self.tables[survey].households["area"], Area.codes())
            for survey in (data, area)
        )
        areas = own.copy()
        areas[self.stay[data]] = other[self.stay[area]]
        return households.assign(area=pd.Categorical.from_codes(areas, dtype=AREAS))

    def _classified(self, rules: int, data: int, area: int) -> pd.DataFrame:
        standard, households = self.standards[rules], self._households(data, area)
        inputs = ClassificationInputs.of(households, self.matrices[rules, data], standard)
        return classify_inputs(inputs, standard)

    def _class_codes(self, rules: int, data: int, area: int) -> npt.NDArray[np.int8]:
        """The class of each household of a survey, of undetermined ones as the caller chose."""
        column = {"refuse": "poverty_class", "worst": "class_at_worst", "best": "class_at_best"}
        classes = self._classified(rules, data, area)[column[self.undetermined]]
        return category_codes(classes, CODES)

    def _listed(self, codes: npt.NDArray[np.int8]) -> Floats:
        # The last is of those without a class.
        is_listed = np.array([*(code in self.classes for code in CODES), False])
        return is_listed[codes].astype(np.float64)

    def _weights(self, data: int) -> Floats:
        tables = self.tables[data]
        if self.count_of == "households":
            return np.ones(len(tables.households))
        if "household_size" in tables.households.columns:
            sizes = numbers_of(tables.households["household_size"])
            if not np.isnan(sizes).any():
                return sizes
        raise ArgumentError("to count persons, every household needs a household_size")

    def _refuse_undetermined(self) -> None:
        """Name every household without a class, with the survey and the standard."""
        faults = []
        for (rules, data, _), codes in self.codes.items():
            table = ("start", "end")[data]
            fault = fault_at(
                table,
                "poverty_class",
                "undetermined",
                np.asarray(codes < 0, dtype=bool),
                standard=self.standards[rules].name,
            )
            faults.append(report([fault], {table: self.tables[data].households}))
        faults_of_all = pd.concat(faults, ignore_index=True)
        if len(faults_of_all):
            columns = ["table", "household_id", "message"]
            raise InvalidDataError(faults_of_all.drop_duplicates(columns))
