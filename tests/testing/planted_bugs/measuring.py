"""Which law catches which planted bug, and the page that says so.

``python -m tests.testing.planted_bugs.measuring`` writes the page again.
"""

import datetime as dt
import warnings
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from multidim_poverty import testing
from multidim_poverty.law.point_rule import point_rule
from multidim_poverty.testing.boundary_classes import cells_at_bounds, classes_at_bounds
from multidim_poverty.testing.boundary_surveys import survey_at_bounds
from multidim_poverty.testing.bounds import homes_at_bounds
from multidim_poverty.testing.eligibility_laws import eligibility_trial
from multidim_poverty.testing.entitlement_tables import entitlements_at_bounds
from multidim_poverty.testing.measure_tables import STRUCTURES, measure_table
from multidim_poverty.testing.measure_trial import MeasureTrial
from multidim_poverty.testing.movement_laws import movement_trial, stories, told
from multidim_poverty.testing.points_laws import points_at_bounds, points_trial
from multidim_poverty.testing.survey_laws import survey_trial
from tests.testing.planted_bugs.catalogue import BENEFITS, BUGS, D07, KINDS

PAGE = Path(__file__).parents[3] / "docs" / "planted_bugs.md"
CHECKS = {
    "classes": "check_class_laws",
    "indicators": "check_indicator_laws",
    "assess": "check_assess_laws",
    "points": "check_points_laws",
    "movement": "check_movement_laws",
    "eligibility": "check_eligibility_laws",
    "measures": "check_measure_laws",
}


# -- inputs ------------------------------------------------------------------------------------


@st.composite
def _classes(draw):
    """Households at every line and cut-off, by income per head or of the year, or any."""
    size = draw(st.sampled_from(["any", "some", "some", "whole"]))
    how = {
        "standard": D07,
        "income": draw(st.sampled_from(["stated", "year", "either"])),
        "missing": size != "whole" and draw(st.booleans()),
        "backend": draw(st.sampled_from(["numpy", "nullable", "pyarrow"])),
        "ids": draw(st.sampled_from(["text", "int"])),
    }
    if size == "any":
        return draw(testing.class_inputs(**how))
    return draw(testing.boundary_households(whole=size == "whole", **how))


@st.composite
def _surveys(draw):
    how = {
        "standard": D07,
        "missing": draw(st.booleans()),
        "backend": draw(st.sampled_from(["numpy", "nullable", "pyarrow"])),
        "ids": draw(st.sampled_from(["text", "int"])),
    }
    return draw(testing.boundary_rosters(whole=draw(st.booleans()), **how))


@st.composite
def _points(draw):
    return draw(testing.boundary_points(standard=D07, missing=draw(st.booleans())))


@st.composite
def _entitlements(draw):
    return draw(testing.boundary_entitlements(rules=BENEFITS, missing=draw(st.booleans())))


def inputs(kind):
    """What an implementation of a kind is tried on: a strategy of tables."""
    return {
        "classes": _classes,
        "indicators": _surveys,
        "assess": _surveys,
        "points": _points,
        "movement": testing.movement_inputs,
        "eligibility": _entitlements,
        "measures": testing.measure_inputs,
    }[kind]()


def check(kind, f, drawn):
    """All laws of a kind on some tables."""
    f_checks = getattr(testing, CHECKS[kind])
    if kind == "points":
        f_checks(f, drawn, standard=D07)
    else:
        law = {"movement": {}, "measures": {}, "eligibility": {"rules": BENEFITS}}.get(
            kind, {"standard": D07}
        )
        f_checks(f, **vars(drawn), **law)


def check_shared(kind, f, drawn, shared):
    """The same, with the answers of the oracle that an earlier bug was compared with."""
    if kind in ("classes", "measures"):
        check(kind, f, drawn)
        return
    trial = trial_of(kind, f, drawn)
    if "right" not in shared:
        shared["right"] = trial.right(trial.tables)

    def right(tables):
        return shared["right"] if tables is trial.tables else trial.right(tables)

    for law in laws_of(kind):
        law(replace(trial, right=right))


