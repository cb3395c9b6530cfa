"""Draw a synthetic population that matches totals, and check one against them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.classification import classify
from multidim_poverty.assessment.indicators import deprivations
from multidim_poverty.assessment.pipeline import assess
from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import name_key, spellings
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.rules import UnknownRule
from multidim_poverty.measures import headcount
from multidim_poverty.population.allocation import allocate, minority_by_class
from multidim_poverty.population.answers import Draft, draw_answers, terms
from multidim_poverty.population.fitting import counts_allowed, draw_incomes, flip
from multidim_poverty.population.totals import Totals
from multidim_poverty.reports.layouts import kinh_spellings
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.tables import Tables
from multidim_poverty.vocabulary import Area, PovertyClass

__all__ = ["GROUPS", "check", "draw"]

Ints = npt.NDArray[np.int64]
NOTICE = (
    "synthetic: nobody in it exists; only the totals that it was drawn to match are from outside"
)
LISTED = (str(PovertyClass.POOR), str(PovertyClass.NEAR_POOR))
OTHERS = (str(PovertyClass.AVERAGE), str(PovertyClass.ABOVE_AVERAGE))
WEIGHTS = ("households", "poor", "near_poor", "average", "minority")
PLACES = ("area", "province", "district", "commune", "village")
# Groups that the tables of Dak Nong list, and whether they are counted as local there (a reading).
GROUPS: Mapping[str, bool] = {
    "Ê Đê": True,
    "Mạ": True,
    "M'Nông": True,
    "Mường": False,
    "Thái": False,
    "Tày": False,
    "Nùng": False,
    "Mông": False,
    "Dao": False,
}
# Beta distributions of the hidden hardship: invented.
HARDSHIP = {"poor": (4.6, 2.6), "near_poor": (3.4, 4.2), "average": (3.0, 4.4)}
BETTER_OFF = (1.3, 6.0)


def draw(
    units: pd.DataFrame,
    totals: Totals,
    *,
    standard: StandardLike,
    on: DayLike,
    seed: int,
    groups: Mapping[str, bool] = GROUPS,
) -> Tables:
    """Households and members whose classes under a standard match totals exactly.

    Nobody in the result exists. The totals are all that it shares with a real place; incomes,
    answers, ages and the shares of units are invented, so any other figure computed from it, such
    as who would be poor under another standard, shows how a question is answered and is not an
    estimate.

    Parameters
    ----------
    units : pandas.DataFrame
        One row per unit (such as a commune), index unique: the code of the unit. Column ``area``
        (``rural`` or ``urban``); where given, ``province``, ``district``, ``commune`` and
        ``village`` (string) are handed on to the households, as is the index in the column
        ``unit``. Weights (float, 0 or more): ``households`` and ``poor`` (default 1 for each
        unit), ``near_poor`` and ``average`` (default: as ``poor``), ``minority`` (default: as
        ``households``). Counts that add up to the totals come out exactly where they fit into
        each other; anything else is a share.
    totals : Totals
        The numbers that the households must add up to.
    standard : Standard or str
        The standard under which the totals are counted; every indicator must have a known rule.
    on : str or datetime.date
        Day of the survey: ages and dates of birth agree on it, and `assess` needs it.
    seed : int
        The same arguments and seed give the same tables.
    groups : mapping of str to bool
        Names of the minority groups to draw from, and whether each is a local one.

    Returns
    -------
    Tables
        ``.households`` (index ``household_id``, ids ``SYN-...``) and ``.members``, with every
        column that a rule can read, and no missing answer; no income under a standard without
        lines. ``attrs["synthetic"]`` of both says what they are.

    Raises
    ------
    ArgumentError
        If `units` has no rows, repeats a code, has an unknown area or a bad weight, or the
        standard has indicators without a rule or lacks a class of the totals; if `groups` is empty
        though there are minorities, or names the majority, or one group twice (`ArgumentError`).
    InvalidDataError
        If a table names a column twice.

    Notes
    -----
    No class is stored. Answers are drawn first; where their number of deprivations cannot give
    the class, single answers are changed; then the income is drawn in a band of the decision
    table that gives the class.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> units = pd.DataFrame(
    ...     {"area": ["rural", "urban"], "commune": ["A", "B"], "poor": [3, 1]}, index=["01", "02"])
    >>> totals = mdp.population.Totals(
    ...     households=200, poor=20, near_poor=15, minority=60, minority_poor=12)
    >>> standard = mdp.standard("decision_59_2015")
    >>> drawn = mdp.population.draw(units, totals, standard=standard, on="2021-01-01", seed=1)
    >>> result = mdp.assess(drawn.households, drawn.members, standard=standard, on="2021-01-01")
    >>> result["poverty_class"].value_counts(sort=False).to_dict()
    {'poor': 20, 'near_poor': 15, 'average': 10, 'above_average': 155}
    """
    units = as_frame(units, "units")
    standard, day = as_standard(standard), as_date(on)
    _check_units(units)
    _check_groups(groups, totals)
    unruled = [i.id for i in standard.indicators if isinstance(i.rule, UnknownRule)]
    if unruled:
        raise ArgumentError(f"{standard.name} has no known rule for {', '.join(unruled)}")
    allowed = {name: counts_allowed(standard, name) for name in (*LISTED, *OTHERS)}
    rng = np.random.default_rng(seed)
    cells, average = _cells(units, totals.complete())
    unit, minority, classes = _rows(rng, cells, average)
    hardship = np.empty(len(unit))
    for name in allowed:
        of_class = classes == name
        hardship[of_class] = rng.beta(*HARDSHIP.get(name, BETTER_OFF), int(of_class.sum()))
    draft = draw_answers(rng, hardship, minority, groups, day)
    homes = draft.homes
    urban = units["area"].eq(str(Area.URBAN)).to_numpy(dtype=bool)[unit]
    homes["area"] = terms(Area, urban.astype(np.int64))
    matrix = _matrix(draft, standard, day)
    count = matrix.sum(axis=1)
    class_positions = pd.Index(list(allowed)).get_indexer(pd.Index(classes))
    least = np.array([counts[0] for counts in allowed.values()])[class_positions]
    most = np.array([counts[-1] for counts in allowed.values()])[class_positions]
    if (count > most).any() or (count < least).any():
        flip(rng, draft, matrix, np.maximum(count - most, 0), standard, deprived=False)
        flip(rng, draft, matrix, np.maximum(least - count, 0), standard, deprived=True)
        count = _matrix(draft, standard, day).sum(axis=1)
    if standard.lines:
        income = draw_incomes(rng, standard, classes, count, urban)
        homes["income_12m"] = (income * 12 * homes["household_size"]).astype(np.float64)
    drawn = _labelled(draft, units, unit, seed)
    classified = classify(
        drawn.households,
        deprivations(drawn.households, drawn.members, standard=standard, on=day),
        standard=standard,
    )["poverty_class"]
    # A rule that no answer can meet.
    if (classified.astype(object).to_numpy() != classes).any():
        raise ArgumentError(f"no answers were found that give every class under {standard.name}")
    return drawn


def check(
    drawn: Tables, totals: Totals, *, standard: StandardLike, on: DayLike | None = None
) -> pd.DataFrame:
    """Assess a population and set it beside the totals that it should match.

    Parameters
    ----------
    drawn : Tables
        Households (with ``ethnic_minority``) and members.
    totals : Totals
        Totals that are None are left out.
    standard : Standard or str
        As for `assess`.
    on : str or datetime.date, optional
        As for `assess`.

    Returns
    -------
    pandas.DataFrame
        One row per total: ``total`` (string), ``expected``, ``counted``, ``difference`` (int64
        households). The row ``undetermined`` expects 0.

    Raises
    ------
    InvalidDataError
        As for `assess`.
    ArgumentError
        If a table is no DataFrame, or there is no such standard.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> totals = mdp.population.Totals(
    ...     households=90, poor=9, near_poor=5, minority=20, minority_poor=4)
    >>> standard = mdp.standard("decree_07_2021")
    >>> drawn = mdp.population.draw(
    ...     pd.DataFrame({"area": ["rural"]}), totals, standard=standard, on="2023-06-30", seed=1)
    >>> mdp.population.check(drawn, totals, standard=standard, on="2023-06-30")[
    ...     "difference"].tolist()
    [0, 0, 0, 0, 0, 0]
    """
    standard = as_standard(standard)
    result = assess(drawn.households, drawn.members, standard=standard, on=on)
    minority = drawn.households["ethnic_minority"].fillna(False).to_numpy(dtype=bool)

    def counts(rows: pd.DataFrame, of: str = "poor") -> pd.Series[Any]:
        return headcount(rows, of=of).iloc[0]

    counted = {
        "households": counts(result)["base"],
        "poor": counts(result)["headcount"],
        "near_poor": counts(result, "near_poor")["headcount"],
        "average": counts(result, "average")["headcount"],
        "minority": counts(result[minority])["base"],
        "minority_poor": counts(result[minority])["headcount"],
        "minority_near_poor": counts(result[minority], "near_poor")["headcount"],
        "undetermined": counts(result)["undetermined"],
    }
    expected = {**totals.model_dump(), "undetermined": 0}
    names = [name for name in counted if expected[name] is not None]
    table = pd.DataFrame(
        {
            "total": names,
            "expected": [expected[name] for name in names],
            "counted": [counted[name] for name in names],
        }
    )
    return table.assign(difference=table["counted"] - table["expected"])


# -- the steps ---------------------------------------------------------------------------------


def _check_units(units: pd.DataFrame) -> None:
    problems = []
    if not len(units):
        problems.append("there are no units")
    twice = units.index[units.index.duplicated()].unique().tolist()
    problems += [f"unit {code!r} stands more than once" for code in twice]
    if "area" not in units.columns:
        problems.append("column area is missing")
    else:
        bad = units.loc[~units["area"].isin(Area.codes()), "area"]
        problems += [
            f"unit {code!r}: area {value!r} is not rural or urban" for code, value in bad.items()
        ]
    for name in WEIGHTS:
        if name in units.columns:
            weights = pd.to_numeric(units[name], errors="coerce")
            wrong = units.loc[~(np.isfinite(weights) & (weights >= 0)), name]
            problems += [
                f"unit {code!r}: {name} {value!r} is not a number of 0 or more"
                for code, value in wrong.items()
            ]
    if problems:
        raise ArgumentError("units are not sound: " + "; ".join(problems))


def _check_groups(groups: Mapping[str, bool], totals: Totals) -> None:
    """Refuse groups that would give a minority household the name of the majority, or none."""
    kinh = set(map(name_key, kinh_spellings()))
    problems = []
    if not groups and totals.minority:
        problems.append(f"there is none for {totals.minority} minority households")
    for name, local in groups.items():
        if not isinstance(name, str) or not name_key(name):
            problems.append(f"{name!r} is no name")
        elif name_key(name) in kinh:
            problems.append(f"{name!r} is the majority, no minority group")
        if not isinstance(local, bool | np.bool_):
            problems.append(f"{name!r}: {local!r} is not True (a local group) or False")
    problems += [f"{' and '.join(map(repr, ways))} are one group" for ways in spellings(groups)]
    if problems:
        raise ArgumentError("groups are not sound: " + "; ".join(problems))


def _cells(units: pd.DataFrame, totals: Totals) -> tuple[dict[tuple[bool, str], Ints], Ints]:
    """Households of each unit, by minority or not and by list; and its average ones."""
    assert totals.minority_near_poor is not None
    assert totals.average is not None

    def weight(name: str, otherwise: str = "") -> npt.NDArray[np.float64]:
        column = name if name in units.columns else otherwise
        if column in units.columns:
            return units[column].to_numpy(dtype=np.float64)
        return np.ones(len(units))

    poor = allocate(totals.poor, weight("poor"))
    near = allocate(totals.near_poor, weight("near_poor", "poor"))
    target = allocate(totals.households, weight("households"))
    rest_total = totals.households - totals.poor - totals.near_poor
    rest = allocate(rest_total, np.maximum(target - poor - near, 0))
    everybody = poor + near + rest
    minority = allocate(totals.minority, weight("minority", "households"), capacity=everybody)
    share = minority / np.maximum(everybody, 1)
    minority_poor = allocate(totals.minority_poor, poor * share, capacity=poor)
    minority_near = allocate(totals.minority_near_poor, near * share, capacity=near)
    by_class = minority_by_class(
        minority,
        np.column_stack([minority_poor, minority_near]),
        np.column_stack([poor, near, rest]),
        [totals.minority_poor, totals.minority_near_poor],
    )
    if by_class is not None:
        minority_poor, minority_near, minority_rest = by_class.T
    else:  # the numbers of the units do not fit into each other: shares
        minority_rest = allocate(
            totals.minority - totals.minority_poor - totals.minority_near_poor,
            np.maximum(minority - minority_poor - minority_near, 0),
            capacity=rest,
        )
    cells = {
        (True, "poor"): minority_poor,
        (True, "near_poor"): minority_near,
        (True, "neither"): minority_rest,
        (False, "poor"): poor - minority_poor,
        (False, "near_poor"): near - minority_near,
        (False, "neither"): rest - minority_rest,
    }
    return cells, allocate(totals.average, weight("average", "poor"), capacity=rest)


def _rows(
    rng: np.random.Generator, cells: dict[tuple[bool, str], Ints], average: Ints
) -> tuple[Ints, npt.NDArray[np.bool_], npt.NDArray[np.object_]]:
    """Unit, minority or not, and class, of every household; units one after the other."""
    number = len(average)
    unit = np.concatenate([np.repeat(np.arange(number), n) for n in cells.values()])
    sizes = [int(n.sum()) for n in cells.values()]
    minority = np.repeat([key[0] for key in cells], sizes)
    classes = np.repeat(np.array([key[1] for key in cells], dtype=object), sizes)
    # Within its unit a minority household is more often average than above it: invented.
    lot = rng.random(len(unit)) - 0.3 * minority
    order = np.lexsort([lot, classes != "neither", unit])
    unit, minority, classes = unit[order], minority[order], classes[order]
    first = np.searchsorted(unit, np.arange(number))
    place = np.arange(len(unit)) - first[unit]
    others = classes == "neither"
    classes[others] = np.where(place < average[unit], *OTHERS)[others]
    order = np.lexsort([rng.random(len(unit)), unit])
    return unit[order], minority[order], classes[order]


def _matrix(draft: Draft, standard: Standard, day: dt.date) -> npt.NDArray[np.bool_]:
    matrix = deprivations(draft.homes, draft.members, standard=standard, on=day)
    return np.column_stack([matrix[name].to_numpy(dtype=bool) for name in standard.indicator_ids])


def _labelled(draft: Draft, units: pd.DataFrame, unit: Ints, seed: int) -> Tables:
    homes, members = draft.homes, draft.members
    width = max(4, len(str(len(homes))))
    ids = pd.Index([f"SYN-{n:0{width}d}" for n in range(1, len(homes) + 1)], name="household_id")
    places = units[[name for name in PLACES[1:] if name in units.columns]].iloc[unit]
    places = places.assign(unit=units.index[unit]).set_axis(ids, axis=0)
    answers = homes.drop(columns="area").set_axis(ids, axis=0)
    homes = pd.concat([homes[["area"]].set_axis(ids, axis=0), places, answers], axis=1)
    members = members.assign(household_id=ids[members["household_id"].to_numpy()])
    for frame in (homes, members):
        frame.attrs = {"synthetic": NOTICE, "seed": seed}
    return Tables(homes, members)
