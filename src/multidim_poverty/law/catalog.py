"""The shipped standards, by name and by date."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Literal

from multidim_poverty.errors import NotCoveredError
from multidim_poverty.law.documents import law_text
from multidim_poverty.law.standard import Standard

__all__ = ["as_date", "standard", "standard_on", "standards"]

SHIPPED = ("decision_59_2015", "decree_07_2021", "decree_351_2025")
Purpose = Literal["policy", "periodic_review", "review"]


@cache
def _shipped(name: str) -> Standard:
    return Standard.parse(law_text(name), name=f"{name}.toml")


def standards() -> tuple[Standard, ...]:
    """All shipped standards, in the order of their periods."""
    return tuple(_shipped(name) for name in SHIPPED)


def standard(name: str) -> Standard:
    """A shipped standard by name.

    Parameters
    ----------
    name : {"decision_59_2015", "decree_07_2021", "decree_351_2025"}

    Returns
    -------
    Standard

    Raises
    ------
    KeyError
        Lists the names there are.

    Notes
    -----
    Some values are unconfirmed: most thresholds of Decision 59/2015, parts of the annex of
    Decree 07/2021, and nearly all of the annex of Decree 351/2025, where seven indicators have
    no known rule and stay NA. `Standard.provisions` lists them; `Standard.replace` and
    `Standard.read` put better ones in their place.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> len(mdp.standard("decision_59_2015").indicators)
    10
    """
    if name not in SHIPPED:
        raise KeyError(f"no standard {name!r}; there are {', '.join(SHIPPED)}")
    return _shipped(name)


def standard_on(date: str | dt.date, purpose: Purpose = "policy") -> Standard:
    """The standard in force on a day.

    Parameters
    ----------
    date : str (YYYY-MM-DD) or datetime.date
    purpose : {"policy", "periodic_review", "review"}
        ``"policy"``: the standard of that day. ``"periodic_review"`` (``"review"`` for short):
        the standard of the next 1 January, because the review of September to December makes
        next year's lists. In autumn 2021 a general review did so, beside the yearly review
        under the standard of that year. That the review of autumn 2026 does so is inferred; no
        text confirms it.

    Returns
    -------
    Standard

    Raises
    ------
    NotCoveredError
        If no shipped standard covers the day; names the days covered.
    ValueError
        If `date` is not a date or `purpose` is unknown.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.standard_on("2021-10-01").name
    'decision_59_2015'
    >>> mdp.standard_on("2021-10-01", purpose="periodic_review").name
    'decree_07_2021'
    """
    day = as_date(date)
    if purpose in ("periodic_review", "review"):
        day = dt.date(day.year + 1, 1, 1)
    elif purpose != "policy":
        raise ValueError(f"purpose {purpose!r} is not 'policy', 'periodic_review' or 'review'")
    shipped = standards()
    for candidate in shipped:
        if candidate.covers(day):
            return candidate
    first, last = shipped[0].periods[0].first, shipped[-1].periods[-1].last
    raise NotCoveredError(
        f"no poverty standard covers {day}: the library covers {first} to {last}. Read a standard "
        f"of your own with Standard.read(path), or name one with standard(name)."
    )


def as_date(date: str | dt.date) -> dt.date:
    """A day from an ISO text, a date or a date with time."""
    if isinstance(date, dt.datetime):  # pandas.Timestamp is one too
        return date.date()
    if isinstance(date, dt.date):
        return date
    try:
        return dt.date.fromisoformat(date)
    except (TypeError, ValueError):
        raise ValueError(f"{date!r} is not a date: write it as YYYY-MM-DD") from None
