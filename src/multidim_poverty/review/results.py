"""What a review ends in: lists, certificates, minutes and the notice that is posted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.dates import NEVER, DayLike, as_timestamp, days_of
from multidim_poverty.identity import respelt
from multidim_poverty.law.catalog import ProcedureLike, as_procedure
from multidim_poverty.review.current import LEFT, SOURCES, events_until, texts_at
from multidim_poverty.review.faults import to_dates
from multidim_poverty.review.folding import cases_frame, fold, folded, traced
from multidim_poverty.review.machine import Folded
from multidim_poverty.review.rulebook import Rulebook, rulebook
from multidim_poverty.review.standing import LISTED_UP_TO, decisions_of
from multidim_poverty.review.table import id_dtype
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.reading import category_codes
from multidim_poverty.vocabulary import PovertyClass, ReviewEvent, ReviewProcess, ReviewState, Term

__all__ = ["RecognitionList", "certificates", "minutes", "notice", "recognition_lists"]


class RecognitionList(Term):
    """A list that a decision of the commune recognises."""

    POOR = "poor", "Danh sách hộ nghèo", "Poor households"
    NEAR_POOR = "near_poor", "Danh sách hộ cận nghèo", "Near-poor households"
    ESCAPED_POOR = "escaped_poor", "Danh sách hộ thoát nghèo", "Households escaped from poverty"
    ESCAPED_NEAR_POOR = (
        "escaped_near_poor",
        "Danh sách hộ thoát cận nghèo",
        "Households escaped from near-poverty",
    )
    FARM = (
        "farm",
        "Danh sách hộ làm nông, lâm, ngư, diêm nghiệp có mức sống trung bình",
        "Farm, forestry, fishery and salt households with average living standard",
    )
    LOW_INCOME = "low_income", "Danh sách người lao động có thu nhập thấp", "Low-income workers"


PLACE = ["commune", "village"]


def recognition_lists(
    events: pd.DataFrame, *, procedure: ProcedureLike | None = None, year: int | None = None
) -> pd.DataFrame:
    """The lists that the decision of the commune recognises (Form 02).

    Parameters
    ----------
    events : pandas.DataFrame
        Illegal events have no effect.
    procedure : Procedure or str, optional
        A variant, for the days that it covers.
    year : int, optional
        Only reviews that began in that year.

    Returns
    -------
    pandas.DataFrame
        One row per list and household, by list, commune and village: ``list`` (category
        ``poor``, ``near_poor``, ``escaped_poor``, ``escaped_near_poor``, ``farm``,
        ``low_income``), ``household_id``, ``member_id`` (object; the low-income worker, None on
        the lists of households), ``commune``, ``village``, ``process``, ``previous_class``,
        ``final_class`` (that of the household), ``recognised_on`` (datetime64[s]),
        ``decision_number`` and ``certificate_valid_for`` (Int64; NA for farm households and
        workers, who get no certificate). A household that was poor and is near-poor now stands
        on two lists. One that was on no list and is on none now does not appear.

    Raises
    ------
    ArgumentError, InvalidDataError, ReviewError
        As for `fold`; ArgumentError too if there is no such procedure.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 6, article 6 and Form 02. Escaped poor: poor
    before, near-poor or better now. Escaped near-poor: near-poor before, neither poor nor
    near-poor now. Low-income workers: Form 02 of the annex of Decree 30/2025/ND-CP (procedure
    3.000412).

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> lists = mdp.review.recognition_lists(
    ...     mdp.review.empty_events(), procedure=mdp.procedure_on("2023-09-01"))
    >>> len(lists), lists["list"].cat.categories.tolist()[:2]
    (0, ['poor', 'near_poor'])
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    result, lookup = folded(events, procedure)
    cases = _decided(result, lookup, id_dtype(events["household_id"]), year)
    classes = PovertyClass.codes()
    now = category_codes(cases["final_class"], classes)
    was = category_codes(cases["previous_class"], classes)
    poor, near = classes.index(PovertyClass.POOR), classes.index(PovertyClass.NEAR_POOR)
    farm = np.asarray(cases["process"] == ReviewProcess.FARM)
    worker = np.asarray(cases["process"] == ReviewProcess.LOW_INCOME)
    of_poverty = ~farm & ~worker
    average = now == classes.index(PovertyClass.AVERAGE)
    members = {
        RecognitionList.POOR: of_poverty & (now == poor),
        RecognitionList.NEAR_POOR: of_poverty & (now == near),
        RecognitionList.ESCAPED_POOR: of_poverty & (was == poor) & (now > poor),
        RecognitionList.ESCAPED_NEAR_POOR: of_poverty & (was == near) & (now > near),
        RecognitionList.FARM: farm & average,
        RecognitionList.LOW_INCOME: worker & average,
    }
    dtype = pd.CategoricalDtype(list(RecognitionList.codes()))
    parts = [
        cases.loc[rows].assign(list=pd.Categorical([str(name)] * int(rows.sum()), dtype=dtype))
        for name, rows in members.items()
    ]
    table = respelt(pd.concat(parts).reset_index(), PLACE)
    table["list"] = table["list"].astype(dtype)
    columns = [
        "list",
        "household_id",
        "member_id",
        *PLACE,
        "process",
        "previous_class",
        "final_class",
    ]
    columns += ["recognised_on", "decision_number", "certificate_valid_for"]
    in_order: pd.DataFrame = table[columns].sort_values(["list", *PLACE], kind="stable")
    return in_order.reset_index(drop=True)


