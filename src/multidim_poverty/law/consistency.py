"""What must hold between the parts of a standard: one sentence for each problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from multidim_poverty.law.parts import repeated
from multidim_poverty.law.standard_parts import ClassRule, Dimension, Indicator, Line
from multidim_poverty.vocabulary import Area, PovertyClass

__all__ = ["ANY_INCOME", "band_ids_of", "line_problems", "part_problems", "table_problems"]

ANY_INCOME = "any_income"  # the one band of a standard without lines


def band_ids_of(lines: Sequence[Line]) -> tuple[str, ...]:
    """Names of the income bands, ascending: up to each line, then above the last."""
    if not lines:
        return (ANY_INCOME,)
    return (*(f"up_to_{line.id}" for line in lines), f"above_{lines[-1].id}")


def line_problems(lines: Sequence[Line]) -> Iterator[str]:
    """Lines that do not ascend."""
    for lower, upper in pairwise(lines):
        for area in Area:
            if upper.amount(area) <= lower.amount(area):
                yield (
                    f"income bands overlap: line {upper.id!r} ({upper.amount(area)}) is not "
                    f"above {lower.id!r} ({lower.amount(area)}) for area {area}"
                )


def part_problems(
    lines: Sequence[Line],
    class_rules: Sequence[ClassRule],
    classes: Sequence[PovertyClass],
    dimensions: Sequence[Dimension],
    indicators: Sequence[Indicator],
) -> Iterator[str]:
    """Ids that stand twice, names of what is not there, classes out of order."""
    yield from repeated("line", [line.id for line in lines])
    yield from repeated("class rule", [rule.id for rule in class_rules])
    yield from repeated("dimension", [dimension.id for dimension in dimensions])
    yield from repeated("indicator", [indicator.id for indicator in indicators])
    yield from repeated("class", [str(cls) for cls in classes])
    known = {dimension.id for dimension in dimensions}
    for indicator in indicators:
        if indicator.dimension not in known:
            yield f"indicator {indicator.id!r} is of unknown dimension {indicator.dimension!r}"
    order = list(PovertyClass)
    if sorted(classes, key=order.index) != list(classes):
        yield "classes must run from the worst to the best"
    used = {rule.poverty_class for rule in class_rules}
    if used != set(classes):
        yield (
            f"classes {sorted(map(str, set(classes) ^ used))} are listed without a rule, "
            f"or have a rule without being listed"
        )


def table_problems(
    lines: Sequence[Line], class_rules: Sequence[ClassRule], indicators: int
) -> Iterator[str]:
    """Cells of the decision table that no class rule covers, or more than one does."""
    line_ids = [line.id for line in lines]
    unknown = [
        f"class rule {rule.id!r} names unknown line {line!r}"
        for rule in class_rules
        for line in _lines_named(rule)
        if line not in line_ids
    ]
    if unknown:
        yield from unknown
        return
    band_ids = band_ids_of(lines)
    for band, band_id in enumerate(band_ids):
        for count in range(indicators + 1):
            covering = [r.id for r in class_rules if r.covers(band, count, line_ids, indicators)]
            if len(covering) != 1:
                fault = f"overlap of {', '.join(covering)}" if covering else "gap"
                yield (
                    f"{fault} in the class rules at income band {band_id!r} with {count} "
                    f"deprivations"
                )


def _lines_named(rule: ClassRule) -> Iterable[str]:
    return [line for line in (rule.income_above, rule.income_at_most) if line is not None]
