"""What benefits cost a year, beside the budget of a plan."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language, check_language, rounded_text
from multidim_poverty.measures.incidence import COUNT_OF
from multidim_poverty.programmes.benefit_rules.models import Benefit
from multidim_poverty.programmes.benefit_rules.rule_set import RuleSet
from multidim_poverty.programmes.benefit_rules.shipped import RulesLike, as_rules
from multidim_poverty.programmes.claim_costs import (
    NEEDED,
    ClaimCosts,
    costs_of_claims,
    in_million,
    total,
)
from multidim_poverty.programmes.claims import Claims, benefit_category, claims_of
from multidim_poverty.programmes.plan_model import FUNDS, PARTS, BudgetLine, Plan
from multidim_poverty.programmes.printed_numbers import COLUMN_LABELS

__all__ = ["benefit_costs", "costs"]

BUDGET = tuple(f"budget_{fund}" for fund in FUNDS)


def costs(
    entitled: pd.DataFrame,
    *,
    rules: RulesLike = None,
    plan: Plan | None = None,
    language: Language = "en",
) -> pd.DataFrame:
    """What each benefit costs a year if all who are entitled get it, beside the budget of a plan.

    Parameters
    ----------
    entitled : pandas.DataFrame
        From `eligible`, with the ``unit_costs`` of the amounts that no text gives.
    rules : RuleSet, str or a sequence of these, optional
        Those that `eligible` was asked with; the national ones by default.
    plan : Plan, optional
        Whose budget lines the benefits name.
    language : {"en", "vi"}
        Language of ``budget_elsewhere``.

    Returns
    -------
    pandas.DataFrame
        One row per benefit that was asked for, in the order of `entitled`:

        - ``benefit`` (category), ``count_of`` (category ``households``, ``persons``): who holds
          it;
        - ``recipients_at_least``, ``recipients_at_most`` (int64);
        - ``cost_at_least``, ``cost_at_most`` (float64) [million VND a year]: of those who are
          certain, and with those who perhaps are. What is paid once counts in full;
        - ``inexact_because`` (string): codes of what widens the interval, or leaves it without
          an end: ``missing`` and the parameter that is not given, ``no_amount`` (no text gives
          one), ``not_money`` (a loan): both ends NaN; ``at_least`` (the law gives the least: up
          to the whole of what a share is of, else the upper end is NaN), ``at_most`` (the lower
          end is 0), ``no_members`` (persons hold it, and those of a household are not given: the
          household counts as one recipient, and the upper end is NaN). Empty where amounts are
          exact;
        - ``budget_lines`` (string; NA where no line of the plan pays for the benefit),
          ``budget_central``, ``budget_local``, ``budget_other`` (float64) [million VND] of these
          lines, NaN where nothing is printed;
        - ``budget_elsewhere`` (string): the same lines as other annexes, or the text, print them;
        - ``difference_at_least``, ``difference_at_most`` (float64) [million VND]: the budget of
          all sources less the costs of all benefits that share a line; negative where it does not
          suffice.

    Raises
    ------
    InvalidDataError
        If a column is absent, an id is missing, or an amount is no number, or negative.
    ArgumentError
        If `entitled` has a rule that `rules` has not, or one of several versions whose amounts
        are of other kinds; pass those of the day then.

    Notes
    -----
    Sums are exact. Where the highest of several rules holds, a recipient costs the highest amount
    that is certain at least, and the highest that is possible at most.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import programmes
    >>> current = pd.DataFrame({"poverty_class": ["poor", "near_poor", None]}, list("abc"))
    >>> rules = "plan_740_dak_nong_rules"
    >>> entitled = programmes.eligible(
    ...     current, rules=rules, on="2022-06-01",
    ...     unit_costs={"livelihood_support": 10_000_000})  # made up
    >>> table = programmes.costs(
    ...     entitled, rules=rules, plan=programmes.plan("plan_740_dak_nong"))
    >>> ends = ["cost_at_least", "cost_at_most", "budget_central", "difference_at_least"]
    >>> table.loc[table["benefit"] == "plan_740_2", ends].values.tolist()
    [[20.0, 30.0, 3000.0, 3970.0]]
    """
    check_language(language)
    if plan is not None and not isinstance(plan, Plan):
        raise ArgumentError("plan is no Plan; pass one of programmes.plan or programmes.read")
    claims = claims_of(entitled, more=NEEDED)
    rule_set = as_rules(rules)
    of_claims = costs_of_claims(claims, rule_set)
    table = benefit_costs(claims, of_claims)
    benefits = [_benefit(rule_set, name) for name in claims.benefits]
    budget = [_budget(benefit, plan, language) for benefit in benefits]
    columns = ("budget_lines", *BUDGET, "budget_elsewhere")
    printed = pd.DataFrame(budget, columns=list(columns)).astype(
        {
            "budget_lines": "string",
            **dict.fromkeys(BUDGET, "float64"),
            "budget_elsewhere": "string",
        }
    )
    table = pd.concat([table, printed], axis=1)
    differences = [_difference(n, table, benefits) for n in range(len(table))]
    return table.assign(
        difference_at_least=np.array([low for low, _ in differences], dtype=np.float64),
        difference_at_most=np.array([high for _, high in differences], dtype=np.float64),
    )


def benefit_costs(claims: Claims, of_claims: ClaimCosts) -> pd.DataFrame:
    """The recipients and the cost of each benefit."""
    codes = np.arange(len(claims.benefits))
    order = np.argsort(claims.benefit, kind="stable")
    ends = np.cumsum(np.bincount(claims.benefit, minlength=len(codes)))
    of_benefit = np.split(order, ends[:-1]) if len(codes) else []

    def cost(values: Any) -> Any:
        return [in_million(total(values[rows])) for rows in of_benefit]

    return pd.DataFrame(
        {
            "benefit": benefit_category(claims.benefits, codes),
            "count_of": pd.Categorical.from_codes(claims.personal.astype(np.int8), dtype=COUNT_OF),
            "recipients_at_least": np.bincount(
                claims.benefit[claims.certain], minlength=len(codes)
            ),
            "recipients_at_most": np.bincount(claims.benefit, minlength=len(codes)),
            "cost_at_least": np.array(cost(of_claims.at_least), dtype=np.float64),
            "cost_at_most": np.array(cost(of_claims.at_most), dtype=np.float64),
            "inexact_because": pd.array(of_claims.reasons, dtype="string"),
        }
    )


def _benefit(rules: RuleSet, name: str) -> Benefit:
    known = [benefit for benefit in rules.benefits if benefit.id == name]
    if not known:
        raise ArgumentError(
            f"entitled has benefit {name!r} that {rules.name} has not; pass the rules that "
            f"eligible was asked with"
        )
    return known[0]


# -- the budget ------------------------------------------------------------------------------


def _budget(benefit: Benefit, plan: Plan | None, language: Language) -> tuple[Any, ...]:
    """Lines, amounts by fund, and what other places print, of the lines of a benefit."""
    lines = [] if plan is None or benefit.plan != plan.name else list(benefit.budget_lines)
    if plan is None or not lines:
        return (None, *(np.nan for _ in FUNDS), None)
    known = {line.id: line for line in plan.budget}
    if unknown := [line for line in lines if line not in known]:
        raise ArgumentError(
            f"benefit {benefit.id!r} names lines that the budget of {plan.name} has not: "
            f"{', '.join(unknown)}"
        )
    amounts = []
    for fund in FUNDS:
        printed = [value for line in lines for value in [_printed(known[line], fund)]]
        shown = [value for value in printed if value is not None]
        amounts.append(float(sum(shown)) if shown else np.nan)
    elsewhere = [
        f"{plan.where(statement.place, language=language)}: "
        + ", ".join(
            f"{rounded_text(cell.value, language)} ({COLUMN_LABELS[column].text(language)})"
            for column, cell in statement.cells.items()
        )
        for statement in plan.statements
        if statement.line in lines
    ]
    return (", ".join(lines), *amounts, "; ".join(elsewhere) or None)


def _printed(line: BudgetLine, fund: str) -> Fraction | None:
    """What a line has of a fund: its total, else its parts together."""
    if f"{fund}_total" in line.cells:
        return Fraction(line.cells[f"{fund}_total"].value)
    parts = [line.cells[f"{fund}_{part}"] for part in PARTS if f"{fund}_{part}" in line.cells]
    return sum((Fraction(cell.value) for cell in parts), Fraction(0)) if parts else None


def _difference(n: int, table: pd.DataFrame, benefits: list[Benefit]) -> tuple[float, float]:
    """The budget of a benefit less the costs of all that share one of its lines."""
    if pd.isna(table["budget_lines"].iloc[n]):
        return np.nan, np.nan
    lines = set(benefits[n].budget_lines)
    sharing = [
        m
        for m, other in enumerate(benefits)
        if other.plan == benefits[n].plan and lines & set(other.budget_lines)
    ]
    budget = float(table[list(BUDGET)].iloc[n].sum())
    cost_low, cost_high = (
        float(table[name].iloc[sharing].to_numpy().sum())
        for name in ("cost_at_least", "cost_at_most")
    )
    return budget - cost_high, budget - cost_low
