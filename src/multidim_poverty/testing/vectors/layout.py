"""The JSON Schema of the cases, and the README beside them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from typing import Any

from multidim_poverty.schema.definitions import COLUMNS, Column
from multidim_poverty.vocabulary import Area, PovertyClass

__all__ = ["README", "SCHEMA_ID", "schema"]

SCHEMA_ID = "urn:multidim-poverty:vectors:1"
README = (
    resources.files("multidim_poverty.testing.vectors").joinpath("README.md").read_text("utf-8")
)

Schema = dict[str, Any]
BOOLEAN: Schema = {"type": ["boolean", "null"]}
INTEGER: Schema = {"type": "integer"}
WHOLE: Schema = {"type": ["integer", "null"]}
TEXT: Schema = {"type": ["string", "null"]}
DAY: Schema = {"type": ["string", "null"], "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
CLASS: Schema = {"enum": [*PovertyClass.codes(), None]}
AREA: Schema = {"enum": [*Area.codes(), None]}
TYPES: dict[str, Schema] = {
    "boolean": BOOLEAN,
    "integer": WHOLE,
    "number": {"type": ["number", "null"]},
    "date": DAY,
}


def schema() -> Schema:
    """The schema of one line: ``#/$defs/KIND`` for a file of that kind."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "One case of a test vector: a line of KIND/LAW.jsonl",
        "anyOf": [{"$ref": f"#/$defs/{kind}"} for kind in _kinds()],
        "$defs": {
            "household": _record("households"),
            "member": _record("members"),
            **{kind: _case(*parts) for kind, parts in _kinds().items()},
        },
    }


def _kinds() -> dict[str, tuple[Schema, Schema]]:
    """Input and expected answer of each kind."""
    household: Schema = {"$ref": "#/$defs/household"}
    surveyed = {
        "household": household,
        "members": {"type": "array", "items": {"$ref": "#/$defs/member"}},
        "on": DAY,
    }
    truths: Schema = {"type": "object", "additionalProperties": BOOLEAN}
    classes = dict.fromkeys(("poverty_class", "class_at_worst", "class_at_best"), CLASS)
    texts: Schema = {"type": "array", "items": {"type": "string"}}
    reason = _object({"rules": texts, "citations": texts})
    decided = {
        "income_band": TEXT,
        "deprivation_count": INTEGER,
        "deprivations_unknown": INTEGER,
        **classes,
        "reason": {"anyOf": [reason, {"type": "null"}]},
    }
    bounds = {f"{name}_{end}": INTEGER for name in ("b1", "b2") for end in ("at_least", "at_most")}
    state = {
        "state": TEXT, "since": DAY, "review_from": DAY, "review_until": DAY, "due_on": DAY,
        "round": INTEGER, "complaints": INTEGER, "violations": INTEGER,
        "previous_class": CLASS, "assessed_class": CLASS, "final_class": CLASS,
    }  # fmt: skip
    states = {"type": "array", "items": {"anyOf": [_object(state), {"type": "null"}]}}
    rows: Schema = {"type": "array", "items": {"type": "object"}}
    return {
        "indicators": (
            _object({**surveyed, "indicator": {"type": "string"}}),
            _object({"deprived": BOOLEAN}),
        ),
        "class": (_object({"household": household, "deprivations": truths}), _object(decided)),
        "assessment": (_object(surveyed), _object({"indicators": truths, **decided})),
        "points": (_object({"area": AREA, "b1": WHOLE, "b2": WHOLE}, bounds), _object(classes)),
        "deadlines": (
            _object({"process": TEXT, "state": TEXT, "entered_on": DAY}),
            _object({"working_days": INTEGER, "due_on": DAY}),
        ),
        "review": (
            _object({"process": TEXT, "events": rows}),
            _object({"states": states, "faults": {"type": "array"}}),
        ),
        "movement": (
            _object(dict.fromkeys(("start", "end", "links", "history"), rows)),
            _object({"flows": {"type": "object"}, "table": {"type": "object"}}),
        ),
        "eligibility": (
            _object(
                {
                    "rule": {"type": "string"},
                    "on": DAY,
                    "poverty_class": CLASS,
                    "household": household,
                    "member": {"$ref": "#/$defs/member"},
                    "history": {
                        "type": "array",
                        "items": _object({"on": DAY, "poverty_class": CLASS}),
                    },
                    "lists": truths,
                    "days": {"type": "object", "additionalProperties": DAY},
                }
            ),
            _object({"eligible": BOOLEAN, "granted": BOOLEAN, "priority": WHOLE}),
        ),
        "rates": (
            _object({"numerator": INTEGER, "denominator": INTEGER}),
            _object({"percent": {"type": "number"}, "en": TEXT, "vi": TEXT}),
        ),
    }


def _case(given: Schema, expected: Schema) -> Schema:
    return _object(
        {
            "id": {"type": "string"},
            "confidence": {"enum": ["text", "secondary", "unconfirmed"]},
            "input": given,
            "expected": expected,
            "sources": {"type": "array", "items": {"type": "integer", "minimum": 0}},
        }
    )


def _object(needed: dict[str, Schema], others: dict[str, Schema] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": {**needed, **(others or {})},
        "required": list(needed),
        "additionalProperties": False,
    }


def _record(table: str) -> Schema:
    """A household or a member: any of the columns of the schema; null is a missing answer."""
    return _object({}, dict(_columns(column for column in COLUMNS if column.table == table)))


def _columns(columns: Iterable[Column]) -> Iterable[tuple[str, Schema]]:
    for column in columns:
        codes = [str(term) for term in column.terms] if column.terms else []
        types = {"enum": [*codes, None]} if codes else TYPES.get(column.kind, TEXT)
        yield column.name, {**types, "description": column.label.en}
