"""Gaps and contradictions inside a plan, found by rules over its data alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.language import Language, check_language, phrase
from multidim_poverty.programmes.annex_checks import annex_faults
from multidim_poverty.programmes.budget_checks import budget_faults
from multidim_poverty.programmes.plan_faults import fault_table, indicator_fault
from multidim_poverty.programmes.plan_model import (
    BASES,
    Plan,
    PlanIndicator,
    PlanPeriod,
    PrintedPlace,
    Role,
    Unit,
)
from multidim_poverty.programmes.printed_numbers import UNIT_WORDS, Cell, as_printed
from multidim_poverty.programmes.target_checks import base_faults, rate_faults, target_faults
from multidim_poverty.schema.faults import Fault

__all__ = ["check_plan", "implied_bases", "implied_range"]

UNIT_OF_WORD = {word: unit for unit, word in UNIT_WORDS.items()}
MEASURED = (Role.RESULT, Role.INTERIM)


def implied_range(count: int, rate: Decimal, decimals: int) -> range:
    """The wholes of which a count is a rate, as the rate is printed.

    Parameters
    ----------
    count : int
        1 or more.
    rate : decimal.Decimal [percent]
        The rate as it is printed.
    decimals : int
        Decimals of the printed rate. A rate exactly half-way between two is taken to print as
        either, since plans do not say how they round.

    Returns
    -------
    range
        Every possible whole, in units of `count`.

    Raises
    ------
    ArgumentError
        If the rate prints as 0: then there is no largest whole.

    Examples
    --------
    >>> from decimal import Decimal
    >>> from multidim_poverty.programmes import targets
    >>> targets.implied_range(11_785, Decimal("6.98"), 2)
    range(168719, 168961)
    """
    half = Fraction(1, 2 * 10**decimals)
    least, most = Fraction(rate) - half, Fraction(rate) + half
    if least <= 0:
        raise ArgumentError(f"a rate that prints as {rate} % has no largest whole")
    return range(-(-100 * count // most), 100 * count // least + 1)


def implied_bases(plan: Plan) -> pd.DataFrame:
    """The totals that the printed counts and rates of a plan imply.

    Parameters
    ----------
    plan : Plan
        The plan, from `plan` or `Plan.read`.

    Returns
    -------
    pandas.DataFrame
        One row per column of the plan and rate with its count: ``period``, ``base`` (string: of
        which households it is a share), ``indicator`` (string), ``count`` (int64), ``rate``
        (float64, percent), ``least``, ``most`` (int64, households: every whole from the one to
        the other gives the printed rate).

    Examples
    --------
    >>> from multidim_poverty.programmes import targets
    >>> bases = targets.implied_bases(targets.plan("plan_740_dak_nong"))
    >>> at_end_of_2020 = bases[(bases["period"] == "result_2020") & (bases["base"] == "households")]
    >>> at_end_of_2020[["count", "rate", "least", "most"]].values.tolist()
    [[11785.0, 6.98, 168719.0, 168960.0], [9385.0, 5.56, 168644.0, 168946.0]]
    """
    rows = [
        (period.id, rate.denominator, rate.id, int(count), float(cell.value), held[0], held[-1])
        for period, rate, cell, count in _rates(plan)
        if rate.denominator in BASES and (held := _implied(count, cell))
    ]
    names = ["period", "base", "indicator", "count", "rate", "least", "most"]
    kinds = ["str", "str", "str", "int64", "float64", "int64", "int64"]
    return pd.DataFrame(rows, columns=names).astype(dict(zip(names, kinds, strict=True)))


def check_plan(plan: Plan, *, language: Language = "en") -> pd.DataFrame:
    """Every gap and contradiction that rules can find in a plan.

    Parameters
    ----------
    plan : Plan
        The plan, from `plan` or `Plan.read`.
    language : {"en", "vi"}
        Language of ``where`` and ``message``.

    Returns
    -------
    pandas.DataFrame
        The table of faults. Columns (string where not said otherwise) ``severity`` (``"error"``:
        a contradiction; ``"warning"``: a gap, or what can be misread), ``rule``, ``table``
        (``indicators``, ``budget``, ``annexes``), ``subject`` (indicator, or line of the budget),
        ``document`` (the annex or the text), ``row`` (as numbered there), ``where`` (document, row
        and column in words), ``column`` (period, or column of the budget; empty for the unit of a
        row), ``value`` (object: as printed; empty where the cell is), ``expected`` (object: what
        would be in order, as plans print it; None where that is not known), ``message``,
        ``citation``.

    Raises
    ------
    ArgumentError
        If the language is another.

    Notes
    -----
    Indicators: units printed beside other rows; changes of a rate in percent; empty cells that
    others give; estimates that repeat their target, and results in the year that repeat those of
    its beginning; rates against counts, and the totals that they imply against each other; targets
    of the text against those of the table, and of the table against those of the text; rates
    below 0 or above 100, also after their change; parts that are more than the whole; shares of
    nothing; changes from one standard to another. Annexes: totals, percentages of a plan of 0,
    amounts whose heading is lost. Budget: each total against its investment and
    recurrent parts, each line against the lines it is the sum of, and the amounts of the text and
    of the other annexes against both. Where the values of a line add up after moving some of
    them to other cells, in the same order, the message says so.

    Two amounts that disagree say that one is wrong, not which: ``expected`` is the other one.

    Examples
    --------
    >>> from multidim_poverty.programmes import targets
    >>> faults = targets.check_plan(targets.plan("plan_740_dak_nong"))
    >>> faults.loc[faults["rule"] == "computable_empty", ["where", "expected"]].values.tolist()
    [['Annex II, row 3.2, column (4)', '68,97']]
    """
    check_language(language)
    faults = [
        *_indicators(plan, language),
        *budget_faults(plan, language),
        *annex_faults(plan, language),
    ]
    return fault_table(faults, language)


# -- indicators --------------------------------------------------------------------------------


def _indicators(plan: Plan, language: Language) -> Iterator[Fault]:
    yield from _units(plan, language)
    yield from _changes(plan, language)
    yield from _gaps(plan, language)
    yield from _repeats(plan, language)
    yield from _counts_and_rates(plan, language)
    yield from _text_targets(plan, language)
    yield from rate_faults(plan, language)
    implied = [
        (period.id, str(rate.denominator), rate, cell, held)
        for period, rate, cell, count in _rates(plan)
        if rate.denominator in BASES and (held := _implied(count, cell))
    ]
    yield from base_faults(plan, implied, language)
    yield from target_faults(plan, language)


def _name(plan: Plan, id: str | None, language: Language) -> str:
    indicator = plan.indicator(id or "")
    return str(id) if indicator is None else indicator.label.text(language)


def _at(plan: Plan, indicator: PlanIndicator, period: PlanPeriod, language: Language) -> str:
    return plan.where(indicator.place, column=period.column, language=language)


def _units(plan: Plan, language: Language) -> Iterator[Fault]:
    above: PlanIndicator | None = None
    for row in plan.indicators:
        if row.place is None:
            continue
        rule = ""
        if row.printed_unit is None:
            rule = "unit_missing"
        elif UNIT_OF_WORD.get(row.printed_unit) != row.unit:
            moved = above is not None and UNIT_OF_WORD.get(row.printed_unit) == above.unit
            rule = "unit_shifted" if moved else "unit_disagrees"
        if rule:
            label, unit = row.label.text(language), UNIT_WORDS[row.unit]
            printed = row.printed_unit or ""
            yield indicator_fault(plan, language, rule, row, None, printed, unit, name=label)
        above = row


def _changes(plan: Plan, language: Language) -> Iterator[Fault]:
    printed: list[tuple[PlanIndicator, PlanPeriod | PrintedPlace, Cell]] = [
        (row, period, row.cells[period.id])
        for row in plan.indicators
        for period in plan.periods
        if period.id in row.cells
    ]
    for target in plan.text_targets:
        row = plan.indicator(target.indicator)
        assert row is not None
        printed.append((row, target.place, target.printed))
    for row, at, cell in printed:
        if row.unit == Unit.PERCENT and cell.is_change and cell.has_percent_mark:
            number = as_printed(abs(cell.value))
            points = phrase("percentage_points").text(language).format(n=number)
            yield indicator_fault(
                plan,
                language,
                "points_as_percent",
                row,
                at,
                cell,
                f"{number} {UNIT_WORDS['percentage_points']}",
                points=points,
            )


def _gaps(plan: Plan, language: Language) -> Iterator[Fault]:
    for period in plan.periods:
        if period.role not in MEASURED:
            continue
        for rate in plan.indicators:
            count = plan.indicator(rate.numerator or "")
            if count is None or rate.place is None or count.place is None:
                continue
            denominator = plan.indicator(rate.denominator or "")
            rate_cell, count_cell = rate.cells.get(period.id), count.cells.get(period.id)
            denominator_cell = None if denominator is None else denominator.cells.get(period.id)
            words = {
                "numerator": _name(plan, rate.numerator, language),
                "denominator": _name(plan, rate.denominator, language),
            }
            base = None if denominator_cell is None else denominator_cell.value
            if rate_cell is None and count_cell is not None and base:
                share = as_printed(Fraction(100 * count_cell.value) / Fraction(base), 2)
                yield indicator_fault(
                    plan, language, "computable_empty", rate, period, "", share, **words
                )
            elif (rate_cell is None) != (count_cell is None):
                empty, full = (rate, count) if rate_cell is None else (count, rate)
                other = full.label.text(language)
                yield indicator_fault(plan, language, "half_of_pair", empty, period, other=other)


def _repeats(plan: Plan, language: Language) -> Iterator[Fault]:
    for row in plan.indicators:
        for period in plan.periods:
            cell = row.cells.get(period.id)
            if cell is None:
                continue
            for other in plan.periods:
                same = other.id in row.cells and row.cells[other.id] == cell
                if not same:
                    continue
                if (period.role, other.role) == (Role.ESTIMATE, Role.TARGET):
                    if other.at == period.at:
                        target = _at(plan, row, other, language)
                        yield indicator_fault(
                            plan, language, "estimate_is_target", row, period, cell, other=target
                        )
                elif (
                    (period.role, other.role) == (Role.INTERIM, Role.RESULT)
                    and other.at == period.base
                    and row.by_standard
                ):
                    yield indicator_fault(
                        plan, language, "interim_is_base", row, period, cell, year=other.at
                    )


def _rates(plan: Plan) -> Iterator[tuple[PlanPeriod, PlanIndicator, Cell, Decimal]]:
    """Every printed rate with its printed count."""
    for period in plan.periods:
        for rate in plan.indicators:
            count = plan.indicator(rate.numerator or "")
            cell = rate.cells.get(period.id)
            part = None if count is None else count.cells.get(period.id)
            if cell is not None and part is not None and not (cell.is_change or part.is_change):
                yield period, rate, cell, part.value


def _implied(count: Decimal, cell: Cell) -> range:
    try:
        return implied_range(int(count), cell.value, cell.decimals)
    except ValueError:
        return range(0)


def _wholes(plan: Plan, row: PlanIndicator) -> list[PlanIndicator]:
    """The counts that contain that of a row: the one that it is a part of, and so on."""
    wholes: list[PlanIndicator] = []
    whole = plan.indicator(row.part_of or "")
    while whole is not None and whole not in wholes:
        wholes.append(whole)
        whole = plan.indicator(whole.part_of or "")
    return wholes


def _counts_and_rates(plan: Plan, language: Language) -> Iterator[Fault]:
    for row in plan.indicators:
        for period, whole_indicator in product(plan.periods, _wholes(plan, row)):
            part, all_ = row.cells.get(period.id), whole_indicator.cells.get(period.id)
            if part is not None and all_ is not None and part.value > all_.value:
                yield indicator_fault(
                    plan,
                    language,
                    "part_exceeds_whole",
                    row,
                    period,
                    part,
                    f"≤ {all_}",
                    name=row.label.text(language),
                    other=whole_indicator.label.text(language),
                )
    shared: dict[tuple[str, str], list[tuple[PlanPeriod, PlanIndicator, Cell, Decimal]]] = {}
    for period, rate, cell, count in _rates(plan):
        denominator = plan.indicator(rate.denominator or "")
        base = None if denominator is None else denominator.cells.get(period.id)
        if base is not None and base.value:
            share = 100 * Fraction(count) / Fraction(base.value)
            # Half-way between two, a plan may print either: plans do not say how they round.
            if abs(share - Fraction(cell.value)) > Fraction(1, 2 * 10**cell.decimals):
                words = {
                    "numerator": _name(plan, rate.numerator, language),
                    "denominator": _name(plan, rate.denominator, language),
                }
                expected = as_printed(share, cell.decimals)
                yield indicator_fault(
                    plan, language, "rate_disagrees", rate, period, cell, expected, **words
                )
        elif rate.denominator in BASES and _implied(count, cell):
            shared.setdefault((period.id, rate.denominator), []).append((period, rate, cell, count))
    for rates in shared.values():
        held = [_implied(count, cell) for *_, cell, count in rates]
        if max(h[0] for h in held) > min(h[-1] for h in held):
            period, rate, cell, _ = rates[-1]
            spans = [f"{as_printed(h[0])} - {as_printed(h[-1])}" for h in held]
            named = [f"{r.id} {span}" for (_, r, *_), span in zip(rates, spans, strict=True)]
            words = {"year": period.at, "other": "; ".join(named)}
            yield indicator_fault(plan, language, "totals_disagree", rate, period, cell, **words)


def _text_targets(plan: Plan, language: Language) -> Iterator[Fault]:
    for target in plan.text_targets:
        row, period = plan.indicator(target.indicator), plan.period(target.period)
        assert row is not None
        cell, printed = row.cells.get(period.id), target.printed
        if cell is None:
            name = row.label.text(language)
            place = target.place
            yield indicator_fault(plan, language, "not_in_table", row, place, printed, name=name)
        elif (cell.value, cell.is_change) != (printed.value, printed.is_change):
            other = plan.where(target.place, language=language)
            yield indicator_fault(
                plan, language, "text_disagrees", row, period, cell, printed, other=other
            )
