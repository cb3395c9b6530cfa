"""The data of letters to households: what each gets, from when, and where to apply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import DayLike, dates_of
from multidim_poverty.language import Label, Language, phrase
from multidim_poverty.programmes.benefit_rules.conditions import NewlyEscaped
from multidim_poverty.programmes.benefit_rules.models import BenefitRule
from multidim_poverty.programmes.benefit_rules.shipped import RulesLike
from multidim_poverty.programmes.eligibility import Entitlements, answered, table_of
from multidim_poverty.programmes.escaped import escapes
from multidim_poverty.programmes.rule_rows import amount_text

__all__ = ["letter"]

PLACE = ("commune", "village")
NO_DAY = np.datetime64("NaT", "s")
Days = npt.NDArray[np.datetime64]


def letter(
    current: pd.DataFrame,
    members: pd.DataFrame | None = None,
    *,
    on: DayLike,
    households: pd.DataFrame | None = None,
    history: pd.DataFrame | None = None,
    rules: RulesLike = None,
    places: pd.DataFrame | None = None,
    unit_costs: Mapping[str, Any] | None = None,
    include: Iterable[str] = (),
    language: Language = "vi",
) -> pd.DataFrame:
    """The data of the letters that tell households what they get, one row per benefit.

    Parameters
    ----------
    current : pandas.DataFrame
        As for `eligible`; ``current`` from `multidim_poverty.review.current_list` gives the first
        days and the decisions.
    members : pandas.DataFrame, optional
        As for `eligible`; ``current`` from `multidim_poverty.review.current_list` gives the first
        days and the decisions.
    on : str or datetime.date
        As for `eligible`; ``current`` from `multidim_poverty.review.current_list` gives the first
        days and the decisions.
    households : pandas.DataFrame or Tables, optional
        As for `eligible`; ``current`` from `multidim_poverty.review.current_list` gives the first
        days and the decisions.
    history : pandas.DataFrame, optional
        As for `eligible`; ``current`` from `multidim_poverty.review.current_list` gives the first
        days and the decisions.
    rules : RuleSet, str or a sequence of these, optional
        As for `eligible`; ``current`` from `multidim_poverty.review.current_list` gives the first
        days and the decisions.
    places : pandas.DataFrame, optional
        As for `eligible`; ``current`` from `multidim_poverty.review.current_list` gives the first
        days and the decisions.
    unit_costs : mapping of str to number, optional
        As for `eligible`; ``current`` from `multidim_poverty.review.current_list` gives the first
        days and the decisions.
    include : iterable of str
        As for `eligible`; ``current`` from `multidim_poverty.review.current_list` gives the first
        days and the decisions.
    language : {"vi", "en"}
        Language of the words.

    Returns
    -------
    pandas.DataFrame
        What is certain, household after household in the order of the tables; no benefits of
        places. Of several rules where the highest amount counts, the highest that is certain:

        - ``household_id``, ``member_id``, ``commune``, ``village`` (category);
        - ``benefit``, ``rule``, ``benefit_label``, ``entitled`` (category);
        - ``amount_text``, ``period`` (category), ``amount`` (float64) [VND per period];
        - ``first_day`` (datetime64[s]): the later one of the first day of the rule and of the
          class of the household; for what newly escaped households get, that of the escape. NaT
          where no source gives one;
        - ``last_day`` (datetime64[s]): the last day of the rule, or on which the household is
          newly escaped, whichever is first; NaT where open;
        - ``apply_at``, ``occasion`` (category; NA where no text says);
        - ``decision_number`` (category): of the decision that the class stands on;
        - ``remark`` (category; NA where there is none): what of the row is a reading of the
          library, and whether more may be due by a rule that is not decided;
        - ``citation`` (category).

    Raises
    ------
    InvalidDataError, UnknownNameError, ArgumentError
        As for `eligible`.

    Notes
    -----
    That the last of the months of a newly escaped household counts is a reading.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import programmes
    >>> current = pd.DataFrame({"poverty_class": ["poor"], "since": ["2024-01-01"]}, index=["a"])
    >>> rows = programmes.letter(current, on="2024-06-01")
    >>> row = rows.set_index("rule").loc["premium_poor"]
    >>> row["benefit_label"], str(row["first_day"].date())
    ('Ngân sách nhà nước đóng bảo hiểm y tế', '2024-01-01')
    """
    entitlements = answered(
        current, members, history, rules, places, unit_costs, on, households, include, language
    )
    rows = table_of(entitlements, language, every_row=False)
    of_rule = {outcome.rule.id: outcome.rule for outcome in entitlements.outcomes}
    home = _homes(entitlements)
    personal = {
        r.id for r in of_rule.values() if entitlements.rules.benefit(r.benefit).whom != "place"
    }
    # Where a higher amount is not certain, the highest one that is certain is told.
    wanted = rows["eligible"].to_numpy(dtype=bool, na_value=False)
    wanted &= rows["granted"].to_numpy(dtype=bool, na_value=True)
    wanted &= rows["rule"].isin(personal).to_numpy(dtype=bool)
    rows, home = rows[wanted], home[wanted]
    order = np.argsort(home, kind="stable")
    rows, home = rows.take(order).reset_index(drop=True), home[order]
    codes = rows["rule"].cat.codes.to_numpy()
    used = [of_rule[name] for name in rows["rule"].cat.categories]

    def texts(values: Iterable[str | None]) -> Any:
        return _category(list(values), codes)

    def words(label: Label | None) -> str | None:
        return None if label is None else label.text(language)

    first, last, escaped = _days(used, codes, home, entitlements)
    parameters = {parameter.id: parameter for parameter in entitlements.rules.parameters}
    benefits = [entitlements.rules.benefit(rule.benefit) for rule in used]
    by_amount = np.array([benefit.combine == "highest" for benefit in benefits], dtype=bool)
    more_may_be_due = rows["granted"].isna().to_numpy(dtype=bool) & by_amount[codes]
    remarks = _remarks(escaped, more_may_be_due, language)
    columns: dict[str, Any] = {
        "household_id": rows["household_id"],
        "member_id": rows["member_id"],
        **{name: _of_home(entitlements, name, home) for name in PLACE},
        "benefit": rows["benefit"],
        "rule": rows["rule"],
        "benefit_label": texts(benefit.label.text(language) for benefit in benefits),
        "entitled": texts(rule.label.text(language) for rule in used),
        "amount_text": texts(
            amount_text(rule.amount, parameters, language) if rule.amount else None for rule in used
        ),
        "amount": rows["amount"],
        "period": rows["period"],
        "first_day": first,
        "last_day": last,
        "apply_at": texts(words(benefit.apply_at) for benefit in benefits),
        "occasion": texts(words(rule.occasion) for rule in used),
        "decision_number": _of_home(entitlements, "decision_number", home),
        "remark": remarks,
        "citation": rows["citation"],
    }
    return pd.DataFrame(columns)


def _remarks(
    escaped: npt.NDArray[np.bool_], may_be_more: npt.NDArray[np.bool_], language: Language
) -> Any:
    of_escape, of_amount = (
        phrase(f"letter_{name}").text(language) for name in ("escape", "may_be_more")
    )
    texts = [None, of_escape, of_amount, f"{of_escape}; {of_amount}"]
    return _category(texts, escaped + 2 * may_be_more)


def _category(texts: Sequence[str | None], rows: npt.NDArray[Any]) -> Any:
    """The text of each row, by its place among `texts`."""
    distinct = list(dict.fromkeys(text for text in texts if text is not None))
    codes = [-1 if text is None else distinct.index(text) for text in texts]
    dtype = pd.CategoricalDtype(pd.Index(distinct, dtype=object))
    return pd.Categorical.from_codes(np.array([*codes, -1], dtype=np.int16)[rows], dtype=dtype)


def _homes(entitlements: Entitlements) -> npt.NDArray[np.intp]:
    """The place of the household of each row of the table."""
    homes = []
    for outcome in entitlements.outcomes:
        at = np.flatnonzero(outcome.entitled.possible)
        homes.append(entitlements.facts.home[at] if outcome.level == "member" else at)
    return np.concatenate(homes) if homes else np.zeros(0, dtype=np.intp)


def _of_home(entitlements: Entitlements, name: str, home: npt.NDArray[np.intp]) -> Any:
    facts = entitlements.facts
    series = facts.of_households(name) if name in PLACE else facts.of_list(name)
    if series is None:
        return _category([], np.full(len(home), -1))
    at, texts = pd.factorize(series.astype("string"))
    dtype = pd.CategoricalDtype(pd.Index(list(map(str, texts)), dtype=object))
    return pd.Categorical.from_codes(at[home], dtype=dtype)


def _days(
    used: list[BenefitRule],
    codes: npt.NDArray[Any],
    home: npt.NDArray[np.intp],
    entitlements: Entitlements,
) -> tuple[Days, Days, npt.NDArray[np.bool_]]:
    """First and last day of each row, and whether it stands on an escape."""
    facts = entitlements.facts

    def bounds(values: Iterable[Any]) -> Days:
        days = [NO_DAY if value is None else np.datetime64(value, "s") for value in values]
        of_rule: Days = np.array([*days, NO_DAY], dtype="datetime64[s]")[codes]
        return of_rule

    since = facts.of_list("since")
    of_class = (
        np.full(len(facts.index), NO_DAY) if since is None else dates_of(since).to_numpy()
    ).astype("datetime64[s]")
    first = np.fmax(bounds(rule.valid_from for rule in used), of_class[home])
    last = bounds(rule.valid_to for rule in used)
    escaped = np.zeros(len(home), dtype=bool)
    for n, rule in enumerate(used):
        months = [c.newly_escaped.months for c in rule.when.walk() if isinstance(c, NewlyEscaped)]
        if not months or facts.history is None:
            continue
        of_rule = np.flatnonzero(codes == n)
        start, until = escapes(facts, max(months))
        here = of_rule[~np.isnat(until[home[of_rule]])]
        escaped[here] = True
        first[here] = np.fmax(bounds([r.valid_from for r in used])[here], start[home[here]])
        last[here] = np.fmin(last[here], until[home[here]])
    return first, last, escaped