# -- which law catches which bug ---------------------------------------------------------------


@cache
def _tables(kind):
    """What each law is tried on for the page: the same tables in every run."""
    if kind == "classes":
        cells = cells_at_bounds(D07)
        rng = np.random.default_rng(1)
        some = [cells[at] for at in rng.choice(len(cells), 60, replace=False)]
        return [
            classes_at_bounds(D07, cells, 1, "either"),
            classes_at_bounds(D07, some, 2, missing=True, backend="nullable", ids="int"),
            classes_at_bounds(D07, some, 3, "year", missing=True),
        ]
    if kind in ("indicators", "assess"):
        # A day on which 29 February is still to come, and one of another retirement age.
        days = dt.date(2022, 2, 28), dt.date(2025, 12, 31)
        return [
            survey_at_bounds(D07, homes_at_bounds(D07, day), day, seed, missing)
            for seed, (day, missing) in enumerate(zip(days, (False, True), strict=True), start=1)
        ]
    if kind == "points":
        return [points_at_bounds(D07, point_rule(D07), 1, missing) for missing in (False, True)]
    if kind == "eligibility":
        return [entitlements_at_bounds(BENEFITS, dt.date(2025, 6, 30), 14, missing=True)]
    if kind == "measures":
        tables = [_measure_table(structure, seed=1) for structure in STRUCTURES]
        five_of_twelve = _measure_table(STRUCTURES[-1], seed=2, rows=20, place=4, equal=True)
        nobody = _measure_table(STRUCTURES[0], seed=3, least=0)
        return [*tables, five_of_twelve, nobody]
    return [told(stories(), 1)]


def _measure_table(structure, seed, *, rows=8, place=None, equal=False, least=-2):
    """Households beside their lines, with a cut-off that scores meet."""
    rng = np.random.default_rng([seed, *structure])
    number = sum(structure)
    return measure_table(
        structure,
        [1] * number if equal else rng.integers(1, 4, number).tolist(),
        rng.integers(1, 10, number).tolist(),
        rng.integers(least, 2, number * rows).tolist(),
        rng.integers(1, 6, rows).tolist(),
        place=int(rng.integers(0, number)) if place is None else place,
    )


def laws_of(kind):
    """The laws of a kind, in their order."""
    laws = {
        "classes": testing.CLASS_LAWS,
        "eligibility": testing.ELIGIBILITY_LAWS,
        "measures": testing.MEASURE_LAWS,
    }
    return laws.get(kind, testing.TABLE_LAWS)


def _trials(kind, f):
    """Each law with the tables of each case, as calls by the name of the law."""
    for tables in _tables(kind):
        trial = None if kind == "classes" else trial_of(kind, f, tables)
        for law in laws_of(kind):
            if trial is None:
                both = tables.households, tables.deprivations
                yield law.__name__, partial(law, f, *both, standard=D07)
            else:
                yield law.__name__, partial(law, trial)


def trial_of(kind, f, tables):
    """The trial of an implementation on some tables, for the laws of tables."""
    if kind == "points":
        return points_trial(f, tables, D07)
    if kind == "measures":
        return MeasureTrial(f, tables)
    if kind == "movement":
        return movement_trial(f, tables.start, tables.end, tables.history, tables.links)
    if kind == "eligibility":
        names = ("current", "members", "history", "places", "households")
        given = {name: table for name in names if (table := getattr(tables, name)) is not None}
        return eligibility_trial(f, given, BENEFITS, tables.unit_costs, tables.on)
    needed = D07.indicator_ids if kind == "indicators" else ["poverty_class"]
    return survey_trial(f, tables.households, tables.members, D07, tables.on, needed)


