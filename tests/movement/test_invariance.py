"""No figure of movement depends on how ids are written or typed, nor on how units are spelt."""

import datetime as dt
import warnings

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from multidim_poverty import movement, reports
from multidim_poverty.identity import name_key
from multidim_poverty.schema.tables import Tables
from tests.helpers.profile import at_most
from tests.movement.test_movement import CLASSES, D07, D59, HOMES, frames, survey, two_years
from tests.test_unit_names import NAMES, SPELLINGS

ALL_IDS = [f"{letter}{n}" for letter in "ab" for n in range(6)]
WHOLE = ["int64", "uint64", "Int64", "UInt64", "object", "float64"]
TEXT = ["object", "string", "str", "category"]


@st.composite
def renamings(draw, ids=tuple(ALL_IDS)):
    """A bijection from the ids to others, and the dtype of those in each table."""
    if draw(st.booleans()):
        dtypes = [draw(st.sampled_from(WHOLE)) for _ in range(4)]
        signed = {"int64", "Int64"} & {*dtypes}
        high = 2**53 - 1 if "float64" in dtypes else 2**63 - 1 if signed else 2**64 - 1
        number = st.integers(0, high)
        others = draw(st.lists(number, min_size=len(ids), max_size=len(ids), unique=True))
    else:
        dtypes = [draw(st.sampled_from(TEXT)) for _ in range(4)]
        letters = st.text("abcđôH'12 ", min_size=1, max_size=8)
        texts = st.lists(letters, min_size=len(ids), max_size=len(ids), unique_by=look)
        others = draw(texts)
    return dict(zip(ids, others, strict=True)), dtypes


def look(text):
    """Texts that a reader takes for one id are refused, and no bijection gives them."""
    digits = text.strip().casefold()
    return digits.lstrip("0") if digits.isdecimal() else digits


def renamed(ids, mapping, dtype):
    """Ids in another writing; missing ones stay missing, in a dtype that can hold them."""
    others = [mapping.get(id) for id in ids]
    if None in others and dtype in ("int64", "uint64"):
        dtype = {"int64": "Int64", "uint64": "UInt64"}[dtype]
    return pd.Series(others, index=getattr(ids, "index", None), dtype=dtype)


def with_ids(frame, mapping, dtype):
    index = pd.Index(renamed(frame.index, mapping, dtype), name="household_id")
    return frame.set_axis(index)


def backwards(values, mapping):
    back = {other: id for id, other in mapping.items()}
    return [None if pd.isna(value) else back[value] for value in values]


