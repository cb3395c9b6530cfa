"""Calls as users write them, for type checkers: a line is wrong where a comment names the error."""

import datetime as dt
from typing import Any, assert_type

import pandas as pd
from multidim_poverty import clasify  # mypy: attr-defined  # pyright: reportAttributeAccessIssue

import multidim_poverty as mdp

frame = pd.DataFrame()
masks = pd.Series([1])
standard = mdp.standard("decree_07_2021")

# -- names ---------------------------------------------------------------------------------------
mdp.clasify(frame, frame, standard=standard)  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.reports.tabel_1(frame)  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
standard.line  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.classify(frame, frame, standard=standard)
mdp.reports.table_1(frame)

# -- records -------------------------------------------------------------------------------------
home = mdp.Household(household_id="a", area="rural", independent_since="2020-01-01")
assert_type(home.area, mdp.vocabulary.Area | None)
assert_type(home.independent_since, dt.date | None)
mdp.Household(household_id="a", area=mdp.vocabulary.Area.RURAL, members=[])
mdp.Household(household_id="a", area=None)
mdp.Member(member_id=1, sex="female", birth_date=dt.date(1990, 1, 1))
mdp.Household(household_id="a", area=3)  # mypy: arg-type  # pyright: reportArgumentType
mdp.Household(household_id="a")  # mypy: call-arg  # pyright: reportCallIssue
mdp.Household(household_id="a", area="rural", aera=1)  # mypy: call-arg  # pyright: reportCallIssue

# -- what comes back -----------------------------------------------------------------------------
assert_type(mdp.assess(frame, frame, standard="decree_07_2021"), pd.DataFrame)
assert_type(mdp.unpack_indicators(masks, standard=standard), pd.DataFrame)
assert_type(mdp.unpack_indicators(masks, standard=standard, to="lists"), "pd.Series[Any]")
assert_type(mdp.reports.suppress(frame), pd.DataFrame)
assert_type(mdp.reports.suppress({1: frame}), dict[int, pd.DataFrame])
assert_type(
    mdp.review.add_working_days("2023-10-01", 3, procedure="decision_24_2021"), pd.Timestamp
)

# -- arguments by keyword ------------------------------------------------------------------------
mdp.assess(frame, frame, standard)  # mypy: call-arg  # pyright: reportCallIssue
mdp.review.open_round(frame, frame, frame, "2023-09-05")  # mypy: call-arg  # pyright: reportCallIssue
