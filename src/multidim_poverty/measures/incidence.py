"""Headcount and headcount ratio: the one definition of every poor rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.groups import Groups
from multidim_poverty.measures.inference import Interval, sample_of
from multidim_poverty.measures.sampled_rates import SAMPLED, RateRows, sampled_rates
from multidim_poverty.schema.arguments import By, as_frame
from multidim_poverty.schema.checks import check_columns
from multidim_poverty.schema.faults import fault_at, report
from multidim_poverty.schema.reading import category_codes, numbers_of
from multidim_poverty.vocabulary import PovertyClass

__all__ = [
    "COUNT_OF",
    "Undetermined",
    "class_bounds",
    "class_codes",
    "class_column",
    "class_counts",
    "headcount",
    "household_sizes",
    "rated_classes",
]

Undetermined = Literal["in_base", "left_out", "worst", "best"]
COUNT_OF = pd.CategoricalDtype(["households", "persons"])
MEASURED = ("count_of", "of", "headcount", "base", "undetermined", "headcount_ratio")


def headcount(
    result: pd.DataFrame,
    *,
    by: By | None = None,
    of: str | Sequence[str] = "poor",
    persons: bool = False,
    undetermined: Undetermined = "in_base",
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Headcount and headcount ratio of some classes, in all and by group.

    Every poor rate of the library is computed here.

    Parameters
    ----------
    result : pandas.DataFrame
        One row per household, index ``household_id``: ``poverty_class``; ``household_size``
        [persons] with `persons`; ``class_at_worst`` or ``class_at_best`` where `undetermined`
        asks for it. The result of `assess` has them all.
    by : str, sequence of str, or pandas.Series, optional
        One or several columns of `result`, or the group of each household on the same ids. All
        households together by default. Two spellings of one name are one unit, with a warning
        that names both; each label of a Series without a name is a group of its own.
    of : str or sequence of str
        Classes that are counted, as codes of `multidim_poverty.vocabulary.PovertyClass`.
    persons : bool
        Whether to count persons too, each in the class of the household.
    undetermined : {"in_base", "left_out", "worst", "best"}
        How a household without a class counts: in the base, but not among the counted; in
        neither; or in the class that it has at worst, or at best.
    design : Design or "census", optional
        How the households were drawn. The counts are then weighted, and the ratio has a standard
        error and an interval. "census" says that all households are there: no other ones could
        have been drawn, so that there is no sampling error to show.
    interval : {"logit", "t", "normal"}, optional
        Needs a sample; "logit" by default, which stays between 0 and 100.
    confidence : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        One row per group and unit of count, households first, on a RangeIndex. Columns:

        - the group, one column per name in `by` (a Series without a name gives ``group``), in
          the order of its categories or values. Households of no group are a group, last, whose
          name is missing. Categories without households have a row if `by` is one column;
        - ``count_of`` (category ``households``, ``persons``): the unit of the next columns;
        - ``of`` (string): the classes counted, joined by " + ";
        - ``headcount`` (int64): those in these classes;
        - ``base`` (int64): those the ratio divides by;
        - ``undetermined`` (int64): those without a class, whether in the base or not;
        - ``headcount_ratio`` (float64) [% of the base]: NaN where the base is 0, and where
          nobody in it has a class (which "worst" and "best" give to all).

        With a `Design`, the three counts are weighted (float64). With any ``design``, these follow:

        - ``se``, ``lower``, ``upper`` (float64) [percentage points, %]: of the ratio; NaN for a
          census;
        - ``bound_lower``, ``bound_upper`` (float64) [%]: the least and the most that the share of
          all households can be, once each of those without a class has one between its worst
          and its best;
        - ``n`` (int64): households in the base; ``df`` (float64): degrees of freedom, units less
          strata with weighted rows in the group; ``n_missing`` (int64): households without a class.

    Raises
    ------
    InvalidDataError
        If persons are counted and a household has no size, or one that is no whole number from
        1 on; or as `measures.Design` says.
    ArgumentError
        If `by` names no column of `result`, or lacks households of it; if a class or an option
        is unknown, or a column that is needed is absent; or if an interval is asked for without
        a sample.
    MissingExtraError
        If there is a sample and scipy is not installed (extra ``measures``).

    Notes
    -----
    A household rate is not a person rate: read ``count_of``. With "worst" and "best", the
    headcounts of "poor" are the bounds that the unknown answers leave.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> result = mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard("decree_07_2021"))
    >>> rate = mdp.measures.headcount(result)
    >>> rate[["headcount", "base", "undetermined", "headcount_ratio"]].values.tolist()
    [[96.0, 500.0, 10.0, 19.2]]
    >>> by_area = mdp.measures.headcount(result, by=sample.households["area"], persons=True)
    >>> by_area[["area", "count_of", "headcount", "base"]].values.tolist()[1:3]
    [['urban', 'households', 23, 144], ['rural', 'persons', 310, 1324]]
    >>> drawn = mdp.measures.headcount(result, design=mdp.measures.Design())
    >>> drawn[["headcount_ratio", "lower", "upper"]].round(1).values.tolist()
    [[19.2, 16.0, 22.9]]
    """
    if not isinstance(persons, bool):
        raise ArgumentError(
            f"persons {persons!r} is neither True nor False; True counts those of household_size"
        )
    if design is not None or interval is not None:
        return _headcount_of_sample(
            result,
            by=by,
            of=of,
            persons=persons,
            undetermined=undetermined,
            design=design,
            interval=interval,
            confidence=confidence,
        )
    counts = class_counts(result, by=by, of=of, persons=persons, undetermined=undetermined)
    return rated_classes(counts, of=of, undetermined=undetermined)


