"""The one door for days: the same day in any form gives the same answer, nothing is guessed."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import movement, review
from multidim_poverty.dates import as_date, completed_months, dates_of, months_later, read_days

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))
TIMES = st.times(max_value=dt.time(23, 59, 59))
NOTHING = [None, pd.NaT, pd.NA, float("nan"), np.nan, "", np.datetime64("NaT", "D")]
REFUSED = [
    2024,
    20210315,
    1.5,
    True,
    "02/10/2024",
    "20210315",
    "2024-2-1",
    "2024-02-30",
    "2024-W05",
    "2024-02-01 08:00",
    " 2024-02-01",
    "٢٠٢٤-٠٢-٠١",
    np.datetime64("2024-02"),
    np.datetime64("20000-01-01"),
    pd.Period("2024-02-01", "D"),
    dt.time(8),
]
ZONED = [
    pd.Timestamp("2024-02-01", tz="Asia/Ho_Chi_Minh"),
    dt.datetime(2024, 2, 1, 23, tzinfo=dt.UTC),
]


def forms(day, time=dt.time()):
    """One day in every form that is read."""
    moment = dt.datetime.combine(day, time)
    return [
        day,
        moment,
        pd.Timestamp(moment),
        np.datetime64(day),
        np.datetime64(moment, "ns"),
        day.isoformat(),
    ]


@given(DAYS, TIMES)
def test_every_form_of_a_day_is_that_day(day, time):
    assert [as_date(form) for form in forms(day, time)] == [day] * 6
    assert all(type(as_date(form)) is dt.date for form in forms(day, time))


@given(st.lists(st.tuples(DAYS, TIMES), min_size=1, max_size=8))
def test_a_column_reads_as_its_values_do(moments):
    expected = [np.datetime64(day) for day, _ in moments]
    stamps = pd.Series([dt.datetime.combine(day, time) for day, time in moments])
    texts = pd.Series([day.isoformat() for day, _ in moments])
    columns = [
        stamps,
        stamps.astype("datetime64[s]"),
        stamps.astype(object),
        texts.astype(object),
        texts.astype("string"),
        texts.astype("category"),
        stamps.astype("category"),
        pd.Series([forms(day, time)[n % 6] for n, (day, time) in enumerate(moments)], dtype=object),
    ]
    for column in columns:
        read = read_days(column)
        assert read.days.tolist() == [day.item() for day in expected], column.dtype
        assert not read.not_a_date.any()
        assert not read.time_zone.any()


@pytest.mark.parametrize("value", NOTHING, ids=repr)
def test_nothing_is_no_day_and_no_fault_of_a_column(value):
    with pytest.raises(mdp.ArgumentError, match="is not a date: write it as YYYY-MM-DD"):
        as_date(value)
    read = read_days(pd.Series([value, "2024-02-01"], dtype=object))
    assert np.isnat(read.days).tolist() == [True, False]
    assert not read.not_a_date.any()
    assert read.missing.tolist() == [True, False]


@pytest.mark.parametrize("value", REFUSED, ids=repr)
def test_what_is_no_date_is_refused_and_marked(value):
    with pytest.raises(mdp.ArgumentError, match=r"on .* is not a date: write it as YYYY-MM-DD"):
        as_date(value)
    read = read_days(pd.Series([value, "2024-02-01"], dtype=object))
    assert np.isnat(read.days).tolist() == [True, False]
    assert read.not_a_date.tolist() == [True, False]
    assert not read.time_zone.any()


@pytest.mark.parametrize("value", ZONED, ids=repr)
def test_a_time_zone_is_a_fault_of_its_own(value):
    with pytest.raises(mdp.ArgumentError, match="has a time zone; pass the local day"):
        as_date(value)
    for column in (pd.Series([value]), pd.Series([value, None, "2024-02-01"], dtype=object)):
        read = read_days(column)
        assert read.time_zone.tolist()[:1] == [True]
        assert np.isnat(read.days)[0]
        assert not read.not_a_date.any()


def test_other_columns_are_read_too():
    assert read_days(pd.Series([1, 2])).not_a_date.tolist() == [True, True]
    assert read_days(pd.Series([np.nan, 3.0])).not_a_date.tolist() == [False, True]
    assert read_days(pd.Series([[1], None], dtype=object)).not_a_date.tolist() == [True, False]
    assert len(read_days([]).days) == 0
    frame = pd.Series(["2024-02-01", "x"], index=["a", "b"], name="day")
    dates = dates_of(frame)
    assert (dates.name, dates.index.tolist()) == ("day", ["a", "b"])
    assert dates.dtype == "datetime64[s]"
    assert dates.isna().tolist() == [False, True]


def test_a_column_of_arrow_dates_is_read():
    pa = pytest.importorskip("pyarrow")
    days = [dt.date(2024, 2, 1), None]
    for kind in (pa.date32(), pa.timestamp("ms")):
        column = pd.Series(days, dtype=pd.ArrowDtype(kind))
        assert read_days(column).days.tolist() == days
    zoned = pd.Series([pd.Timestamp("2024-02-01", tz="UTC")]).astype(
        pd.ArrowDtype(pa.timestamp("s", tz="UTC"))
    )
    assert read_days(zoned).time_zone.tolist() == [True]


def test_days_before_1970_with_a_time_are_not_the_day_after():
    column = pd.Series(pd.to_datetime(["1969-12-31 23:59:59"]))
    assert read_days(column).days.tolist() == [dt.date(1969, 12, 31)]


@given(DAYS, DAYS)
def test_completed_months_are_counted_by_calendar(birth, day):
    months = completed_months(pd.Series([birth], dtype=object), day)[0]
    whole = (day.year - birth.year) * 12 + day.month - birth.month
    assert months == whole - (birth.day > day.day)


@given(DAYS, st.integers(0, 600))
def test_months_are_completed_on_the_day_that_months_later_gives(start, months):
    (day,) = months_later([start], months).tolist()
    starts = pd.Series([start], dtype=object)
    assert completed_months(starts, day)[0] == months
    assert completed_months(starts, day - dt.timedelta(days=1))[0] == months - 1


def test_who_was_born_on_29_february_is_older_on_1_march():
    starts = ["2024-02-29", "2024-01-31", "2024-12-15"]
    assert months_later(starts, 12).astype(str).tolist() == [
        "2025-03-01",
        "2025-01-31",
        "2025-12-15",
    ]
    assert months_later(starts, 1).astype(str).tolist() == [
        "2024-03-29",
        "2024-03-01",
        "2025-01-15",
    ]


# -- the same day gives the same answer --------------------------------------------------------

SAMPLE = mdp.load_sample()
HOMES = SAMPLE.households.head(3)
MEMBERS = SAMPLE.members[SAMPLE.members["household_id"].isin(HOMES.index)].drop(columns="age")
IN_FORCE = st.dates(dt.date(2022, 1, 1), dt.date(2025, 12, 31))


def born(on):
    """The members with dates of birth that give ages from 0 to 90 on a day."""
    ages = np.arange(len(MEMBERS)) * 7 % 90
    return [dt.date(on.year - int(age), on.month, min(on.day, 28)) for age in ages]


@given(IN_FORCE, TIMES)
def test_checks_and_classes_do_not_depend_on_the_form_of_a_day(day, time):
    births = born(day)
    answers = []
    for on, n in zip(forms(day, time), range(6), strict=True):
        column = pd.Series([forms(birth)[n] for birth in births], index=MEMBERS.index)
        members = MEMBERS.assign(birth_date=column)
        faults = mdp.violations(HOMES, members, on=on)
        result = mdp.assess(HOMES, members, standard=mdp.standard_on(on), on=on)
        answers.append((faults.drop(columns="value"), result))
    for faults, result in answers[1:]:
        pd.testing.assert_frame_equal(faults, answers[0][0])
        pd.testing.assert_frame_equal(result, answers[0][1])


@given(st.dates(dt.date(2023, 9, 5), dt.date(2023, 12, 14)), TIMES)
def test_reviews_do_not_depend_on_the_form_of_a_day(day, time):
    village = HOMES.assign(village="A")
    tables = []
    for on in forms(day, time):
        events = review.open_round(village, requests=list(HOMES.index), on=on)
        procedure = mdp.procedure_on(on)
        late = dt.date(2024, 3, 1)
        tables.append(
            [
                events,
                review.fold(events.assign(on=pd.Series([on] * len(events), dtype=object))),
                review.next_steps(events, on=on, procedure=procedure),
                review.overdue(events, on=forms(late)[len(tables)], procedure=procedure),
            ]
        )
    for others in tables[1:]:
        for table, other in zip(tables[0], others, strict=True):
            pd.testing.assert_frame_equal(table, other)


@given(st.lists(DAYS, min_size=2, max_size=5, unique=True), st.integers(0, 5))
def test_escapes_do_not_depend_on_the_form_of_a_day(days, form):
    history = pd.DataFrame(
        {
            "household_id": "a",
            "on": days,
            "poverty_class": ["poor", "average", *["poor"] * 3][: len(days)],
        }
    )
    other = history.assign(on=pd.Series([forms(day)[form] for day in days], dtype=object))
    on = max(days)
    pd.testing.assert_frame_equal(
        movement.newly_escaped(history, on=on), movement.newly_escaped(other, on=forms(on)[form])
    )


def test_a_date_of_birth_with_a_time_zone_is_named():
    zoned = pd.to_datetime(pd.Series(["1990-01-01"] * len(MEMBERS))).dt.tz_localize("UTC")
    faults = mdp.violations(HOMES, MEMBERS.assign(birth_date=zoned.array))
    zone = faults[faults["rule"] == "time_zone"]
    assert len(zone) == len(MEMBERS)
    assert zone["message"].str.contains("has a time zone").all()
    assert set(zone["column"]) == {"birth_date"}
    with pytest.raises(mdp.InvalidDataError, match="time_zone"):
        mdp.assess(
            HOMES,
            MEMBERS.assign(birth_date=zoned.array),
            standard="decree_07_2021",
            on="2023-10-01",
        )


def test_a_million_days_cost_little():
    distinct = pd.date_range("1930-01-01", periods=30_000).strftime("%Y-%m-%d").to_numpy()
    column = pd.Series(distinct[np.arange(1_000_000) % len(distinct)], dtype=object)
    seen = []
    import multidim_poverty.dates as dates

    read = dates._read
    try:
        dates._read = lambda value: (seen.append(value), read(value))[1]
        days = read_days(column).days
    finally:
        dates._read = read
    assert len(seen) == len(distinct)
    assert (days == column.to_numpy().astype("datetime64[D]")).all()


@pytest.mark.parametrize("value", ["", None, pd.NaT])
def test_an_event_without_a_day_is_named(value):
    events = review.open_round(HOMES.assign(village="A"), requests=HOMES.index, on="2023-09-05")
    days = pd.Series([value, *events["on"][1:]], dtype=object)
    faults = review.violations(events.assign(on=days), procedure="decision_24_2021")
    assert faults.iloc[0]["column"] == "on"
    assert faults.iloc[0]["rule"] == "missing_value"
