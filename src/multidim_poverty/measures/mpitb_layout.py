"""Estimates in the long layout of Stata's mpitb and R's mpitbR, and back.

The columns are those that ``_mpitb_rframe.ado`` and ``_mpitb_stores.ado`` (mpitb 0.1.4, Stata)
give a frame of levels, and ``mpitb.est`` (mpitbR) its ``lframe``.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.measures.estimation import LABELS, MEASURES
from multidim_poverty.measures.specifications import exact_fraction
from multidim_poverty.measures.tidy import ESTIMATED, UNITS
from multidim_poverty.schema.arguments import as_frame

__all__ = ["from_mpitb_frame", "to_mpitb_frame"]

# Column of estimates -> column of mpitb.
NAMES = {
    "estimate": "b",
    "se": "se",
    "lower": "ll",
    "upper": "ul",
    "level": "loa",
    "measure": "measure",
    "indicator": "indicator",
    "weighting": "wgts",
    "k": "k",
    "subgroup": "subg",
}
OURS_ALONE = tuple(name for name in (*LABELS, *ESTIMATED) if name not in NAMES)
NUMBERS = ("estimate", "se", "lower", "upper", "bound_lower", "bound_upper", "df")
COUNTS = ("n", "n_missing")
# Words that have another name there.
LEVEL, MEASURE, WEIGHTING = ("all", "nat"), ("population_share", "popsh"), ("equal_nested", "equal")
LEVELS = ("lev", "0", "0.0")  # of ctype: the estimate is no change
SHOWN = 20


def to_mpitb_frame(
    estimates: pd.DataFrame, *, spec: str = "mpi", t: int | None = None
) -> pd.DataFrame:
    """Put estimates into the long layout of Stata's mpitb and R's mpitbR.

    Parameters
    ----------
    estimates : pandas.DataFrame
        As `measures.estimate` gives them.
    spec : str
        Name of the index, for the column ``spec``.
    t : int, optional
        Number of the wave, for the column ``t``; waves are joined by `pandas.concat`.

    Returns
    -------
    pandas.DataFrame
        One row per estimate, in their order, on a RangeIndex. Columns:

        - ``b``, ``se``, ``ll``, ``ul`` (float64): estimate, standard error, interval;
        - ``loa`` (string): level of analysis, "nat" for all households, else the name of the
          groups; ``measure`` (string): as there, popsh for population_share; ``indicator``
          (string), ``spec`` (string); ``wgts`` (string): "equal" for equal nested weights;
        - ``k`` (float64) [percent]: NaN for measures without a cut-off;
        - ``ctype`` (string): lev, a level, no change; ``subg`` (object): the group, with its
          label where Stata has a number;
        - ``t`` (int64), where it is given;
        - ``dimension``, ``unit``, ``bound_lower``, ``bound_upper``, ``n``, ``df``, ``n_missing``:
          as in `estimates`; mpitb leaves columns of others alone.

    Raises
    ------
    ArgumentError
        If `estimates` is no DataFrame, a column is absent, or a level or a weighting has the name
        that another one gets there: "nat", "equal".
    InvalidDataError
        If `estimates` names a column twice.

    Notes
    -----
    The layout is that of ``_mpitb_rframe`` and ``_mpitb_stores`` of mpitb 0.1.4 (Suppa 2023, Stata
    Journal 23: 625-657) and of ``mpitb.est`` of mpitbR. It has neither p-values (``pval``) nor
    t-values (``tval``).

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> chosen = mdp.measures.specification({"health": ["ill"], "school": ["absent"]})
    >>> answers = pd.DataFrame({"ill": [True, False], "absent": [True, False]})
    >>> table = mdp.measures.estimate(answers, chosen, k="1/3")
    >>> frame = mdp.measures.to_mpitb_frame(table)
    >>> frame.loc[frame["measure"] == "M0", ["b", "loa", "k", "wgts"]].round(2).values.tolist()
    [[0.5, 'nat', 33.33, 'equal']]
    """
    table = as_frame(estimates, "estimates")
    if absent := [name for name in (*LABELS, *ESTIMATED) if name not in table.columns]:
        raise ArgumentError(
            f"estimates lack {', '.join(absent)}; pass what measures.estimate gives"
        )
    for column, (ours, theirs) in (("level", LEVEL), ("weighting", WEIGHTING)):
        if (table[column] == theirs).any():
            raise ArgumentError(
                f"{column} {theirs!r} is what {ours!r} is called in mpitb; give it another name"
            )
    percent = [_float_of(k, Fraction(100)) for k in table["k"]]
    frame = pd.DataFrame(
        {
            "b": table["estimate"],
            "se": table["se"],
            "ll": table["lower"],
            "ul": table["upper"],
            "loa": table["level"].astype("string").replace(*LEVEL),
            "measure": table["measure"].astype("string").replace(*MEASURE),
            "indicator": table["indicator"].astype("string"),
            "spec": pd.Series(spec, index=table.index, dtype="string"),
            "wgts": table["weighting"].astype("string").replace(*WEIGHTING),
            "k": pd.Series(percent, index=table.index, dtype=np.float64),
            "ctype": pd.Series("lev", index=table.index, dtype="string"),
            "subg": table["subgroup"].astype(object),
        }
    )
    if t is not None:
        frame["t"] = np.int64(t)
    return frame.assign(**{name: table[name] for name in OURS_ALONE}).reset_index(drop=True)


def from_mpitb_frame(
    frame: pd.DataFrame, *, spec: str | None = None, t: int | None = None
) -> pd.DataFrame:
    """Read estimates from the long layout of Stata's mpitb and R's mpitbR.

    Parameters
    ----------
    frame : pandas.DataFrame
        A frame of levels, such as `pandas.read_stata` reads or `measures.to_mpitb_frame` gives.
        Columns ``b``, ``measure``, ``indicator``, ``k`` [percent], ``loa`` and ``subg``, and what
        is there of ``se``, ``ll``, ``ul``, ``wgts``, ``ctype`` and the columns of this library;
        other columns are not read.
    spec : str, optional
        Of which index, where the frame has several.
    t : int, optional
        Of which wave, where the frame has several.

    Returns
    -------
    pandas.DataFrame
        As `measures.estimate` gives it: equal to what was put into `measures.to_mpitb_frame`.
        What the frame does not have is missing; ``n`` and ``n_missing`` are then Int64.

    Raises
    ------
    ArgumentError
        Names all that is wrong: columns that are absent; rows with a measure that is none of
        `measures.estimate`, a change in place of a level, k outside (0, 100], or figures that are
        no numbers; or several indices or waves where none is chosen.
    InvalidDataError
        If `frame` names a column twice.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> frame = pd.DataFrame({
    ...     "b": [0.25], "se": [0.02], "ll": [0.21], "ul": [0.29], "loa": ["nat"],
    ...     "measure": ["M0"], "indicator": [""], "wgts": ["equal"], "k": [33], "subg": [None]})
    >>> table = mdp.measures.from_mpitb_frame(frame)
    >>> table[["measure", "k", "weighting", "level", "estimate"]].values.tolist()
    [['M0', 0.33, 'equal_nested', 'all', 0.25]]
    """
    table = as_frame(frame, "frame").reset_index(drop=True)
    needed = ("b", "loa", "measure", "indicator", "k", "subg")
    if absent := [name for name in needed if name not in table.columns]:
        raise ArgumentError(f"frame lacks {', '.join(absent)}; a frame of levels of mpitb has them")
    for name, chosen in (("spec", spec), ("t", t)):
        table = _chosen(table, name, chosen)
    texts = {
        name: _texts(table, name)
        for name in ("loa", "measure", "indicator", "wgts", "ctype", "dimension", "unit")
    }
    texts["measure"] = texts["measure"].replace(MEASURE[1], MEASURE[0])
    numbers = {name: _numbers(table, NAMES.get(name, name)) for name in (*NUMBERS, *COUNTS, "k")}
    if problems := list(_problems(table, texts, numbers)):
        more = [f"and {len(problems) - SHOWN} more"] if len(problems) > SHOWN else []
        raise ArgumentError("\n  - ".join(["frame of mpitb:", *problems[:SHOWN], *more]))
    k = [_float_of(value, Fraction(1, 100)) for value in numbers["k"]]
    counts = {
        name: numbers[name].astype("Int64" if numbers[name].isna().any() else np.int64)
        for name in COUNTS
    }
    read = pd.DataFrame(
        {
            "measure": pd.Categorical(texts["measure"], categories=MEASURES),
            "dimension": texts["dimension"],
            "indicator": texts["indicator"],
            "k": pd.Series(k, index=table.index, dtype=np.float64),
            "weighting": texts["wgts"].replace(WEIGHTING[1], WEIGHTING[0]),
            "level": texts["loa"].replace(LEVEL[1], LEVEL[0]),
            "subgroup": _groups(table),
            "unit": pd.Categorical(texts["unit"], dtype=UNITS),
            **{name: numbers[name] for name in NUMBERS},
            **counts,
        }
    )
    return read[[*LABELS, *ESTIMATED]].reset_index(drop=True)


def _float_of(k: Any, factor: Fraction) -> float:
    """A cut-off times a factor, by way of the fraction that is meant: 1/3 is 100/3 percent."""
    return float("nan") if pd.isna(k) else float(exact_fraction(float(k), "k") * factor)


def _chosen(table: pd.DataFrame, name: str, chosen: Any) -> pd.DataFrame:
    """The rows of one index or one wave."""
    if name not in table.columns:
        if chosen is not None:
            raise ArgumentError(f"frame has no column {name!r} to look for {chosen!r} in")
        return table
    there = table[name].dropna().unique().tolist()
    if chosen is None and len(there) > 1:
        raise ArgumentError(f"frame holds {name} {there}; choose one of them with {name}=")
    if chosen is None:
        return table
    if chosen not in there:
        raise ArgumentError(f"{name} {chosen!r} is not in the frame, which holds {there}")
    rows = np.flatnonzero((table[name] == chosen).to_numpy(dtype=bool, na_value=False))
    return table.iloc[rows]


def _texts(table: pd.DataFrame, name: str) -> pd.Series[Any]:
    """A column of texts; what is empty, as Stata has it, is missing."""
    if name not in table.columns:
        return pd.Series(pd.NA, index=table.index, dtype="string")
    texts = table[name].astype(object).astype("string")
    return texts.mask((texts == "").fillna(False))


def _numbers(table: pd.DataFrame, name: str) -> pd.Series[Any]:
    """A column of numbers; infinite where a cell is none, so that it is told of."""
    if name not in table.columns:
        return pd.Series(np.nan, index=table.index, dtype=np.float64)
    cells = table[name]
    numbers = pd.to_numeric(cells.astype(object), errors="coerce").astype(np.float64)
    return numbers.where(numbers.notna() | cells.isna(), np.inf)


def _groups(table: pd.DataFrame) -> pd.Series[Any]:
    """The groups as they are, None where there is none."""
    groups = table["subg"].astype(object)
    return groups.where(groups.notna() & (groups != ""), None)


def _problems(
    table: pd.DataFrame, texts: dict[str, pd.Series[Any]], numbers: dict[str, pd.Series[Any]]
) -> Iterator[str]:
    """What is wrong with each row, in words."""
    measure, ctype, k = texts["measure"], texts["ctype"], numbers["k"]
    changes = ctype.notna() & ~ctype.isin(LEVELS)
    checks = {
        "measure": (~measure.isin(MEASURES), f"is none of {', '.join(MEASURES)}; leave it out"),
        "loa": (texts["loa"].isna(), "is missing; write nat, or the name of the groups"),
        "ctype": (changes, "is a change; only levels (lev, 0) are read"),
        "k": (k.notna() & ~((k > 0) & (k <= 100)), "is no percentage above 0 and at most 100"),
        "unit": (texts["unit"].notna() & ~texts["unit"].isin(UNITS.categories), "is no unit"),
    }
    for name in (*NUMBERS, *COUNTS):
        bad = np.isinf(numbers[name])
        if name in COUNTS:
            bad |= numbers[name].notna() & ((numbers[name] < 0) | (numbers[name] % 1 != 0))
        checks[NAMES.get(name, name)] = (bad, "is no number that it can be")
    for name, (bad, why) in checks.items():
        for row in np.flatnonzero(bad.to_numpy(dtype=bool)):
            yield f"row {row}, {name} {table[name].iloc[row]!r} {why}"
