"""Records and their JSON: schemas that are published, objects that read what they wrote."""

import json

import pydantic
import pytest

import multidim_poverty as mdp
from tests.helpers import json_schemas
from tests.helpers.public import records

LAWS = [*mdp.standards(), *mdp.law.shipped_procedures()]


@pytest.mark.skipif(
    pydantic.VERSION.startswith("2.9."), reason="pydantic 2.9 writes some of them in other words"
)
def test_the_published_schemas_are_those_of_the_records():
    published = {path.name: path.read_text("utf-8") for path in json_schemas.FOLDER.glob("*.json")}
    assert published == json_schemas.files(), (
        "a record changed: raise its SCHEMA_VERSION where old JSON no longer reads, `make snapshot`"
    )


def test_each_record_has_an_id_of_its_own():
    ids = [record.model_json_schema()["$id"] for record in records().values()]
    assert len(set(ids)) == len(ids)
    assert {"urn:multidim-poverty:household:1", "urn:multidim-poverty:procedure:1"} <= set(ids)


def test_only_the_root_of_a_schema_has_an_id():
    """One further in would be the root of the references that stand beside it."""
    for name, text in json_schemas.files().items():
        assert text.count('"$id"') == 1, name
        assert next(iter(json.loads(text))) == "$schema"


@pytest.mark.parametrize("record", records().values(), ids=lambda record: record.__name__)
def test_a_schema_describes_each_field_in_words(record):
    schema = record.model_json_schema()
    assert [name for name, part in schema["properties"].items() if "description" not in part] == []
    parts = [schema, *schema.get("$defs", {}).values()]
    assert [part["title"] for part in parts if "---" in part.get("description", "")] == []


def test_the_words_of_a_field_are_those_of_the_docstring():
    fields = mdp.Receipt.model_json_schema()["properties"]
    assert fields["inputs_hash"]["description"] == "Of all rows together."
    assert fields["result_hash"] == fields["inputs_hash"] | {"title": "Result Hash"}
    words = mdp.Household.model_json_schema()["properties"]["floor_area"]["description"]
    assert words == "Floor area (Diện tích nhà ở) [m2/household]"
    assert f"floor_area : float or None\n        {words}.\n" in mdp.Household.__doc__


@pytest.mark.parametrize("by_alias", [False, True])
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_a_law_reads_back_its_own_json(law, by_alias):
    text = law.model_dump_json(by_alias=by_alias)
    assert type(law).model_validate_json(text) == law
    assert type(law).model_validate(law.model_dump(by_alias=by_alias)) == law


@pytest.mark.parametrize("by_alias", [False, True])
def test_the_procedure_of_a_day_reads_back_its_own_json(by_alias):
    procedure = mdp.procedure_on("2023-09-05")
    text = procedure.model_dump_json(by_alias=by_alias)
    assert mdp.Procedure.model_validate_json(text) == procedure


def test_a_household_reads_back_its_own_json():
    home = mdp.Household(
        household_id="a",
        area="rural",
        independent_since="2020-03-01",
        members=[mdp.Member(member_id=1, sex="female", birth_date="1990-02-28")],
    )
    assert mdp.Household.model_validate_json(home.model_dump_json()) == home
    assert home.area is mdp.vocabulary.Area.RURAL
