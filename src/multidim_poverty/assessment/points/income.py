"""Points for income (B1): the answers of a household, added up by a score sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.points.bounds import Points, known_points, with_bounds
from multidim_poverty.assessment.points.checks import (
    ColumnCheck,
    category_check,
    column_named,
    refuse,
)
from multidim_poverty.errors import ArgumentError, NotCoveredError
from multidim_poverty.kleene import Truth
from multidim_poverty.language import Label
from multidim_poverty.law.score_sheet import Item, ScoreSheet
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.reading import category_codes, numbers_of, truth_of
from multidim_poverty.schema.value_rules import not_boolean, rules_for
from multidim_poverty.vocabulary import Area

__all__ = ["points"]

Codes = npt.NDArray[np.int8]


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
        The score sheet, from ``multidim_poverty.law``.
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
    ArgumentError
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
    answers = as_frame(answers, "answers")
    if sheet.partial and not allow_partial:
        raise NotCoveredError(
            f"{sheet.name} is partial: items of the form are lacking, and the sum is no B1. Fill "
            f"the whole sheet, or set allow_partial=True to add up what there is"
        )
    if region is not None and region not in sheet.region_ids:
        raise ArgumentError(
            f"{region!r} is no region of {sheet.name}; there are {', '.join(sheet.region_ids)}"
        )
    refuse("answers", answers, _answer_checks(sheet, region))

    n = len(answers)
    if region is not None:
        region_codes = np.full(n, sheet.region_ids.index(region), dtype=np.int8)
    else:
        region_codes = category_codes(answers["region"], sheet.region_ids)
    low, high = _empty_bounds(n, len(sheet.items))
    total_low, total_high = _empty_bounds(n, 1)
    scored = [_answer_positions(answers, item) for item in sheet.items]
    for code, name in enumerate(sheet.region_ids):
        rows = np.flatnonzero((region_codes == code) | (region_codes < 0))
        sum_low, sum_high = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
        for column, (item, (position, left_out)) in enumerate(
            zip(sheet.items, scored, strict=True)
        ):
            least, most = _item_bounds(item, name, position[rows], left_out, rows)
            sum_low += least
            sum_high += most
            low[rows, column] = np.minimum(low[rows, column], least)
            high[rows, column] = np.maximum(high[rows, column], most)
        total_low[rows, 0] = np.minimum(total_low[rows, 0], sum_low)
        total_high[rows, 0] = np.maximum(total_high[rows, 0], sum_high)

    name = "b1_partial" if sheet.partial else "b1"
    result: dict[str, Any] = {
        "area": _area_of(sheet, region_codes),
        "standard": _categories(np.zeros(n, dtype=np.int8), (sheet.standard,)),
        **with_bounds(name, total_low[:, 0], total_high[:, 0]),
    }
    if items:
        for column, item in enumerate(sheet.items):
            result[item.id] = known_points(low[:, column], high[:, column])
    return pd.DataFrame(result, index=answers.index)


def _empty_bounds(n: int, columns: int) -> tuple[Points, Points]:
    """Least and most before any value is added: any value replaces them."""
    limits = np.iinfo(np.int64)
    return (
        np.full((n, columns), limits.max, dtype=np.int64),
        np.full((n, columns), limits.min, dtype=np.int64),
    )


def _answer_checks(sheet: ScoreSheet, region: str | None) -> Iterator[ColumnCheck]:
    if region is None:
        yield category_check("region", Label(vi="Vùng", en="Region"), sheet.region_ids)
    scoring_columns: dict[str, Label] = {}
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
            scoring_columns[rule.column] = rule.label or Label(vi=rule.column, en=rule.column)
    for name, label in scoring_columns.items():
        yield ColumnCheck(column_named(name, label), {"not_boolean": not_boolean})


def _answer_positions(
    answers: pd.DataFrame, item: Item
) -> tuple[npt.NDArray[np.intp], Truth | None]:
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
    rows: npt.NDArray[np.intp],
) -> tuple[Points, Points]:
    """Least and most points of an item in a region for some rows."""
    points_of = np.array([answer.points[region] for answer in item.answers], dtype=np.int64)
    unknown = position < 0
    least = np.where(unknown, points_of.min(), points_of[position])
    most = np.where(unknown, points_of.max(), points_of[position])
    if left_out is not None:
        certain, possible = left_out.certain[rows], left_out.possible[rows]
        least[possible] = 0  # no points are negative
        most[certain] = 0
    return least, most


def _area_of(sheet: ScoreSheet, region_codes: Codes) -> pd.Categorical:
    areas = [Area.codes().index(str(region.area)) for region in sheet.regions]
    unknown_region = areas[0] if len(set(areas)) == 1 else -1  # -1 is the last entry
    table = np.array([*areas, unknown_region], dtype=np.int8)
    return _categories(table[region_codes], Area.codes())


def _categories(codes: Codes, names: tuple[str, ...]) -> pd.Categorical:
    dtype: pd.CategoricalDtype = pd.CategoricalDtype(list(names))
    return pd.Categorical.from_codes(codes, dtype=dtype)
