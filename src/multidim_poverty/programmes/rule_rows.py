"""The rules of benefits as a table that people read."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from multidim_poverty.dates import DayLike, optional_date
from multidim_poverty.language import Language, check_language, phrase, rounded_text
from multidim_poverty.programmes.benefit_rules.models import Amount, BenefitRule, Parameter
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.programmes.benefit_rules.shipped import RulesLike, as_rules, valid_on
from multidim_poverty.programmes.condition_words import words_of
from multidim_poverty.programmes.eligibility import cited

__all__ = ["amount_text", "rules_table"]

DECIMALS = 6  # of a rate in percent; more than any rule has
COLUMNS: Mapping[str, Any] = {
    **dict.fromkeys(("benefit", "rule", "benefit_label", "whom", "entitled"), "string"),
    **dict.fromkeys(("valid_from", "valid_to"), "datetime64[s]"),
    **dict.fromkeys(("conditions", "exclusions", "priority", "amount", "payer"), "string"),
    **dict.fromkeys(("combine", "occasion", "citation", "confidence"), "string"),
    "checked_on": object,
    **dict.fromkeys(("note", "status", "why_off"), "string"),
}


def rules_table(
    *, on: DayLike | None = None, rules: RulesLike = None, language: Language = "en"
) -> pd.DataFrame:
    """Every version of every rule as a row: what it opens, for whom, from when, by which article.

    Parameters
    ----------
    on : str or datetime.date, optional
        Keeps the versions that are valid on this day alone.
    rules : RuleSet, str or a sequence of these, optional
        The national rules by default.
    language : {"en", "vi"}
        Language of the words.

    Returns
    -------
    pandas.DataFrame
        In the order of the set, rules that are off too:

        - ``benefit``, ``rule`` (string: their ids), ``benefit_label``, ``whom``
          (``household``, ``member``, ``worker``, ``place``), ``entitled`` (string);
        - ``valid_from``, ``valid_to`` (datetime64[s]; both days are valid; NaT where open);
        - ``conditions``, ``exclusions``, ``priority``, ``amount``, ``payer`` (string in words;
          NA where there is none);
        - ``combine`` (``add``, ``highest`` or ``first``), ``occasion``, ``citation``,
          ``confidence`` (string), ``checked_on`` (object: `datetime.date` or None), ``note``
          (string);
        - ``status`` (``on`` or ``off``), ``why_off`` (string).

    Raises
    ------
    ArgumentError
        If there are no such rules, `on` is no day, or there is no such language.

    Examples
    --------
    >>> from multidim_poverty import programmes
    >>> table = programmes.rules_table(on="2024-06-01")
    >>> list(table.columns[:3])
    ['benefit', 'rule', 'benefit_label']
    """
    check_language(language)
    rule_set = valid_on(as_rules(rules), optional_date(on))
    rows = [_row(rule, rule_set, language) for rule in rule_set.rules]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("valid_from", "valid_to"):
        table[name] = pd.to_datetime(table[name]).astype("datetime64[s]")
    return table.astype({name: dtype for name, dtype in COLUMNS.items() if dtype == "string"})


def _row(rule: BenefitRule, rules: RuleSet, language: Language) -> dict[str, Any]:
    benefit = rules.benefit(rule.benefit)
    parameters = {parameter.id: parameter for parameter in rules.parameters}

    def labels(entries: Any) -> str | None:
        return "; ".join(entry.label.text(language) for entry in entries) or None

    def text(label: Any) -> str | None:
        return None if label is None else label.text(language)

    citation = rule.citation
    return {
        "benefit": rule.benefit,
        "rule": rule.id,
        "benefit_label": benefit.label.text(language),
        "whom": benefit.whom,
        "entitled": rule.label.text(language),
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
        "conditions": words_of(rule.when, rules, language),
        "exclusions": labels(rule.exclude),
        "priority": labels(rule.priority),
        "amount": rule.amount and amount_text(rule.amount, parameters, language),
        "payer": None if rule.payer is None else getattr(rule.payer, language),
        "combine": benefit.combine,
        "occasion": text(rule.occasion),
        "citation": cited(rule, language),
        "confidence": str(citation.confidence),
        "checked_on": citation.checked_on,
        "note": citation.note,
        "status": rule.status,
        "why_off": text(rule.why_off),
    }


def amount_text(amount: Amount, parameters: Mapping[str, Parameter], language: Language) -> str:
    """An amount in words."""

    def said(name: str, **fields: str) -> str:
        return phrase(f"amount_{name}").text(language).format(**fields)

    percent = amount.unit in ("share", "interest")
    value = rounded_text(amount.value * (100 if percent else 1), language, DECIMALS)
    of = parameters[amount.of].label.text(language) if amount.of else ""
    text = said(amount.unit, value=value, of=of)
    text = said(f"bound_{amount.bound}", amount=text)
    if amount.unit != "interest":
        text = said(f"period_{amount.period}", amount=text)
    if amount.ceiling is not None:
        ceiling = rounded_text(Fraction(amount.ceiling), language, 0)
        text = said("ceiling", amount=text, ceiling=ceiling)
    return text
