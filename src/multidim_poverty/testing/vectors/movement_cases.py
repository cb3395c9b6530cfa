"""Movement tables of two years, and rates as they are printed; both in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext
from random import Random
from typing import Any

import pandas as pd

from multidim_poverty.testing.movement_oracle import oracle_flows
from multidim_poverty.testing.vectors.case import CaseDraft, pick

__all__ = ["movement_cases", "rate_cases"]

LISTS = {"poor": "near_poor", "near_poor": "poor"}
CLASSES = ("poor", "poor", "near_poor", "near_poor", "average", "above_average")
LAW = "circular_07_2021_annex_vii"
PRINTED = "printed_rates"
MOVEMENT_NOTE = (
    "Circular 07/2021/TT-BLDTBXH, appendix VII, the tables on movement; that members change first, "
    "and then the class, is a reading of this library [unconfirmed]"
)
RATE_NOTE = "no text says how a rate is rounded: half up, away from zero [unconfirmed]"
Row = dict[str, Any]


def movement_cases(count: int) -> Iterator[CaseDraft]:
    """Small pairs of years with every flow, and the table that they give."""
    random = Random("movement")
    for _ in range(count):
        ids = [f"h{n}" for n in range(1, 3 + int(random.random() * 9))]
        start = [_row(id, random) for id in ids if id == "h1" or random.random() < 0.85]
        end = [_row(id, random) for id in ids if id == "h1" or random.random() < 0.85]
        here, there = ({row["household_id"] for row in rows} for rows in (start, end))
        links = [
            {"kind": pick(random, ("died", "moved_away")), "start_id": id, "end_id": None}
            for id in sorted(here - there)
            if random.random() < 0.7
        ]
        links += [
            {"kind": "moved_in", "start_id": None, "end_id": id}
            for id in sorted(there - here)
            if random.random() < 0.7
        ]
        history = [
            {"household_id": id, "poverty_class": pick(random, CLASSES)}
            for id in ids
            if random.random() < 0.4
        ]
        given = {"start": start, "end": end, "links": links, "history": history}
        yield CaseDraft("movement", LAW, given, _moved(**given), note=MOVEMENT_NOTE)


def _row(id: str, random: Random) -> Row:
    size = 1 + int(random.random() * 7)
    return {"household_id": id, "poverty_class": pick(random, CLASSES), "household_size": size}


def _moved(start: list[Row], end: list[Row], links: list[Row], history: list[Row]) -> Row:
    """The flow of each household on each list, and both lists counted."""
    before = {row["household_id"]: row for row in start}
    after = {row["household_id"]: row for row in end}
    found = oracle_flows(
        pd.DataFrame(start).set_index("household_id"),
        pd.DataFrame(end).set_index("household_id"),
        history=pd.DataFrame(history, columns=["household_id", "poverty_class"], dtype=object),
        links=pd.DataFrame(links, columns=["kind", "start_id", "end_id"], dtype=object),
    )
    rows = found.to_dict("records")
    flow_of = {
        row["start_id"] or row["end_id"]: {listed: row[f"{listed}_flow"] for listed in LISTS}
        for row in rows
    }
    flows = {id: flow_of[id] for id in sorted(before | after)}
    table = {listed: _counted(listed, before, after, flows) for listed in LISTS}
    return {"flows": flows, "table": table}


def _counted(listed: str, before: dict[str, Row], after: dict[str, Row], flows: Any) -> Row:
    """Opening, flows and closing of a list, in households and in persons."""
    columns = ("opening", "to_other_list", "escaped", "other_decrease", "from_other_list",
               "relapsed", "new", "other_increase", "closing_counted")  # fmt: skip
    counts = {of: dict.fromkeys(columns, 0) for of in ("households", "persons")}

    def add(column: str, persons: int) -> None:
        counts["households"][column] += 1
        counts["persons"][column] += persons

    for id, of in flows.items():
        first, last = before.get(id), after.get(id)
        if first is not None and first["poverty_class"] == listed:
            add("opening", first["household_size"])
            if last is not None:  # members change first, and then the class
                change = last["household_size"] - first["household_size"]
                counts["persons"]["other_increase" if change > 0 else "other_decrease"] += abs(
                    change
                )
        if last is not None and last["poverty_class"] == listed:
            add("closing_counted", last["household_size"])
        column = (of[listed] or "").replace(f"_{LISTS[listed]}", "_other_list")
        if column in columns:
            row = first if column == "other_decrease" else last
            assert row is not None
            add(column, row["household_size"])
    for one in counts.values():
        more = one["from_other_list"] + one["relapsed"] + one["new"] + one["other_increase"]
        less = one["to_other_list"] + one["escaped"] + one["other_decrease"]
        one["closing_by_formula"] = one["opening"] + more - less
        one["residual"] = one["closing_counted"] - one["closing_by_formula"]
    return counts


# -- rates as printed ------------------------------------------------------------------------


def rate_cases() -> Iterator[CaseDraft]:
    """Shares in percent with two decimals, ties among them, in both languages."""
    pairs = [(a, b) for b in (3, 7, 16, 160, 1600, 8000) for a in _numerators(b)]
    pairs += [(1_057_374, 26_964_022), (815_101, 1_000_000), (999_995, 1_000_000), (1, 10**7)]
    for numerator, denominator in pairs:
        with localcontext() as context:
            context.prec = 60
            exact = Decimal(100 * numerator) / Decimal(denominator)
            percent = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
        text = f"{percent:,f}".rstrip("0").rstrip(".")
        vietnamese = text.translate(str.maketrans(",.", ".,"))
        yield CaseDraft(
            "rates",
            PRINTED,
            {"numerator": numerator, "denominator": denominator},
            {"percent": float(percent), "en": text, "vi": vietnamese},
            note=RATE_NOTE,
        )


def _numerators(denominator: int) -> list[int]:
    steps = {0, 1, 2, 3, 5, 7, denominator // 3, denominator // 2, denominator - 1, denominator}
    ties = set(range(0, denominator, max(denominator // 16, 1)))
    return sorted(n for n in steps | ties | {n + 1 for n in ties} if 0 <= n <= denominator)
