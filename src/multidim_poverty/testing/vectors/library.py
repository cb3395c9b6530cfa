"""The library as an implementation: what its fast functions answer."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from multidim_poverty import movement, programmes, review
from multidim_poverty.assessment import classify, deprivations
from multidim_poverty.assessment.points import classify_points
from multidim_poverty.explanation import reasons
from multidim_poverty.language import rounded, rounded_text
from multidim_poverty.law import shipped_procedures, standard
from multidim_poverty.law.point_rule import point_rules
from multidim_poverty.schema.definitions import COLUMNS
from multidim_poverty.testing.events import as_table

__all__ = ["answers"]

Question = Mapping[str, Any]
Answer = dict[str, Any]


def answers(questions: Iterable[Question]) -> list[Answer]:
    """What this library answers, in the order of the questions.

    Parameters
    ----------
    questions : iterable of mappings
        ``id``, ``kind``, ``law`` and ``input``, as `VectorCase.question` gives them.

    Returns
    -------
    list of dict
        ``id`` and ``answer``; ``skip`` for a kind that is not known.

    Examples
    --------
    >>> from multidim_poverty.testing import vectors
    >>> case = vectors.cases(["rates"])[1]
    >>> vectors.answers([case.question()])[0]["answer"] == case.expected
    True
    """
    questions = list(questions)
    groups: dict[tuple[Any, ...], list[Question]] = {}
    for question in questions:
        day = question["input"].get("on") if question["kind"] in ON_A_DAY else None
        groups.setdefault((question["kind"], question["law"], day), []).append(question)
    by_id: dict[str, Answer] = {}
    for (kind, law, _), asked in groups.items():
        if kind not in ANSWERS:
            by_id.update({each["id"]: {"skip": True} for each in asked})
            continue
        answered = ANSWERS[kind](law, [each["input"] for each in asked])
        for each, answer in zip(asked, answered, strict=True):
            by_id[each["id"]] = {"answer": answer}
    return [{"id": question["id"], **by_id[question["id"]]} for question in questions]


# -- answers of households to a class --------------------------------------------------------


def _households(inputs: list[Answer]) -> pd.DataFrame:
    rows = [each["household"] for each in inputs]
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names},
        index=pd.RangeIndex(len(rows), name="household_id"),
    )
    absent = [c.name for c in COLUMNS if c.table == "households" and c.name not in names]
    return table.assign(**dict.fromkeys(absent, None))


def _members(inputs: list[Answer]) -> pd.DataFrame:
    rows = [
        {"household_id": home, "member_id": number, **member}
        for home, each in enumerate(inputs)
        for number, member in enumerate(each["members"])
    ]
    names = [column.name for column in COLUMNS if column.table == "members"]
    return pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names}
    )


def _deprivations(law: str, inputs: list[Answer]) -> pd.DataFrame:
    return deprivations(
        _households(inputs), _members(inputs), standard=law, on=inputs[0]["on"]
    ).astype("boolean")


def _indicators(law: str, inputs: list[Answer]) -> list[Answer]:
    table = _deprivations(law, inputs)
    return [
        {"deprived": _plain(table[each["indicator"]].iloc[at])} for at, each in enumerate(inputs)
    ]


def _classes(law: str, inputs: list[Answer]) -> list[Answer]:
    matrix = pd.DataFrame([each["deprivations"] for each in inputs]).astype("boolean")
    return _classified(law, _households(inputs), matrix)


def _classified(law: str, households: pd.DataFrame, matrix: pd.DataFrame) -> list[Answer]:
    matrix = matrix.set_axis(households.index)
    classified = classify(households, matrix, standard=law)
    why = reasons(households, matrix, standard=law)
    articles = {
        f"{area}.{rule.id}": rule.citation.text()
        for rule in standard(law).class_rules
        for area in ("rural", "urban")
    }
    names = ("income_band", "deprivation_count", "deprivations_unknown", "poverty_class",
             "class_at_worst", "class_at_best")  # fmt: skip
    answered = []
    for at in range(len(households)):
        answer = {name: _plain(classified[name].iloc[at]) for name in names}
        rules = _plain(why["rule"].iloc[at])
        clauses = [] if rules is None else rules.split(" or ")
        cited = list(dict.fromkeys(articles[clause] for clause in clauses))
        reason = None if rules is None else {"rules": clauses, "citations": cited}
        answered.append(answer | {"reason": reason})
    return answered


def _assessments(law: str, inputs: list[Answer]) -> list[Answer]:
    matrix = _deprivations(law, inputs)
    rows = [
        {name: _plain(matrix[name].iloc[at]) for name in matrix.columns}
        for at in range(len(matrix))
    ]
    classified = _classified(law, _households(inputs), matrix)
    return [{"indicators": row, **each} for row, each in zip(rows, classified, strict=True)]


def _points(law: str, inputs: list[Answer]) -> list[Answer]:
    (rule,) = [rule for rule in point_rules() if rule.name == law]
    found = classify_points(pd.DataFrame(inputs), standard=rule.standard)
    names = ("poverty_class", "class_at_worst", "class_at_best")
    return [{name: _plain(found[name].iloc[at]) for name in names} for at in range(len(found))]


# -- the review ------------------------------------------------------------------------------


def _deadlines(law: str, inputs: list[Answer]) -> list[Answer]:
    (procedure,) = [each for each in shipped_procedures() if each.name == law]
    answered = []
    for each in inputs:
        clocks = {str(s): id for s, id in procedure.process(each["process"]).clocks.items()}
        days = procedure.clock(clocks[each["state"]]).days
        due = review.add_working_days(each["entered_on"], days, procedure=procedure)
        answered.append({"working_days": days, "due_on": _plain(due)})
    return answered


def _reviews(law: str, inputs: list[Answer]) -> list[Answer]:
    """The fold of every beginning of every log, each as a household of its own."""
    (procedure,) = [each for each in shipped_procedures() if each.name == law]
    rows, places = [], []
    for number, each in enumerate(inputs):
        for end in range(1, len(each["events"]) + 1):
            for place, event in enumerate(each["events"][:end]):
                days = {
                    name: dt.date.fromisoformat(event[name])
                    for name in ("on", "law_on", "facts_on")
                    if event.get(name)
                }
                rows.append(
                    {"household_id": f"{number}/{end}", "process": each["process"], **event, **days}
                )
                places.append(place)
    events = as_table(rows)
    cases = review.fold(events, procedure=procedure, on_violation="keep")
    newest = {str(id): cases.iloc[at] for at, id in enumerate(cases.index)}
    faults: dict[str, list[Any]] = {}
    found = review.violations(events, procedure=procedure)
    for id, row, rule, counts in zip(
        found["household_id"], found["row"], found["rule"], found["counts"], strict=True
    ):
        faults.setdefault(str(id), []).append([places[row], rule, bool(counts)])
    return [
        {
            "states": [
                _state(newest.get(f"{number}/{end + 1}")) for end in range(len(each["events"]))
            ],
            "faults": sorted(faults.get(f"{number}/{len(each['events'])}", [])),
        }
        for number, each in enumerate(inputs)
    ]


def _state(case: Any) -> Answer | None:
    names = ("state", "since", "review_from", "review_until", "due_on", "round", "complaints",
             "violations", "previous_class", "assessed_class", "final_class")  # fmt: skip
    return None if case is None else {name: _plain(case[name]) for name in names}


# -- movement, rates -------------------------------------------------------------------------


def _movement(law: str, inputs: list[Answer]) -> list[Answer]:
    del law
    return [_moved(**each) for each in inputs]


def _moved(start: Any, end: Any, links: Any, history: Any) -> Answer:
    years = [pd.DataFrame(rows).set_index("household_id") for rows in (start, end)]
    named = pd.DataFrame(links, columns=["kind", "start_id", "end_id"], dtype=object)
    earlier = pd.DataFrame(history, columns=["household_id", "poverty_class"], dtype=object)
    found = movement.flows(*years, links=named, history=earlier)
    table = movement.balance(found)
    flow_of = {
        _plain(row["start_id"]) or _plain(row["end_id"]): {
            listed: _plain(row[f"{listed}_flow"]) for listed in ("poor", "near_poor")
        }
        for _, row in found.iterrows()
    }
    counted: Answer = {"poor": {}, "near_poor": {}}
    for at, (listed, of) in enumerate(table.index):
        counted[listed][of] = {name: _plain(table[name].iloc[at]) for name in table.columns}
    return {"flows": flow_of, "table": counted}


def _rates(law: str, inputs: list[Answer]) -> list[Answer]:
    del law
    shares = [Fraction(100 * each["numerator"], each["denominator"]) for each in inputs]
    return [
        {
            "percent": float(rounded(share)),
            "en": rounded_text(share, "en"),
            "vi": rounded_text(share, "vi"),
        }
        for share in shares
    ]


def _eligibility(law: str, inputs: list[Answer]) -> list[Answer]:
    """Each case as a household of its own; its lists of places name a province of its own."""
    answered: dict[int, Answer] = {}
    by_days: dict[str, list[int]] = {}
    for at, each in enumerate(inputs):
        by_days.setdefault(json.dumps(each["days"]), []).append(at)
    for places in by_days.values():
        some = [inputs[at] for at in places]
        answered.update(zip(places, _entitlements(law, some), strict=True))
    return [answered[at] for at in range(len(inputs))]


def _entitlements(law: str, inputs: list[Answer]) -> list[Answer]:
    homes = _households(inputs).assign(province=[f"P{at}" for at in range(len(inputs))])
    members = _members([{"members": [each["member"]]} for each in inputs])
    current = pd.DataFrame(
        {"poverty_class": pd.Series([each["poverty_class"] for each in inputs], dtype=object)},
        index=homes.index,
    )
    history = pd.DataFrame(
        [
            {"household_id": at, **decision, "on": pd.Timestamp(decision["on"])}
            for at, each in enumerate(inputs)
            for decision in each["history"]
        ]
    )
    places = pd.DataFrame(
        [
            {"list": name, "province": f"P{at}", "commune": "A" if inside else "B"}
            for at, each in enumerate(inputs)
            for name, inside in each["lists"].items()
            if inside is not None
        ]
    )
    rules = programmes.rules(law)
    rows = programmes.eligible(
        current,
        members,
        history=history,
        rules=rules,
        places=places if len(places) else None,
        unit_costs=inputs[0]["days"],
        households=homes.assign(commune="A"),
        on=inputs[0]["on"],
        include=[rule.id for rule in rules.rules],
        all=True,
    ).set_index(["household_id", "rule"])
    found = {key: rows.iloc[place] for place, key in enumerate(rows.index)}
    answers = []
    for at, each in enumerate(inputs):
        row = found.get((at, each["rule"]))
        if row is None:
            answers.append({"eligible": False, "granted": False, "priority": None})
            continue
        answer = {name: _plain(row[name]) for name in ("eligible", "granted", "priority")}
        answers.append(answer if answer["eligible"] else answer | {"priority": None})
    return answers


def _plain(value: Any) -> Any:
    """A value of a table in the types of JSON."""
    if value is None or pd.isna(value):
        return None
    if isinstance(value, (pd.Timestamp, dt.date)):
        return value.strftime("%Y-%m-%d")
    return value.item() if hasattr(value, "item") else value


ON_A_DAY = ("indicators", "assessment", "eligibility")
ANSWERS: Mapping[str, Callable[[str, list[Answer]], list[Answer]]] = {
    "indicators": _indicators,
    "class": _classes,
    "assessment": _assessments,
    "points": _points,
    "deadlines": _deadlines,
    "review": _reviews,
    "movement": _movement,
    "rates": _rates,
    "eligibility": _eligibility,
}
