"""The shipped folder of vectors: what it holds, and that wrong implementations fail it."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

import multidim_poverty as mdp
from multidim_poverty.language import number_text
from multidim_poverty.law.days_off import shipped_days_off
from multidim_poverty.law.point_rule import point_rules
from multidim_poverty.programmes.benefit_rules.rule_set import SHIPPED
from multidim_poverty.testing import vectors
from multidim_poverty.testing.vectors.published import contents

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "vectors"
CASES = vectors.read(FOLDER)
INDEX = json.loads((FOLDER / "index.json").read_text("utf-8"))
SCHEMA = json.loads((FOLDER / "schema.json").read_text("utf-8"))


def of_kind(kind, law=None):
    return [case for case in CASES if case.kind == kind and law in (None, case.law)]


# -- the folder ------------------------------------------------------------------------------


def test_the_folder_is_what_is_written_now():
    shipped = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes().decode()
        for path in FOLDER.rglob("*")
        if path.is_file()
    }
    written = contents()
    assert sorted(shipped) == sorted(written)
    assert [name for name in written if shipped[name] != written[name]] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["1", "2"])
def test_every_run_writes_the_same_bytes(tmp_path, seed):
    command = [sys.executable, "-m", "multidim_poverty.testing.vectors", "write", str(tmp_path)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*/*.jsonl")} == {
        path.name: path.read_bytes() for path in FOLDER.glob("*/*.jsonl")
    }


def test_a_write_that_fails_leaves_the_old_files_as_they_were(tmp_path, monkeypatch):
    vectors.write(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def half_written(self, data):
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_bytes", half_written)
    with pytest.raises(OSError, match="no space left"):
        vectors.write(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_there_must_be_a_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="make it first"):
        vectors.write(tmp_path / "new")


def test_an_index_of_another_format_is_not_read(tmp_path):
    (tmp_path / "index.json").write_text('{"format": 2, "files": []}', encoding="utf-8")
    with pytest.raises(mdp.errors.ArgumentError, match="of format 2; format 1 is read"):
        vectors.read(tmp_path)


def test_reading_gives_the_cases_that_are_made():
    assert vectors.cases() == CASES


def test_there_are_5000_cases_of_all_kinds_in_less_than_4_megabytes():
    assert len(CASES) >= 5000
    assert tuple(dict.fromkeys(case.kind for case in CASES)) == vectors.KINDS
    assert len({case.id for case in CASES}) == len(CASES)
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 4_000_000


def test_no_question_of_a_file_is_asked_twice():
    asked = Counter(
        (case.kind, case.law, json.dumps(case.input, sort_keys=True))
        for case in CASES
        if case.kind not in ("assessment", "review", "movement")
    )
    assert [question for question, count in asked.items() if count > 1] == []


def test_the_hashes_are_those_of_the_law():
    hashes = {
        law.name: law.content_hash
        for law in (
            *mdp.law.standards(),
            *point_rules(),
            *mdp.law.shipped_procedures(),
            shipped_days_off(),
            *map(mdp.programmes.rules, SHIPPED),
        )
    }
    for entry in INDEX["files"]:
        assert entry["hash"] == hashes.get(entry["law"]), entry["file"]
    assert {name: json.loads((FOLDER / "law" / f"{name}.json").read_text("utf-8"))["hash"]
            for name in hashes} == hashes  # fmt: skip


def test_the_index_counts_the_cases_of_each_file():
    for entry in INDEX["files"]:
        of_file = of_kind(entry["kind"], entry["law"])
        assert entry["cases"] == len(of_file)
        assert entry["confidence"] == Counter(case.confidence for case in of_file)


@pytest.mark.parametrize("kind", vectors.KINDS)
def test_every_line_is_of_the_schema_and_a_wrong_one_is_not(kind):
    assert SCHEMA["$id"] == "urn:multidim-poverty:vectors:1"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    schema = {"$ref": f"#/$defs/{kind}", "$defs": SCHEMA["$defs"]}
    validator = jsonschema.Draft202012Validator(schema)
    for path in (FOLDER / kind).glob("*.jsonl"):
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for line in lines:
            validator.validate(line)
        for wrong in (
            lines[0] | {"confidence": "sure"},
            lines[0] | {"input": lines[0]["input"] | {"another": 1}},
            {name: value for name, value in lines[0].items() if name != "expected"},
        ):
            assert not validator.is_valid(wrong)


def flat(name, value):
    """Each value of a case with the way to it."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in parts:
        if isinstance(part, (dict, list)):
            yield from flat(f"{name}.{key}", part)
        else:
            yield f"{name}.{key}", part


@pytest.mark.parametrize("kind", ["points", "deadlines", "rates", "eligibility"])
def test_a_flat_kind_is_the_same_in_csv(kind):
    import csv

    for path in (FOLDER / kind).glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        of_file = of_kind(kind, path.stem)
        assert [row["id"] for row in rows] == [case.id for case in of_file]
        for row, case in zip(rows, of_file, strict=True):
            for part, values in (("input", case.input), ("expected", case.expected)):
                for name, value in flat(part, values):
                    assert row[name] == ("" if value is None else str(value))


# -- confidence ------------------------------------------------------------------------------


def test_a_case_is_unconfirmed_exactly_where_one_of_its_sources_is():
    for case in CASES:
        marked = any("[unconfirmed]" in source for source in case.sources)
        assert marked == (case.confidence == "unconfirmed"), case
    assert Counter(case.confidence for case in CASES).keys() == {"text", "secondary", "unconfirmed"}