def certificates(
    events: pd.DataFrame, *, procedure: ProcedureLike | None = None, year: int | None = None
) -> pd.DataFrame:
    """The data of the certificates of poor and near-poor households (Form 03).

    Parameters
    ----------
    events : pandas.DataFrame
        As for `recognition_lists`.
    procedure : Procedure or str, optional
        As for `recognition_lists`.
    year : int, optional
        As for `recognition_lists`.

    Returns
    -------
    pandas.DataFrame
        One row per household and recognition; index ``household_id``; ``valid_for`` (Int64,
        the year), ``valid_from``, ``valid_until`` (datetime64[s], the first and the last day),
        ``poverty_class`` (category), ``commune``, ``village``, ``process``, ``recognised_on``
        (datetime64[s]), ``decision_number`` and ``source`` (category, as for `current_list`:
        what a day stands on). The days of one household do not overlap: it has one class on a
        day, that of `current_list`. A decision that another one replaces before its first day
        gives no certificate.

    Raises
    ------
    ArgumentError, InvalidDataError, ReviewError
        As for `fold`; ArgumentError too if there is no such procedure.

    Notes
    -----
    Decision 24/2021/QD-TTg, notes on Form 03: from the yearly list, for the year following the
    review. The notes say nothing of their own on reviews in the year: that the class found
    there holds from its decision to 31 December is a reading of the library.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.review.certificates(mdp.review.empty_events()).shape
    (0, 10)
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    result, lookup = folded(events, procedure)
    cases = result.cases
    frame = _decided(result, lookup, id_dtype(events["household_id"]), None)
    decisions, household, _ = decisions_of(cases)
    first = decisions.effective
    backwards = pd.Series(first[::-1]).groupby(decisions.household[::-1])
    later = backwards.cummin().groupby(decisions.household[::-1]).shift(fill_value=NEVER)
    replaced = later.to_numpy()[::-1]  # first day of the decisions made later
    left = np.full(len(decisions.count), NEVER)
    is_gone = np.isin(cases.cause, LEFT)
    np.minimum.at(left, household[is_gone], cases.gone_on[is_gone])
    gone = left[decisions.household] if len(first) else left[:0]
    gone = np.where(gone >= decisions.day, gone, NEVER)
    valid_year = first.astype("datetime64[D]").astype("datetime64[Y]")
    december = (valid_year + np.timedelta64(1, "Y")).astype("datetime64[D]").astype(np.int64) - 1
    last = np.minimum(np.minimum(december, replaced - 1), gone)
    held = (decisions.classes <= LISTED_UP_TO) & (last >= first)
    place = decisions.case[held]
    spans = pd.DataFrame(
        {
            "valid_for": pd.array(valid_year[held].astype(np.int64) + 1970, dtype="Int64"),
            "valid_from": to_dates(first[held]),
            "valid_until": to_dates(last[held]),
        },
        index=place,
    ).sort_index()
    table = frame.set_index(
        pd.Index(cases.household.take(frame["case"].to_numpy()), dtype=frame.index.dtype)
    )
    table.index.name = "household_id"
    at = pd.Index(frame["case"].to_numpy()).get_indexer(spans.index)
    table = table.iloc[at].rename(columns={"final_class": "poverty_class"})
    yearly = (table["process"] == ReviewProcess.PERIODIC).to_numpy()
    sources = pd.Categorical.from_codes(np.where(yearly, 0, 1), dtype=SOURCES)
    table = table.assign(source=sources, **{str(n): spans[n].array for n in spans})
    if year is not None:
        table = table.loc[table["review_from"].dt.year == year]
    columns = [*spans, "poverty_class", *PLACE, "process", "recognised_on", "decision_number"]
    certificates_only: pd.DataFrame = table[[*columns, "source"]]
    return certificates_only


def minutes(events: pd.DataFrame, *, procedure: ProcedureLike | None = None) -> pd.DataFrame:
    """The data of the minutes of the residents' meetings.

    Parameters
    ----------
    events : pandas.DataFrame
        Illegal events are left out.
    procedure : Procedure or str, optional
        A variant, for the days that it covers.

    Returns
    -------
    pandas.DataFrame
        One row per meeting and household that was put to the vote, in the order of the events:
        ``process``, ``commune``, ``village``, ``on`` (datetime64[s]), ``household_id``,
        ``previous_class``, ``assessed_class`` (category), ``attending``, ``agreeing`` (Int64),
        ``passed`` (bool), ``present`` (string), ``copies`` (Int64) and ``kept_by`` (string,
        who keeps the copies).

    Raises
    ------
    ArgumentError, InvalidDataError, ReviewError
        As for `fold`; ArgumentError too if there is no such procedure.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 3: two copies, signed by the chair, the secretary
    and representatives of the households; one stays in the village, one goes to the committee.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.review.minutes(
    ...     mdp.review.empty_events(), procedure=mdp.procedure_on("2023-09-01")).shape
    (0, 13)
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    _, effective = traced(events, procedure)
    for name in ("previous_class", "assessed_class"):  # as known in its case at that moment
        known = effective[name].astype(object).groupby(effective["case"]).ffill()
        effective[name] = known.astype(effective[name].dtype)
    met = effective.loc[effective["event"] == ReviewEvent.MET].reset_index(drop=True)
    lookup = rulebook(procedure)
    law = np.maximum(lookup.law_of(days_of(met["on"].to_numpy())), 0)
    agreeing, attending = met["agreeing"], met["attending"]
    met["passed"] = (agreeing * 100 >= attending * lookup.quorum[law]).astype(bool)
    keepers = [", ".join(one.meeting.kept_by) for one in lookup.procedures]
    met["kept_by"] = pd.Series(np.array(keepers, dtype=object)[law], dtype=str)
    met = met.rename(columns={"minutes_copies": "copies"})
    columns = ["process", *PLACE, "on", "household_id", "previous_class", "assessed_class"]
    columns += ["attending", "agreeing", "passed", "present", "copies", "kept_by"]
    return respelt(met[columns], PLACE)


