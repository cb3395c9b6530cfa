"""One household as a record: for whoever has it as JSON and not as two tables.

The fields are the columns of the tables, and their words, units and bounds come from the one
list of columns. The work is done by the tables, so a record and a table never disagree.
"""

from __future__ import annotations

import datetime as dt
import inspect
import textwrap
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field, StrictBool, StrictInt, StrictStr

from multidim_poverty.base import Coerced, Model, Record
from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.errors import ArgumentError
from multidim_poverty.schema.definitions import (
    BIRTH_YEARS,
    COLUMNS,
    OLDEST,
    Column,
    Table,
    column_of,
)
from multidim_poverty.schema.reading import float_of, is_number
from multidim_poverty.schema.tables import Tables
from multidim_poverty.schema.value_rules import LARGEST_WHOLE
from multidim_poverty.vocabulary import (
    Area,
    EducationLevel,
    EmploymentStatus,
    HouseDamage,
    Relation,
    Sex,
    Toilet,
    WaterSource,
)

__all__ = ["Household", "Member", "to_frames", "typed"]


def _exact(value: Any) -> Any:
    """A number as float64; refused where float64 does not hold it."""
    if not is_number(value):
        return value
    number = float_of(value)
    if number is None:
        raise ArgumentError("has more digits than float64 holds, or is too large; round it")
    return number


# Strict, as the tables are: "1500000" is not a number, and "yes" is not True.
Id = StrictStr | StrictInt
Exact = BeforeValidator(_exact)
Amount = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False), Exact]
Income = Annotated[float, Field(strict=True, allow_inf_nan=False), Exact]  # below zero: a loss
Persons = Annotated[int, Field(strict=True, ge=1, le=LARGEST_WHOLE)]
Rooms = Annotated[int, Field(strict=True, ge=1, le=LARGEST_WHOLE)]
Age = Annotated[int, Field(strict=True, ge=0, le=OLDEST)]
Year = Annotated[int, Field(strict=True, ge=BIRTH_YEARS[0], le=BIRTH_YEARS[1])]
Day = Annotated[dt.date, BeforeValidator(as_date)]
Qualification = Literal[
    EducationLevel.NONE,
    EducationLevel.PRIMARY,
    EducationLevel.LOWER_SECONDARY,
    EducationLevel.UPPER_SECONDARY,
    EducationLevel.VOCATIONAL,
    EducationLevel.HIGHER,
]


def _words(table: Table, name: str) -> str:
    """Label and unit of a column, for the JSON schema."""
    column = column_of(table, name)
    assert column is not None
    unit = f" [{column.unit}]" if column.unit else ""
    return f"{column.label.en} ({column.label.vi}){unit}"


def _optional(table: Table, name: str) -> Any:
    return Field(default=None, description=_words(table, name))


Fields = TypeVar("Fields", bound=Record)
TYPES = {
    "id": "str or int",
    "text": "str",
    "boolean": "bool",
    "number": "float",
    "integer": "int",
    "date": "datetime.date",
}


def _documented(record: type[Fields]) -> type[Fields]:
    """The record, with each of its fields in its docstring as the list of columns words it."""
    lines = []
    for name, field in record.model_fields.items():
        column = column_of("households", name) or column_of("members", name)
        if column is None:
            kind = "list of Member"
        else:
            kind = type(column.terms[0]).__name__ if column.terms else TYPES[column.kind]
        unknown = "" if name in ("household_id", "member_id") else " or None"
        lines += [f"{name} : {kind}{unknown}", f"    {field.description}."]
    words, heading, examples = inspect.cleandoc(str(record.__doc__)).partition("\n\nExamples\n")
    fields = "\n".join(["Parameters", "----------", *lines])
    text = f"{words}\n\n{fields}{heading}{examples}\n"
    record.__doc__ = textwrap.indent(text, "    ").lstrip() + "    "
    return record


_member, _household = partial(_optional, "members"), partial(_optional, "households")


