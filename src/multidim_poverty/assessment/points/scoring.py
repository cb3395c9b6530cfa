"""Forms A and B: quick identification, points for income (B1) and for deprivations (B2), classes.

`points` adds up B1 from the answers and a score sheet, `b2` counts deprivations, and
`classify_points` gives the class. The tables fit together:

>>> import pandas as pd
>>> import multidim_poverty as mdp
>>> from multidim_poverty import points
>>> standard = mdp.standard("decree_07_2021")
>>> matrix = pd.DataFrame(False, index=["a", "b"], columns=standard.indicator_ids)
>>> matrix.loc["a", ["employment", "water", "toilet"]] = True
>>> table = points.b2(matrix, standard=standard).assign(area="rural", b1=[140, 141])
>>> points.classify_points(table, standard=standard).poverty_class.tolist()
['poor', 'not_poor']
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.points.checks import (
    ColumnCheck,
    above_its_bound,
    category_check,
    column_named,
    is_other,
    missing,
    no_sum_of,
    outside_bounds,
    refuse,
)
from multidim_poverty.errors import NotCoveredError
from multidim_poverty.kleene import Truth
from multidim_poverty.language import Label
from multidim_poverty.law import Standard
from multidim_poverty.law.point_rule import PointRule, point_rule
from multidim_poverty.law.quick_form import QuickForm
from multidim_poverty.law.score_sheet import Item, ScoreSheet
from multidim_poverty.schema.definitions import (
    category_codes,
    column_of,
    not_boolean,
    numbers_of,
    rules_for,
    truth_of,
)
from multidim_poverty.vocabulary import Area

__all__ = ["b2", "classify_points", "points", "quick_identification"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]


# -- B1 --------------------------------------------------------------------------------------


def points(
    answers: pd.DataFrame,
    *,
    sheet: ScoreSheet,
    region: str | None = None,
    items: bool = False,
    allow_partial: bool = False,
) -> pd.DataFrame:
    """Points for income (B1) that a score sheet gives for the answers.

    Parameters
    ----------
    answers : pandas.DataFrame
        One row per household. One column per item of the sheet, named by its id: a code (item of
        kind ``choice``), a boolean (``yes_no``) or a number (``number``); missing where unknown.
        Also the columns of yes and no that decide whether an item is scored, and ``region``
        where none is given. Other columns are ignored.
    sheet : ScoreSheet
    region : str, optional
        Region of all households; else the column ``region`` of `answers` is read.
    items : bool
        Whether to give the points of each item too.
    allow_partial : bool
        Whether to add up a sheet that lacks items of the form. The sum is then called
        ``b1_partial``, for it is no B1, and `classify_points` does not take it.

    Returns
    -------
    pandas.DataFrame
        Index as `answers`. Columns:

        - ``area`` (category): that of the region; NA where the region leaves it open;
        - ``standard`` (category): the standard that the sheet belongs to;
        - ``b1`` (Int64) [points]: NA where a missing answer could change it;
        - ``b1_at_least``, ``b1_at_most`` (Int64) [points]: the bounds that the missing answers
          leave; equal where B1 is known;
        - with `items`, one column per item (Int64) [points].

    Raises
    ------
    InvalidDataError
        If a column is absent, an answer is none of the item, a number is below the lowest of the
        item or not whole where it must be, or a region is unknown. Names every bad row.
    NotCoveredError
        If the sheet is partial and `allow_partial` is not set.
    ValueError
        If `region` is no region of the sheet.

    Notes
    -----
    The item points of 2021 (Circular 07/2021/TT-BLDTBXH) were not found: fill a sheet with
    ``ScoreSheet.template`` from the official form. Missing answers are taken one by one: each may
    be any answer of its item. An unknown region may be any region of the sheet.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import points
    >>> from multidim_poverty.law.score_sheet import score_sheet
    >>> answers = pd.DataFrame({
    ...     "household_size": [4, 4], "only_dependents": [False, None], "dependents": [1, 1],
    ...     "best_diploma": ["college", "college"], "non_farm_job": ["public", "none"],
    ...     "pensioners": [0, 0], "durable_wall": [True, True], "durable_column": [True, True]})
    >>> points.points(answers, sheet=score_sheet("score_sheet_2016_partial"), region="urban",
    ...     allow_partial=True).filter(like="b1")
       b1_partial  b1_partial_at_least  b1_partial_at_most
    0          65                   65                  65
    1        <NA>                   30                  55
    """
    if sheet.partial and not allow_partial:
        raise NotCoveredError(
            f"{sheet.name} is partial: items of the form are lacking, and the sum is no B1. Fill "
            f"the whole sheet, or set allow_partial=True to add up what there is"
        )
    if region is not None and region not in sheet.region_ids:
        raise ValueError(
            f"{region!r} is no region of {sheet.name}; there are {', '.join(sheet.region_ids)}"
        )
    refuse("answers", answers, _answer_checks(sheet, region))

    n = len(answers)
    if region is not None:
        where = np.full(n, sheet.region_ids.index(region), dtype=np.int8)
    else:
        where = category_codes(answers["region"], sheet.region_ids)
    low, high = _open_bounds(n, len(sheet.items))
    total_low, total_high = _open_bounds(n, 1)
    scored = [_positions(answers, item) for item in sheet.items]
    for code, name in enumerate(sheet.region_ids):
        here = np.flatnonzero((where == code) | (where < 0))
        sum_low, sum_high = np.zeros(len(here), dtype=np.int64), np.zeros(len(here), dtype=np.int64)
        for column, (item, (position, left_out)) in enumerate(
            zip(sheet.items, scored, strict=True)
        ):
            least, most = _item_bounds(item, name, position[here], left_out, here)
            sum_low += least
            sum_high += most
            low[here, column] = np.minimum(low[here, column], least)
            high[here, column] = np.maximum(high[here, column], most)
        total_low[here, 0] = np.minimum(total_low[here, 0], sum_low)
        total_high[here, 0] = np.maximum(total_high[here, 0], sum_high)

    name = "b1_partial" if sheet.partial else "b1"
    result: dict[str, Any] = {
        "area": _area_of(sheet, where),
        "standard": _categories(np.zeros(n, dtype=np.int8), (sheet.standard,)),
        **_with_bounds(name, total_low[:, 0], total_high[:, 0]),
    }
    if items:
        for column, item in enumerate(sheet.items):
            result[item.id] = _determined(low[:, column], high[:, column])
    return pd.DataFrame(result, index=answers.index)


def _open_bounds(n: int, columns: int) -> tuple[Ints, Ints]:
    """Bounds that the first value to come takes the place of."""
    limits = np.iinfo(np.int64)
    return (
        np.full((n, columns), limits.max, dtype=np.int64),
        np.full((n, columns), limits.min, dtype=np.int64),
    )


def _answer_checks(sheet: ScoreSheet, region: str | None) -> Iterator[ColumnCheck]:
    if region is None:
        yield category_check("region", Label(vi="Vùng", en="Region"), sheet.region_ids)
    asked: dict[str, Label] = {}
    for item in sheet.items:
        match item.kind:
            case "choice":
                codes = tuple(answer.id for answer in item.answers if answer.id is not None)
                yield category_check(item.id, item.label, codes)
            case "yes_no":
                yield ColumnCheck(column_named(item.id, item.label), {"not_boolean": not_boolean})
            case _:
                assert item.lowest is not None
                kind = "integer" if item.whole else "number"
                column = column_named(item.id, item.label, kind=kind, low=item.lowest)
                yield ColumnCheck(column, rules_for(column))
        if item.not_scored is not None:
            rule = item.not_scored
            asked[rule.column] = rule.label or Label(vi=rule.column, en=rule.column)
    for name, label in asked.items():
        yield ColumnCheck(column_named(name, label), {"not_boolean": not_boolean})


def _positions(answers: pd.DataFrame, item: Item) -> tuple[npt.NDArray[np.intp], Truth | None]:
    """Position of the answer of each household (-1 unknown), and whether the item is left out."""
    values = answers[item.id]
    if item.kind == "number":
        numbers = numbers_of(values)
        starts = [answer.at_least for answer in item.answers]
        position = np.searchsorted(np.array(starts, dtype=np.float64), numbers, side="right") - 1
        position[np.isnan(numbers)] = -1
    elif item.kind == "yes_no":
        yes = [answer.id for answer in item.answers].index("yes")
        truth = truth_of(values)(slice(None))
        position = np.where(truth.certain, yes, np.where(truth.possible, -1, 1 - yes))
    else:
        codes = tuple(str(answer.id) for answer in item.answers)
        position = category_codes(values, codes).astype(np.intp)
    if item.not_scored is None:
        return position, None
    return position, truth_of(answers[item.not_scored.column])(slice(None))


def _item_bounds(
    item: Item,
    region: str,
    position: npt.NDArray[np.intp],
    left_out: Truth | None,
    here: npt.NDArray[np.intp],
) -> tuple[Ints, Ints]:
    """Least and most points of an item in a region for some rows."""
    given = np.array([answer.points[region] for answer in item.answers], dtype=np.int64)
    unknown = position < 0
    least = np.where(unknown, given.min(), given[position])
    most = np.where(unknown, given.max(), given[position])
    if left_out is not None:
        certain, possible = left_out.certain[here], left_out.possible[here]
        least[possible] = 0  # no points are negative
        most[certain] = 0
    return least, most


def _area_of(sheet: ScoreSheet, where: Codes) -> pd.Categorical:
    areas = [Area.codes().index(str(region.area)) for region in sheet.regions]
    open_one = areas[0] if len(set(areas)) == 1 else -1  # the last entry serves an unknown region
    table = np.array([*areas, open_one], dtype=np.int8)
    return _categories(table[where], Area.codes())


def _categories(codes: Codes, names: tuple[str, ...]) -> pd.Categorical:
    dtype: pd.CategoricalDtype = pd.CategoricalDtype(list(names))
    return pd.Categorical.from_codes(codes, dtype=dtype)


# -- B2 --------------------------------------------------------------------------------------


def b2(
    deprivations: pd.DataFrame, *, standard: Standard, rule: PointRule | None = None
) -> pd.DataFrame:
    """Points for deprivations (B2): the same number for each deprived indicator.

    Parameters
    ----------
    deprivations : pandas.DataFrame
        The deprivation matrix: exactly the indicators of the standard, in any order, as bool,
        nullable boolean or 0/1 (missing allowed).
    standard : Standard
    rule : PointRule, optional
        The shipped one of the standard where none is given.

    Returns
    -------
    pandas.DataFrame
        Index as `deprivations`; ``b2`` (Int64) [points], NA where an indicator is unknown, and
        its bounds ``b2_at_least`` and ``b2_at_most``.

    Raises
    ------
    InvalidDataError
        If a deprivation is not 0, 1 or missing.
    NotCoveredError
        If no points are known for the standard.
    ValueError
        If the columns are not the indicators of the standard.

    Notes
    -----
    Under Circular 07/2021/TT-BLDTBXH, 10 points for each of the 12 indicators.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import points
    >>> standard = mdp.standard("decree_07_2021")
    >>> matrix = pd.DataFrame(False, index=[0, 1], columns=standard.indicator_ids, dtype="boolean")
    >>> matrix["water"] = [True, None]
    >>> points.b2(matrix, standard=standard)
         b2  b2_at_least  b2_at_most
    0    10           10          10
    1  <NA>            0          10
    """
    rule = _rule(standard, rule)
    wanted = standard.indicator_ids
    if sorted(map(str, deprivations.columns)) != sorted(wanted):
        odd = sorted(set(wanted) ^ set(map(str, deprivations.columns))) or ["one stands twice"]
        raise ValueError(
            f"the columns of the deprivation matrix are not the indicators of {standard.name} "
            f"({', '.join(odd)}); drop what is extra, and give an unknown indicator as NA"
        )
    refuse(
        "deprivations",
        deprivations,
        [ColumnCheck(column_named(id), {"not_a_deprivation": not_boolean}) for id in wanted],
    )
    least, most = (np.zeros(len(deprivations), dtype=np.int64) for _ in range(2))
    for id in wanted:
        truth = truth_of(deprivations[id])(slice(None))
        least += truth.certain
        most += truth.possible
    step = rule.points_per_deprivation.points
    return pd.DataFrame(_with_bounds("b2", least * step, most * step), index=deprivations.index)


# -- the class -------------------------------------------------------------------------------


def classify_points(
    points: pd.DataFrame, *, standard: Standard, rule: PointRule | None = None
) -> pd.DataFrame:
    """The class that the points of Form B give each household.

    Parameters
    ----------
    points : pandas.DataFrame
        ``area``, ``b1`` and ``b2`` [points], whole numbers, missing where unknown. For an
        unknown one its bounds are read, if they are there: ``b1_at_least``, ``b1_at_most``,
        ``b2_at_least``, ``b2_at_most``, as `points` and `b2` give them. Where there is a column
        ``standard``, it must name `standard`. Other columns are ignored.
    standard : Standard
    rule : PointRule, optional
        The shipped one of the standard where none is given.

    Returns
    -------
    pandas.DataFrame
        Index as `points`; ``poverty_class`` (ordered category with the classes in points, worst
        first; NA where undetermined), ``class_at_worst`` and ``class_at_best`` (the same
        category): the classes that the unknown points leave open.

    Raises
    ------
    InvalidDataError
        If a column is absent, an area unknown or missing, B1 or B2 negative or not whole, B2 no
        sum of points of the indicators (0, 10, ..., 120 under Decree 07/2021), bounds disagree,
        or points come from the sheet of another standard. Names every bad row.
    NotCoveredError
        If no class rule in points is known for the standard: for Decree 351/2025, and for
        variants.

    Notes
    -----
    Circular 07/2021/TT-BLDTBXH, under Decree 07/2021: B1 up to 140 points (rural) or 175 (urban)
    is poor with B2 of 30 or more, near-poor with less; B1 above that is not poor. Under Decision
    59/2015: poor up to 120 (rural) or 140 (urban), and up to 150 or 175 with B2 of 30 or more;
    near-poor up to 150 or 175 with less. The rural 150 and the near-poor of those years are
    unconfirmed; see ``PointRule.provisions``.

    The average living standard has no band of points: it rests on the income of 12 months. A
    household that is ``not_poor`` here may be ``average`` or ``above_average`` in `classify`, and
    bounds such as 175 and 205 points that are quoted for it stand in no text that was read.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty.assessment.points.scoring import classify_points
    >>> table = pd.DataFrame({
    ...     "area": ["rural", "rural", "urban", "urban"],
    ...     "b1": [140, 140, 175, 176], "b2": [30, 20, None, None]})
    >>> classify_points(table, standard=mdp.standard("decree_07_2021")).poverty_class.tolist()
    ['poor', 'near_poor', nan, 'not_poor']
    """
    rule = _rule(standard, rule)
    step, n = rule.points_per_deprivation.points, len(standard.indicators)
    refuse("points", points, _point_checks(points, standard, step))
    rural = category_codes(points["area"], Area.codes()) == Area.codes().index(Area.RURAL)
    bands = []
    for bound in _bounds(points, "b1", np.inf):
        above = np.zeros(len(points), dtype=np.intp)
        for line in rule.lines:
            above += bound > np.where(rural, line.rural.points, line.urban.points)
        bands.append(above)
    counts = [(bound // step).astype(np.intp) for bound in _bounds(points, "b2", float(n * step))]

    worst_of, best_of = _cells(rule, n)
    at_worst = worst_of[bands[0], bands[1], counts[0], counts[1]]
    at_best = best_of[bands[0], bands[1], counts[0], counts[1]]
    classes = pd.CategoricalDtype([str(c) for c in rule.classes], ordered=True)
    return pd.DataFrame(
        {
            name: pd.Categorical.from_codes(codes, dtype=classes)
            for name, codes in (
                ("poverty_class", np.where(at_worst == at_best, at_worst, np.int8(-1))),
                ("class_at_worst", at_worst),
                ("class_at_best", at_best),
            )
        },
        index=points.index,
    )


def _rule(standard: Standard, rule: PointRule | None) -> PointRule:
    if rule is None:
        return point_rule(standard)
    rule.check_covers(standard)
    return rule


@lru_cache(maxsize=64)
def _cells(rule: PointRule, indicators: int) -> tuple[Codes, Codes]:
    """Worst and best class by lowest and highest band of B1, fewest and most deprivations."""
    rule.check_sound()
    order = {cls: code for code, cls in enumerate(rule.classes)}
    step, bands = rule.points_per_deprivation.points, len(rule.lines) + 1
    exact = np.array(
        [
            [order[rule.rule_for(band, step * d).poverty_class] for d in range(indicators + 1)]
            for band in range(bands)
        ],
        dtype=np.int8,
    )
    shape = (bands, bands, indicators + 1, indicators + 1)
    worst, best = np.zeros(shape, dtype=np.int8), np.zeros(shape, dtype=np.int8)
    for cell in np.ndindex(shape):
        lowest, highest, fewest, most = cell
        if lowest <= highest and fewest <= most:
            possible = exact[lowest : highest + 1, fewest : most + 1]
            worst[cell], best[cell] = possible.min(), possible.max()
    for cells in (worst, best):
        cells.setflags(write=False)  # every caller has the same arrays
    return worst, best


def _bounds(table: pd.DataFrame, name: str, most: float) -> tuple[Floats, Floats]:
    """Least and most that points can be: the value itself, else its bounds, else the limits."""
    value = numbers_of(table[name])
    found = []
    for end, limit in (("at_least", 0.0), ("at_most", most)):
        column = f"{name}_{end}"
        bound = numbers_of(table[column]) if column in table.columns else np.full_like(value, limit)
        bound = np.where(np.isnan(bound), limit, bound)
        found.append(np.where(np.isnan(value), bound, value))
    return found[0], found[1]


def _point_checks(table: pd.DataFrame, standard: Standard, step: int) -> Iterator[ColumnCheck]:
    area = column_of("households", "area")
    assert area is not None
    yield ColumnCheck(area, {**rules_for(area), "missing_value": missing})
    most = step * len(standard.indicators)
    labels = {
        "b1": Label(vi="Điểm B1", en="Points for income"),
        "b2": Label(vi="Điểm B2", en="Points for deprivations"),
    }
    for name, label in labels.items():
        for end in ("", "_at_least", "_at_most"):
            column = column_named(name + end, label, kind="integer")
            rules = dict(rules_for(column))
            if name == "b2":
                rules["no_sum_of_deprivations"] = no_sum_of(step, most)
            if not end:
                rules["bounds_disagree"] = outside_bounds(table, name)
            elif end == "_at_least":
                rules["bounds_disagree"] = above_its_bound(table, name)
            known = {"name": name, "step": str(step), "most": str(most)}
            yield ColumnCheck(column, rules, needed=not end, words=known)
    if "standard" in table.columns:
        column = column_named("standard", Label(vi="Chuẩn nghèo", en="Standard of the score sheet"))
        rules = {"other_standard": lambda values: is_other(values, standard.name)}
        yield ColumnCheck(column, rules, words={"standard": standard.name})


# -- Form A ----------------------------------------------------------------------------------


def quick_identification(
    answers: pd.DataFrame, *, form: QuickForm, allow_partial: bool = False
) -> pd.DataFrame:
    """Which households are surely not poor by the quick identification (Form A).

    Parameters
    ----------
    answers : pandas.DataFrame
        One boolean column per item of the form, named by its id; missing where unknown. The
        column of an item whose content is not known may be absent. Others are ignored.
    form : QuickForm
    allow_partial : bool
        Whether to use a form of which the content of an item is not known; its answer is then
        unknown where it is not given.

    Returns
    -------
    pandas.DataFrame
        Index as `answers`; ``yes`` and ``unknown`` (int64) [answers], and ``surely_not_poor``
        (nullable boolean): NA where the unknown answers could decide. False does not mean poor:
        the household is to be surveyed.

    Raises
    ------
    InvalidDataError
        If a column is absent, or an answer is neither yes nor no.
    NotCoveredError
        If the form is partial and `allow_partial` is not set.

    Notes
    -----
    The form of 2021 (Circular 07/2021/TT-BLDTBXH, annex II) is for households that file a
    request; its items were not found. The form of 2015 is kept for old data.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import points
    >>> from multidim_poverty.law.quick_form import quick_form
    >>> form = quick_form("quick_form_2015")
    >>> answers = pd.DataFrame(
    ...     False, index=["a", "b"], columns=[item.id for item in form.items if item.content_known])
    >>> answers.loc["a", ["vehicle", "washing_machine", "electricity"]] = True
    >>> points.quick_identification(answers, form=form, allow_partial=True)
       yes  unknown  surely_not_poor
    a    3        1             True
    b    0        1            False
    """
    if form.partial and not allow_partial:
        raise NotCoveredError(
            f"{form.name} is partial: the content of an item is not known. Read a whole form with "
            f"QuickForm.read(path), or set allow_partial=True to count what there is"
        )
    refuse(
        "answers",
        answers,
        [
            ColumnCheck(
                column_named(item.id, item.label),
                {"not_boolean": not_boolean},
                needed=item.content_known,
            )
            for item in form.items
        ],
    )
    yes, open_ones = (np.zeros(len(answers), dtype=np.int64) for _ in range(2))
    for item in form.items:
        if item.id in answers.columns:
            truth = truth_of(answers[item.id])(slice(None))
        else:
            truth = Truth.unknown(len(answers))
        yes += truth.certain
        open_ones += truth.possible & ~truth.certain
    enough = form.decision.yes_at_least
    return pd.DataFrame(
        {
            "yes": yes,
            "unknown": open_ones,
            "surely_not_poor": pd.arrays.BooleanArray(
                yes >= enough, (yes < enough) & (yes + open_ones >= enough)
            ),
        },
        index=answers.index,
    )


# -- bounds as columns -----------------------------------------------------------------------


def _determined(least: Ints, most: Ints) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(least, least != most)


def _with_bounds(name: str, least: Ints, most: Ints) -> dict[str, pd.arrays.IntegerArray]:
    known = np.zeros(len(least), dtype=bool)
    return {
        name: _determined(least.copy(), most),
        f"{name}_at_least": pd.arrays.IntegerArray(least, known),
        f"{name}_at_most": pd.arrays.IntegerArray(most, known.copy()),
    }