def notice(
    events: pd.DataFrame, *, on: DayLike, procedure: ProcedureLike | None = None
) -> pd.DataFrame:
    """What is posted on a day: the result of each household, and nothing else about it.

    Parameters
    ----------
    events : pandas.DataFrame
        Later events than `on` are left out; illegal ones have no effect.
    on : str or datetime.date
        The day of the step.
    procedure : Procedure or str, optional
        A variant, for the days that it covers.

    Returns
    -------
    pandas.DataFrame
        One row per household whose result is posted on that day; index ``household_id``;
        ``commune``, ``village``, ``process``, ``previous_class``, ``assessed_class``
        (category), ``posted_on`` and ``posted_until`` (datetime64[s], last day for a complaint),
        ``again`` (bool: the result of a new verification). No income, points, members, identity
        numbers, complaints or reasons.

    Raises
    ------
    ArgumentError, InvalidDataError, ReviewError
        As for `fold`; ArgumentError too if there is no such procedure.

    Notes
    -----
    Decision 24/2021/QD-TTg, article 4, clause 4 (unconfirmed): at the culture house of the
    village and the office of the commune, announced by radio.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.review.notice(mdp.review.empty_events(), on="2023-10-02",
    ...     procedure=mdp.procedure_on("2023-09-01")).shape
    (0, 8)
    """
    events = as_frame(events, "events")
    procedure = None if procedure is None else as_procedure(procedure)
    day = as_timestamp(on)
    cases = fold(events_until(events, on), procedure=procedure, on_violation="keep")
    shown = cases["state"].isin([ReviewState.POSTED, ReviewState.REPOSTED])
    cases = respelt(cases.loc[shown & (cases["due_on"] >= day)], PLACE)
    cases = cases.drop(columns="posted_until")
    cases = cases.assign(again=cases["state"] == ReviewState.REPOSTED)
    cases = cases.rename(columns={"since": "posted_on", "due_on": "posted_until"})
    columns = [*PLACE, "process", "previous_class", "assessed_class"]
    return cases[[*columns, "posted_on", "posted_until", "again"]].sort_values(PLACE, kind="stable")


def _decided(result: Folded, lookup: Rulebook, ids: Any, year: int | None) -> pd.DataFrame:
    """Recognised cases, with the day and the number of their decision."""
    cases = cases_frame(result.cases, lookup, ids)
    numbers = texts_at(result.events, "decision_number", result.cases.decision_row)
    cases = cases.rename(columns={"since": "recognised_on"}).assign(
        decision_number=numbers, case=np.arange(len(cases))
    )
    wanted = cases["state"] == ReviewState.RECOGNISED
    if year is not None:
        wanted &= cases["review_from"].dt.year == year
    return cases.loc[wanted]
