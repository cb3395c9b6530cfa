"""Who is deprived of what, and which deprivations come together."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from multidim_poverty.assessment.masks import indicator_masks
from multidim_poverty.errors import ArgumentError
from multidim_poverty.kleene import Truth
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.measures.groups import Groups
from multidim_poverty.measures.incidence import (
    COUNT_OF,
    class_codes,
)
from multidim_poverty.schema.arguments import By, as_frame
from multidim_poverty.schema.reading import truth_of
from multidim_poverty.vocabulary import PovertyClass

__all__ = [
    "BaseOf",
    "combination_counts",
    "deprivation_combinations",
    "deprivation_rates",
    "indicator_counts",
    "rated_combinations",
    "rated_indicators",
]

BaseOf = Literal["all", "poor"]
COUNTS = (
    "uncensored_headcount",
    "uncensored_unknown",
    "censored_headcount",
    "censored_unknown",
    "base",
    "undetermined",
)
RATED = ("uncensored", "censored")
MEASURED = (
    "indicator",
    "count_of",
    "of",
    *COUNTS,
    *(f"{which}_headcount_ratio" for which in RATED),
    "contribution",
)


def deprivation_rates(
    result: pd.DataFrame,
    *,
    standard: StandardLike,
    by: By | None = None,
    of: BaseOf = "all",
) -> pd.DataFrame:
    """Uncensored and censored headcount ratio of each indicator, and its contribution.

    Uncensored: households deprived in the indicator. Censored: those that are poor and deprived
    in it.

    Parameters
    ----------
    result : pandas.DataFrame
        One row per household: the indicators of `standard`, ``poverty_class`` and, if known,
        ``class_at_worst``, as `assess` gives them.
    standard : Standard or str
        Gives the indicators and their order.
    by : str, sequence of str, or pandas.Series, optional
        As for `headcount`.
    of : {"all", "poor"}
        The base: all households, or those that are known to be poor, as in the official table 5.

    Returns
    -------
    pandas.DataFrame
        One row per group and indicator, on a RangeIndex. Columns:

        - the group, as `headcount` has it;
        - ``indicator`` (category, in legal order);
        - ``count_of`` (category): ``households``, the unit of the counts;
        - ``of`` (string): the base, as passed;
        - ``uncensored_headcount``, ``censored_headcount`` (int64): households of the base that
          are known to be deprived, and known to be poor and deprived;
        - ``uncensored_unknown``, ``censored_unknown`` (int64): those of which it is not known,
          so that headcount and unknown together are the most that there can be;
        - ``base`` (int64), ``undetermined`` (int64): households of the base, and households of
          the group without a class, in the base or not;
        - ``uncensored_headcount_ratio``, ``censored_headcount_ratio`` (float64) [% of the base]:
          NaN where the base is 0, or nothing is known of any household in it;
        - ``contribution`` (float64) [%]: the censored headcount as a share of the sum over the
          indicators, of the group: of all known deprivations of its poor households. NaN where
          they have none, or nothing is known of the indicator.

    Raises
    ------
    ArgumentError
        If `result` was made by another standard, or `by` names no column of it; or if `of` is
        unknown, or a column that is needed is absent.
    InvalidDataError
        If `result` names a column twice.

    Notes
    -----
    As the standard counts every indicator alike, ``contribution`` is the percentage contribution
    of Alkire and Foster (2011) with equal weights.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> result = mdp.assess(sample.households, sample.members, standard=standard)
    >>> rates = mdp.measures.deprivation_rates(result, standard=standard).set_index("indicator")
    >>> rates.loc["employment", ["uncensored_headcount", "censored_headcount", "base"]].tolist()
    [242, 69, 500]
    """
    counts = indicator_counts(result, standard=standard, by=by, of=of)
    return rated_indicators(counts, standard=standard, of=of)


def indicator_counts(
    result: pd.DataFrame, *, standard: StandardLike, by: By | None, of: BaseOf
) -> pd.DataFrame:
    """The whole numbers of `deprivation_rates`, by indicator and group; the index is the group."""
    result, masks = _base(result, standard, of)
    groups = Groups.of(result, by, MEASURED)
    poor, in_base, undetermined = masks
    indicators = as_standard(standard).indicator_ids
    parts = []
    for name in indicators:
        deprived = truth_of(result[name])(slice(None))
        marks: list[Any] = []
        for truth in (deprived, deprived & poor):
            open_answers = truth.possible & ~truth.certain
            marks += [in_base & truth.certain, in_base & open_answers]
        counts = dict(zip(COUNTS, [*marks, in_base, undetermined], strict=True))
        parts.append(groups.sums(counts).assign(indicator=name))
    return pd.concat(parts)


def rated_indicators(counts: pd.DataFrame, *, standard: StandardLike, of: BaseOf) -> pd.DataFrame:
    """The table of `deprivation_rates`, from its whole numbers."""
    groups = [name for name in counts.columns if name not in MEASURED]
    indicators = as_standard(standard).indicator_ids
    table = counts.sort_index(kind="stable")  # group by group
    group_of_row = table.index
    for which in RATED:
        numbers = [table[name].to_numpy() for name in (f"{which}_headcount", f"{which}_unknown")]
        ratio, base = np.full(len(table), np.nan), table["base"].to_numpy()
        np.divide(100.0 * numbers[0], base, out=ratio, where=(numbers[1] < base) | (numbers[0] > 0))
        table[f"{which}_headcount_ratio"] = ratio
    censored = table["censored_headcount"]
    known = table["uncensored_headcount_ratio"].notna()
    together = censored.groupby(group_of_row).transform("sum")
    return table.assign(
        indicator=pd.Categorical(table["indicator"], categories=indicators),
        count_of=pd.Categorical(["households"] * len(table), dtype=COUNT_OF),
        of=pd.array([of] * len(table), dtype="string"),
        contribution=(100.0 * censored / together.where(together > 0)).where(known),
    )[[*groups, *MEASURED]].reset_index(drop=True)


def deprivation_combinations(
    result: pd.DataFrame, *, standard: StandardLike, of: BaseOf = "all"
) -> pd.DataFrame:
    """How many households have each combination of deprivations.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `deprivation_rates`.
    standard : Standard or str
        As for `deprivation_rates`.
    of : {"all", "poor"}
        As for `deprivation_rates`.

    Returns
    -------
    pandas.DataFrame
        One row per combination that occurs, the most frequent first, on a RangeIndex. Columns:

        - ``indicators`` (Int64): bit mask, which `unpack_indicators` reads; 0 for no deprivation.
          NA, in the last row, for households with an unknown answer, whose combination is not
          known. An indicator of which no household of the base has an answer is left out of all;
        - ``deprivation_count`` (Int64): how many deprivations these are;
        - ``count_of``, ``of``: as for `deprivation_rates`;
        - ``headcount`` (int64), ``base`` (int64): households with exactly this combination, and
          all of the base;
        - ``headcount_ratio`` (float64) [% of the base].

    Raises
    ------
    ArgumentError
        If `result` was made by another standard, or if `of` is unknown, a column that is needed is
        absent, or the standard has more than 61 indicators.
    InvalidDataError
        If `result` names a column twice.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> result = mdp.assess(sample.households, sample.members, standard=standard)
    >>> table = mdp.measures.deprivation_combinations(result, standard=standard, of="poor")
    >>> table["headcount"].sum().item(), table["base"].iloc[0].item()
    (96, 96)
    >>> mdp.unpack_indicators(
    ...     table["indicators"].head(1).astype("int64"), standard=standard, to="lists").tolist()
    [['employment', 'dependents', 'nutrition']]
    """
    counts = combination_counts(result, standard=standard, of=of)
    return rated_combinations(counts, of=of)


def combination_counts(result: pd.DataFrame, *, standard: StandardLike, of: BaseOf) -> pd.DataFrame:
    """How many households have each pair of masks, ``deprived`` and ``unknown``."""
    result, (_, in_base, _) = _base(result, standard, of)
    law = as_standard(standard)
    deprived, unknown = indicator_masks(result.loc[in_base, [*law.indicator_ids]], law)
    masks = pd.DataFrame({"deprived": deprived, "unknown": unknown})
    return masks.groupby(["deprived", "unknown"]).size().rename("households").reset_index()


def rated_combinations(counts: pd.DataFrame, *, of: BaseOf) -> pd.DataFrame:
    """The table of `deprivation_combinations`, from its whole numbers."""
    unknown, households = counts["unknown"].to_numpy(), counts["households"].to_numpy(np.int64)
    unknown = unknown & ~np.bitwise_and.reduce(unknown, initial=-1)  # asked of nobody
    exact = counts[unknown == 0].groupby("deprived")["households"].sum()
    indicators, headcounts = exact.index.to_numpy(np.int64), exact.to_numpy(np.int64)
    in_all = int(households.sum())
    order = np.argsort(-headcounts, kind="stable")
    most_first, headcount = indicators[order], headcounts[order]
    not_known = in_all - int(headcounts.sum())
    missing = [pd.NA] * bool(not_known)
    deprivations = np.array([int(mask).bit_count() for mask in most_first], dtype=np.int64)
    headcount = np.append(headcount, [not_known] * bool(not_known)).astype(np.int64)
    return pd.DataFrame(
        {
            "indicators": pd.array([*most_first.tolist(), *missing], dtype="Int64"),
            "deprivation_count": pd.array([*deprivations.tolist(), *missing], dtype="Int64"),
            "count_of": pd.Categorical(["households"] * len(headcount), dtype=COUNT_OF),
            "of": pd.array([of] * len(headcount), dtype="string"),
            "headcount": headcount,
            "base": np.full(len(headcount), in_all, dtype=np.int64),
            "headcount_ratio": 100.0 * headcount / max(in_all, 1),
        }
    )


def _base(
    result: pd.DataFrame, standard: StandardLike, of: BaseOf
) -> tuple[pd.DataFrame, tuple[Truth, Any, Any]]:
    """The result; which households are poor, are in the base, and have no class."""
    result, law = as_frame(result, "result"), as_standard(standard)
    check_standard(result, law)
    if of not in get_args(BaseOf):
        raise ArgumentError(f"of {of!r} is not one of {', '.join(map(repr, get_args(BaseOf)))}")
    if absent := [name for name in law.indicator_ids if name not in result.columns]:
        raise ArgumentError(
            f"the result has no column {', '.join(absent)}; take a result of assess"
        )
    codes, code = class_codes(result, "poverty_class"), PovertyClass.codes().index("poor")
    undetermined, certain, possible = codes < 0, codes == code, codes < 0
    if "class_at_worst" in result.columns:
        worst = class_codes(result, "class_at_worst")
        possible = undetermined & ((worst < 0) | (worst == code))
    in_base = certain if of == "poor" else np.ones(len(result), dtype=bool)
    return result, (Truth(certain, certain | possible), in_base, undetermined)
