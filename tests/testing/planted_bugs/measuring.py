"""Which law catches which planted bug, and the page that says so.

``python -m tests.testing.planted_bugs.measuring`` writes the page again.
"""

import datetime as dt
import warnings
from functools import cache, partial
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from multidim_poverty import testing
from multidim_poverty.law.point_rule import point_rule
from multidim_poverty.testing.boundary_classes import cells_at_bounds, classes_at_bounds
from multidim_poverty.testing.boundary_surveys import survey_at_bounds
from multidim_poverty.testing.bounds import homes_at_bounds
from multidim_poverty.testing.movement_laws import movement_trial, stories, told
from multidim_poverty.testing.points_laws import points_at_bounds, points_trial
from multidim_poverty.testing.survey_laws import survey_trial
from tests.testing.planted_bugs.catalogue import BUGS, D07, KINDS

PAGE = Path(__file__).parents[3] / "docs" / "planted_bugs.md"
CHECKS = {
    "classes": "check_class_laws",
    "indicators": "check_indicator_laws",
    "assess": "check_assess_laws",
    "points": "check_points_laws",
    "movement": "check_movement_laws",
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


def inputs(kind):
    """What an implementation of a kind is tried on: a strategy that gives the arguments."""
    if kind == "classes":
        return _classes().map(lambda drawn: ((drawn.households, drawn.deprivations), {}))
    if kind in ("indicators", "assess"):
        return _surveys().map(lambda drawn: ((drawn.households, drawn.members), {"on": drawn.on}))
    if kind == "points":
        return _points().map(lambda points: ((points,), {}))
    return testing.movement_inputs().map(lambda y: ((y.start, y.end, y.history, y.links), {}))


def check(kind, f, arguments):
    """All laws of a kind on some tables."""
    tables, more = arguments
    standard = {} if kind == "movement" else {"standard": D07}
    getattr(testing, CHECKS[kind])(f, *tables, **standard, **more)


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
    return [told(stories(), 1)]


def laws_of(kind):
    """The names of the laws of a kind, in their order."""
    laws = testing.CLASS_LAWS if kind == "classes" else testing.TABLE_LAWS
    return [law.__name__ for law in laws]


def _trials(kind, f):
    """Each law with the tables of each case, as calls by the name of the law."""
    for tables in _tables(kind):
        if kind == "classes":
            for law in testing.CLASS_LAWS:
                both = tables.households, tables.deprivations
                yield law.__name__, partial(law, f, *both, standard=D07)
            continue
        for law in testing.TABLE_LAWS:
            yield law.__name__, partial(_try_table_law, law, kind, f, tables)


def _try_table_law(law, kind, f, tables):
    if kind == "points":
        law(points_trial(f, tables, D07))
    elif kind == "movement":
        years = (tables.start, tables.end, tables.history, tables.links)
        law(movement_trial(f, *years))
    else:
        needed = D07.indicator_ids if kind == "indicators" else ["poverty_class"]
        law(survey_trial(f, tables.households, tables.members, D07, tables.on, needed))


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
    return [name for name in laws_of(bug.kind) if name in caught]


# -- the page ----------------------------------------------------------------------------------

HEAD = """# Planted bugs

The laws of the [test kit](testing.md) are tried on wrong implementations: each has one bug that
people make. Every one of them fails the laws of its kind within the default 100 examples of
hypothesis. Below is which law catches which on fixed tables at the bounds of Decree 07/2021.
`tests/testing/planted_bugs` holds the bugs, and a test fails where this page is not what it
measures; `python -m tests.testing.planted_bugs.measuring` writes it again.
"""
TITLES = {
    "classes": "Bugs of a classification",
    "indicators": "Bugs of the indicators",
    "assess": "Bugs of the whole, from a survey to the class",
    "points": "Bugs of the classes in points",
    "movement": "Bugs of the movement between two years",
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
}


def page_of(measured):
    """The page, of what catches each bug."""
    parts = [HEAD]
    for kind in KINDS:
        bugs = [bug for bug in BUGS.values() if bug.kind == kind]
        laws = laws_of(kind)
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
