"""The catalogue of planted bugs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

import multidim_poverty as mdp
from multidim_poverty.programmes.benefit_rules.rule_set import SHIPPED
from multidim_poverty.programmes.benefit_rules.shipped import as_rules

D07 = mdp.standard("decree_07_2021")
KINDS = ("classes", "indicators", "assess", "points", "movement", "eligibility", "measures")
# Rules of every kind: of a household, a member, with places, ages, numbers, an order, exclusions.
CHOSEN = (
    "premium_poor", "premium_near_poor_in_poor_district", "premium_near_poor", "loan_poor",
    "electricity_poor",
    "electricity_social_policy", "loan_newly_escaped", "farm_insurance",
    "elderly_without_supporter", "elderly_in_special_hardship", "plan_740_3_1_production",
)  # fmt: skip


def _benefits():
    """A few of the shipped rules, so that an example is quick; those of 2022 go on."""
    rules = as_rules(SHIPPED)
    chosen = tuple(
        rule.model_copy(update={"valid_to": None}) if rule.id.startswith("plan_740") else rule
        for rule in rules.rules
        if rule.id in CHOSEN and rule.status == "on"
    )
    return rules.model_copy(update={"rules": chosen})


BENEFITS = _benefits()


def with_rule(rule_id, **changes):
    """Those rules, one of which says something else."""
    rules = tuple(
        rule.model_copy(update=changes) if rule.id == rule_id else rule for rule in BENEFITS.rules
    )
    return BENEFITS.model_copy(update={"rules": rules})


@dataclass(frozen=True)
class Bug:
    """A wrong implementation.

    ``make`` gives a fresh one, for bugs that remember something between calls.
    """

    name: str
    kind: str
    group: str
    make: Callable[[], Callable[..., Any]]

    @property
    def what(self) -> str:
        """What is wrong, in words."""
        return self.make.__doc__.splitlines()[0]


BUGS: dict[str, Bug] = {}


def bug(kind, group, *, remembers=False):
    """Put a wrong implementation into the catalogue."""
    assert kind in KINDS

    def put(f):
        def make():
            return f() if remembers else f

        make.__doc__ = f.__doc__
        assert f.__name__ not in BUGS
        BUGS[f.__name__] = Bug(f.__name__, kind, group, make)
        return f

    return put


def variant(**changes):
    """The standard with a wrong value."""
    return D07.replace(name="planted", why="a planted bug", **changes)


def classify(households, deprivations, standard=D07):
    """The right classes, as an implementation gives them."""
    table = mdp.classify(households, deprivations, standard=standard)
    return table["poverty_class"].astype(object)


def measures(achievements, lines, weights, k, household_weights):
    """The right measures, with the household weights as those of a sample."""
    chosen = mdp.measures.specification({name: [name] for name in weights}, weights=weights)
    design = mdp.measures.Design(weight=household_weights, lonely="certainty")
    deprived = {name: achievements[name] < line for name, line in lines.items()}
    gaps = {name: 1 - achievements[name].clip(upper=line) / line for name, line in lines.items()}
    return mdp.measures.estimate(
        pd.DataFrame(deprived), chosen, k=k, design=design, gaps=pd.DataFrame(gaps)
    )


def right(kind):
    """The right implementation of a kind."""
    return {
        "classes": lambda h, d: mdp.classify(h, d, standard=D07),
        "indicators": lambda h, m, on: mdp.deprivations(h, m, standard=D07, on=on),
        "assess": lambda h, m, on: mdp.assess(h, m, standard=D07, on=on),
        "points": lambda p: mdp.classify_points(p, standard=D07),
        "eligibility": partial(mdp.programmes.eligible, rules=BENEFITS),
        "measures": measures,
        "movement": lambda s, e, h, k: mdp.movement.flows(s, e, history=h, links=k),
    }[kind]
