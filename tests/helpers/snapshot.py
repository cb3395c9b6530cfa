"""What users rely on, as text: public names and signatures, columns of results, ids of rules.

``make snapshot`` (or ``python -m tests.helpers.snapshot``) writes it to ``tests/snapshot``; a test
fails where the package and the text differ.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
from pydantic import BaseModel

import multidim_poverty as mdp

FOLDER = Path(__file__).parents[1] / "snapshot"
HEAD = "# Written by `make snapshot`; a change here is a change for users: see CHANGELOG.md.\n"


# -- names and signatures ----------------------------------------------------------------------


def names() -> list[str]:
    """One line per public name, method, field and code."""
    lines = [*_described("mdp", mdp)]
    for name in mdp.__all__:
        if isinstance(getattr(mdp, name), ModuleType):
            lines += _described(f"mdp.{name}", getattr(mdp, name))
    return lines


def _described(place: str, module: ModuleType) -> Iterator[str]:
    for name in sorted(module.__all__):
        value, path = getattr(module, name), f"{place}.{name}"
        if isinstance(value, ModuleType):
            yield f"{path}: module"
        elif not inspect.isclass(value):
            yield f"{path}{_signature(value)}"
        elif getattr(mdp, name, None) is value and module is not mdp:
            yield f"{path}: mdp.{name}"
        else:
            yield f"{path}({', '.join(_bases(value))})"
            yield from (f"{path}.{line}" for line in _members(value))


def _bases(value: type) -> list[str]:
    return [base.__name__ for base in value.__bases__ if base is not object]


def _members(value: type) -> list[str]:
    if issubclass(value, enum.Enum):
        return [f"{member.name} = {member.value!r}" for member in value]
    lines = []
    if issubclass(value, BaseModel):
        lines = [
            f"{name}{'' if field.is_required() else ' = ' + repr(field.get_default())}"
            for name, field in value.model_fields.items()
        ]
    for name, member in sorted(vars(value).items()):
        own = name.startswith(("_", "model_"))
        if own or name in getattr(value, "model_fields", ()):
            continue
        if isinstance(member, property) or not callable(getattr(value, name)):
            lines.append(name)
        else:
            lines.append(f"{name}{_signature(getattr(value, name))}")
    return lines


def _signature(value: Any) -> str:
    """Names, kinds and defaults of the arguments; no types, which say the same in many ways."""
    if not callable(value):
        return f": {type(value).__name__}"
    parameters = [
        parameter.replace(annotation=parameter.empty, default=_Default.of(parameter))
        for parameter in inspect.signature(value).parameters.values()
    ]
    return str(inspect.Signature(parameters))


class _Default:
    """A default that prints the same in every process: sets in order, functions by name."""

    def __init__(self, value: object) -> None:
        self.value = value

    @classmethod
    def of(cls, parameter: inspect.Parameter) -> object:
        return cls(parameter.default) if parameter.default is not parameter.empty else cls.empty

    empty = inspect.Parameter.empty

    def __repr__(self) -> str:
        if isinstance(self.value, frozenset):
            return f"frozenset({sorted(self.value)})"
        return getattr(self.value, "__name__", repr(self.value))


# -- columns and dtypes ------------------------------------------------------------------------


def columns() -> list[str]:
    """One line per column of each result, with its dtype."""
    return [
        f"{call}: {name} [{_dtype(dtype)}]"
        for call, result in _results()
        for name, dtype in _with_index(result).dtypes.items()
    ]


def _with_index(result: pd.DataFrame) -> pd.DataFrame:
    return result if set(result.index.names) == {None} else result.reset_index()


def _dtype(dtype: Any) -> str:
    """A dtype as both ends of the supported pandas versions print it."""
    if isinstance(dtype, pd.CategoricalDtype):
        return "category, ordered" if dtype.ordered else "category"
    text = str(dtype)
    if text in ("object", "str", "string"):
        return "text"
    return "datetime64" if text.startswith("datetime64") else text


def _results() -> Iterator[tuple[str, pd.DataFrame]]:
    sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    homes, members = sample.households, sample.members
    matrix = mdp.deprivations(homes, members, standard=standard)
    result = mdp.classify(homes, matrix, standard=standard)
    yield "mdp.deprivations", matrix
    yield "mdp.classify", result
    yield "mdp.assess", mdp.assess(homes, members, standard=standard)
    yield "mdp.per_capita_income", mdp.per_capita_income(homes).to_frame()
    yield "mdp.violations", mdp.violations(homes, members)
    yield "mdp.reasons", mdp.reasons(homes, matrix, standard=standard)
    yield "mdp.nearest_changes", mdp.nearest_changes(homes, matrix, standard=standard)
    yield "mdp.standard().decision_table", standard.decision_table()
    yield "mdp.standard().provisions", standard.provisions()
    yield "mdp.schema.columns", mdp.schema.columns()
    yield "mdp.schema.rules", mdp.schema.rules()
    yield from _review_results(homes, result)
    yield from _report_results(homes, members, standard)


def _review_results(
    homes: pd.DataFrame, result: pd.DataFrame
) -> Iterator[tuple[str, pd.DataFrame]]:
    procedure = mdp.procedure_on("2023-09-01")
    known = result["poverty_class"].dropna()
    homes = homes.loc[known.index].dropna(subset=["commune", "village"])
    known, places = known.loc[homes.index], homes[["commune", "village"]]
    villages = places.drop_duplicates().assign(attending=40, agreeing=30, minutes_copies=2)
    events = (
        mdp.review.open_round(places, previous=known[known == "poor"], on="2023-09-05")
        .pipe(mdp.review.record_survey, known.to_frame("poverty_class"), on="2023-09-20")
        .pipe(mdp.review.hold_meetings, villages, on="2023-09-25")
        .pipe(mdp.review.post, on="2023-09-28")
    )
    yield "mdp.review.post", events
    yield "mdp.review.empty_events", mdp.review.empty_events()
    yield "mdp.review.fold", mdp.review.fold(events, procedure=procedure)
    yield "mdp.review.violations", mdp.review.violations(events, procedure=procedure)
    yield "mdp.review.rules", mdp.review.rules()
    for name in ("next_steps", "overdue"):
        step = getattr(mdp.review, name)
        yield f"mdp.review.{name}", step(events, on="2023-11-30", procedure=procedure)
    yield "mdp.review.calendar", mdp.review.calendar(2023, procedure=procedure)
    yield "mdp.review.minutes", mdp.review.minutes(events, procedure=procedure)


def _report_results(
    homes: pd.DataFrame, members: pd.DataFrame, standard: mdp.Standard
) -> Iterator[tuple[str, pd.DataFrame]]:
    full = mdp.reports.wide(homes, mdp.assess(homes, members, standard=standard))
    tables = mdp.reports.tables(full, by=["area"], population="counted", numbers=[1, 4, 5])
    for number, table in tables.items():
        yield f"mdp.reports.table_{number}", table
    yield "mdp.reports.check", mdp.reports.check(tables)
    plan = mdp.programmes.plan("plan_740_dak_nong")
    for name in ("cells", "check_plan", "progress", "implied_bases"):
        yield f"mdp.programmes.{name}", getattr(mdp.programmes, name)(plan)
    yield "mdp.units.units_on", mdp.units.units_on("2025-07-01")
    yield "mdp.units.crosswalk", mdp.units.crosswalk("2025-03-01", "2025-07-01")


# -- rules ---------------------------------------------------------------------------------------


def rules() -> list[str]:
    """One line per rule id; ids are stable, words may change."""
    of_schema, of_review = mdp.schema.rules(), mdp.review.rules()
    return [
        *sorted("mdp.schema.rules: " + of_schema["area"] + " " + of_schema["rule"]),
        *sorted("mdp.review.rules: " + of_review["rule"]),
    ]


PARTS = {"names": names, "columns": columns, "rules": rules}


def text_of(part: str) -> str:
    return HEAD + "\n".join(PARTS[part]()) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for part in PARTS:
        (FOLDER / f"{part}.txt").write_text(text_of(part), encoding="utf-8")
