"""The shipped standards and procedure, by name and by date."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import Any, Literal

from multidim_poverty.dates import DayLike, as_date
from multidim_poverty.errors import ArgumentError, LawWarning, NotCoveredError, UnknownNameError
from multidim_poverty.law.citation import Confidence
from multidim_poverty.law.poverty_standard import SHIPPED, Standard, shipped_standard
from multidim_poverty.law.procedure import Procedure, shipped_procedure
from multidim_poverty.law.procedure_parts import Superior
from multidim_poverty.vocabulary import ReviewProcess

__all__ = [
    "ProcedureLike",
    "StandardLike",
    "as_procedure",
    "as_standard",
    "procedure_on",
    "shipped_procedures",
    "standard",
    "standard_on",
    "standards",
]

Purpose = Literal["policy", "periodic_review", "review"]
StandardLike = Standard | str
ProcedureLike = Procedure | str


def standards() -> tuple[Standard, ...]:
    """All shipped standards, in the order of their periods.

    Returns
    -------
    tuple of Standard
        Frozen; each value has its citation.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> [standard.name for standard in mdp.standards()]
    ['decision_59_2015', 'decree_07_2021', 'decree_351_2025']
    """
    return tuple(shipped_standard(name) for name in SHIPPED)


def standard(name: str) -> Standard:
    """A shipped standard by name.

    Parameters
    ----------
    name : {"decision_59_2015", "decree_07_2021", "decree_351_2025"}
        Of the law that it states.

    Returns
    -------
    Standard
        Frozen; every value in it has its citation.

    Raises
    ------
    UnknownNameError
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
        raise UnknownNameError(f"no standard {name!r}; there are {', '.join(SHIPPED)}")
    return shipped_standard(name)


def as_standard(standard: Any, argument: str = "standard") -> Standard:
    """The standard that an argument names or is; refuses anything else, by the argument's name."""
    if isinstance(standard, Standard):
        standard.check_sound()
        return standard
    if isinstance(standard, str) and standard in SHIPPED:
        return shipped_standard(standard)
    raise _other(argument, standard, SHIPPED, "multidim_poverty.standard_on(date)", "standard")


def standard_on(date: DayLike, *, purpose: Purpose = "policy") -> Standard:
    """The standard in force on a day.

    Parameters
    ----------
    date : str (YYYY-MM-DD) or datetime.date
        The day on which the law is asked for.
    purpose : {"policy", "periodic_review", "review"}
        ``"policy"``: the standard of that day. ``"periodic_review"`` (``"review"`` for short):
        from 1 September to 31 December the standard of the next 1 January, because the review
        of these months makes next year's lists; else that of the day. In autumn 2021 a general
        review did so, beside the yearly review under the standard of that year.

    Returns
    -------
    Standard
        Frozen; every value in it has its citation.

    Raises
    ------
    NotCoveredError
        If no shipped standard covers the day; names the days covered.
    ArgumentError
        If `date` is not a date or `purpose` is unknown.

    Warns
    -----
    LawWarning
        For the review of autumn 2026: that it uses the standard of 2027 is inferred, no text
        confirms it.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.standard_on("2021-10-01").name
    'decision_59_2015'
    >>> mdp.standard_on("2021-10-01", purpose="periodic_review").name
    'decree_07_2021'
    """
    day = as_date(date, "date")
    if purpose not in ("policy", "periodic_review", "review"):
        raise ArgumentError(f"purpose {purpose!r} is not 'policy', 'periodic_review' or 'review'")
    if purpose == "policy" or f"{day:%m-%d}" < _first_day_of_the_review():
        return _in_force(day)
    next_year = _in_force(dt.date(day.year + 1, 1, 1))
    source = next_year.first_review
    starts = next_year.periods[0].first.year == day.year + 1
    if starts and source is not None and source.confidence is Confidence.UNCONFIRMED:
        now = _in_force(day)
        warnings.warn(
            f"which standard the review of September to December {day.year} uses is not known: "
            f"{next_year.name}, which is returned, or {now.name}; choose with "
            f"standard({next_year.name!r}) or standard({now.name!r}) ({source.note})",
            LawWarning,
            stacklevel=2,
        )
    return next_year