def class_counts(
    result: pd.DataFrame,
    *,
    by: By | None,
    of: str | Sequence[str],
    persons: bool,
    undetermined: Undetermined,
) -> pd.DataFrame:
    """The whole numbers of `headcount`, by group and ``count_of``; `summed` adds up several."""
    result = as_frame(result, "result")
    counted_classes = _classes(of)
    counted, without_class = _memberships(result, counted_classes, undetermined)
    groups = Groups.of(result, by, MEASURED)
    sizes = {"households": None} | ({"persons": household_sizes(result)} if persons else {})
    parts = []
    for count_of, size in sizes.items():
        marks = {
            "headcount": counted,
            "base": ~without_class if undetermined == "left_out" else np.ones_like(counted),
            "undetermined": without_class,
        }
        weighted = {name: mark if size is None else size * mark for name, mark in marks.items()}
        parts.append(groups.sums(weighted).assign(count_of=count_of))
    return pd.concat(parts, ignore_index=True)


def _headcount_of_sample(
    result: pd.DataFrame,
    *,
    by: By | None,
    of: str | Sequence[str],
    persons: bool,
    undetermined: Undetermined,
    design: DesignLike | None,
    interval: Interval | None,
    confidence: float,
) -> pd.DataFrame:
    """`headcount` where there is a design."""
    result = as_frame(result, "result")
    counted_classes = _classes(of)
    counted, without_class = _memberships(result, counted_classes, undetermined)
    is_counted = np.isin(PovertyClass.codes(), counted_classes)
    every = np.ones_like(counted)
    least, most = class_range(result, is_counted)
    rows = RateRows(
        counted,
        base=~without_class if undetermined == "left_out" else every,
        decided=every if undetermined in ("worst", "best") else ~without_class,
        undetermined=without_class,
        least=least,
        most=most,
    )
    table, at = Groups.of(result, by, (*MEASURED, *SAMPLED)).table_rows()
    sample = sample_of(design, result, "result", interval, confidence)
    sizes = {"households": None} | ({"persons": household_sizes(result)} if persons else {})
    parts = []
    for count_of, size in sizes.items():
        columns = sampled_rates(
            rows,
            at,
            len(table),
            sizes=None if size is None else size.astype(np.float64),
            sample=sample,
            interval=interval or "logit",
            confidence=confidence,
        )
        parts.append(table.assign(count_of=count_of, **columns))
    whole = pd.concat(parts, ignore_index=True)
    whole = whole.assign(
        count_of=whole["count_of"].astype(COUNT_OF),
        of=pd.array([" + ".join(counted_classes)] * len(whole), dtype="string"),
    )
    return whole[[*table, *MEASURED, *SAMPLED]]


def rated_classes(
    counts: pd.DataFrame, *, of: str | Sequence[str], undetermined: Undetermined
) -> pd.DataFrame:
    """The table of `headcount`, from its whole numbers."""
    table, groups = counts, [name for name in counts.columns if name not in MEASURED]
    base = table["base"].to_numpy()
    classified = base - (table["undetermined"].to_numpy() if undetermined == "in_base" else 0)
    ratio = np.full(len(table), np.nan)
    np.divide(100.0 * table["headcount"].to_numpy(), base, out=ratio, where=classified > 0)
    table = table.assign(
        count_of=table["count_of"].astype(COUNT_OF),
        of=pd.array([" + ".join(_classes(of))] * len(table), dtype="string"),
        headcount_ratio=ratio,
    )
    return table[[*groups, *MEASURED]]