@_documented
class Member(Record):
    """A person of a household; None is an answer that is not known.

    The fields are the columns of the members table, without ``household_id``, which is that of
    the household in which the member stands. ``age`` is in completed years; of one with
    ``birth_year`` alone it is known to within a year.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> member = mdp.Member(member_id=1, birth_date="1990-02-28", sex="female")
    >>> member.birth_date, member.sex.vi, member.has_pension
    (datetime.date(1990, 2, 28), 'Nữ', None)
    """

    member_id: Id = Field(description=_words("members", "member_id"))
    age: Age | None = _member("age")
    birth_date: Coerced[Day | None, DayLike | None] = _member("birth_date")
    birth_year: Year | None = _member("birth_year")
    sex: Coerced[Sex | None, Sex | str | None] = _member("sex")
    relation: Coerced[Relation | None, Relation | str | None] = _member("relation")
    employment_status: Coerced[EmploymentStatus | None, EmploymentStatus | str | None] = _member(
        "employment_status"
    )
    has_disability: StrictBool | None = _member("has_disability")
    receives_social_allowance: StrictBool | None = _member("receives_social_allowance")
    stunted: StrictBool | None = _member("stunted")
    underweight: StrictBool | None = _member("underweight")
    has_health_insurance: StrictBool | None = _member("has_health_insurance")
    untreated_illness: StrictBool | None = _member("untreated_illness")
    attending: Coerced[EducationLevel | None, EducationLevel | str | None] = _member("attending")
    qualification: Coerced[Qualification | None, Qualification | str | None] = _member(
        "qualification"
    )
    enterprise_trained: StrictBool | None = _member("enterprise_trained")
    uses_internet: StrictBool | None = _member("uses_internet")
    uses_telephone: StrictBool | None = _member("uses_telephone")
    has_pension: StrictBool | None = _member("has_pension")
    has_supporter: StrictBool | None = _member("has_supporter")
    stable_livelihood: StrictBool | None = _member("stable_livelihood")
    low_income_worker: StrictBool | None = _member("low_income_worker")


@_documented
class Household(Record):
    """A household; None is an answer that is not known.

    The fields are the columns of the households table; ``area`` must be given, as null where it
    is not known. ``members`` is None where nobody asked for them.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.Household.model_validate_json('{"household_id": "a", "area": "rural"}').area.vi
    'Nông thôn'
    >>> mdp.Household.model_json_schema()["properties"]["floor_area"]["description"]
    'Floor area (Diện tích nhà ở) [m2/household]'
    """

    household_id: Id = Field(description=_words("members", "household_id"))
    area: Coerced[Area | None, Area | str | None] = Field(description=_words("households", "area"))
    province: StrictStr | None = _household("province")
    district: StrictStr | None = _household("district")
    commune: StrictStr | None = _household("commune")
    village: StrictStr | None = _household("village")
    ethnic_group: StrictStr | None = _household("ethnic_group")
    ethnic_minority: StrictBool | None = _household("ethnic_minority")
    local_minority: StrictBool | None = _household("local_minority")
    income_per_capita: Income | None = _household("income_per_capita")
    income_12m: Income | None = _household("income_12m")
    household_size: Persons | None = _household("household_size")
    wall_durable: StrictBool | None = _household("wall_durable")
    frame_durable: StrictBool | None = _household("frame_durable")
    roof_durable: StrictBool | None = _household("roof_durable")
    floor_area: Amount | None = _household("floor_area")
    rooms: Rooms | None = _household("rooms")
    water_source: Coerced[WaterSource | None, WaterSource | str | None] = _household("water_source")
    toilet: Coerced[Toilet | None, Toilet | str | None] = _household("toilet")
    has_television: StrictBool | None = _household("has_television")
    has_radio: StrictBool | None = _household("has_radio")
    has_desktop: StrictBool | None = _household("has_desktop")
    has_telephone: StrictBool | None = _household("has_telephone")
    has_laptop: StrictBool | None = _household("has_laptop")
    has_tablet: StrictBool | None = _household("has_tablet")
    has_smartphone: StrictBool | None = _household("has_smartphone")
    hears_loudspeaker: StrictBool | None = _household("hears_loudspeaker")
    waste_collected: StrictBool | None = _household("waste_collected")
    no_labour_capacity: StrictBool | None = _household("no_labour_capacity")
    member_of_merit: StrictBool | None = _household("member_of_merit")
    female_head: StrictBool | None = _household("female_head")
    farm_household: StrictBool | None = _household("farm_household")
    social_policy_household: StrictBool | None = _household("social_policy_household")
    minority_programme: StrictBool | None = _household("minority_programme")
    independent_since: Coerced[Day | None, DayLike | None] = _household("independent_since")
    production_land: Amount | None = _household("production_land")
    house_damage: Coerced[HouseDamage | None, HouseDamage | str | None] = _household("house_damage")
    electricity_use: Amount | None = _household("electricity_use")
    weight: Amount | None = _household("weight")
    strata: Id | None = _household("strata")
    psu: Id | None = _household("psu")
    fpc: Amount | None = _household("fpc")
    members: list[Member] | None = Field(default=None, description="Members (Thành viên)")


