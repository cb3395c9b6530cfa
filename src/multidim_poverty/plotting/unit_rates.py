"""The rates that a map shows: from counts of households or persons, or as they are passed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import one_spelling
from multidim_poverty.language import Language
from multidim_poverty.measures.incidence import Undetermined, headcount
from multidim_poverty.plotting.words import CLASSES_OF_MANY, capitalised, drawn_text, label_of, word
from multidim_poverty.schema.arguments import By, as_frame, grouping
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["CountOf", "UnitRates", "rates"]

CountOf = Literal["households", "persons"]


def rates(
    result: pd.DataFrame,
    by: By,
    *,
    of: Sequence[str] = ("poor",),
    count_of: CountOf = "households",
    undetermined: Undetermined = "in_base",
) -> pd.DataFrame:
    """Share of households, or of persons, in some classes: `measures.headcount` by unit.

    Parameters
    ----------
    result : pandas.DataFrame
        One row per household, with ``poverty_class``; with ``household_size`` for persons.
    by : str, sequence of str or pandas.Series
        The column of units, several, or their codes on the index of `result`.
    of : sequence of str
        Codes of the classes that are counted.
    count_of : {"households", "persons"}
        A person is counted in the class of the household.
    undetermined : {"in_base", "left_out", "worst", "best"}
        How a household without a class counts, as for `measures.headcount`.

    Returns
    -------
    pandas.DataFrame
        One row per unit, in the order of the codes (several columns of `by` are the levels of the
        index); a row for households of which the unit is not known comes last. Columns:
        ``counted`` and ``base`` (int64), ``undetermined`` (int64: those without a class), ``rate``
        (float64, % of the base; NaN where nobody has a class).

    Raises
    ------
    InvalidDataError
        If persons are counted and a household has no size.
    ArgumentError
        If a class is unknown, or `by` is not on the household ids of `result`.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> classes = pd.Categorical(["poor", "average", None], ["poor", "near_poor", "average"])
    >>> result = pd.DataFrame(
    ...     {"commune": "24640", "poverty_class": classes, "household_size": [5, 3, 4]})
    >>> mdp.plotting.rates(result, by="commune").loc["24640"].tolist()
    [1.0, 3.0, 1.0, 33.333333333333336]
    >>> mdp.plotting.rates(result, by="commune", count_of="persons").loc["24640"].tolist()
    [5.0, 12.0, 4.0, 41.666666666666664]
    """
    result = as_frame(result, "result")
    if isinstance(of, str):
        raise ArgumentError(
            f"of {of!r} is not a list of classes: {', '.join(PovertyClass.codes())}"
        )
    if count_of not in ("households", "persons"):
        raise ArgumentError(f"count_of {count_of!r} is not 'households' or 'persons'")
    units, levels = grouping(by, result, "result")
    groups = one_spelling([units], levels)[0].astype("string")
    names = list(groups.columns)
    table = headcount(
        result.assign(**groups),
        by=names,
        of=of,
        persons=count_of == "persons",
        undetermined=undetermined,
    )
    table = table[table["count_of"] == count_of]
    columns = {"headcount": "counted", "headcount_ratio": "rate"}
    counts: pd.DataFrame = table[[*names, "headcount", "base", "undetermined", "headcount_ratio"]]
    return counts.rename(columns=columns).set_index(names)


class UnitRates:
    """Rates by code of the unit, with the words that belong to them."""

    def __init__(self, rate: pd.Series[Any], title: str, absent: str, notes: list[str]) -> None:
        self.rate, self.title, self.absent, self.notes = rate, title, absent, notes

    @classmethod
    def of(
        cls,
        result: pd.DataFrame | pd.Series[Any],
        by: By,
        of: Sequence[str],
        count_of: CountOf,
        legend: str | None,
        language: Language,
    ) -> UnitRates:
        """The rates that are given, or those of the households."""
        if isinstance(result, pd.Series):
            title = legend or result.name
            if not title:
                raise ArgumentError(
                    "rates of no name: say what they are, and their unit, in legend"
                )
            return cls(result.astype("float64"), drawn_text(str(title)), "no_data", [])
        table = rates(result, by=by, of=of, count_of=count_of)
        unit = word(count_of, language)
        nowhere = table[table.index.isna()]
        table = table[table.index.notna()]
        left_out = {
            "without_class": int(table["undetermined"].sum()),
            "nowhere": int(nowhere["base"].sum()),
        }
        notes = [word(id, language, n=n, unit=unit) for id, n in left_out.items() if n]
        title = ", ".join(label_of(CLASSES_OF_MANY[PovertyClass.of(id)], language) for id in of)
        if count_of == "persons":
            title = word("persons_in", language, classes=title)
        title = (
            drawn_text(legend)
            if legend
            else f"{capitalised(title)}\n{word(f'percent_of_{count_of}', language)}"
        )
        return cls(table["rate"], title, "no_households", notes)
