"""All sheets of a workbook: one table of households, one of members, and repeated codes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.excel.layout import WorkbookLayout
from multidim_poverty.excel.problems import Problems
from multidim_poverty.excel.sheet import UNIT_COLUMNS, Part
from multidim_poverty.identity import look_alike_key
from multidim_poverty.kleene import BoolArray

__all__ = ["joined", "mark_repeated"]

OF_MEMBERS = ("household_id", "member_id", "sheet", "row")


def joined(form: WorkbookLayout, parts: list[Part]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Households, with their ids as index, and members of all sheets."""
    frames, people, before = [], [], 0
    for part in parts:
        frames.append(pd.DataFrame(part.households))
        home = np.where(part.home >= 0, part.home + before, -1)
        people.append(pd.DataFrame({"home": home, **part.members}))
        before += len(frames[-1])
    households = _stacked(frames)
    households["list"] = pd.Categorical(
        households["list"], categories=[sheet.name for sheet in form.sheets]
    )
    codes = _codes(households)
    ids = _unique(codes)
    # An id that only the place in the file tells from others holds in this file alone.
    in_order = [_has_serial_codes(part) for part in parts for _ in part.first]
    again = pd.Series(codes, dtype=object).duplicated(keep=False).to_numpy()
    nameless = households["code"].isna().to_numpy()
    from_row: BoolArray = again | nameless | np.array(in_order, dtype=bool)
    households["id_from_row"] = pd.array(from_row, dtype="boolean")
    households.index = pd.Index(ids, name="household_id", dtype="string")
    if not form.has_members:
        empty = {name: pd.array([], dtype="string") for name in OF_MEMBERS}
        return households, pd.DataFrame(empty).astype({"row": "Int64"})
    members = _stacked(people)
    home = members.pop("home").to_numpy(np.int64)
    owners = [ids[at] if at >= 0 else None for at in home.tolist()]
    serial = (pd.Series(home).groupby(home).cumcount() + 1).astype(str).tolist()
    first = pd.DataFrame(
        {
            "household_id": pd.array(owners, dtype="string"),
            "member_id": pd.array(serial, dtype="string"),
        }
    )
    return households, pd.concat([first, members], axis=1)


def mark_repeated(
    households: pd.DataFrame, members: pd.DataFrame, parts: list[Part], problems: Problems
) -> None:
    """Mark households that repeat another one in everything, or share its code and differ.

    Columns that the layout does not know do not count: many files number their rows.
    """
    columns = {column.name: column for part in parts for column in part.sheet.columns}
    of_homes = [name for name, column in columns.items() if column.table == "households"]
    # Two cells that could not be read are the same only if the file has the same in them.
    unread = np.concatenate([part.unread[part.first] for part in parts])
    units = [name for name in UNIT_COLUMNS if name not in of_homes]
    content = _prints(households[["list", *of_homes, *units]].assign(unread=unread))
    if len(members):
        of_people = [name for name in columns if name not in of_homes and name != "order"]
        unread = np.concatenate([part.unread for part in parts])
        people = _prints(members[of_people].assign(unread=unread))
        place = households.index.get_indexer(pd.Index(members["household_id"]))
        step = members.groupby("household_id", dropna=False).cumcount().to_numpy(np.uint64)
        inside = place >= 0
        # Each member counts by its place in the household too.
        np.add.at(content, place[inside], (people * (2 * step + np.uint64(1)))[inside])
    pairs = pd.DataFrame(
        {
            "code": _codes(households, by_key=True),
            "list": households["list"].astype(str).to_numpy(),
            "content": content,
        }
    )
    has_code = households["code"].notna().to_numpy(bool)
    # A row with nothing but unknown columns repeats no household; an empty mark says nothing.
    informative = [name for name in of_homes if columns[name].kind != "flag"]
    something = households[informative].notna().any(axis=1).to_numpy(bool)
    kinds = pairs.groupby(["code", "list"])["content"].transform("nunique").to_numpy()
    lists = pairs.groupby("code")["list"].transform("nunique").to_numpy()
    marks = {
        "exact_duplicate": pairs.duplicated("content").to_numpy() & something,
        "code_reused": (kinds > 1) & has_code,
        "code_in_two_lists": (lists > 1) & has_code,
    }
    places = {part.name: part.places.get("code", 0) for part in parts}
    for rule, bad in marks.items():
        if rule != "code_in_two_lists":  # both may be right: poor before, near-poor now
            households[rule] = pd.array(bad, dtype="boolean")
        rows = households.loc[bad, ["sheet", "row", "code"]]
        for sheet, row, code in rows.itertuples(index=False):
            value = None if pd.isna(code) else code
            problems.add(sheet, (int(row) - 1, places[sheet]), "code", value, rule)


def _prints(frame: pd.DataFrame) -> Any:
    """A fingerprint of each row. Text and a missing value are told apart by what they are."""
    plain = frame.astype(object)
    prints = pd.util.hash_pandas_object(plain.where(plain.notna(), None), index=False)
    return prints.to_numpy(copy=True)  # the prints of members are added to it


def _stacked(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames one below the other; a column that one does not have is missing there."""
    names = list(dict.fromkeys(name for frame in frames for name in frame.columns))
    columns = {}
    for name in names:
        parts = [
            frame[name] if name in frame else pd.Series(pd.array([None] * len(frame), "string"))
            for frame in frames
        ]
        columns[name] = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(columns)


def _codes(households: pd.DataFrame, *, by_key: bool = False) -> list[str]:
    """The code of each household, after its commune where the file has one.

    Else after the sheet, if a list has several: offices give each commune a sheet. ``by_key``:
    with the name of the commune such that its spellings agree.
    """
    several = households.groupby("list", observed=True)["sheet"].transform("nunique") > 1
    values = {
        name: households[name].astype(object).where(households[name].notna(), None).tolist()
        if name in households
        else [None] * len(households)
        for name in ("commune_code", "commune", "code", "sheet", "row")
    }
    codes = []
    for apart, commune_code, commune, code, sheet, row in zip(
        several.tolist(), *values.values(), strict=True
    ):
        if commune and by_key:
            commune = look_alike_key(commune)
        place = commune_code or commune or (sheet if apart else None)
        if code is None:
            codes.append(f"{sheet}!{row}")
        else:
            codes.append(f"{place}/{code}" if place else str(code))
    return codes


def _has_serial_codes(part: Part) -> bool:
    """Whether the codes of a sheet number its households in the order of the rows."""
    return any(column.name == "code" and column.serial for column in part.sheet.columns)


def _unique(codes: list[str]) -> list[str]:
    """The codes, those that are used again with a number."""
    used: Counter[str] = Counter()
    ids: dict[str, None] = {}
    for code in codes:
        used[code] += 1
        id = code if used[code] == 1 else f"{code}#{used[code]}"
        while id in ids:  # another code looks like a numbered one
            used[code] += 1
            id = f"{code}#{used[code]}"
        ids[id] = None
    return list(ids)
