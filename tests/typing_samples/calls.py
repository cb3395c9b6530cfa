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
mdp.programmes.eligibel(frame, on="2024-06-01")  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.plotting.tilemap(frame, on="2023-01-01")  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.documents.write_notise(frame, "a.docx")  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.excel.read_tabels("a.xlsx")  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.forms.write_xlsfrom("a.xlsx")  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.testing.household()  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.units.units_at("2023-01-01")  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.population.drawn(frame)  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.measures.head_count(frame)  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.movement.flow(frame, frame)  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.law.standart("decree_07_2021")  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.points.quick_identify(frame)  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.schema.column()  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.vocabulary.Areas  # mypy: attr-defined  # pyright: reportAttributeAccessIssue
mdp.classify(frame, frame, standard=standard)
mdp.reports.table_1(frame)
mdp.programmes.eligible(frame, frame, on="2024-06-01", rules="national_2021_2026")
mdp.plotting.tile_map(frame, on="2023-01-01", legend="right", palette=["#ffffff", "#000000"])
mdp.documents.write_notice(frame, "a.docx", procedure="decision_24_2021")

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
assert_type(
    mdp.review.add_working_days(masks, 3, procedure="decision_24_2021"), "pd.Series[pd.Timestamp]"
)
assert_type(mdp.programmes.rules("national_2021_2026"), mdp.programmes.RuleSet)
assert_type(mdp.programmes.plan("plan_740_dak_nong"), mdp.programmes.Plan)
assert_type(mdp.excel.read_tables("a.xlsx"), dict[int, pd.DataFrame])

# -- arguments by keyword ------------------------------------------------------------------------
mdp.assess(frame, frame, standard)  # mypy: call-arg  # pyright: reportCallIssue
mdp.review.open_round(frame, frame, frame, "2023-09-05")  # mypy: call-arg  # pyright: reportCallIssue
mdp.programmes.costs(frame, "national_2021_2026")  # mypy: call-arg  # pyright: reportCallIssue
mdp.programmes.progress(mdp.programmes.plan("a"), frame)  # mypy: call-arg  # pyright: reportCallIssue
mdp.testing.oracle_flows(frame, frame, frame)  # mypy: call-arg  # pyright: reportCallIssue
mdp.plotting.flow(frame, list="poor")
mdp.plotting.flow(frame, "poor")  # mypy: call-arg  # pyright: reportCallIssue
mdp.plotting.flow(frame, list="rich")  # mypy: arg-type  # pyright: reportArgumentType