def quietly(function, *args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return function(*args, **options)


def figures(moved):
    """The balance and both tables, with each unit by the key of its name."""
    counted = quietly(movement.balance, moved, by="commune")
    counted = counted.rename(index=name_key, level="commune").sort_index()
    tables = []
    for function in (reports.table_2, reports.table_3):
        table = quietly(function, moved, by="commune").astype(object)
        table = table.assign(
            unit=table["unit"].map(name_key), commune=table["commune"].map(name_key), number=None
        )
        rows = table.where(table.notna(), None).to_numpy(dtype=object).tolist()
        tables.append(sorted(rows, key=repr))
    return counted, tables


@given(
    drawn=two_years(),
    dated=st.booleans(),
    units=st.lists(st.sampled_from(NAMES), min_size=24, max_size=24),
    spell=st.lists(st.sampled_from([str, *SPELLINGS]), min_size=1, max_size=4),
    renaming=renamings(),
)
def test_flows_balance_and_tables_do_not_change(drawn, dated, units, spell, renaming):
    start, end, history, links = frames(drawn)
    of_unit = dict(zip(ALL_IDS, units[:12], strict=True))
    moving = dict(zip(ALL_IDS, units[12:], strict=True))
    # A household of each unit that stays, so that both years have one list of units.
    start = start.assign(commune=[of_unit[id] for id in start.index])
    end = end.assign(commune=[moving[id] if id[1] < "2" else of_unit[id] for id in end.index])
    options = {}
    if dated:
        history = history.drop_duplicates("household_id").assign(on="2021-12-10")
        later = history.assign(on="2023-12-10", poverty_class="poor")
        history = pd.concat([history, later], ignore_index=True)
        options = {"start_on": "2022-12-10"}
    if len({*start["commune"]} & {*end["commune"]}) == 0:
        end = end.assign(commune=start["commune"].iloc[0] if len(start) else NAMES[0])
    expected = movement.flows(start, end, history=history, links=links, by="commune", **options)

    mapping, dtypes = renaming
    spelt = [spell[at % len(spell)](name) for at, name in enumerate(end["commune"])]
    found = quietly(
        movement.flows,
        with_ids(start, mapping, dtypes[0]),
        with_ids(end.assign(commune=spelt), mapping, dtypes[1]),
        history=history.assign(household_id=renamed(history["household_id"], mapping, dtypes[2])),
        links=links.assign(
            start_id=renamed(links["start_id"], mapping, dtypes[3]),
            end_id=renamed(links["end_id"], mapping, dtypes[3]),
        ),
        by="commune",
        **options,
    )
    same = found.assign(
        start_id=pd.Series(backwards(found["start_id"], mapping), dtype=object),
        end_id=pd.Series(backwards(found["end_id"], mapping), dtype=object),
        commune=found["commune"].map(name_key),
    )
    keyed = expected.assign(commune=expected["commune"].map(name_key))
    pd.testing.assert_frame_equal(same, keyed, check_dtype=False)
    for table, other in zip(figures(found), figures(expected), strict=True):
        if isinstance(table, pd.DataFrame):
            pd.testing.assert_frame_equal(table, other, check_index_type=False)
        else:
            assert table == other


@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(ALL_IDS[:4]),
            st.dates(dt.date(2019, 1, 1), dt.date(2024, 12, 31)),
            st.sampled_from(CLASSES),
        ),
        max_size=12,
        unique_by=lambda row: row[:2],
    ),
    renaming=renamings(),
    days=st.sampled_from(["object", "datetime64[s]", "datetime64[ns]", "text"]),
)
def test_newly_escaped_does_not_change(rows, renaming, days):
    history = pd.DataFrame(rows, columns=["household_id", "on", "poverty_class"])
    expected = movement.newly_escaped(history, on="2024-06-30")
    mapping, (dtype, *_) = renaming
    on = history["on"].astype(str) if days == "text" else history["on"].astype(days)
    other = history.assign(
        household_id=renamed(history["household_id"], mapping, dtype), on=on.astype(on.dtype)
    )
    found = movement.newly_escaped(other, on="2024-06-30")
    found = found.set_axis(pd.Index(backwards(found.index, mapping), name="household_id"))
    pd.testing.assert_frame_equal(found, expected, check_index_type=False, check_dtype=False)


@at_most(25)
@given(first=HOMES, last=HOMES, renaming=renamings(tuple("abcdef")))
def test_the_parts_of_a_change_do_not_change(first, last, renaming):
    if not set(first) & set(last):
        last = {**last, **dict(list(first.items())[:1])}
    tables = survey(first), survey(last)
    options = {"standards": (D59, D07), "on": ("2021-06-30", "2023-06-30"), "exact": True}
    options["classes"] = ["poor", "near_poor"]
    expected = movement.decompose_change(*tables, **options)
    mapping, dtypes = renaming
    others = [
        Tables(
            with_ids(each.households, mapping, dtypes[at]),
            each.members.assign(
                household_id=renamed(each.members["household_id"], mapping, dtypes[2 + at])
            ),
        )
        for at, each in enumerate(tables)
    ]
    found = movement.decompose_change(*others, **options)
    assert found.to_numpy().tolist() == expected.to_numpy().tolist()


def test_whole_numbers_that_are_one_as_floats_stay_two():
    ids = np.array([2**60, 2**60 + 1])
    start = pd.DataFrame({"poverty_class": ["poor", "average"], "household_size": 1}, index=ids)
    for end in (start[::-1], start[::-1].set_axis(ids[::-1].astype(np.uint64))):
        moved = movement.flows(start, end)
        assert moved["poor_flow"].dropna().to_dict() == {0: "stayed"}
        assert moved["end_id"].tolist() == ids.tolist()