def caught_by(bug):
    """The laws that catch a bug on the tables of the page, in their order."""
    caught = set()
    f = bug.make()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, attempt in _trials(bug.kind, f):
            if name in caught:
                continue
            try:
                attempt()
            except AssertionError:
                caught.add(name)
    return [law.__name__ for law in laws_of(bug.kind) if law.__name__ in caught]


# -- the page ----------------------------------------------------------------------------------

HEAD = """# Planted bugs

The laws of the [test kit](testing.md) are tried on wrong implementations: each has one bug that
people make. Every one of them fails the laws of its kind within the default 100 examples of
hypothesis. Below is which law catches which on fixed tables at the bounds of Decree 07/2021 and of
some rules of benefits, and of the measures on small tables of households beside their lines.
`tests/testing/planted_bugs` holds the bugs, and a test fails where this page is not what it
measures; `python -m tests.testing.planted_bugs.measuring` writes it again.
"""
TITLES = {
    "classes": "Bugs of a classification",
    "indicators": "Bugs of the indicators",
    "assess": "Bugs of the whole, from a survey to the class",
    "points": "Bugs of the classes in points",
    "movement": "Bugs of the movement between two years",
    "eligibility": "Bugs of eligibility: who is entitled to what",
    "measures": "Bugs of the measures of Alkire and Foster",
}
SHORT = {
    "inputs_are_not_changed": "inputs",
    "classes_are_those_of_the_standard": "right",
    "answers_are_those_of_the_law": "right",
    "more_income_never_hurts": "income",
    "more_deprivations_never_help": "deprivations",
    "order_of_rows_does_not_matter": "rows",
    "replication_changes_nothing": "copies",
    "concatenation_changes_nothing": "parts",
    "index_does_not_matter": "ids",
    "ids_do_not_matter": "ids",
    "column_order_does_not_matter": "columns",
    "order_of_columns_does_not_matter": "columns",
    "dtypes_do_not_matter": "dtypes",
    "households_stand_alone": "alone",
    "determined_classes_survive_completion": "survive",
    "undetermined_classes_are_open": "open",
    "poorer_never_have_less": "poorer",
    "answers_survive_completion": "survive",
    "days_are_those_of_the_rules": "days",
    "measures_are_exact": "exact",
    "groups_add_up": "groups",
    "indicators_add_up": "parts",
    "deprivation_focus": "surplus",
    "poverty_focus": "focus",
    "monotonicity": "less",
    "dimensional_monotonicity": "one more",
    "scale_invariance": "units",
    "measures_lie_between_0_and_1": "0 to 1",
    "higher_cut_offs_are_nested": "nested",
}


def page_of(measured):
    """The page, of what catches each bug."""
    parts = [HEAD]
    for kind in KINDS:
        bugs = [bug for bug in BUGS.values() if bug.kind == kind]
        laws = [law.__name__ for law in laws_of(kind)]
        key = ", ".join(f"{SHORT[law]}: `{law}`" for law in laws)
        caught = {law: sum(law in measured[bug.name] for bug in bugs) for law in laws}
        rows = [
            f"## {TITLES[kind]}\n",
            f"{len(bugs)} bugs, each caught by `{CHECKS[kind]}`. {key}.\n",
            "| group | bug | " + " | ".join(SHORT[law] for law in laws) + " |",
            "| --- | --- |" + " :-: |" * len(laws),
        ]
        for bug in sorted(bugs, key=lambda bug: bug.group.lower()):
            marks = ["x" if law in measured[bug.name] else "" for law in laws]
            rows.append(f"| {bug.group} | {bug.what} | " + " | ".join(marks) + " |")
        rows.append("| | caught | " + " | ".join(str(n) for n in caught.values()) + " |\n")
        parts.append("\n".join(rows))
    return "\n".join(parts)


def measure():
    """What catches each bug, by its name."""
    return {name: caught_by(bug) for name, bug in BUGS.items()}


if __name__ == "__main__":
    PAGE.write_text(page_of(measure()), encoding="utf-8")
