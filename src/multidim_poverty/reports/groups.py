"""Tables 8, 9 and 10: who the poor are: groups, ethnic groups, reasons of poverty."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.kleene import Truth
from multidim_poverty.language import Language
from multidim_poverty.measures.design import DesignLike
from multidim_poverty.reports.assembly import COUNTED, finished, stacked
from multidim_poverty.reports.identities import identity as identity_of
from multidim_poverty.reports.layouts import ListItem, items_of, layout, own_items
from multidim_poverty.reports.tallies import Tallies
from multidim_poverty.reports.unit_tally import CLASSES, same_group
from multidim_poverty.schema.arguments import By, as_frame

__all__ = ["fill_8", "fill_9", "fill_10", "table_8", "table_9", "table_10"]

GROUPS = ("ethnic_minority", "no_labour_capacity", "member_of_merit")


def table_8(
    result: pd.DataFrame,
    *,
    by: By = (),
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
) -> pd.DataFrame:
    """Table 8: poor and near-poor households and persons by group.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `table_1`; read here: ``poverty_class``, ``household_size``,
        ``ethnic_minority``, ``no_labour_capacity``, ``member_of_merit``, and ``ethnic_group``
        where a minority flag is missing.
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

    Returns
    -------
    pandas.DataFrame
        Two rows per unit, households and persons (``count_of``, category); else as `table_1`,
        with the columns of ``reports.layout(8)``, all Int64 (with a
        `measures.Design` weighted, Float64). ``poor_other`` is what the form
        asks for, the total less the three groups. A household of two groups is taken away
        twice, so it may even be negative; ``poor_none_of_three``, beside the form, counts the
        households that are of none. `check` names the units where the two differ.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `table_12`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> table = reports.table_8(result)
    >>> table[["count_of", "poor", "poor_other", "poor_none_of_three"]].values.tolist()
    [['households', 96, 45, 47], ['persons', 402, 190, 197]]
    """
    result = as_frame(result, "result")
    units = None if units is None else as_frame(units, "units")
    tallies = Tallies(result, by, units=units, total=total, names=names, design=design)
    return fill_8(tallies, labels, identity)


def fill_8(
    tallies: Tallies, labels: Language | None, identity: Mapping[str, str] | None
) -> pd.DataFrame:
    """`table_8` of a result that has been read."""
    result = tallies.frame
    tally = tallies.tally(needed=["household_size", *GROUPS])
    flags = {name: tally.flag(name) for name in GROUPS}
    none = ~np.any([flag.possible for flag in flags.values()], axis=0)
    reviewed = np.any([tally.listed(name) for name in CLASSES], axis=0)
    cells: dict[str, dict[str, Any]] = {}
    for of in COUNTED:
        counts = cells[of] = {"undetermined": tally.count(tally.undetermined, of)}
        for name in CLASSES:
            counts[name] = tally.count(None, of, name)
            for flag, truth in flags.items():
                counts[f"{name}_{flag}"] = tally.count(truth.certain, of, name)
            counts[f"{name}_none_of_three"] = tally.count(none, of, name)
        counts["unknown"] = tally.answers(reviewed, *flags.values())
    rows, both = stacked(tally.units.rows, cells)
    return finished(
        layout(8),
        rows,
        both,
        sources=identity_of(result) if identity is None else identity,
        labels=labels,
        design=tally.design,
    )


def table_9(
    result: pd.DataFrame,
    *,
    by: By = (),
    groups: Sequence[ListItem] | None = None,
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
) -> pd.DataFrame:
    """Table 9: poor and near-poor households by ethnic group.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `table_1`; read here: ``poverty_class``, ``ethnic_group`` (a name) and
        ``ethnic_minority``.
    by : str, sequence of str or pandas.Series
        As for `table_1`.
    groups : sequence of ListItem, optional
        The groups that get a column, in their order. The list is local; not given, it is that
        of Dak Nong. A name belongs to a group if it is its `vi` or one of its `spellings`,
        whatever its case and spaces.
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

    Returns
    -------
    pandas.DataFrame
        As `table_1`, with the columns of ``reports.layout(9, groups=groups)``, all Int64 (with a
        `measures.Design` weighted, Float64). A
        minority household whose group is not listed is in ``poor_other``, and a ``UserWarning``
        names these groups. One whose group is
        missing is a minority of no group: it is in ``unknown`` too, and `check` finds that the
        groups do not add up.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `table_12`. Also if two groups share a spelling.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import reports
    >>> sample = mdp.load_sample()
    >>> result = reports.wide(sample.households, mdp.assess(
    ...     sample.households, sample.members, standard=mdp.standard_on("2023-10-01")))
    >>> table = reports.table_9(result)
    >>> table[["poor_households", "poor_kinh", "poor_minority", "poor_ede"]].values.tolist()
    [[96, 55, 41, 7]]
    """
    result = as_frame(result, "result")
    units = None if units is None else as_frame(units, "units")
    tallies = Tallies(result, by, units=units, total=total, names=names, design=design)
    return fill_9(tallies, groups, labels, identity)


def fill_9(
    tallies: Tallies,
    groups: Sequence[ListItem] | None,
    labels: Language | None,
    identity: Mapping[str, str] | None,
) -> pd.DataFrame:
    """`table_9` of a result that has been read."""
    result = tallies.frame
    own = own_items(None, groups)
    listed = own.get("ethnic_groups", items_of("ethnic_groups"))
    spelt = [key for item in listed for key in {same_group(n) for n in (item.vi, *item.spellings)}]
    names_of_groups = [name for item in listed for name in (item.vi, *item.spellings)]
    twice = {name.casefold() for name in names_of_groups if spelt.count(same_group(name)) > 1}
    if twice:
        raise ArgumentError(f"a spelling stands for two ethnic groups: {', '.join(sorted(twice))}")
    tally = tallies.tally(needed=["ethnic_group", "ethnic_minority"])
    named = result["ethnic_group"].notna().to_numpy(dtype=bool)
    minority, rest = tally.minority, named & tally.minority.certain
    of_group = {item.id: rest & tally.of_group((item.vi, *item.spellings)) for item in listed}
    others = rest & ~np.any([np.zeros_like(rest), *of_group.values()], axis=0)
    reviewed = np.any([tally.listed(name) for name in CLASSES], axis=0)
    masks = {"kinh": ~minority.possible, "minority": minority.certain, **of_group, "other": others}
    cells = {}
    for name in CLASSES:
        cells[f"{name}_households"] = tally.households(of_class=name)
        cells |= {f"{name}_{id}": tally.households(mask, name) for id, mask in masks.items()}
    unlisted = result["ethnic_group"][others & reviewed].drop_duplicates().tolist()
    if unlisted:
        warnings.warn(
            f"ethnic groups without a column of their own are counted in poor_other and "
            f"near_poor_other: {', '.join(map(repr, unlisted))}; correct the name where a listed "
            f"group is meant, or pass groups= with a column for each",
            UserWarning,
            stacklevel=3,
        )
    no_group = Truth(np.zeros_like(named), ~named & minority.possible)
    cells["unknown"] = tally.answers(reviewed, no_group)
    cells["undetermined"] = tally.households(tally.undetermined)
    return finished(
        layout(9, groups=groups),
        tally.units.rows,
        cells,
        sources=identity_of(result) if identity is None else identity,
        labels=labels,
        own=own,
    )


def table_10(
    result: pd.DataFrame,
    *,
    by: By = (),
    units: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    total: bool = True,
    labels: Language | None = None,
    identity: Mapping[str, str] | None = None,
    design: DesignLike | None = None,
) -> pd.DataFrame:
    """Table 10: poor and near-poor households by reason of poverty.

    Parameters
    ----------
    result : pandas.DataFrame
        As for `table_1`; read here: ``poverty_class`` and one boolean column per reason:
        ``reason_no_land``, ``reason_no_capital``, ``reason_no_labour``, ``reason_no_tools``,
        ``reason_no_knowledge``, ``reason_no_skills``, ``reason_illness``, ``reason_other``. A
        household may have several.
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

    Returns
    -------
    pandas.DataFrame
        As `table_1`, with the columns of ``reports.layout(10)``, all Int64 (with a
        `measures.Design` weighted, Float64). The reasons do not
        add up to the households. ``poor_without_reason``, beside the form, counts those with no
        reason at all, which the field takes for a fault of the data.

    Raises
    ------
    InvalidDataError, ArgumentError
        As for `table_1`.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import reports
    >>> reasons = [f"reason_{item.id}" for item in reports.items_of("reasons")]
    >>> result = pd.DataFrame(False, index=["a", "b"], columns=reasons)
    >>> result = result.assign(poverty_class=["poor", "near_poor"])
    >>> result.loc["a", ["reason_no_land", "reason_illness"]] = True
    >>> table = reports.table_10(result)
    >>> table[["poor_no_land", "poor_illness", "near_poor_without_reason"]].values.tolist()
    [[1, 1, 1]]
    """
    result = as_frame(result, "result")
    units = None if units is None else as_frame(units, "units")
    tallies = Tallies(result, by, units=units, total=total, names=names, design=design)
    return fill_10(tallies, labels, identity)


def fill_10(
    tallies: Tallies, labels: Language | None, identity: Mapping[str, str] | None
) -> pd.DataFrame:
    """`table_10` of a result that has been read."""
    result = tallies.frame
    reasons = {item.id: f"reason_{item.id}" for item in items_of("reasons")}
    tally = tallies.tally(booleans=list(reasons.values()))
    reason_flags = {id: tally.flag(name) for id, name in reasons.items()}
    none = ~np.any([reason.possible for reason in reason_flags.values()], axis=0)
    reviewed = np.any([tally.listed(name) for name in CLASSES], axis=0)
    cells = {}
    for name in CLASSES:
        cells[f"{name}_households"] = tally.households(of_class=name)
        for id, reason in reason_flags.items():
            cells[f"{name}_{id}"] = tally.households(reason.certain, name)
        cells[f"{name}_without_reason"] = tally.households(none, name)
    cells["unknown"] = tally.answers(reviewed, *reason_flags.values())
    cells["undetermined"] = tally.households(tally.undetermined)
    return finished(
        layout(10),
        tally.units.rows,
        cells,
        sources=identity_of(result) if identity is None else identity,
        labels=labels,
    )