def to_frames(households: Iterable[Household]) -> Tables:
    """The two tables of a survey from records.

    Parameters
    ----------
    households : iterable of Household
        One record per household, with or without its members.

    Returns
    -------
    Tables
        In the documented dtypes, in the order given. A column that no record answers is left
        out, as the column of a question that was never asked; ``members`` is None where no
        household has any list of members.

    Raises
    ------
    ArgumentError
        If one of them is no `Household`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> tables = mdp.to_frames([mdp.Household(household_id="a", area="rural", floor_area=40)])
    >>> tables.households.dtypes.astype(str).to_dict(), tables.members
    ({'area': 'category', 'floor_area': 'float64'}, None)
    """
    homes = list(households)
    if strange := [type(home).__name__ for home in homes if not isinstance(home, Household)]:
        raise ArgumentError(
            f"{strange[0]} is no Household: make one with Household(household_id=..., area=...), "
            "of a dict with Household.model_validate"
        )
    ids = pd.Index([home.household_id for home in homes], name="household_id")
    frame = _frame("households", homes, ids)
    if all(home.members is None for home in homes):
        return Tables(frame)
    listed = [(home.household_id, member) for home in homes for member in home.members or ()]
    members = _frame("members", [member for _, member in listed], pd.RangeIndex(len(listed)))
    # The ids in the dtype of the index, so that an empty list of members links as well.
    members.insert(0, "household_id", pd.Index([id for id, _ in listed], dtype=ids.dtype))
    return Tables(frame, members)


def _frame(table: Table, records: Sequence[Model], index: pd.Index[Any]) -> pd.DataFrame:
    found = {}
    for column in COLUMNS:
        if column.table != table or column.name == "household_id":
            continue
        values = [getattr(record, column.name) for record in records]
        if column.required or any(value is not None for value in values):
            found[column.name] = typed(values, column)
    return pd.DataFrame(found, index=index)


@lru_cache
def _category(codes: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(list(codes))


def typed(values: list[Any], column: Column) -> Any:
    """Values in the documented dtype of a column; None becomes its missing value."""
    complete = not any(value is None for value in values)
    match column.kind:
        case "category":
            place_of = {code: place for place, code in enumerate(column.codes)}
            codes = np.array([place_of.get(str(value), -1) for value in values], dtype=np.int8)
            return pd.Categorical.from_codes(codes, dtype=_category(column.codes), validate=False)
        case "boolean":
            return np.array(values, dtype=bool) if complete else pd.array(values, dtype="boolean")
        case "integer":
            return pd.array(values, dtype="int64" if complete else "Int64")
        case "number":
            return np.array(values, dtype=np.float64)
        case "date":
            return np.array(values, dtype="datetime64[s]")
        case "text":
            return pd.array(values, dtype="string")
        case _:
            return pd.Index(values)
