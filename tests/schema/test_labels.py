"""Labels of the codes, in both languages, are answers that can be read."""

import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import schema, vocabulary
from multidim_poverty.language import number_of_text
from multidim_poverty.schema.definitions import COLUMNS

DECREE = mdp.standard("decree_07_2021")
CODED = [c for c in COLUMNS if c.kind == "category"]
YES_NO = [c for c in COLUMNS if c.kind == "boolean"]
IDS = {"ids": lambda c: f"{c.table}.{c.name}"}
WAYS = {
    "as it is": lambda text: text,
    "capitals": str.upper,
    "blanks": lambda text: f"  {text.replace(' ', '  ')}\u00a0",
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
}


def faults_of(table, **more):
    with pytest.raises(mdp.InvalidDataError) as caught:
        schema.decode(table, **more)
    return caught.value.violations


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("column", CODED, **IDS)
def test_every_label_of_every_column_is_its_code(column, language, way):
    labels = [getattr(term, language) for term in column.terms]
    terms = [term for term in column.terms if labels.count(getattr(term, language)) == 1]
    table = pd.DataFrame({column.name: [*(way(getattr(t, language)) for t in terms), None, " "]})
    before = table.copy(deep=True)
    found = schema.decode(table, of=column.table)
    assert found[column.name].tolist()[:-2] == [str(term) for term in terms]
    assert found[column.name].isna().tolist()[-2:] == [True, True]
    assert found[column.name].cat.categories.tolist() == list(column.codes)
    pd.testing.assert_frame_equal(table, before)
    assert schema.decode(found, of=column.table)[column.name].equals(found[column.name])


@pytest.mark.parametrize("column", YES_NO, **IDS)
def test_yes_and_no_in_both_languages(column):
    words = ["Có", "không", "Yes", "NO", "True", "false", "1", "0", True, False, 1, 0.0, None]
    table = pd.DataFrame({column.name: pd.Series(words, dtype=object)})
    found = schema.decode(table, of=column.table)[column.name]
    assert found.dtype == "boolean"
    assert found.tolist()[:-1] == [True, False] * 6
    assert schema.decode(table.iloc[:-1], of=column.table)[column.name].dtype == bool


def test_every_cell_that_is_not_understood_is_named_at_once():
    table = pd.DataFrame(
        {
            "area": ["Nông thôn", "thị trấn", None, "Rural"],
            "toilet": ["Hai ngăn", "Không có", "hố xí", ""],
            "has_radio": ["x", "Có", 2, None],
            "floor_area": ["12,5", "1.500", "nhiều", 40],
            "household_size": ["4", "4,5", None, "3"],
            "village": ["Thôn 1", 7, None, "x"],
        },
        index=list("abcd"),
    )
    found = faults_of(table)
    assert sorted(found[["household_id", "column", "rule"]].values.tolist()) == [
        ["a", "has_radio", "not_boolean"],
        ["b", "area", "unknown_category"],
        ["b", "floor_area", "text_number"],
        ["b", "household_size", "not_whole"],
        ["c", "floor_area", "not_a_number"],
        ["c", "has_radio", "not_boolean"],
        ["c", "toilet", "unknown_category"],
    ]
    assert found["value"].tolist().count("thị trấn") == 1
    assert "answers: rural, urban" in " ".join(found["message"])


def test_a_label_of_two_classes_needs_the_standard():
    table = pd.DataFrame({"poverty_class": ["Hộ nghèo", "Hộ không nghèo"]}, index=["a", "b"])
    found = faults_of(table)
    assert found[["household_id", "rule"]].values.tolist() == [["b", "ambiguous_label"]]
    assert "above_average, not_poor" in found["message"].item()
    for name, expected in (("decree_07_2021", "above_average"), ("decree_351_2025", "not_poor")):
        classes = schema.decode(table, standard=name)["poverty_class"]
        assert classes.tolist() == ["poor", expected]
        assert classes.cat.categories.tolist() == [str(c) for c in mdp.standard(name).classes]
        assert classes.cat.ordered
    other = faults_of(pd.DataFrame({"poverty_class": ["average"]}), standard="decree_351_2025")
    assert other["rule"].tolist() == ["unknown_category"]


