"""Working days: against the package `holidays` day by day, and against decided days."""

import datetime as dt

import holidays
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty.dates import days_of
from multidim_poverty.law.days_off import DaysOff, shipped_days_off
from multidim_poverty.law.documents import law_text
from multidim_poverty.review.workdays import working_days

LAW = mdp.procedure_on("2023-09-01")
KNOWN = holidays.country_holidays("VN", years=range(2020, 2030))
DAYS = pd.date_range("2021-09-01", "2026-12-31", freq="D")


# Decided by the Government on 25 December 2025; `holidays` 0.109 does not know it.
SWAPPED = {dt.date(2026, 1, 2): False, dt.date(2026, 1, 10): True}


def nth_working_day(day, count):
    while count:
        day += dt.timedelta(days=1)
        count -= SWAPPED.get(day, KNOWN.is_working_day(day))
    return day


def test_the_table_is_that_of_the_package_but_for_one_swap():
    table = shipped_days_off()
    years = range(table.first_year, table.last_year + 1)
    known = {day for day in KNOWN if day.year in years}
    worked = {day for day in KNOWN.weekend_workdays if day.year in years}
    assert set(table.days()) - known == {dt.date(2026, 1, 2)}
    assert {entry.day for entry in table.worked} - worked == {dt.date(2026, 1, 10)}
    assert known <= set(table.days())
    assert worked <= {entry.day for entry in table.worked}
    provisions = table.provisions()
    swap = provisions["citation"].str.contains("25 December 2025")
    assert provisions.loc[swap, "value"].tolist() == ["2026-01-02", "2026-01-10"]
    assert provisions.loc[swap, "confidence"].unique().tolist() == ["secondary"]
    assert provisions.loc[~swap, "confidence"].unique().tolist() == ["unconfirmed"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("first = 2021-01-01\n", "first = 2020-01-01\n"), "not in the years 2021 to 2026"),
        (("last = 2021-02-16", "last = 2021-02-01"), "before they begin"),
        (("last = 2021-02-16", "last = 2021-04-21"), "before those from 2021-02-10 are over"),
        (("day = 2024-05-04", "day = 2024-04-30"), "2024-04-30 is both off and worked"),
        (("day = 2024-05-04", "day = 2025-04-26"), "day worked '2025-04-26' is given twice"),
        (("first_year = 2021\n", ""), "first_year: Field required"),
    ],
)
def test_a_table_of_days_off_that_is_not_sound(change, message):
    text = law_text("days_off")
    assert change[0] in text
    with pytest.raises(mdp.LawFileError, match=message):
        DaysOff.parse(text.replace(*change))


@pytest.mark.parametrize("count", [1, 3, 5, 15])
def test_every_start_of_six_years(count):
    ours = mdp.review.add_working_days(pd.Series(DAYS), count, procedure=LAW)
    theirs = [nth_working_day(day.date(), count) for day in DAYS]
    assert [day.date() for day in ours] == theirs


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2024-04-29", False),  # substituted
        ("2024-05-04", True),  # make-up Saturday
        ("2025-05-02", False),
        ("2025-04-26", True),
        ("2026-08-31", False),
        ("2026-08-22", True),
        ("2023-01-20", False),  # Tet
        ("2023-04-29", False),  # Hung Kings
        ("2026-11-24", False),
        ("2023-09-04", False),  # in place of Saturday 2 September
        ("2023-09-05", True),
        ("2023-09-09", False),
        ("2026-01-02", False),  # in the place of Saturday 10 January
        ("2026-01-10", True),
        ("2027-02-05", False),  # Tet 2027, projected
    ],
)
def test_days_decided_by_the_government(day, worked):
    assert working_days(LAW).is_working(days_of([day])).tolist() == [worked]


def test_posting_over_a_make_up_saturday():
    # Friday 26 April 2024; 29 April to 1 May off; Thursday, Friday, then Saturday 4 May worked.
    assert mdp.review.add_working_days("2024-04-26", 3, procedure=LAW) == pd.Timestamp("2024-05-04")


