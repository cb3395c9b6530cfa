"""What one household is entitled to, what it is not and why, and which answer would decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from multidim_poverty.dates import DayLike
from multidim_poverty.language import Language, phrase
from multidim_poverty.programmes.benefit_rules.conditions import Condition, SomeMember
from multidim_poverty.programmes.benefit_rules.models import BenefitRule
from multidim_poverty.programmes.benefit_rules.shipped import RulesLike
from multidim_poverty.programmes.condition_words import words_of
from multidim_poverty.programmes.eligibility import Entitlements, answered, table_of
from multidim_poverty.programmes.outcomes import Outcome, outcome_of
from multidim_poverty.programmes.predicates import Evaluation
from multidim_poverty.programmes.rule_rows import amount_text

__all__ = ["explain"]


def explain(
    current: pd.DataFrame,
    household_id: Any,
    members: pd.DataFrame | None = None,
    *,
    on: DayLike,
    households: pd.DataFrame | None = None,
    history: pd.DataFrame | None = None,
    rules: RulesLike = None,
    places: pd.DataFrame | None = None,
    unit_costs: Mapping[str, Any] | None = None,
    include: Iterable[str] = (),
    language: Language = "en",
) -> pd.DataFrame:
    """What one household gets, what it does not get and why, and what one more answer decides.

    Parameters
    ----------
    current : pandas.DataFrame
        As for `eligible`.
    household_id : str or int
        A household of ``current``, or of ``households``.
    members : pandas.DataFrame, optional
        As for `eligible`.
    on : str or datetime.date
        As for `eligible`.
    households : pandas.DataFrame or Tables, optional
        As for `eligible`.
    history : pandas.DataFrame, optional
        As for `eligible`.
    rules : RuleSet, str or a sequence of these, optional
        As for `eligible`.
    places : pandas.DataFrame, optional
        As for `eligible`.
    unit_costs : mapping of str to number, optional
        As for `eligible`.
    include : iterable of str
        As for `eligible`.
    language : {"en", "vi"}
        As for `eligible`.

    Returns
    -------
    pandas.DataFrame
        One row per rule that is in use on the day, and per member for benefits of members. The
        columns of `eligible`, and then (string, NA where there is nothing to say):

        - ``decided_by``: what is not known and decides by itself, whichever way it is answered;
        - ``may_be_decided_by``: what decides if it is answered in one of the two ways;
        - ``sentence``: the row in words.

    Raises
    ------
    UnknownNameError
        If there is no such household.
    InvalidDataError, ArgumentError
        As for `eligible`.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import programmes
    >>> current = pd.DataFrame({"poverty_class": ["average"]}, index=["a"])
    >>> rows = programmes.explain(current, "a", on="2024-06-01", language="vi").set_index("rule")
    >>> rows.loc["premium_farm_household", "decided_by"]
    'Hộ làm nông, lâm, ngư, diêm nghiệp'
    """
    entitlements = answered(
        current,
        members,
        history,
        rules,
        places,
        unit_costs,
        on,
        households,
        include,
        language,
        of=lambda facts: facts.alone(household_id),
    )
    table = table_of(entitlements, language, every_row=True)
    decided = [
        row
        for outcome in entitlements.outcomes
        for row in _deciding(outcome, entitlements, language)
    ]
    table[["decided_by", "may_be_decided_by"]] = pd.DataFrame(
        decided, columns=["decided_by", "may_be_decided_by"], dtype="string"
    )
    of_rule = {outcome.rule.id: outcome.rule for outcome in entitlements.outcomes}
    table["sentence"] = pd.array(
        [
            _sentence(row, of_rule[row["rule"]], entitlements, language)
            for row in table.to_dict("records")
        ],
        dtype="string",
    )
    return table


# -- what one more answer decides ----------------------------------------------------------------


def _deciding(
    outcome: Outcome, entitlements: Entitlements, language: Language
) -> Iterator[tuple[str | None, str | None]]:
    """For each row, the unknown conditions that decide, and those that may."""
    entitled = outcome.entitled
    n = len(entitled.possible)
    decide: list[list[str]] = [[] for _ in range(n)]
    may: list[list[str]] = [[] for _ in range(n)]
    if not (entitled.possible & ~entitled.certain).any():
        yield from [(None, None)] * n
        return
    plain = Evaluation(entitlements.facts)
    for leaf in _leaves(outcome.rule):
        level = outcome.level if leaf.level == outcome.level else "household"
        truth = plain.of(leaf, level)
        if outcome.level == "member" and level == "household":
            truth = plain.to_members(truth)
        unknown = truth.possible & ~truth.certain & entitled.possible & ~entitled.certain
        if not unknown.any():
            continue
        results = [
            outcome_of(
                outcome.rule,
                outcome.level,
                entitlements.rules,
                Evaluation(entitlements.facts, {leaf: answer}),
                language,
            ).entitled
            for answer in (True, False)
        ]
        settled = [one.certain | ~one.possible for one in results]
        words = words_of(leaf, entitlements.rules, language)
        for row in range(n):
            if unknown[row] and settled[0][row] and settled[1][row]:
                decide[row].append(words)
            elif unknown[row] and (settled[0][row] or settled[1][row]):
                may[row].append(words)
    yield from ((_listed(one), _listed(two)) for one, two in zip(decide, may, strict=True))


def _listed(words: list[str]) -> str | None:
    return "; ".join(words) or None


def _leaves(rule: BenefitRule) -> list[Condition]:
    """The conditions that one answer decides; what is asked of any member counts as one."""
    found: dict[Condition, None] = {}

    def add(condition: Condition) -> None:
        if isinstance(condition, SomeMember) or not condition.parts:
            found[condition] = None
        else:
            for part in condition.parts:
                add(part)

    add(rule.when)
    for exclusion in rule.exclude:
        add(exclusion.when)
    return list(found)


# -- in words ------------------------------------------------------------------------------------


def _sentence(
    row: Mapping[Any, Any], rule: BenefitRule, entitlements: Entitlements, language: Language
) -> str:
    def said(name: str, **fields: str) -> str:
        return phrase(f"entitlement_{name}").text(language).format(**fields)

    benefit = entitlements.rules.benefit(rule.benefit).label.text(language)
    who = f"{benefit} ({rule.label.text(language)})"
    if not pd.isna(row["member_id"]):
        who = said("of_member", benefit=who, member=str(row["member_id"]))
    citation = str(row["citation"])
    if pd.isna(row["eligible"]):
        text = said("open", benefit=who, reason=str(row["reason"]), citation=citation)
        if not pd.isna(row["decided_by"]):
            text += said("decided_by", answers=str(row["decided_by"]))
        elif not pd.isna(row["may_be_decided_by"]):
            text += said("may_be_decided_by", answers=str(row["may_be_decided_by"]))
        return text
    if not row["eligible"]:
        return said("no", benefit=who, reason=str(row["reason"]), citation=citation)
    parameters = {parameter.id: parameter for parameter in entitlements.rules.parameters}
    amount = amount_text(rule.amount, parameters, language) if rule.amount else ""
    text = said("yes", benefit=who, citation=citation, amount=amount and f", {amount}")
    if not pd.isna(row["granted"]) and not row["granted"]:
        text += said("not_granted")
    if rule.occasion is not None:
        text += said("occasion", occasion=rule.occasion.text(language))
    return text
