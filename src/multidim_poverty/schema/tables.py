"""The objects that hold several tables."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["Split", "Tables"]


class _Shapes:
    """How a set of tables is shown: the size of each, not its rows."""

    def _shapes(self) -> dict[str, str]:
        return {name: _shape(table) for name, table in vars(self).items()}

    def __repr__(self) -> str:
        shapes = ", ".join(f"{name}: {shape}" for name, shape in self._shapes().items())
        return f"{type(self).__name__}({shapes})"

    def _repr_html_(self) -> str:
        html: str = pd.Series(self._shapes()).to_frame().to_html(header=False, border=0)
        return html


def _shape(table: pd.DataFrame | _Shapes | None) -> str:
    if table is None:
        return "none"
    if isinstance(table, pd.DataFrame):
        return f"{len(table):,} row{'s' * (len(table) != 1)}"
    return repr(table)


@dataclass(frozen=True, repr=False)
class Tables(_Shapes):
    """The two tables of a survey."""

    households: pd.DataFrame
    members: pd.DataFrame | None = None


@dataclass(frozen=True, repr=False)
class Split(_Shapes):
    """Good rows, rejected rows and the reasons; good and rejected together are the input.

    Attributes
    ----------
    households, members : pandas.DataFrame
        Rows of households without any fault.
    rejected : Tables
        The other rows (``.households`` and ``.members``), untouched.
    violations : pandas.DataFrame
    """

    households: pd.DataFrame
    members: pd.DataFrame | None
    rejected: Tables
    violations: pd.DataFrame
