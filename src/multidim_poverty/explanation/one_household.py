"""One household assessed by itself, from a record or from JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from multidim_poverty.assessment.pipeline import assessed
from multidim_poverty.base import FrozenDict, Model
from multidim_poverty.dates import DayLike
from multidim_poverty.explanation.sentences import Explanation, explanation_of
from multidim_poverty.language import Language, check_language
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.records import Household, Id, to_frames
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["OneResult", "assess_one"]


class OneResult(Model):
    """What `assess_one` says of a household.

    Parameters
    ----------
    household_id : str or int
        Id of the household.
    standard : str
        Name of the standard.
    poverty_class : PovertyClass or None
        None where unknown answers leave it open.
    class_at_worst, class_at_best : PovertyClass
        What they leave open; equal where the class is determined.
    income_band : str or None
        One of ``standard.band_ids``; None where income is unknown.
    deprivation_count : int
        Deprivations known to hold.
    deprivations : FrozenDict of str to bool or None
        By indicator, in legal order; None where unknown.
    explanation : Explanation
        The reasons in words, with their articles.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> home = mdp.Household(household_id="a", area="rural", income_per_capita=1_500_000)
    >>> one = mdp.assess_one(home, standard="decree_07_2021")
    >>> one.income_band, one.poverty_class, one.class_at_worst.en
    ('up_to_poverty_line', None, 'Poor household')
    """

    household_id: Id
    standard: str
    poverty_class: PovertyClass | None
    class_at_worst: PovertyClass
    class_at_best: PovertyClass
    income_band: str | None
    deprivation_count: int
    deprivations: FrozenDict[str, bool | None]
    explanation: Explanation


def assess_one(
    household: Household,
    *,
    standard: StandardLike,
    on: DayLike | None = None,
    language: Language = "en",
) -> OneResult:
    """Deprivations, legal class and reasons of one household.

    Parameters
    ----------
    household : Household
        The record of the household, with its members where they are known.
    standard : Standard or str
        The law that is applied: its lines, cut-offs and rules.
    on : str or datetime.date, optional
        Day of the survey; needed where ages come from ``birth_date`` or ``birth_year``.
    language : {"vi", "en"}
        Language of the explanation.

    Returns
    -------
    OneResult
        What `assess` gives the same household in a table.

    Raises
    ------
    InvalidDataError
        If answers do not agree with each other (size and members, age and date of birth, two
        heads). A fault in one field is already pydantic's ``ValidationError`` when the
        `Household` is made.
    ArgumentError
        If there are dates or years of birth, no ages, and no `on`; or of another language.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> home = mdp.Household.model_validate_json(
    ...     '''{"household_id": "a", "area": "rural", "income_per_capita": 1500000,
    ...         "floor_area": 12, "toilet": "none", "water_source": "other",
    ...         "members": [{"member_id": 1, "age": 40}, {"member_id": 2, "age": 12}]}''')
    >>> one = mdp.assess_one(home, standard=mdp.standard("decree_07_2021"))
    >>> one.poverty_class.vi, one.deprivation_count, one.deprivations["telecom"]
    ('Hộ nghèo', 3, None)
    """
    standard = as_standard(standard)
    check_language(language)
    tables = to_frames([household])
    found = assessed(tables, standard, on)
    row = {str(name): values.iloc[0] for name, values in found.classes.items()}
    answers = {name: values.iloc[0] for name, values in found.inputs.answers.items()}
    return OneResult(
        household_id=household.household_id,
        standard=standard.name,
        poverty_class=_known(row["poverty_class"]),
        class_at_worst=row["class_at_worst"],
        class_at_best=row["class_at_best"],
        income_band=_known(row["income_band"]),
        deprivation_count=int(row["deprivation_count"]),
        deprivations=FrozenDict({name: _known(answers[name]) for name in standard.indicator_ids}),
        explanation=explanation_of(
            household.household_id, found.inputs, found.classes, standard, language
        ),
    )


def _known(value: Any) -> Any:
    """A cell as a plain value; None where it is missing."""
    if pd.isna(value):
        return None
    return bool(value) if isinstance(value, np.bool_) else value
