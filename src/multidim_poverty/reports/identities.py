"""Which data a table came from: one hash for each source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.receipts.values import digest, table_hash
from multidim_poverty.schema.arguments import as_frame

__all__ = ["as_sources", "identity", "joint"]


def identity(
    result: pd.DataFrame | None = None,
    *,
    members: pd.DataFrame | None = None,
    flows: pd.DataFrame | None = None,
    population: Any = None,
) -> dict[str, str]:
    """The identity of data: a hash of each source, to give to the tables made from them.

    Parameters
    ----------
    result, members, flows, population : pandas.DataFrame, optional
        What the tables are made from. A population that is no table is left out: it is
        counted from the result, or not there.

    Returns
    -------
    dict
        Source -> SHA-256 of all its columns and rows. The order of rows and columns, the kind
        of dtype and the Unicode form of texts make no difference; one edited value does. The
        index of `result` counts, being the household ids.

    Raises
    ------
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice.

    Notes
    -----
    Two tables of one data set carry the same hashes, and `check` names two that do not. A table
    that is given no `identity` works out that of its own sources, which takes longer than the
    table itself; for several tables work it out once.

    A hash is not a secret: who knows most of a table can try out the rest.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import reports
    >>> result = pd.DataFrame({"poverty_class": ["poor", "average"]}, index=["a", "b"])
    >>> same = reports.identity(result) == reports.identity(result.iloc[::-1])
    >>> edited = reports.identity(result.replace("poor", "near_poor"))
    >>> same, edited == reports.identity(result)
    (True, False)
    """
    result = None if result is None else as_frame(result, "result")
    members = None if members is None else as_frame(members, "members")
    flows = None if flows is None else as_frame(flows, "flows")
    sources = {"result": result, "members": members, "flows": flows, "population": population}
    return {
        name: table_hash(frame, index=name == "result")
        for name, frame in sources.items()
        if isinstance(frame, pd.DataFrame)
    }


def as_sources(identity: Any) -> dict[str, str]:
    """The sources of tables and their hashes, as an argument names them.

    Raises
    ------
    ArgumentError
        If it is no mapping of texts to texts.
    """
    advice = "pass a mapping of each source to its hash, such as reports.identity gives"
    if not isinstance(identity, Mapping):
        raise ArgumentError(f"identity is a {type(identity).__name__}; {advice}")
    pairs = [*identity.items()]
    if bad := [pair for pair in pairs if not all(isinstance(part, str) for part in pair)]:
        raise ArgumentError(f"identity holds {dict(bad)}, which are no texts; {advice}")
    return dict(pairs)


def joint(sources: Mapping[str, str]) -> str:
    """One hash of several."""
    sources = as_sources(sources)
    return digest(f"{name} {sources[name]}" for name in sorted(sources))
