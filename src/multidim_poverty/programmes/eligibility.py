"""Who is entitled to which benefit, as one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.language import Language, check_language
from multidim_poverty.programmes.benefit_rules.models import BenefitRule
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.programmes.benefit_rules.shipped import RulesLike, as_rules
from multidim_poverty.programmes.facts import Facts, facts_of
from multidim_poverty.programmes.outcomes import Outcome, outcomes, rules_in_use
from multidim_poverty.programmes.parameters import Parameters, amount_in_vnd, parameters_of
from multidim_poverty.programmes.place_lists import lists_with
from multidim_poverty.programmes.predicates import Evaluation

__all__ = ["Entitlements", "answered", "cited", "eligible", "table_of"]

PERIODS = ("month", "year", "once")


def eligible(
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
    all: bool = False,
    language: Language = "en",
) -> pd.DataFrame:
    """Who is entitled to which benefit on a day, under which rule, and what decides it.

    Parameters
    ----------
    current : pandas.DataFrame
        From `multidim_poverty.review.current_list` of that day, or a result of
        `multidim_poverty.assess`; index ``household_id``. It may hold further columns of the
        households table.
    members : pandas.DataFrame, optional
        Columns ``household_id``, ``member_id`` and those of the schema. Without it benefits of
        members have one row per household, and what is asked of members is not known; so for
        each household that has no row in it.
    on : str or datetime.date
        The day on which the benefits are asked for.
    households : pandas.DataFrame or Tables, optional
        The households table, which may hold more households than ``current``: those that the log
        of a review does not name are on no list.
    history : pandas.DataFrame, optional
        Earlier lists, as for `multidim_poverty.movement.newly_escaped`. They must name every
        household that was on a list. Without them no household is known to be newly escaped.
    rules : RuleSet, str or a sequence of these, optional
        From `rules` or `overlay`; the national ones by default.
    places : pandas.DataFrame, optional
        Lists of places: ``list`` (an id that the rules name), ``province``, ``district``,
        ``commune``, ``village`` (as many as name the place), ``valid_from``, ``valid_to``. They
        take the place of shipped lists of the same id.
    unit_costs : mapping of str to number, optional
        Amounts that no text at hand gives, by the id of the parameter [VND, or VND per kWh];
        and the days of parameters of unit ``day``, such as the first one of a project.
    include : iterable of str
        Ids of rules that are off, to be used nevertheless.
    all : bool
        Whether to keep the rows of those who are not entitled: one row for each rule and
        household or member.
    language : {"en", "vi"}
        Language of ``reason`` and ``citation``.

    Returns
    -------
    pandas.DataFrame
        One row per rule and household, or member; those that are true or missing, unless ``all``:

        - ``household_id``, ``member_id`` (of their tables; NA for a benefit of the household, and
          where no member is given);
        - ``benefit``, ``rule`` (category);
        - ``eligible`` (boolean; NA where unknown answers could decide);
        - ``granted`` (boolean): whether the rule counts beside the other ones of the benefit.
          Where the highest or the first holds, it alone is granted, and the others stay to be seen;
        - ``reason`` (category; NA where eligible): the first condition that fails, or that is
          not known;
        - ``priority`` (Int64): place in the order in which the entitled are served, from 1; NA
          where unknown answers decide;
        - ``amount`` (float64) [VND per period]: computed from exact numbers; NaN where a
          parameter is not given, or the benefit is not counted in money;
        - ``period`` (category ``month``, ``year``, ``once``);
        - ``citation`` (category).

    Raises
    ------
    InvalidDataError
        If an id repeats or misses, a member has no household, or a value that a rule reads
        breaks the schema. Names every bad row.
    UnknownNameError
        If a set of rules, a parameter, a list of places or a rule is unknown.
    ArgumentError
        If the ids of the tables do not meet, a row of ``places`` is not sound, or no place of a
        given list is in force on the day.

    Notes
    -----
    A list of places is complete for the provinces that it names, or everywhere where it names
    none; of a household elsewhere it is not known whether it lives in one. Names are compared
    in any case and form. A name without the word for the kind of the unit where the list has one
    (Tuy Đức, Huyện Tuy Đức), one without marks, and a code beside a name leave it open, too.

    That every household of the earlier lists is named by them, and that they are complete from
    their first day on, is a reading. A household that is no more on the day gets nothing.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import programmes
    >>> current = pd.DataFrame(
    ...     {"poverty_class": ["poor", "near_poor", None]}, index=["a", "b", "c"])
    >>> toml = '''
    ... format = 1
    ... name = "ours"
    ... title = {vi = "Quy định", en = "Rules"}
    ... documents.d = {title = {vi = "Quyết định 1", en = "Decision 1"}, signed = 2024-01-01}
    ... benefits = [{id = "rice", label = {vi = "Gạo", en = "Rice"}, whom = "household"}]
    ... [[rules]]
    ... id = "rice_poor"
    ... benefit = "rice"
    ... label = {vi = "Hộ nghèo", en = "Poor"}
    ... citation = {document = "d", article = "2", confidence = "text", checked_on = 2024-02-01}
    ... valid_from = 2024-01-01
    ... when = {class_in = ["poor"]}
    ... amount = {value = 300000, unit = "vnd", period = "month"}
    ... '''
    >>> ours = programmes.RuleSet.parse(toml)
    >>> entitled = programmes.eligible(current, rules=ours, on="2024-06-01")
    >>> entitled[["household_id", "eligible", "reason"]].values.tolist()
    [['a', True, nan], ['c', <NA>, 'not known: class: Poor household']]
    """
    entitlements = answered(
        current, members, history, rules, places, unit_costs, on, households, include, language
    )
    return table_of(entitlements, language, every_row=all)


class Entitlements(NamedTuple):
    """What the rules in use say of the households and members of a day."""

    rules: RuleSet
    facts: Facts
    parameters: Parameters
    outcomes: list[Outcome]


def answered(
    current: Any,
    members: Any,
    history: Any,
    rules: RulesLike,
    places: Any,
    unit_costs: Mapping[str, Any] | None,
    on: DayLike,
    households: Any,
    include: Iterable[str],
    language: Language,
    of: Callable[[Facts], Facts] | None = None,
) -> Entitlements:
    """The outcome of every rule in use; arguments and errors as those of `eligible`.

    `of` keeps a part of the facts, once all were checked.
    """
    check_language(language)
    day = as_date(on)
    rule_set = as_rules(rules)
    in_use = rules_in_use(rule_set, day, include)
    lists = lists_with(rule_set.place_lists, places, day)
    parameters = parameters_of(rule_set, unit_costs)
    columns = [pair for rule in in_use for pair in rule.reads()]
    facts = facts_of(current, members, history, households, lists, parameters.days, day, columns)
    if of is not None:
        facts = of(facts)
    found = list(outcomes(rule_set, in_use, Evaluation(facts), language))
    return Entitlements(rule_set, facts, parameters, found)


def table_of(entitlements: Entitlements, language: Language, *, every_row: bool) -> pd.DataFrame:
    """The rows of all outcomes below each other; see `eligible`."""
    found, facts, parameters = entitlements.outcomes, entitlements.facts, entitlements.parameters
    blocks = [_rows(outcome, facts, every_row) for outcome in found]
    counts = [len(block["home"]) for block in blocks]
    at = np.repeat(np.arange(len(found), dtype=np.int16), counts)
    texts = _Words()
    reasons = [
        texts.codes(outcome.texts())[block["reason"]]
        for outcome, block in zip(found, blocks, strict=True)
    ]
    of_rule = [outcome.rule for outcome in found]
    amounts = [amount_in_vnd(rule.amount, parameters.costs) for rule in of_rule]
    values = np.array([np.nan if a is None else float(a) for a in amounts], dtype=np.float64)
    period = [PERIODS.index(rule.amount.period) if rule.amount else -1 for rule in of_rule]
    home, person = _joined(blocks, "home", np.intp), _joined(blocks, "person", np.intp)
    return pd.DataFrame(
        {
            "household_id": facts.index.take(home).array,
            "member_id": _member_ids(facts, person),
            "benefit": _named(at, [rule.benefit for rule in of_rule]),
            "rule": _named(at, [rule.id for rule in of_rule]),
            "eligible": _truth(blocks, "eligible"),
            "granted": _truth(blocks, "granted"),
            "reason": pd.Categorical.from_codes(
                np.concatenate(reasons) if reasons else np.zeros(0, np.int32),
                dtype=pd.CategoricalDtype(pd.Index(texts.texts, dtype=object)),
            ),
            "priority": pd.arrays.IntegerArray(
                _joined(blocks, "priority", np.int64), _joined(blocks, "no_priority", np.bool_)
            ),
            "amount": values[at],
            "period": pd.Categorical.from_codes(
                np.array(period, dtype=np.int8)[at], dtype=pd.CategoricalDtype(list(PERIODS))
            ),
            "citation": _named(at, [cited(rule, language) for rule in of_rule]),
        },
        copy=False,
    )


def cited(rule: BenefitRule, language: Language) -> str:
    """The sources of a rule in words."""
    return "; ".join(c.text(language) for c in (rule.citation, *rule.see_also))


def _rows(outcome: Outcome, facts: Facts, every_row: bool) -> dict[str, Any]:
    entitled, granted = outcome.entitled, outcome.granted
    n = len(entitled.possible)
    rows = np.arange(n) if every_row else np.flatnonzero(entitled.possible)
    personal = outcome.level == "member"
    priority, no_priority = outcome.priorities(rows)
    return {
        "home": facts.home[rows] if personal else rows,
        "person": rows if personal else np.full(len(rows), -1),
        "eligible": (entitled.certain[rows], entitled.possible[rows]),
        "granted": (granted.certain[rows], granted.possible[rows]),
        "reason": outcome.reasons(rows),
        "priority": priority,
        "no_priority": no_priority,
    }


class _Words:
    """Texts that are numbered as they come."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._at: dict[str, int] = {}

    def codes(self, texts: Iterable[str]) -> npt.NDArray[np.int32]:
        """The number of each text, and -1 at the end."""
        numbers = []
        for text in texts:
            if text not in self._at:
                self._at[text] = len(self.texts)
                self.texts.append(text)
            numbers.append(self._at[text])
        return np.array([*numbers, -1], dtype=np.int32)


