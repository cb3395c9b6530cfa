"""The design of a survey: weights, strata, primary sampling units, replicate weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.errors import ArgumentError, InvalidDataError
from multidim_poverty.schema.arguments import as_frame, group_keys, values_of
from multidim_poverty.schema.definitions import Column, column_of
from multidim_poverty.schema.fault_table import Fault, report
from multidim_poverty.schema.faults import column_faults, fault_at
from multidim_poverty.schema.reading import numbers_of

__all__ = [
    "Design",
    "DesignLike",
    "LonelyPsu",
    "ReplicateMethod",
    "Sample",
    "design_columns",
    "read_sample",
    "replicate_scales",
    "sample_of_columns",
    "stack_designs",
]

LonelyPsu = Literal["raise", "certainty", "adjust", "average"]
ReplicateMethod = Literal["brr", "fay", "jackknife", "bootstrap"]
FloatArray = npt.NDArray[np.float64]
CodeArray = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Design:
    """How the households of a survey were drawn.

    Each part is the name of a column of the table that a function gets, or a Series on its index.
    A design without any part is a simple random sample of households, drawn with replacement.

    Parameters
    ----------
    weight : str or pandas.Series, optional
        Households that a row stands for; 0 keeps a row in the design and out of the estimates.
    strata : str or pandas.Series, optional
        Stratum of each row; one stratum by default.
    psu : str or pandas.Series, optional
        Primary sampling unit within its stratum; by default each row is one.
    fpc : str or pandas.Series, optional
        Finite population correction: how many primary sampling units the stratum has in all, or,
        at most 1, the share of them that was drawn. With replacement by default.
    replicates : str, sequence of str or pandas.DataFrame, optional
        Replicate weights: the columns whose names begin with a text, such as ``"replicate_"``, the
        columns that are named, or a table on the same index. Standard errors then come from them
        alone; strata and psu give the degrees of freedom if they are there, else the number of
        replicates does.
    replicate_method : {"brr", "fay", "jackknife", "bootstrap"}, optional
        How the replicates were made; needed with ``replicates``.
    fay : float, optional
        Coefficient of Fay's method, 0 or more and less than 1; needed with "fay".
    replicate_scales : sequence of float, optional
        Scale of each squared deviation, needed with "jackknife": (n - 1) / n of the stratum of
        the unit that was left out, with n its number of units.
    lonely : {"raise", "certainty", "adjust", "average"}
        What a stratum with one primary sampling unit adds to the variance: an error; nothing, as
        a unit drawn with certainty; its deviation from the mean of all units; or the average of
        the other strata. A sample without strata is one stratum.

    Raises
    ------
    ArgumentError
        If a word is none of those above, or a part lacks the other that it needs.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> design = mdp.measures.Design(weight="weight", strata="strata", psu="psu", lonely="adjust")
    >>> design.lonely
    'adjust'
    """

    weight: str | pd.Series[Any] | None = None
    strata: str | pd.Series[Any] | None = None
    psu: str | pd.Series[Any] | None = None
    fpc: str | pd.Series[Any] | None = None
    replicates: str | Sequence[str] | pd.DataFrame | None = None
    replicate_method: ReplicateMethod | None = None
    fay: float | None = None
    replicate_scales: Sequence[float] | None = None
    lonely: LonelyPsu = "raise"

    def __post_init__(self) -> None:
        """Check what needs no data."""
        if self.lonely not in get_args(LonelyPsu):
            raise ArgumentError(
                f"lonely {self.lonely!r} is not one of {', '.join(map(repr, get_args(LonelyPsu)))}"
            )
        methods = get_args(ReplicateMethod)
        if (self.replicates is not None) != (self.replicate_method in methods):
            raise ArgumentError(
                f"replicate_method {self.replicate_method!r}: replicate weights and how they were "
                f"made ({', '.join(map(repr, methods))}) go together"
            )
        fay_is_right = isinstance(self.fay, Real) and 0 <= self.fay < 1
        if fay_is_right != (self.replicate_method == "fay"):
            raise ArgumentError(
                f"fay {self.fay!r}: a number from 0 to below 1, with replicate_method 'fay' alone"
            )
        if (self.replicate_scales is not None) != (self.replicate_method == "jackknife"):
            raise ArgumentError("replicate_scales and replicate_method 'jackknife' go together")


DesignLike = Design | Literal["census"]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A design as arrays: units are numbered within the whole sample.

    Attributes
    ----------
    weight : numpy.ndarray of float64
        Of each row.
    unit : numpy.ndarray of intp
        Primary sampling unit of each row.
    stratum : numpy.ndarray of intp
        Stratum of each unit.
    correction : numpy.ndarray of float64
        1 less the share of the units that was drawn, of each stratum.
    lonely : str
        The policy for strata of one unit.
    replicates : numpy.ndarray of float64 or None
        Weights, one column per replicate.
    replicate_scales : numpy.ndarray of float64
        Factor of each squared deviation.
    with_units : bool
        Whether units or strata were given, so that degrees of freedom come from them.
    """

    weight: FloatArray
    unit: CodeArray
    stratum: CodeArray
    correction: FloatArray
    lonely: LonelyPsu
    replicates: FloatArray | None
    replicate_scales: FloatArray
    with_units: bool


