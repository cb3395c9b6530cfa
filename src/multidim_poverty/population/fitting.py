"""Answers and incomes made to give a wanted class under a standard, without storing the class.

The decision table says which counts of deprivations and which incomes give a class. Answers of a
household that has too many deprivations, or too few, are changed one indicator at a time; then the
income is drawn inside a band that gives the class with that count.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.indicators.housing import STRUCTURES
from multidim_poverty.errors import ArgumentError
from multidim_poverty.law import Standard, rules
from multidim_poverty.law.standard_parts import ClassRule
from multidim_poverty.population.answers import Draft
from multidim_poverty.vocabulary import Area, EducationLevel, EmploymentStatus

__all__ = ["counts_allowed", "draw_incomes", "flip", "movable"]

Bools = npt.NDArray[np.bool_]
Change = Callable[[Draft, Any, Bools, bool], None]

# -- what lifts a deprivation, and what makes one ----------------------------------------------


def _set(frame: pd.DataFrame, column: str, rows: Bools, value: Any) -> None:
    if column in frame.columns:
        values = frame[column].copy()
        values[rows] = value
        frame[column] = values


def _people(draft: Draft, homes: Bools) -> Bools:
    """The members of the marked households."""
    of_homes: Bools = homes[draft.members["household_id"].to_numpy()]
    return of_homes


def _structures(draft: Draft, _rule: Any, homes: Bools, deprived: bool) -> None:
    for name in STRUCTURES:
        _set(draft.homes, name, homes, not deprived)


def _area(draft: Draft, rule: Any, homes: Bools, deprived: bool) -> None:
    frame = draft.homes
    floor = (5 if deprived else rule.below_m2_per_head + 2) * frame["household_size"]
    frame["floor_area"] = frame["floor_area"].where(~homes, floor.astype(np.float64))


def _rooms(draft: Draft, rule: Any, homes: Bools, deprived: bool) -> None:
    frame, most = draft.homes, rule.more_than_persons_per_room
    rooms = 1 if deprived else -(-frame["household_size"] // most)  # the fewest that are enough
    frame["rooms"] = frame["rooms"].where(~homes, rooms)


def _water(draft: Draft, rule: Any, homes: Bools, deprived: bool) -> None:
    value = "other" if deprived else str(rule.clean[0])
    _set(draft.homes, "water_source", homes, value)


def _toilet(draft: Draft, rule: Any, homes: Bools, deprived: bool) -> None:
    _set(draft.homes, "toilet", homes, "none" if deprived else str(rule.hygienic[0]))


def _devices(draft: Draft, rule: Any, homes: Bools, deprived: bool) -> None:
    for name in rule.means if deprived else rule.means[:1]:
        _set(draft.homes, name, homes, not deprived)


def _waste(draft: Draft, _rule: Any, homes: Bools, deprived: bool) -> None:
    _set(draft.homes, "waste_collected", homes, not deprived)


def _medical(draft: Draft, _rule: Any, homes: Bools, deprived: bool) -> None:
    _set(draft.members, "untreated_illness", _people(draft, homes), deprived)


def _nutrition(draft: Draft, _rule: Any, homes: Bools, _deprived: bool) -> None:
    for name in ("stunted", "underweight"):
        _set(draft.members, name, _people(draft, homes), False)


def _insurance(draft: Draft, rule: Any, homes: Bools, deprived: bool) -> None:
    people = _people(draft, homes) & (draft.members["age"] >= rule.from_age).to_numpy()
    _set(draft.members, "has_health_insurance", people, not deprived)


def _telecom(draft: Draft, rule: Any, homes: Bools, deprived: bool) -> None:
    people = _people(draft, homes)
    if not deprived:  # one user is enough
        people &= draft.members["relation"].eq("head").to_numpy()
    for name in rule.services:
        _set(draft.members, name, people, not deprived)


def _employment(draft: Draft, rule: Any, homes: Bools, _deprived: bool) -> None:
    bad = draft.members["employment_status"].isin([*rule.without_work, *rule.without_contract])
    people = _people(draft, homes) & bad.to_numpy()
    _set(draft.members, "employment_status", people, str(EmploymentStatus.OWN_ACCOUNT))


def _schooled(draft: Draft, rule: Any, homes: Bools, _deprived: bool) -> None:
    """Everybody in a bracket attends, or has finished, the best level that the bracket asks."""
    people, age = _people(draft, homes), draft.members["age"].to_numpy()
    for bracket in rule.brackets:
        of_age = people & (age >= bracket.from_age)
        if bracket.below_age is not None:
            of_age &= age < bracket.below_age
        finished = getattr(bracket, "qualification", ())
        adults = of_age & (age >= 18) if finished else np.zeros_like(of_age)
        low = adults & ~draft.members["qualification"].isin(list(finished)).to_numpy()
        _set(draft.members, "qualification", low, str(EducationLevel.UPPER_SECONDARY))
        away = (
            of_age & ~adults & ~draft.members["attending"].isin(list(bracket.attending)).to_numpy()
        )
        _set(draft.members, "attending", away, str(bracket.attending[0]))
        if finished:  # who studies at 15 to 17 does not work
            _set(draft.members, "employment_status", away, str(EmploymentStatus.INACTIVE))


CHANGES: dict[type[rules.Rule], Change] = {
    rules.HousingQualityRule: _structures,
    rules.HousingAreaRule: _area,
    rules.PersonsPerRoomRule: _rooms,
    rules.WaterRule: _water,
    rules.ToiletRule: _toilet,
    rules.DevicesRule: _devices,
    rules.WasteRule: _waste,
    rules.MedicalAccessRule: _medical,
    rules.NutritionRule: _nutrition,
    rules.HealthInsuranceRule: _insurance,
    rules.TelecomRule: _telecom,
    rules.EmploymentRule: _employment,
    rules.AdultEducationRule: _schooled,
    rules.ChildSchoolingRule: _schooled,
}
# Answers about the home and about communication fit any household; the others need a child, a
# worker, a young adult.
FIT_ANYBODY = (
    rules.HousingQualityRule,
    rules.HousingAreaRule,
    rules.WaterRule,
    rules.ToiletRule,
    rules.DevicesRule,
    rules.WasteRule,
    rules.TelecomRule,
)


def movable(standard: Standard, deprived: bool) -> Bools:
    """The indicators that `flip` can set to deprived, or lift, whoever lives in the household."""
    kinds = FIT_ANYBODY if deprived else tuple(CHANGES)
    return np.array([isinstance(i.rule, kinds) for i in standard.indicators])


def flip(
    rng: np.random.Generator,
    draft: Draft,
    matrix: Bools,
    steps: npt.NDArray[np.int64],
    standard: Standard,
    deprived: bool,
) -> None:
    """Change answers in place: so many indicators of each household, chosen at random."""
    open_ = (matrix != deprived) & movable(standard, deprived)
    keys = np.where(open_, rng.random(matrix.shape), 2.0)
    rank = np.argsort(np.argsort(keys, axis=1), axis=1)
    chosen = open_ & (rank < steps[:, None])
    for column, indicator in enumerate(standard.indicators):
        if chosen[:, column].any():
            CHANGES[type(indicator.rule)](draft, indicator.rule, chosen[:, column], deprived)


# -- counts and incomes of a class -------------------------------------------------------------


def counts_allowed(standard: Standard, poverty_class: str) -> range:
    """From the fewest to the most deprivations with which an income can give the class."""
    of = [rule for rule in standard.class_rules if rule.poverty_class == poverty_class]
    if not of:
        raise ArgumentError(f"{standard.name} has no class {poverty_class!r}")
    least = min(rule.deprivations_at_least for rule in of)
    most = max(standard.most_deprivations(rule) for rule in of)
    return range(least, most + 1)


def draw_incomes(
    rng: np.random.Generator,
    standard: Standard,
    classes: npt.NDArray[np.object_],
    counts: npt.NDArray[np.int64],
    urban: Bools,
) -> npt.NDArray[np.int64]:
    """Incomes [VND/person/month] that give these classes with these counts of deprivations."""
    income = np.zeros(len(classes), dtype=np.int64)
    for name in pd.unique(classes):
        of_class = np.flatnonzero(classes == name)
        of = [rule for rule in standard.class_rules if rule.poverty_class == name]
        fits = np.array(
            [
                (counts[of_class] >= rule.deprivations_at_least)
                & (counts[of_class] <= standard.most_deprivations(rule))
                for rule in of
            ]
        )
        chosen = np.argmax(np.where(fits, rng.random(fits.shape), -1.0), axis=0)
        for n, rule in enumerate(of):
            rows = of_class[chosen == n]
            income[rows] = _inside(rng, standard, rule, urban[rows])
    return income


def _inside(
    rng: np.random.Generator, standard: Standard, rule: ClassRule, urban: Bools
) -> npt.NDArray[np.int64]:
    """Incomes above one bound (excluded) up to the other (included), mostly whole thousands."""
    amounts = {
        line.id: (line.amount(Area.RURAL), line.amount(Area.URBAN)) for line in standard.lines
    }
    n = len(urban)
    low, high = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    if rule.income_at_most is not None:
        rural, town = amounts[rule.income_at_most]
        high = np.where(urban, town, rural)
        low = high // 4  # nobody lives on nothing
    if rule.income_above is not None:
        rural, town = amounts[rule.income_above]
        low = np.where(urban, town, rural)
    if rule.income_at_most is None:
        high = low + (low * (0.02 + rng.gamma(1.6, 0.9, n))).astype(np.int64)
    value = low + 1 + ((high - low - 1) * rng.beta(2.0, 1.4, n)).astype(np.int64)
    in_thousands = value // 1000 * 1000
    return np.where(in_thousands > low, in_thousands, value)
