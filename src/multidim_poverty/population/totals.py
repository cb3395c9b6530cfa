"""The totals that a synthetic population must match, as one frozen model."""

from __future__ import annotations

from typing import Annotated, Self

import pandas as pd
from pydantic import Field, model_validator

from multidim_poverty.base import Record
from multidim_poverty.errors import ArgumentError

__all__ = ["Totals"]

Households = Annotated[int, Field(strict=True, ge=0)]
INVENTED_AVERAGE_SHARE = 0.06  # of the households that are neither poor nor near-poor


class Totals(Record):
    """How many households there are, by class and by ethnic minority or not [households].

    Parameters
    ----------
    households : int
        All of them, 1 or more.
    poor, near_poor : int
        Those of the two classes.
    average : int, optional
        Households with an average living standard. None: no figure is known, and `draw` invents
        one, 6 % of those neither poor nor near-poor.
    minority : int
        Ethnic-minority households.
    minority_poor : int
        Poor ones among them.
    minority_near_poor : int, optional
        Near-poor ones among them. None: no figure is known, and `draw` invents one, the share of
        minorities among the poor.

    Raises
    ------
    pydantic.ValidationError
        If a part is larger than its whole, or the parts do not fit into each other.

    Examples
    --------
    >>> from multidim_poverty import population
    >>> totals = population.Totals(
    ...     households=100, poor=7, near_poor=6, minority=28, minority_poor=5)
    >>> totals.table()["households"].tolist()
    [5, 4, 19, 2, 2, 68]
    """

    households: Annotated[int, Field(strict=True, ge=1)]
    poor: Households
    near_poor: Households
    average: Households | None = None
    minority: Households
    minority_poor: Households
    minority_near_poor: Households | None = None

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        rest = self.households - self.poor - self.near_poor
        problems = []
        if rest < 0:
            problems.append(
                f"poor ({self.poor}) and near_poor ({self.near_poor}) are more than households "
                f"({self.households})"
            )
        if self.average is not None and self.average > max(rest, 0):
            problems.append(f"average ({self.average}) is more than the {max(rest, 0)} others")
        if self.minority > self.households:
            problems.append(
                f"minority ({self.minority}) is more than households ({self.households})"
            )
        if self.minority_poor > min(self.poor, self.minority):
            problems.append(
                f"minority_poor ({self.minority_poor}) is more than poor ({self.poor}) or than "
                f"minority ({self.minority})"
            )
        if not problems:
            least, most = self._minority_near_poor_bounds()
            stated = self.minority_near_poor
            if least > most or (stated is not None and not least <= stated <= most):
                problems.append(
                    f"minority_near_poor ({stated}) does not fit: {least} to {most} would, with "
                    f"{self.minority} minority households of which {self.minority_poor} poor"
                )
        if problems:
            raise ArgumentError("; ".join(problems))
        return self

    def _minority_near_poor_bounds(self) -> list[int]:
        rest = self.households - self.poor - self.near_poor
        others = self.minority - self.minority_poor
        return [max(0, others - rest), min(self.near_poor, others)]

    def complete(self) -> Totals:
        """The same totals, with what no figure gives filled in by the stated inventions."""
        least, most = self._minority_near_poor_bounds()
        minority, total = (self.minority_poor, self.poor)
        if not total:
            minority, total = (self.minority, self.households)
        invented = {
            "minority_near_poor": min(max(round(self.near_poor * minority / total), least), most),
            "average": round(
                INVENTED_AVERAGE_SHARE * (self.households - self.poor - self.near_poor)
            ),
        }
        unknown = {name: n for name, n in invented.items() if getattr(self, name) is None}
        return self.model_copy(update=unknown)

    def table(self) -> pd.DataFrame:
        """One row per class of list and ethnic minority or not.

        Returns
        -------
        pandas.DataFrame
            Columns ``ethnic_minority`` (bool), ``listed_as`` (string: ``poor``, ``near_poor`` or
            ``neither``), ``households`` (int64).
        """
        all_ = self.complete()
        assert all_.minority_near_poor is not None
        minority = [all_.minority_poor, all_.minority_near_poor]
        minority.append(all_.minority - sum(minority))
        both = [all_.poor, all_.near_poor, all_.households - all_.poor - all_.near_poor]
        counts = minority + [total - part for total, part in zip(both, minority, strict=True)]
        return pd.DataFrame(
            {
                "ethnic_minority": [True] * 3 + [False] * 3,
                "listed_as": ["poor", "near_poor", "neither"] * 2,
                "households": counts,
            }
        )
