"""Small surveys for the property tests: lists of dicts, and the frames made of them."""

from __future__ import annotations

import random

import pandas as pd
from hypothesis import strategies as st

from multidim_poverty.schema.definitions import COLUMNS

AGES = [0, 2, 3, 5, 6, 11, 12, 14, 15, 16, 17, 18, 29, 30, 31, 54, 55, 56, 57, 59, 60, 61, 62, 80]
NOT_DRAWN = {"province", "district", "commune", "village", "ethnic_group", "relation"}
NOT_DRAWN |= {"birth_date", "birth_year", "independent_since"}
DRAWN = {
    table: [c for c in COLUMNS if c.table == table and c.kind != "id" and c.name not in NOT_DRAWN]
    for table in ("households", "members")
}


def answer(column, missing=True):
    if column.kind == "category":
        values = st.sampled_from(list(column.codes))
    elif column.kind == "boolean":
        values = st.booleans()
    elif column.name == "age":
        values = st.sampled_from(AGES)
    elif column.name == "household_size":
        return st.none()  # set from the members, see `surveys`
    elif column.name == "floor_area":
        values = st.sampled_from([7.9, 8.0, 15.9, 16.0, 24.0, 31.9, 40.0])
    elif column.name == "rooms":
        values = st.sampled_from([1, 2, 3])
    else:
        values = st.sampled_from([0.0, 699_999.0, 700_000.0, 1_500_000.0, 1_500_001.0, 3_000_001.0])
    if column.required or not missing:
        return values
    return st.one_of(values, values, st.none())


def record(table, missing=True):
    return st.fixed_dictionaries({c.name: answer(c, missing) for c in DRAWN[table]})


@st.composite
def surveys(draw, missing=True, sizes=True):
    """``[(household, [member, ...]), ...]``; a size may be stated, true or (if `sizes`) larger."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        home = draw(record("households", missing))
        members = draw(
            st.lists(record("members", missing), min_size=0 if missing else 1, max_size=4)
        )
        choices = [None, len(members) or None]
        if sizes and missing:
            choices.append(len(members) + 1)
        home["household_size"] = draw(st.sampled_from(choices))
        home["income_per_capita"] = home["income_12m"] = None
        found.append((home, members))
    return found


def random_survey(seed, n):
    """A survey of `n` households without hypothesis; half of the records lack nothing."""
    rng = random.Random(seed)
    numbers = {
        "age": AGES,
        "floor_area": [7.9, 8.0, 15.9, 16.0, 24.0, 31.9, 40.0],
        "rooms": [1, 2, 3],
    }

    def record(table):
        gaps = [None] if rng.random() < 0.5 else []
        answers = {}
        for column in DRAWN[table]:
            yes_no = [True, False] if column.kind == "boolean" else []
            known = [*column.codes, *yes_no, *numbers.get(column.name, [])]
            answers[column.name] = rng.choice(known + gaps or [None])
        return answers

    found = []
    for _ in range(n):
        members = [record("members") for _ in range(rng.choice([0, 1, 1, 2, 3, 4]))]
        sizes = [None, len(members) or None, len(members) + 1]
        home = record("households") | {"household_size": rng.choice(sizes)}
        found.append((home | {"area": rng.choice(["rural", "urban"])}, members))
    return found


def frames(survey, backend="numpy", ids=None):
    """The two tables of a survey, in the dtypes of a backend."""
    ids = ids or [f"h{n}" for n in range(len(survey))]
    households = pd.DataFrame(
        [home for home, _ in survey], index=pd.Index(ids, name="household_id")
    )
    rows = [
        {"household_id": id, "member_id": n, **member}
        for id, (_, members) in zip(ids, survey, strict=True)
        for n, member in enumerate(members)
    ]
    members = pd.DataFrame(
        rows, columns=["household_id", "member_id", *(c.name for c in DRAWN["members"])]
    )
    return typed(households, "households", backend), typed(members, "members", backend)


def typed(frame, table, backend):
    frame = frame.copy()
    for column in DRAWN[table]:
        values = frame[column.name]
        if backend == "object":
            frame[column.name] = values.astype(object)
            continue
        plain = backend == "numpy"
        if column.kind == "category":
            dtype = pd.CategoricalDtype(list(column.codes)) if plain else "string"
        elif column.kind == "boolean":
            dtype = "boolean" if plain else "bool[pyarrow]"
        elif column.kind == "integer":
            dtype = "Int64" if plain else "int64[pyarrow]"
        else:
            dtype = "float64" if plain else "double[pyarrow]"
        # Through objects: None among numbers would otherwise have become NaN already.
        as_objects = values.astype(object).where(values.notna(), None)
        if dtype == "float64":
            frame[column.name] = pd.to_numeric(as_objects).astype(dtype)
        else:
            if column.kind == "boolean":
                as_objects = as_objects.map(lambda v: v if v is None else bool(v))
            elif column.kind == "integer":
                as_objects = as_objects.map(lambda v: v if v is None else int(v)).astype("Int64")
            frame[column.name] = as_objects.astype(dtype)
    return frame