def test_classes_of_events_are_those_of_the_standard_too():
    events = pd.DataFrame(
        {"process": ["periodic"], "event": ["surveyed"], "assessed_class": ["Hộ không nghèo"]}
    )
    decoded = schema.decode(events, standard="decree_07_2021")
    assert decoded["assessed_class"].tolist() == ["above_average"]
    assert faults_of(events)["rule"].tolist() == ["ambiguous_label"]


def test_tables_are_told_apart_and_other_columns_stay():
    members = pd.DataFrame(
        {"household_id": ["01"], "member_id": ["1"], "attending": ["Tiểu học"], "own": ["Có"]}
    )
    assert schema.decode(members).values.tolist() == [["01", "1", "primary", "Có"]]
    events = pd.DataFrame({"process": ["Rà soát định kỳ hằng năm"], "event": ["Posted in public"],
                           "attending": ["40"]})  # fmt: skip
    assert schema.decode(events).values.tolist() == [["periodic", "posted", 40]]
    accounts = pd.DataFrame({"source": ["Trồng trọt"], "receipts": ["10.000.000"]})
    assert schema.decode(accounts).values.tolist() == [["crops", 10_000_000.0]]
    with pytest.raises(mdp.ArgumentError, match="of 'people' is none of households, members"):
        schema.decode(members, of="people")
    with pytest.raises(mdp.ArgumentError, match="table is a dict"):
        schema.decode({})


def labelled(frame, table, language):
    """The same answers as their labels, yes and no as words, numbers as texts."""
    changed = {}
    yes, no = {"vi": ("Có", "Không"), "en": ("Yes", "No")}[language]
    for column in COLUMNS:
        if column.table != table or column.name not in frame.columns:
            continue
        values = frame[column.name].astype(object).where(frame[column.name].notna(), None)
        if column.kind == "category":
            names = {str(term): getattr(term, language) for term in column.terms}
            changed[column.name] = values.map(lambda v, names=names: names.get(v, v))
        elif column.kind == "boolean":
            changed[column.name] = values.map({True: yes, False: no})
    return frame.assign(**changed)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_sample_in_words_is_assessed_as_in_codes(language):
    sample = mdp.load_sample()
    homes = labelled(sample.households, "households", language)
    members = labelled(sample.members, "members", language)
    assert homes["area"].isin(["Nông thôn", "Thành thị", "Rural", "Urban"]).all()
    pd.testing.assert_frame_equal(
        mdp.assess(schema.decode(homes), schema.decode(members), standard=DECREE),
        mdp.assess(sample.households, sample.members, standard=DECREE),
    )


@given(st.integers(-(10**12), 10**12), st.sampled_from([".", ",", " ", "\u00a0"]))
def test_large_numbers_in_groups_are_read_where_nothing_else_can_be_meant(number, sign):
    text = f"{number:,}".replace(",", sign)
    groups = text.lstrip("-").count(sign)
    assert number_of_text(str(number)) == number
    ambiguous = groups == 1 and sign in ".,"
    assert number_of_text(text) == (None if ambiguous else number)


@given(st.integers(0, 10**9), st.integers(0, 99), st.sampled_from([".", ","]))
def test_decimals_are_read_with_either_sign(whole, hundredths, sign):
    text = f"{whole}{sign}{hundredths:02d}"
    assert number_of_text(text) == pytest.approx(whole + hundredths / 100, abs=1e-6)
    grouped = f"{whole:,}".replace(",", "," if sign == "." else ".") + f"{sign}{hundredths:02d}"
    assert number_of_text(grouped) == pytest.approx(whole + hundredths / 100, abs=1e-6)


def test_what_is_no_number_is_none():
    for text in ("", " ", "x", "1e5", "12.34.5", "1,2,3", "--1", "1.057.37", "nan", "inf", "٣"):
        assert number_of_text(text) is None, text


def test_every_vocabulary_of_the_tables_is_covered():
    of_tables = {type(term).__name__ for column in CODED for term in column.terms}
    assert of_tables <= set(vocabulary.__all__)
    assert {"Area", "WaterSource", "Toilet", "Relation", "EmploymentStatus"} <= of_tables