def _joined(blocks: Sequence[Mapping[str, Any]], name: str, dtype: Any) -> npt.NDArray[Any]:
    parts = [block[name] for block in blocks]
    return np.concatenate(parts, dtype=dtype) if parts else np.zeros(0, dtype=dtype)


def _truth(blocks: Sequence[Mapping[str, Any]], name: str) -> Any:
    pairs = [{"certain": block[name][0], "possible": block[name][1]} for block in blocks]
    certain, possible = (_joined(pairs, side, np.bool_) for side in ("certain", "possible"))
    return pd.arrays.BooleanArray(certain, possible & ~certain)


def _named(at: npt.NDArray[Any], names: Sequence[str]) -> Any:
    distinct = list(dict.fromkeys(names))
    codes = np.array([distinct.index(name) for name in names], dtype=np.int16)
    return pd.Categorical.from_codes(
        codes[at], dtype=pd.CategoricalDtype(pd.Index(distinct, dtype=object))
    )


def _member_ids(facts: Facts, person: npt.NDArray[np.intp]) -> Any:
    if facts.members is None:
        return pd.arrays.IntegerArray(np.zeros(len(person), np.int64), np.ones(len(person), bool))
    ids = facts.members["member_id"]
    if isinstance(ids.dtype, np.dtype) and ids.dtype.kind in "iu":
        ids = ids.astype("Int64")
    return ids.array.take(person, allow_fill=True)