def stack_designs(
    designs: tuple[Design, Design],
    waves: tuple[pd.DataFrame, pd.DataFrame],
    names: tuple[str, str],
    *,
    shared: bool,
) -> tuple[pd.DataFrame, Design]:
    """Two waves as one sample: its table, one wave below the other, and its design.

    Units of one name in a stratum of one name are one unit where they are `shared`, and two, in
    strata of their own, where not. The replicates of the waves then vary one wave at a time.

    Raises
    ------
    ArgumentError
        If the designs have other parts, policies or replicate methods.
    InvalidDataError
        As `read_sample`, of each wave by itself; the wave is the table of the faults.
    """
    first, second = designs
    for part in ("weight", "strata", "psu", "fpc", "replicates"):
        if (getattr(first, part) is None) != (getattr(second, part) is None):
            raise ArgumentError(f"one wave has {part} in its design and the other has none")
    for part in ("replicate_method", "fay", "lonely"):
        if getattr(first, part) != getattr(second, part):
            raise ArgumentError(f"the designs of the waves differ in {part}")
    tables, weights = [], []
    for design, wave, name in zip(designs, waves, names, strict=True):
        table, replicated = design_columns(design, wave, name, name)
        _refuse_all_zero(table, name)
        weights.append(replicated)
        if not shared:
            sample_of_columns(table, replicated, design, name)  # faults by the wave's own strata
            strata = table["strata"] if "strata" in table else pd.Series("", index=wave.index)
            table["strata"] = (name + " " + strata.astype("string")).astype(object)
        tables.append(table)
    stacked = pd.concat(tables)
    chosen: dict[str, Any] = {
        part: part for part in ("weight", "strata", "psu", "fpc") if part in stacked
    }
    if first.replicates is None:
        return stacked, Design(**chosen, lonely=first.lonely)
    old, new = (each.to_numpy(dtype=np.float64) for each in weights if each is not None)
    if shared:
        if old.shape[1] != new.shape[1]:
            raise ArgumentError("the waves share units and have other numbers of replicates")
        replicates, scales = np.vstack([old, new]), first.replicate_scales
    else:
        full = [numbers_of(table["weight"]) for table in tables]
        replicates = np.block(
            [
                [old, np.repeat(full[0][:, None], new.shape[1], axis=1)],
                [np.repeat(full[1][:, None], old.shape[1], axis=1), new],
            ]
        )
        scales = [*replicate_scales(first, old.shape[1]), *replicate_scales(second, new.shape[1])]
    if shared and first.replicate_method != "jackknife":
        scales = list(replicate_scales(first, old.shape[1]))
    return stacked, Design(
        **chosen,
        replicates=pd.DataFrame(replicates, index=stacked.index),
        replicate_method="jackknife",
        replicate_scales=scales,
        lonely=first.lonely,
    )


