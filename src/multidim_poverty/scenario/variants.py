"""Other lines and cut-offs of a standard, as the arguments of all scenarios give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from numbers import Real
from typing import Any

import numpy as np

from multidim_poverty.errors import ArgumentError, LawFileError
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.law.cut_offs import checked_cut_off, own_cut_off
from multidim_poverty.law.tables import chosen_line
from multidim_poverty.measures.specifications import exact_fraction

__all__ = ["Amount", "standards_of_cut_offs", "standards_of_lines", "variant"]

Amount = float | Mapping[str, float]  # of both areas, or by area
LARGEST_FACTOR = 10  # above, a percentage was meant


def variant(
    standard: StandardLike,
    *,
    line: Amount | None = None,
    line_factor: float | Fraction | str | None = None,
    line_id: str | None = None,
    cutoff: int | None = None,
) -> Standard:
    """The standard with another income line or another cut-off: one cell of `grid`.

    Parameters
    ----------
    standard : Standard or str
        The one that is changed.
    line : float or mapping of str to float, optional
        Amount of the line [VND per person per month], whole and above 0: one for both areas, or
        by area, ``{"rural": ..., "urban": ...}``; an area left out keeps its amount.
    line_factor : float, fractions.Fraction or str, optional
        In place of `line`: by how much all lines of the standard are multiplied, in both areas,
        so that they keep their order; 1.1 for 10 % more. Amounts are rounded to whole units.
    line_id : str, optional
        The line that `line` is of; by default the lowest. The others keep their amounts.
    cutoff : int, optional
        Deprivations from which on another clause decides, 1 to the number of indicators. The
        clauses that meet at the cut-off of the standard meet there.

    Returns
    -------
    Standard
        What `Standard.replace` gives; the standard itself where nothing is changed.

    Raises
    ------
    ArgumentError
        If an amount is not whole or not above 0, the lines do not ascend, a factor is not above 0
        or is a percentage, or a cut-off is no count of indicators; or if the standard has none, or
        several.
    UnknownNameError
        If the standard has no such line.

    Notes
    -----
    Changes of indicators, of their rules, and of clauses in any other way are made with
    `Standard.replace`.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> higher = mdp.scenario.variant("decree_07_2021", line_factor=1.1, cutoff=4)
    >>> [(line.rural, line.urban) for line in higher.lines]
    [(1650000, 2200000), (2475000, 3300000)]
    >>> higher.class_rules[0].deprivations_at_least
    4
    """
    law = as_standard(standard)
    ((_, of_line),) = standards_of_lines(
        law,
        None if line is None else [line],
        None if line_factor is None else [line_factor],
        line_id,
    )
    if cutoff is None:
        return of_line
    ((_, of_cut_off),) = standards_of_cut_offs(law, [cutoff])
    if of_line is law or of_cut_off is law:
        return of_cut_off if of_line is law else of_line
    assert of_line.variant is not None
    assert of_cut_off.variant is not None
    return law.replace(
        name=f"{of_line.name}_cut_off_{cutoff}",
        why=f"{of_line.variant.why}; {of_cut_off.variant.why}",
        lines={each.id: {"rural": each.rural, "urban": each.urban} for each in of_line.lines},
        class_rules=_rule_changes(law, cutoff),
    )


def standards_of_lines(
    standard: Standard,
    lines: Iterable[Amount] | None,
    line_factors: Iterable[Any] | None,
    line_id: str | None,
) -> list[tuple[float, Standard]]:
    """The factor (NaN where amounts are given) and the standard with each line.

    Raises
    ------
    ArgumentError
        Names all lines that are wrong.
    """
    if lines is None and line_factors is None:
        if line_id is not None:
            chosen_line(standard.lines, line_id, standard.name)
        return [(1.0, standard)]
    if lines is not None and line_factors is not None:
        raise ArgumentError("lines and line_factors are both given; give amounts or factors")
    chosen = chosen_line(standard.lines, line_id, standard.name)
    made: list[tuple[float, Standard]] = []
    problems: list[str] = []
    for number, given in enumerate(_listed(lines if lines is not None else line_factors)):
        factor = np.nan
        try:
            if lines is not None:
                changes: dict[str, Any] = {chosen.id: _amounts(given)}
                why = f"line {chosen.id}: {given}"
            else:
                share = _factor(given)
                factor, why = float(share), f"lines times {given}"
                changes = {
                    line.id: {
                        "rural": round(line.rural * share),
                        "urban": round(line.urban * share),
                    }
                    for line in standard.lines
                }
            name = f"{standard.name}_line_{number}"
            made.append((factor, standard.replace(name=name, why=why, lines=changes)))
        except ArgumentError as error:
            problems.append(str(error))
        except LawFileError as error:
            problems.append(f"{given!r}: {'; '.join(error.problems)}")
    if problems:
        raise ArgumentError(
            f"{'; '.join(problems)}; a line is a whole amount above 0, between the lines below and "
            f"above it in each area (line_factors move all of them together)"
        )
    if not made:
        raise ArgumentError("no line is given; leave lines out for those of the standard")
    return made


def standards_of_cut_offs(
    standard: Standard, cutoffs: Iterable[int] | None
) -> list[tuple[int | None, Standard]]:
    """The cut-off and the standard with each; all that there can be by default.

    Raises
    ------
    ArgumentError
        If a cut-off is no count of indicators, or the standard has none, or several.
    """
    if cutoffs is None and len(standard.deprivation_cut_offs) != 1:
        return [(None, standard)]
    own = own_cut_off(standard)
    if cutoffs is None:
        cutoffs = range(1, len(standard.indicators) + 1)
    counts = [checked_cut_off(cutoff, standard) for cutoff in _listed(cutoffs)]
    if not counts:
        raise ArgumentError("no cut-off is given; leave cutoffs out for all that there can be")
    if len(set(counts)) < len(counts):
        raise ArgumentError(f"cut-offs repeat: {counts}; name each once")
    made: list[tuple[int | None, Standard]] = []
    for count in counts:
        name, why = f"{standard.name}_cut_off_{count}", f"deprived from {count} deprivations on"
        changed = standard.replace(name=name, why=why, class_rules=_rule_changes(standard, count))
        made.append((count, standard if count == own else changed))
    return made


def _rule_changes(standard: Standard, cutoff: int) -> dict[str, dict[str, int]]:
    """The clauses that meet at the cut-off of the standard, at another cut-off."""
    own, changes = own_cut_off(standard), {}
    for rule in standard.class_rules:
        if rule.deprivations_at_least == own:
            changes[rule.id] = {"deprivations_at_least": cutoff}
        elif rule.deprivations_at_most == own - 1:
            changes[rule.id] = {"deprivations_at_most": cutoff - 1}
    return changes


def _listed(values: Any) -> list[Any]:
    """One value, or several."""
    several = isinstance(values, Iterable) and not isinstance(values, str | Mapping)
    return list(values) if several else [values]


def _amounts(given: Any) -> Any:
    """An amount, or amounts by area, for `Standard.replace`; which says what is wrong with them."""
    amounts = given.values() if isinstance(given, Mapping) else [given]
    wrong = [
        amount
        for amount in amounts
        if isinstance(amount, bool) or not isinstance(amount, Real) or not float(amount) >= 1
    ]
    if wrong or (isinstance(given, Mapping) and not given):
        raise ArgumentError(
            f"{given!r} is no amount of at least 1 VND per person per month, and no mapping of "
            f"amounts by area"
        )
    return given


def _factor(given: Any) -> Fraction:
    share = exact_fraction(given, "line_factors")
    if not 0 < share <= LARGEST_FACTOR:
        raise ArgumentError(
            f"line_factors {given!r} is not above 0 and at most {LARGEST_FACTOR}: 1 is the line of "
            f"the standard; write 110 % as 1.1"
        )
    return share
