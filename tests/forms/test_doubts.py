"""The doubts that the form notes are those of the soft checks on the same answers."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import forms
from multidim_poverty.vocabulary import EducationLevel

ON = "2023-10-01"
YEAR = 2023
SURVEY = forms.xlsform("decree_07_2021", on=ON).survey.set_index("name")


def value_of(expression, answers):
    """The value of a formula of the form, without the functions of dates and repeats."""
    text = re.sub(r"\$\{(\w+)\}", r"answers['\1']", expression)
    text = re.sub(r"(?<![<>!])=", "==", text).replace("if(", "either(")
    names = {"answers": answers, "either": lambda test, yes, no: yes if test else no}
    return eval(text, {"__builtins__": {}}, names)  # the formulas are those of the package


def rules_of(members):
    households = pd.DataFrame({"area": ["rural"]}, index=pd.Index([1], name="household_id"))
    members = pd.DataFrame(members).assign(household_id=1)
    members["member_id"] = range(1, len(members) + 1)
    return set(mdp.violations(households, members, on=ON)["rule"])


@pytest.mark.parametrize("column", ["attending", "qualification"])
@pytest.mark.parametrize("level", list(EducationLevel))
def test_levels_against_ages(column, level):
    if column == "qualification" and level == "preschool":
        return
    doubt = SURVEY.loc[f"{column}_against_age", "relevant"]
    for age in range(26):
        answers = {column: str(level), "age_at_least": age, "age_at_most": age}
        rules = rules_of({"age": [age, 50], column: [str(level), "none"]})
        assert value_of(doubt, answers) == ("schooling_against_age" in rules), age


@pytest.mark.parametrize("relation", ["child", "parent"])
def test_relatives_of_whom_only_the_year_is_known(relation):
    rule = {"child": "child_older_than_parents", "parent": "parent_too_young"}[relation]
    for year in range(1978, 1983):
        head = {"relation": "head", **ages_of(1980)}
        marks = {
            name: value_of(SURVEY.loc[name, "calculation"], head)
            for name in ("age_in_couple", "age_in_couple_or_more")
        }
        couple = {
            "eldest_of_couple": marks["age_in_couple"],
            "youngest_of_couple": marks["age_in_couple_or_more"],
        }
        answers = {"relation": relation, **ages_of(year), **couple}
        rules = rules_of({"birth_year": [1980, year], "relation": ["head", relation]})
        assert value_of(SURVEY.loc[rule, "relevant"], answers) == (rule in rules), year


def ages_of(year):
    return {"age_at_least": YEAR - year - 1, "age_at_most": YEAR - year}