@pytest.mark.parametrize(
    ("income", "confidence"), [(1_500_000, "text"), (1_500_001, "unconfirmed")]
)
def test_the_poverty_line_was_read_and_the_ceiling_of_the_average_is_unconfirmed(
    income, confidence
):
    household = {"area": "rural", "income_per_capita": income}
    found = [
        case
        for case in of_kind("class", "decree_07_2021")
        if case.input["household"] == household and case.expected["poverty_class"]
    ]
    assert found
    assert {case.confidence for case in found} == {confidence}


def test_a_deadline_over_a_holiday_stands_on_the_day_off_too():
    over = [c for c in of_kind("deadlines") if c.input["entered_on"] == "2024-04-26"]
    assert over
    assert over[0].confidence == "unconfirmed"
    assert any("holidays" in source for source in over[0].sources)


# -- implementations -------------------------------------------------------------------------


@pytest.mark.slow
def test_the_library_passes_every_case():
    results = vectors.run(vectors.answers, CASES)
    failed = results[results["outcome"] != "passed"]
    assert failed["difference"].tolist() == []


def changed(change):
    """The library, asked other questions, or answering otherwise."""

    def implementation(questions):
        return vectors.answers([json.loads(json.dumps(question), object_hook=change)
                                for question in questions])  # fmt: skip

    return implementation


def unknown_is_false(values):
    return {
        name: False if value is None and name not in WITH_NULL else value
        for name, value in values.items()
    }


WITH_NULL = {"on", "area", "age", "birth_date", "birth_year", "sex", "attending", "floor_area",
             "employment_status", "qualification", "water_source", "toilet", "household_size",
             "income_per_capita", "income_12m"}  # fmt: skip
PLANTED = {
    "unknown answers are no": (unknown_is_false, {"indicators", "class"}),
    "income in whole VND": (
        lambda v: v | {"income_per_capita": int(v["income_per_capita"])}
        if v.get("income_per_capita")
        else v,
        {"class"},
    ),
    "income as float32": (
        lambda v: v | {"income_per_capita": float(f"{v['income_per_capita']:.6g}")}
        if v.get("income_per_capita")
        else v,
        {"class"},
    ),
    "an urban household at the rural line": (
        lambda v: v | {"area": "rural"} if v.get("area") == "urban" else v,
        {"class", "points"},
    ),
    "ages a year too high": (
        lambda v: v | {"age": v["age"] + 1} if v.get("age") is not None else v,
        {"indicators", "eligibility"},
    ),
    "ages a year too low": (
        lambda v: v | {"age": max(v["age"] - 1, 0)} if v.get("age") is not None else v,
        {"indicators", "eligibility"},
    ),
    "the day of birth does not count": (
        lambda v: v | {"birth_date": f"{v['birth_date'][:8]}01"} if v.get("birth_date") else v,
        {"indicators", "eligibility"},
    ),
    "the sex does not count": (
        lambda v: v | {"sex": "male"} if v.get("sex") else v, {"indicators"},
    ),
    "the stated size does not count": (
        lambda v: {n: x for n, x in v.items() if n != "household_size"}, {"indicators", "class"},
    ),
    "a posting from the next day": (
        lambda v: v | {"entered_on": v["entered_on"][:8] + "28"} if v.get("entered_on") else v,
        {"deadlines"},
    ),
    "no complaint ever": (
        lambda v: v | {"events": [e for e in v["events"] if e["event"] != "complained"]}
        if "events" in v
        else v,
        {"review"},
    ),
    "no earlier lists": (lambda v: v | {"history": []} if "history" in v else v, {"movement"}),
    "the near-poor are not on the lists": (
        lambda v: v | {"poverty_class": "average"} if v.get("poverty_class") == "near_poor" else v,
        {"eligibility"},
    ),
    "no place is on a list": (
        lambda v: v | {"lists": dict.fromkeys(v["lists"], False)} if "lists" in v else v,
        {"eligibility"},
    ),
    "no links": (lambda v: v | {"links": []} if "links" in v else v, {"movement"}),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_bug_fails_its_kinds(planted):
    change, kinds = PLANTED[planted]
    for kind in sorted(kinds):
        results = vectors.run(changed(change), of_kind(kind))
        assert (results["outcome"] == "failed").any(), kind


def test_rates_rounded_half_to_even_fail():
    def bankers(questions):
        for question in questions:
            percent = round(100 * question["input"]["numerator"] /
                            question["input"]["denominator"], 2)  # fmt: skip
            texts = {
                language: number_text(percent, ",.2f", language).rstrip("0").rstrip(".,")
                for language in ("en", "vi")
            }
            yield {"id": question["id"], "answer": {"percent": percent, **texts}}

    results = vectors.run(bankers, of_kind("rates"))
    assert {"passed", "failed"} == set(results["outcome"])


@pytest.mark.parametrize("kind", vectors.KINDS)
def test_every_case_of_a_kind_fails_where_nothing_is_answered(kind):
    results = vectors.run(lambda qs: [{"id": q["id"], "answer": {}} for q in qs], of_kind(kind)[:9])
    assert (results["outcome"] == "failed").all()


def test_an_unknown_kind_is_named():
    with pytest.raises(mdp.errors.UnknownNameError, match="no kind 'income'; indicators, class"):
        vectors.cases(["income"])
