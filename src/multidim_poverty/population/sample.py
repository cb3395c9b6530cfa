"""A small synthetic survey to try the library on."""

from __future__ import annotations

from importlib import resources

import pandas as pd

from multidim_poverty.schema.definitions import COLUMNS
from multidim_poverty.schema.tables import Tables

__all__ = ["load_sample"]


def load_sample() -> Tables:
    """About 500 synthetic households with their members.

    Nobody in it exists: ``scripts/make_sample.py`` draws it from a fixed seed. It is shaped to
    show every class of Decree 07/2021 and a few missing answers, and says nothing about any
    real place.

    Returns
    -------
    Tables
        ``.households`` (index ``household_id``) and ``.members``, in the documented dtypes.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> len(mdp.load_sample().households)
    500
    """
    return Tables(_read("households").set_index("household_id"), _read("members"))


def _read(table: str) -> pd.DataFrame:
    path = resources.files("multidim_poverty").joinpath(f"data/synthetic_{table}.csv")
    with path.open(encoding="utf-8") as file:
        # "none" is an answer here, and an empty cell the only mark of a missing one.
        frame = pd.read_csv(file, dtype=str, keep_default_na=False, na_values=[""])
    for column in COLUMNS:
        if column.table != table or column.name not in frame.columns:
            continue
        values = frame[column.name]
        if column.kind == "category":
            frame[column.name] = values.astype(pd.CategoricalDtype(list(column.codes)))
        elif column.kind == "boolean":
            answers = values.map({"True": True, "False": False})
            frame[column.name] = answers.astype("boolean" if values.isna().any() else bool)
        elif column.kind == "integer":
            frame[column.name] = values.astype("Int64" if values.isna().any() else "int64")
        elif column.kind == "number":
            frame[column.name] = values.astype("float64")
    return frame