def _classes(of: str | Sequence[str]) -> list[str]:
    names = [of] if isinstance(of, str) else list(of)
    unknown = [name for name in names if name not in PovertyClass.codes()]
    if unknown or not names:
        raise ArgumentError(
            f"of {of!r} is not a list of classes, or one class; classes are "
            f"{', '.join(PovertyClass.codes())}"
        )
    return [str(name) for name in names]


def class_column(result: pd.DataFrame, name: str, argument: str = "the result") -> pd.Series[Any]:
    """A column of classes of a result.

    Raises
    ------
    ArgumentError
        If the result has no such column or two, or it holds words that are no classes.
    """
    class_codes(result, name, argument)
    return result[name]


def class_codes(
    result: pd.DataFrame, name: str, argument: str = "the result"
) -> npt.NDArray[np.int8]:
    """Positions of the classes of a column in `PovertyClass`, -1 where missing.

    Raises
    ------
    ArgumentError
        As `class_column`.
    """
    if (number := int((result.columns == name).sum())) != 1:
        has = f"has {number} columns" if number else "has no column"
        raise ArgumentError(f"{argument} {has} {name}; take a result of assess")
    classes = result[name]
    codes = category_codes(classes, PovertyClass.codes())
    unread = codes < 0
    if unread.any():
        unread &= classes.notna().to_numpy(dtype=bool)
        if strange := sorted({str(value) for value in classes[unread].unique()}):
            raise ArgumentError(
                f"{name} holds {', '.join(map(repr, strange))}; classes are "
                f"{', '.join(PovertyClass.codes())}"
            )
    return codes


def _memberships(
    result: pd.DataFrame, counted_classes: list[str], undetermined: Undetermined
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which households are counted, and which have no class."""
    if undetermined not in get_args(Undetermined):
        options = ", ".join(map(repr, get_args(Undetermined)))
        raise ArgumentError(f"undetermined {undetermined!r} is not one of {options}")
    codes = class_codes(result, "poverty_class")
    without_class = codes < 0
    is_counted = np.isin(PovertyClass.codes(), counted_classes)
    counted = ~without_class & is_counted[codes]
    if undetermined in ("worst", "best"):
        bound = class_codes(result, f"class_at_{undetermined}")
        unbounded = without_class & (bound < 0)
        if unbounded.any():
            raise ArgumentError(
                f"{int(unbounded.sum())} households have neither a class nor class_at_"
                f"{undetermined}, such as {result.index[unbounded][:5].tolist()}; take a result "
                f"of assess, or undetermined='in_base'"
            )
        counted |= without_class & is_counted[bound]
    return counted, without_class


def class_bounds(
    result: pd.DataFrame,
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int8], npt.NDArray[np.int8]]:
    """The class of each household, -1 where there is none, and its class at worst and at best.

    A household without a class that does not say what it is at worst, or at best, may be the worst,
    or the best, of all.
    """
    codes = class_codes(result, "poverty_class")
    undetermined = codes < 0
    if not undetermined.any():
        return codes, codes, codes
    bounds = []
    for name, extreme in (("class_at_worst", 0), ("class_at_best", len(PovertyClass.codes()) - 1)):
        bound = np.where(undetermined, -1, codes)
        if name in result.columns:
            bound = np.where(undetermined, class_codes(result, name), codes)
        bounds.append(np.where(bound < 0, extreme, bound).astype(np.int8))
    return codes, bounds[0], bounds[1]


def class_range(
    result: pd.DataFrame, is_counted: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which households are for certain in one of the classes marked, and which may be."""
    _, worst, best = class_bounds(result)
    places = np.arange(len(is_counted))
    # By the class at worst and at best: whether all, or some, of the classes between are marked.
    between = (places[:, None, None] <= places) & (places <= places[None, :, None])
    all_marked = np.all(~between | is_counted, axis=2)
    some_marked = np.any(between & is_counted, axis=2)
    return np.asarray(all_marked[worst, best]), np.asarray(some_marked[worst, best])


def household_sizes(result: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Persons of each household.

    Raises
    ------
    InvalidDataError
        If a size is missing, or no whole number from 1 on.
    """
    column = ("households", "household_size")
    check_columns(result, None, [column], required=[column])
    size = result["household_size"]
    missing = size.isna().to_numpy(dtype=bool)
    if missing.any():
        fault = fault_at("households", "household_size", "missing_value", missing)
        raise InvalidDataError(report([fault], {"households": result}))
    return numbers_of(size).astype(np.int64)
