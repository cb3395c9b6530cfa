"""A sound set of tables 1 to 13, every column of which is entered, and the same as printed."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

import multidim_poverty as mdp
from multidim_poverty import movement, reports

STANDARD = mdp.standard("decree_07_2021")
BY = ["district", "commune"]
ON = "2023-10-01"
REASONS = [f"reason_{item.id}" for item in reports.items_of("reasons")]


def households(seed=0):
    """Households of the sample in two districts of two communes each, all with a class."""
    rng = np.random.default_rng(seed)
    sample = mdp.load_sample()
    result = mdp.assess(sample.households, sample.members, standard=STANDARD, on=ON)
    wide = reports.wide(sample.households, result)
    known = wide["poverty_class"].notna() & wide["ethnic_minority"].notna()
    known &= wide["ethnic_group"].notna() & wide[list(STANDARD.indicator_ids)].notna().all(axis=1)
    wide = wide[known].drop(columns=["province", "village"])
    place = rng.integers(0, 4, len(wide))
    wide["district"] = np.array(["Huyện A", "Huyện B"])[place // 2]
    wide["commune"] = np.array(["Xã Một", "Xã Hai", "Xã Ba", "Xã Bốn"])[place]
    wide["local_minority"] = wide["ethnic_minority"].astype(bool) & (rng.random(len(wide)) < 0.5)
    wide["average_living_standard"] = rng.random(len(wide)) < 0.2
    for flag in ("no_labour_capacity", "member_of_merit"):
        wide[flag] = (rng.random(len(wide)) < 0.1) & ~wide["ethnic_minority"].astype(bool)
    wide["member_of_merit"] &= ~wide["no_labour_capacity"]
    wide["female_head"] = rng.random(len(wide)) < 0.3
    for name in REASONS:
        wide[name] = rng.random(len(wide)) < 0.4
    wide.loc[~wide[REASONS].any(axis=1), REASONS[0]] = True
    return wide, sample.members[sample.members["household_id"].isin(wide.index)]


@functools.cache
def made(levels=2):
    """Tables 1 to 13 of the library; with no levels, one row or pair of rows each."""
    end, members = households()
    rng = np.random.default_rng(1)
    start = end[["district", "commune", "poverty_class", "household_size"]].copy()
    start["poverty_class"] = rng.permutation(start["poverty_class"].to_numpy(object))
    start["household_size"] += rng.integers(0, 2, len(start))
    history = pd.DataFrame({"household_id": end.index[::3], "poverty_class": "poor"})
    flows = movement.flows(start, end, by=BY, history=history)
    return reports.tables(
        end,
        by=BY[:levels],
        members=members,
        flows=flows,
        population="counted",
        standard=STANDARD,
        on=ON,
        numbers=range(1, 14),
    )


def form_alone(table):
    """What the form prints of a table, and nothing beside it."""
    form = reports.layout_of(table)
    levels = [name for name in BY if name in table]
    columns = ["number", "level", "unit", *levels, *(["count_of"] if "count_of" in table else [])]
    alone = table[[*columns, *(column.id for column in form.printed)]].copy()
    alone.attrs = {"table": form.number, "items": table.attrs["items"]}
    return alone


def as_texts(table):
    """A table in texts as offices print them: points for thousands, decimal commas."""
    form = reports.layout_of(table)
    texts = form_alone(table).astype({column.id: object for column in form.printed})
    printed = reports.printed(table, decimal=",")
    for column in form.printed:
        cells = printed[column.id]
        if column.kind == "count":
            cells = [f"{int(cell):,}".replace(",", ".") if cell else "" for cell in cells]
        texts[column.id] = list(cells)
    texts.attrs = dict(form_alone(table).attrs)
    return texts


def cells_of(tables):
    """Every printed cell with a number: table, row, column."""
    for number, table in tables.items():
        for column in reports.layout_of(table).printed:
            for row in np.flatnonzero(table[column.id].notna() & (table[column.id] != "")):
                yield number, int(row), column.id


def mutated(tables, number, row, column):
    """The tables with one cell changed by the least that no rounding allows."""
    table = tables[number].copy()
    table.attrs = tables[number].attrs
    kind = reports.layout_of(table).column(column).kind
    value = table[column].iloc[row]
    at = table.columns.get_loc(column)
    if isinstance(value, str):
        plain = float(value.replace(".", "").replace(",", "."))
        text = f"{int(plain) + 1:,}" if kind == "count" else f"{plain + 0.01:.2f}"
        table.iloc[row, at] = text.translate(str.maketrans(",.", ".,"))
    else:
        table.iloc[row, at] = value + 1 if kind == "count" else round(value + 0.01, 2)
    return {**tables, number: table}
