"""Tables 4 to 7: the deprivations of poor and near-poor households, as counts and as shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from multidim_poverty.language import Language
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.provenance import check_standard
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.measures.inference import Interval
from multidim_poverty.reports.assembly import ZeroBase, finished
from multidim_poverty.reports.identities import identity as identity_of
from multidim_poverty.reports.layouts import items_of, layout, own_items
from multidim_poverty.reports.tallies import Tallies
from multidim_poverty.reports.unit_tally import Listed
from multidim_poverty.schema.arguments import By, as_frame

__all__ = ["fill_deprived", "table_4", "table_5", "table_6", "table_7"]


def table_4(
    result: pd.DataFrame,
    *,
    standard: StandardLike | None = None,
    by: By = (),
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Table 4: how many poor households are deprived in each indicator.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `table_1`; read here: ``poverty_class`` and one boolean column per indicator.
    standard : Standard or str, optional
        Take the indicators from it, in its order, in place of the twelve of the form.
    by : str, sequence of str or pandas.Series
        As for `table_1`.
    units : pandas.DataFrame, optional
        As for `table_1`.
    names : mapping, optional
        As for `table_1`.
    total : bool
        As for `table_1`.
    labels : {"vi", "en"}, optional
        As for `table_1`.
    identity : mapping, optional
        As for `table_1`.
    design : Design or "census", optional
        As for `table_1`.
    interval : {"logit", "t", "normal"}, optional
        As for `table_1`.
    confidence : float
        As for `table_1`.

    Returns
    -------
    pandas.DataFrame
        As `table_1`, with the columns of ``reports.layout(4)``, all Int64. ``incidents`` is the
        sum of the indicators: a household stands in it once for each of its deprivations.
        ``unknown`` counts the answers on indicators of poor households that are missing.

    Raises
    ------
    InvalidDataError, ArgumentError, MissingExtraError
        As for `table_1`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> reports.table_4(result)[["poor_households", "incidents", "employment"]].values.tolist()
    [[96, 393, 69]]
    """
    result = as_frame(result, "result")
    units = None if units is None else as_frame(units, "units")
    standard = None if standard is None else as_standard(standard)
    tallies = Tallies(
        result,
        by,
        units=units,
        total=total,
        names=names,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return fill_deprived(4, "poor", tallies, standard, labels, None, identity)


def table_5(
    result: pd.DataFrame,
    *,
    standard: StandardLike | None = None,
    by: By = (),
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    zero_base: ZeroBase | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Table 5: the share of poor households that is deprived in each indicator.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `table_4`.
    standard : Standard or str, optional
        As for `table_4`.
    by : str, sequence of str or pandas.Series
        As for `table_1`.
    units : pandas.DataFrame, optional
        As for `table_1`.
    names : mapping, optional
        As for `table_1`.
    total : bool
        As for `table_1`.
    labels : {"vi", "en"}, optional
        As for `table_1`.
    zero_base : {"zero", "blank"}, optional
        As for `table_1`.
    identity : mapping, optional
        As for `table_1`.
    design : Design or "census", optional
        As for `table_1`.
    interval : {"logit", "t", "normal"}, optional
        As for `table_1`.
    confidence : float
        As for `table_1`.

    Returns
    -------
    pandas.DataFrame
        As `table_1`, with the columns of ``reports.layout(5)``: ``<indicator>_rate``, of the
        poor households of the same unit. The counts stand beside the form.

    Raises
    ------
    InvalidDataError, ArgumentError, MissingExtraError
        As for `table_1`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> reports.table_5(result)[["poor_households", "employment_rate"]].values.tolist()
    [[96, 71.88]]
    """
    result = as_frame(result, "result")
    units = None if units is None else as_frame(units, "units")
    standard = None if standard is None else as_standard(standard)
    tallies = Tallies(
        result,
        by,
        units=units,
        total=total,
        names=names,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return fill_deprived(5, "poor", tallies, standard, labels, zero_base, identity)


def table_6(
    result: pd.DataFrame,
    *,
    standard: StandardLike | None = None,
    by: By = (),
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Table 6: how many near-poor households are deprived in each indicator.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `table_4`.
    standard : Standard or str, optional
        As for `table_4`.
    by : str, sequence of str or pandas.Series
        As for `table_1`.
    units : pandas.DataFrame, optional
        As for `table_1`.
    names : mapping, optional
        As for `table_1`.
    total : bool
        As for `table_1`.
    labels : {"vi", "en"}, optional
        As for `table_1`.
    identity : mapping, optional
        As for `table_1`.
    design : Design or "census", optional
        As for `table_1`.
    interval : {"logit", "t", "normal"}, optional
        As for `table_1`.
    confidence : float
        As for `table_1`.

    Returns
    -------
    pandas.DataFrame
        As `table_4`, for near-poor households.

    Raises
    ------
    InvalidDataError, ArgumentError, MissingExtraError
        As for `table_1`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> reports.table_6(result)[["near_poor_households", "incidents"]].values.tolist()
    [[76, 99]]
    """
    result = as_frame(result, "result")
    units = None if units is None else as_frame(units, "units")
    standard = None if standard is None else as_standard(standard)
    tallies = Tallies(
        result,
        by,
        units=units,
        total=total,
        names=names,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return fill_deprived(6, "near_poor", tallies, standard, labels, None, identity)


def table_7(
    result: pd.DataFrame,
    *,
    standard: StandardLike | None = None,
    by: By = (),
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    zero_base: ZeroBase | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
    interval: Interval | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Table 7: the share of near-poor households that is deprived in each indicator.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `table_4`.
    standard : Standard or str, optional
        As for `table_4`.
    by : str, sequence of str or pandas.Series
        As for `table_1`.
    units : pandas.DataFrame, optional
        As for `table_1`.
    names : mapping, optional
        As for `table_1`.
    total : bool
        As for `table_1`.
    labels : {"vi", "en"}, optional
        As for `table_1`.
    zero_base : {"zero", "blank"}, optional
        As for `table_1`.
    identity : mapping, optional
        As for `table_1`.
    design : Design or "census", optional
        As for `table_1`.
    interval : {"logit", "t", "normal"}, optional
        As for `table_1`.
    confidence : float
        As for `table_1`.

    Returns
    -------
    pandas.DataFrame
        As `table_5`, for near-poor households.

    Raises
    ------
    InvalidDataError, ArgumentError, MissingExtraError
        As for `table_1`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> reports.table_7(result)[["near_poor_households", "water_rate"]].values.tolist()
    [[76, 7.89]]
    """
    result = as_frame(result, "result")
    units = None if units is None else as_frame(units, "units")
    standard = None if standard is None else as_standard(standard)
    tallies = Tallies(
        result,
        by,
        units=units,
        total=total,
        names=names,
        design=design,
        interval=interval,
        confidence=confidence,
    )
    return fill_deprived(7, "near_poor", tallies, standard, labels, zero_base, identity)


def fill_deprived(
    number: int,
    listed: Listed,
    tallies: Tallies,
    standard: Standard | None,
    labels: Language | None,
    zero_base: ZeroBase | None,
    identity: Mapping[str, str] | None,
) -> pd.DataFrame:
    """One of the tables 4 to 7 of a result that has been read."""
    result = tallies.frame
    if standard is not None:
        check_standard(result, standard)
    own = own_items(standard, None)
    indicators = [item.id for item in own.get("indicators", items_of("indicators"))]
    tally = tallies.tally(booleans=indicators)
    cells = {f"{listed}_households": tally.households(of_class=listed)}
    for name in indicators:
        cells[name] = tally.households(tally.flag(name).certain, listed)
    questions = [tally.flag(name) for name in indicators]
    cells["unknown"] = tally.answers(tally.listed(listed), *questions)
    cells["undetermined"] = tally.households(tally.undetermined)
    return finished(
        layout(number, standard=standard),
        tally.units.rows,
        cells,
        sources=identity_of(result) if identity is None else identity,
        labels=labels,
        zero_base=zero_base,
        own=own,
    )
