"""Bugs of order, of aliasing and of metadata: what tables are beside their values."""

import numpy as np
import pandas as pd

import multidim_poverty as mdp
from tests.testing.planted_bugs.catalogue import D07, bug, classify


@bug("classes", "order")
def area_by_position(households, deprivations):
    """The first column is taken for the area."""
    urban = households.iloc[:, 0].astype(object).eq("urban")
    return classify(
        households.assign(area=urban.map({True: "urban", False: "rural"})), deprivations
    )


@bug("classes", "order")
def first_column_decides(households, deprivations):
    """Whoever is deprived in the first column is poor."""
    first = deprivations.iloc[:, 0].astype("boolean").fillna(False).to_numpy(dtype=bool)
    return classify(households, deprivations).mask(first, "poor")


@bug("classes", "order")
def sorted_by_id(households, deprivations):
    """Classes come back in the order of the ids."""
    return classify(households, deprivations).sort_index()


@bug("classes", "order")
def equal_rows_dropped(households, deprivations):
    """Of equal households only the first has a class."""
    again = households.duplicated().to_numpy() & deprivations.duplicated().to_numpy()
    return classify(households, deprivations).mask(again, None)


@bug("classes", "order")
def last_row_lost(households, deprivations):
    """The last household of a table has no class."""
    found = classify(households, deprivations)
    return found.where(np.arange(len(found)) < len(found) - 1, None)


@bug("classes", "order")
def first_row_is_a_heading(households, deprivations):
    """The first household is taken for a heading, and is above average."""
    found = classify(households, deprivations)
    return found.where(np.arange(len(found)) > 0, "above_average")


@bug("classes", "order")
def relative_line(households, deprivations):
    """Poor is who has less than half of the mean of the table."""
    names = [name for name in ("income_per_capita", "income_12m") if name in households.columns]
    income = households[names[0]].astype("Float64")
    poor = (income < income.mean() / 2).fillna(False).to_numpy(dtype=bool)
    return classify(households, deprivations).mask(poor, "poor")


@bug("classes", "dtypes")
def category_codes_are_areas(households, deprivations):
    """The codes of a category of areas are read by their places."""
    area = households["area"]
    if isinstance(area.dtype, pd.CategoricalDtype):
        codes = area.cat.codes.map({0: "rural", 1: "urban", -1: None})
        households = households.assign(area=codes)
    return classify(households, deprivations)


@bug("classes", "dtypes")
def plain_columns_only(households, deprivations):
    """Nullable columns of the matrix are not counted."""
    plain = [name for name in deprivations.columns if deprivations[name].dtype.name == "bool"]
    others = [name for name in deprivations.columns if name not in plain]
    return classify(households, deprivations.assign(**dict.fromkeys(others, False)))


@bug("classes", "aliasing")
def fills_in_place(households, deprivations):
    """Missing answers are filled in the table of the caller."""
    found = classify(households, deprivations)
    for name in deprivations.columns:
        if deprivations[name].isna().any():
            deprivations[name] = deprivations[name].astype("boolean").fillna(False)
    households["area"] = households["area"].astype(object)
    return found


@bug("classes", "aliasing", remembers=True)
def remembers_by_id():
    """The class of an id is kept and given again, whatever the household has by then."""
    kept = {}

    def f(households, deprivations):
        found = classify(households, deprivations)
        pairs = zip(households.index, found, strict=True)
        return [kept.setdefault(id, cls) for id, cls in pairs]

    return f


@bug("assess", "aliasing")
def hands_on_the_size(households, members, on):
    """The size in the answer is the memory of the table of the caller."""
    found = mdp.assess(households, members, standard=D07, on=on)
    columns = {name: found[name].array for name in found.columns}
    columns["household_size"] = households["household_size"].array
    return pd.DataFrame(columns, index=found.index, copy=False)


@bug("points", "aliasing")
def writes_the_class_into_the_points(points):
    """The class is put into the table of the caller."""
    points["poverty_class"] = mdp.classify_points(points, standard=D07)["poverty_class"]
    return points["poverty_class"]


@bug("classes", "metadata")
def index_renamed(households, deprivations):
    """The index of the caller loses its name."""
    found = classify(households, deprivations)
    households.index.name = None
    return found


@bug("classes", "metadata")
def columns_named(households, deprivations):
    """The columns of the caller get a name."""
    found = classify(households, deprivations)
    deprivations.columns.name = "indicator"
    return found


@bug("classes", "metadata")
def attrs_written(households, deprivations):
    """The attrs of the caller say that the table was classified."""
    households.attrs["classified"] = True
    return classify(households, deprivations)


@bug("indicators", "metadata")
def attrs_cleared(households, members, on):
    """The attrs of the members are cleared."""
    members.attrs.clear()
    return mdp.deprivations(households, members, standard=D07, on=on)


@bug("classes", "metadata")
def flags_set(households, deprivations):
    """The table of the caller may no longer repeat a label."""
    found = classify(households, deprivations)
    deprivations.flags.allows_duplicate_labels = False
    return found


@bug("indicators", "order")
def answers_sorted_by_id(households, members, on):
    """Answers come back in the order of the ids as texts."""
    matrix = mdp.deprivations(households, members, standard=D07, on=on)
    return matrix.iloc[np.argsort(matrix.index.astype(str), kind="stable")]


@bug("indicators", "order")
def insurance_by_position(households, members, on):
    """The fifth column of the members from the end is taken for health insurance."""
    insured = members.iloc[:, -5].astype(object)
    insured = insured.map({True: True, False: False}).astype("boolean")
    members = members.assign(has_health_insurance=insured)
    return mdp.deprivations(households, members, standard=D07, on=on)


@bug("indicators", "dtypes")
def plain_columns_of_members_only(households, members, on):
    """Whoever has no plain truth for an answer is taken to be insured."""
    if members["has_health_insurance"].dtype.name != "bool":
        members = members.assign(has_health_insurance=True)
    return mdp.deprivations(households, members, standard=D07, on=on)


@bug("indicators", "order")
def area_below_the_mean(households, members, on):
    """Floor area is too small where it is under a tenth of the mean of the table."""
    matrix = mdp.deprivations(households, members, standard=D07, on=on)
    floor = households["floor_area"].astype("Float64")
    return matrix.assign(housing_area=floor < floor.mean() / 10)