def read_sample(design: Design, data: pd.DataFrame, argument: str) -> Sample:
    """The design of the rows of `data`.

    Raises
    ------
    InvalidDataError
        If weights are missing, negative, infinite or all zero; if a stratum, unit or correction
        is missing; if a correction differs within a stratum, or is less than the units drawn; or
        if a stratum, or a sample without strata, has one unit and `lonely` is "raise".
    ArgumentError
        If a part names no column, or is not on the index of `data`.
    """
    return sample_of_columns(*design_columns(design, data, argument), design)


def design_columns(
    design: Design, data: pd.DataFrame, argument: str, name: str = "households"
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """The columns ``weight``, ``strata``, ``psu`` and ``fpc`` of the rows, and their replicates.

    `name` is the table of the faults.

    Raises
    ------
    InvalidDataError, ArgumentError
        As `read_sample`, of what each row shows by itself.
    """
    parts = {
        name: values_of(part, data, argument, name).rename(name)
        for name in ("weight", "strata", "psu", "fpc")
        if (part := getattr(design, name)) is not None
    }
    table = pd.DataFrame(parts, index=data.index)
    replicates = _replicates(design, data, argument)
    columns = [_definition(name) for name in parts]
    all_columns = table
    if replicates is not None:
        columns += [_definition("weight", name) for name in replicates.columns]
        all_columns = pd.concat([table, replicates.set_axis(table.index)], axis=1)
    faults = [
        fault for column in columns for fault in column_faults(all_columns, column, needed=True)
    ]
    _raise(faults, all_columns, name)
    return table, replicates


def sample_of_columns(
    table: pd.DataFrame, replicates: pd.DataFrame | None, design: Design, name: str = "households"
) -> Sample:
    """The sample that the columns of a design make; `name` is the table of the faults.

    Raises
    ------
    InvalidDataError
        As `read_sample`, of what the rows show together.
    """
    weights = numbers_of(table["weight"]) if "weight" in table else np.ones(len(table))
    _refuse_all_zero(table, name)
    unit, stratum, names = _units(table)
    correction = _correction(table, unit, stratum, names, name)
    units_of = np.bincount(stratum, minlength=len(names))
    lonely = units_of == 1
    if design.lonely == "raise" and design.replicates is None and (lonely & (correction > 0)).any():
        bad = (lonely & (correction > 0))[stratum][unit]
        if "strata" in table:
            values = np.array(names, dtype=object)[stratum[unit]]
            fault = fault_at("households", "strata", "lonely_unit", bad, values=values)
        else:
            fault = fault_at("households", "psu", "one_unit_drawn", bad)
        _raise([fault], table, name)
    return Sample(
        weight=weights,
        unit=unit,
        stratum=stratum,
        correction=correction,
        lonely=design.lonely,
        replicates=None if replicates is None else replicates.to_numpy(dtype=np.float64),
        replicate_scales=replicate_scales(design, 0 if replicates is None else replicates.shape[1]),
        with_units="psu" in table or "strata" in table,
    )


def _definition(name: str, alias: str | None = None) -> Column:
    """What a column of the design must hold: as in the schema, with a value in each row."""
    column = column_of("households", name)
    assert column is not None
    return replace(column, name=alias or name, required=True)


def _raise(faults: list[Fault], table: pd.DataFrame, name: str) -> None:
    if faults:
        of_table = [replace(fault, table=name) for fault in faults]
        raise InvalidDataError(report(of_table, {name: table}))


def _refuse_all_zero(table: pd.DataFrame, name: str) -> None:
    if "weight" in table and len(table):
        weights = numbers_of(table["weight"])
        if not weights.any():
            _raise([fault_at("households", "weight", "all_zero", weights == 0)], table, name)


def _replicates(design: Design, data: pd.DataFrame, argument: str) -> pd.DataFrame | None:
    chosen = design.replicates
    if chosen is None:
        return None
    if isinstance(chosen, pd.DataFrame) and len(chosen.columns):
        chosen = as_frame(chosen, "replicates")
        parts = [values_of(chosen[name], data, argument, "replicates") for name in chosen.columns]
        return pd.DataFrame({f"replicate_{k}": part for k, part in enumerate(parts, 1)})
    if isinstance(chosen, str):
        prefix = chosen.removesuffix("*")
        chosen = [str(name) for name in data.columns if str(name).startswith(prefix)]
        if not (prefix and chosen):
            raise ArgumentError(f"{argument} has no columns of replicates named {prefix!r}...")
    names = list(chosen) if isinstance(chosen, Sequence) else []
    if not names or len({*map(str, names)}) < len(names):
        raise ArgumentError(
            "replicates are the beginning of the names of columns, a list of names, each once, or "
            "a DataFrame of weights"
        )
    return pd.DataFrame({name: values_of(name, data, argument, "replicates") for name in names})


def _units(table: pd.DataFrame) -> tuple[CodeArray, CodeArray, list[Any]]:
    """The unit of each row, the stratum of each unit, and the names of the strata."""
    if "strata" in table:
        of_row, keys = group_keys(table[["strata"]])
        names = [key[0] for key in keys]
    else:
        of_row, names = np.zeros(len(table), dtype=np.intp), [None]
    if "psu" not in table:
        return np.arange(len(table)), of_row, names
    codes = pd.factorize(table["psu"])[0].astype(np.int64)
    pairs = of_row.astype(np.int64) * (codes.max(initial=0) + 1) + codes
    unit, distinct = pd.factorize(pairs)
    stratum = (np.asarray(distinct) // (codes.max(initial=0) + 1)).astype(np.intp)
    return unit, stratum, names


def _correction(
    table: pd.DataFrame, unit: CodeArray, stratum: CodeArray, names: list[Any], name: str
) -> FloatArray:
    if "fpc" not in table:
        return np.ones(len(names))
    given = numbers_of(table["fpc"])
    of_row = stratum[unit]
    of_stratum = np.zeros(len(names))
    of_stratum[of_row[::-1]] = given[::-1]  # the first of each stratum
    drawn = np.bincount(stratum, minlength=len(names))
    faults = []
    if (differs := given != of_stratum[of_row]).any():
        faults.append(
            fault_at(
                "households", "fpc", "differs_in_stratum", differs, expected=of_stratum[of_row]
            )
        )
    too_few = ((given > 1) & (given < drawn[of_row])) | (given <= 0)
    if too_few.any():
        faults.append(
            fault_at("households", "fpc", "fewer_than_drawn", too_few, expected=drawn[of_row])
        )
    _raise(faults, table, name)
    share = np.where(of_stratum > 1, drawn / np.where(of_stratum > 0, of_stratum, 1), of_stratum)
    return 1 - np.minimum(share, 1)


def replicate_scales(design: Design, number: int) -> FloatArray:
    """The factor of each squared deviation of a replicate from the estimate."""
    if design.replicate_method == "jackknife":
        scales = np.asarray(pd.to_numeric(pd.Series(design.replicate_scales), errors="coerce"))
        if scales.shape != (number,) or not (np.isfinite(scales) & (scales > 0)).all():
            raise ArgumentError(
                f"replicate_scales hold {scales.size} numbers; give a positive one for each of "
                f"the {number} replicates"
            )
        return scales
    if design.replicate_method == "bootstrap":
        return np.full(number, 1 / max(number - 1, 1))
    return np.full(number, 1 / (max(number, 1) * (1 - (design.fay or 0)) ** 2))
