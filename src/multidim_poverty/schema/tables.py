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
    """The two tables of a survey.

    Parameters
    ----------
    households : pandas.DataFrame
        One row per household, index ``household_id``.
    members : pandas.DataFrame or None
        One row per person, with a column ``household_id``; None where no member was asked for.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.load_sample()
    Tables(households: 500 rows, members: 1,843 rows)
    """

    households: pd.DataFrame
    members: pd.DataFrame | None = None


@dataclass(frozen=True, repr=False)
class Split(_Shapes):
    """Good rows, rejected rows and the reasons; good and rejected together are the input.

    Parameters
    ----------
    households, members : pandas.DataFrame
        Rows of households without any fault; ``members`` is None where none were given.
    rejected : Tables
        The other rows (``.households`` and ``.members``), untouched.
    violations : pandas.DataFrame
        The faults, one per row, as `violations` gives them.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> households = pd.DataFrame({"area": ["rural", "city"], "income_per_capita": 1e6}, ["a", "b"])
    >>> split = mdp.split_valid(households)
    >>> split.rejected, split.violations["rule"].tolist()
    (Tables(households: 1 row, members: none), ['unknown_category'])
    """

    households: pd.DataFrame
    members: pd.DataFrame | None
    rejected: Tables
    violations: pd.DataFrame