@given(st.sampled_from(list(DAYS)), st.integers(1, 10), st.integers(1, 10))
def test_counting_is_additive_and_lands_on_working_days(day, one, other):
    table = working_days(LAW)
    start = days_of([day])
    together = table.after(start, one + other)
    assert (table.after(table.after(start, one), other) == together).all()
    assert table.is_working(together).all()
    assert (together > start).all()
    assert (table.on_or_before(together) == together).all()
    assert (table.on_or_after(together) == together).all()
    assert (table.on_or_after(start) == table.after(start - 1, 1)).all()
    assert (table.after(table.on_or_before(start), one) == table.after(start, one)).all()


def test_days_of_a_province():
    ours = LAW.replace(
        name="ours", why="test", days_off=["1990-01-01", "2023-10-02"], days_worked=["2023-10-07"]
    )
    assert mdp.review.add_working_days("2023-09-29", 1, procedure=ours) == pd.Timestamp(2023, 10, 3)
    assert mdp.review.add_working_days("2023-10-06", 1, procedure=ours) == pd.Timestamp(2023, 10, 7)
    assert mdp.review.add_working_days("2023-10-06", 1, procedure=LAW) == pd.Timestamp(2023, 10, 9)
    six = LAW.model_copy(update={"working_week": (1, 2, 3, 4, 5, 6)})
    assert mdp.review.add_working_days("2023-10-06", 1, procedure=six) == pd.Timestamp(2023, 10, 7)


def test_series_keep_index_name_and_gaps():
    dates = pd.Series(["2023-10-06", None], index=["a", "b"], name="posted")
    found = mdp.review.add_working_days(pd.to_datetime(dates), 3, procedure=LAW)
    assert found.name == "posted"
    assert found["a"] == pd.Timestamp("2023-10-11")
    assert pd.isna(found["b"])


def test_what_the_calendar_does_not_reach():
    with pytest.raises(ValueError, match="does not reach 1990-01-01"):
        mdp.review.add_working_days("1990-01-01", 1, procedure=LAW)
    with pytest.raises(ValueError, match="does not reach 2028-12-28 and 15 working days"):
        mdp.review.add_working_days("2028-12-28", 15, procedure=LAW)
    with pytest.raises(ValueError, match="count 0 is not 1 or more"):
        mdp.review.add_working_days("2023-10-06", 0, procedure=LAW)


def test_calendar_of_2023():
    dates = mdp.review.calendar(2023, procedure=LAW)
    yearly = dates.loc[dates["process"] == "periodic"].iloc[0]
    assert (yearly["first_day"], yearly["last_day"]) == (
        pd.Timestamp("2023-09-01"),
        pd.Timestamp("2023-12-14"),
    )
    monthly = dates.loc[dates["process"] == "regular"]
    assert monthly["first_day"].dt.day.tolist() == [15] * 12
    assert (monthly["last_day"] - monthly["first_day"]).dt.days.tolist() == [15] * 12
    reports = dates.loc[dates["process"] == "report", ["last_day", "actor"]]
    assert reports["last_day"].dt.strftime("%m-%d").tolist() == [
        *(f"{month:02}-05" for month in range(2, 10)),
        "11-14",
        "12-19",
    ]
    assert reports["actor"].tolist()[-2:] == ["province_department", "province_chair"]
    # 5 February 2023 is a Sunday.
    february = dates.loc[dates["last_day"] == "2023-02-05", "last_working_day"]
    assert february.tolist() == [pd.Timestamp("2023-02-03")]
    assert not dates["projected"].any()
    assert dates["first_day"].is_monotonic_increasing


def test_calendar_covers_the_days_in_force_and_marks_projected_years():
    first = mdp.review.calendar(2021, procedure=LAW)
    assert first["last_day"].min() >= pd.Timestamp("2021-09-01")
    assert (
        "Rà soát định kỳ hằng năm"
        in mdp.review.calendar(2026, procedure=LAW, language="vi")["what"].tolist()
    )
    assert not mdp.review.calendar(2026, procedure=LAW)["projected"].any()
    older = LAW.model_copy(update={"holidays_decided_until": 2025})
    assert mdp.review.calendar(2026, procedure=older)["projected"].all()
    with pytest.raises(ValueError, match="not in 2027"):
        mdp.review.calendar(2027, procedure=LAW)


def test_days_of_reads_dates_and_gaps():
    days = days_of([dt.date(1970, 1, 2), None])
    assert days.tolist() == [1, np.iinfo(np.int64).max]