def _in_force(day: dt.date) -> Standard:
    shipped = standards()
    for candidate in shipped:
        if candidate.covers(day):
            return candidate
    first, last = shipped[0].periods[0].first, shipped[-1].periods[-1].last
    raise NotCoveredError(
        f"no poverty standard covers {day}: the library covers {first} to {last}. Read a standard "
        f"of your own with Standard.read(path), or name one with standard(name).",
        day=day,
        first=first,
        last=last,
    )


def as_procedure(procedure: Any) -> Procedure:
    """The procedure that an argument names or is; refuses anything else."""
    if isinstance(procedure, Procedure):
        procedure.check_sound()
        return procedure
    shipped = shipped_procedure()
    if isinstance(procedure, str) and procedure == shipped.name:
        return shipped.spans()[-1][2]
    raise _other("procedure", procedure, (shipped.name,), "multidim_poverty.procedure_on(date)")


def _other(
    argument: str, value: Any, names: tuple[str, ...], made_by: str, kind: str | None = None
) -> ArgumentError:
    """What to say of an argument that is none of its kind, which is its name by default."""
    wanted = f"pass one from {made_by}, or a name: {', '.join(names)}"
    if isinstance(value, str):
        place = "" if kind in (None, argument) else f"{argument}: "
        return UnknownNameError(f"{place}there is no {kind or argument} {value!r}; {wanted}")
    passed = "None" if value is None else type(value).__name__
    return ArgumentError(f"{argument} cannot be {passed}; {wanted}")


def _first_day_of_the_review() -> str:
    return shipped_procedure().process(ReviewProcess.PERIODIC).cycle.first_day


def procedure_on(date: DayLike, *, superior: Superior | None = None) -> Procedure:
    """The review procedure of a day.

    Parameters
    ----------
    date : str (YYYY-MM-DD) or datetime.date
        The day on which the law is asked for.
    superior : {"district", "province"}, optional
        Whose opinion is asked before the lists of a yearly review are recognised: the district
        to 30 June 2025, the province since. The law leaves no choice; another one is a variant
        (`Procedure.replace`).

    Returns
    -------
    Procedure
        With the superior of the day, and the processes that are in force on it.

    Raises
    ------
    NotCoveredError
        If no shipped procedure covers the day; names the days covered, and what is known of the
        law after them.
    ArgumentError
        If `date` is not a date, or the superior is not that of the day.

    Notes
    -----
    Clocks and steps are those of the procedures as announced by Decisions 2306/QD-BNNMT and
    967/QD-BNNMT, which restate Decision 24/2021/QD-TTg. What is unconfirmed is in
    `Procedure.provisions`; `Procedure.replace` puts better values in its place.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> mdp.procedure_on("2023-09-01").superior, mdp.procedure_on("2025-09-01").superior
    ('district', 'province')
    """
    day, shipped = as_date(date, "date"), shipped_procedure()
    if not shipped.covers(day):
        first, last = shipped.periods[0].first, shipped.periods[-1].last
        later = f" {shipped.successor.en}" if shipped.successor and day > last else ""
        raise NotCoveredError(
            f"no review procedure covers {day}: the library covers {first} to {last}.{later} "
            f"Read a procedure of your own with Procedure.read(path).",
            day=day,
            first=first,
            last=last,
        )
    return shipped.on(day, superior=superior)


def shipped_procedures() -> tuple[Procedure, ...]:
    """All shipped procedures, in the order of their periods; `Procedure.spans` parts each.

    Returns
    -------
    tuple of Procedure
        Frozen; each value has its citation.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> [procedure.name for procedure in mdp.law.shipped_procedures()]
    ['decision_24_2021']
    """
    return (shipped_procedure(),)
