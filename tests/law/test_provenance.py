"""A result knows its standard, also out of a file, and nothing takes that of another one."""

import inspect

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import reports
from multidim_poverty.assessment.points import classify_points
from multidim_poverty.law.provenance import STANDARD_COLUMNS, check_standard, standards_of

DECREE = mdp.standard("decree_07_2021")
HIGHER = DECREE.replace(
    name="higher_line",
    why="test",
    lines={"poverty_line": {"rural": 2_000_000}},
)
EDITED = DECREE.replace(name=DECREE.name, why="test", lines={"poverty_line": {"rural": 1_600_000}})
SAMPLE = mdp.load_sample()
HOMES, MEMBERS = SAMPLE.households, SAMPLE.members
RESULT = mdp.assess(HOMES, MEMBERS, standard=DECREE)
MATRIX = RESULT[list(DECREE.indicator_ids)]
CLASSES = RESULT.drop(columns=list(DECREE.indicator_ids))
POINTS = pd.DataFrame({"area": ["rural"], "b1": [100], "b2": [30]})


def profile(result, standard):
    pytest.importorskip("matplotlib")
    return mdp.plotting.deprivation_profile(result, standard=standard)


def receipt_by(standard):
    classes = mdp.classify(HOMES, MATRIX, standard=standard)
    return mdp.receipt(HOMES, MATRIX, classes, standard=standard)


MADE = {
    "assess": lambda standard: mdp.assess(HOMES, MEMBERS, standard=standard),
    "classify": lambda standard: mdp.classify(HOMES, MATRIX, standard=standard),
    "classify_points": lambda standard: classify_points(POINTS, standard=standard),
    "reasons": lambda standard: mdp.reasons(HOMES, MATRIX, standard=standard),
    "nearest_changes": lambda standard: mdp.nearest_changes(HOMES, MATRIX, standard=standard),
}

TAKE = {
    "classify": lambda result, standard: mdp.classify(HOMES, result, standard=standard),
    "reasons": lambda result, standard: mdp.reasons(HOMES, result, standard=standard),
    "explain": lambda result, standard: mdp.explain(
        HOMES, result, HOMES.index[0], standard=standard
    ),
    "nearest_changes": lambda result, standard: mdp.nearest_changes(
        HOMES, result, standard=standard
    ),
    "low_income_workers": lambda result, standard: mdp.low_income_workers(
        HOMES, MEMBERS, result, standard=standard
    ),
    "receipt": lambda result, standard: mdp.receipt(HOMES, MATRIX, result, standard=standard),
    "verify": lambda result, standard: mdp.verify(
        mdp.receipt(
            HOMES, MATRIX, mdp.classify(HOMES, MATRIX, standard=standard), standard=standard
        ),
        HOMES,
        MATRIX,
        result=result,
        standard=standard,
    ),
    "tables": lambda result, standard: reports.tables(
        reports.wide(HOMES, result), standard=standard, population="counted", numbers=[4]
    ),
    **{
        f"table_{number}": lambda result, standard, number=number: getattr(
            reports, f"table_{number}"
        )(reports.wide(HOMES, result), standard=standard)
        for number in (4, 5, 6, 7)
    },
    "table_11": lambda result, standard: reports.table_11(
        reports.wide(HOMES, result), members=MEMBERS, standard=standard
    ),
    "measure": lambda result, standard: mdp.programmes.measure(
        reports.wide(HOMES, result), standard=standard, period="2022"
    ),
    "deprivation_profile": lambda result, standard: profile(result, standard),
}


def test_every_official_table_of_a_standard_is_tried():
    with_standard = {
        name
        for name in reports.__all__
        if name.startswith("table_")
        and "standard" in inspect.signature(getattr(reports, name)).parameters
    }
    assert with_standard == {name for name in TAKE if name.startswith("table_")}


def through_csv(frame, path):
    frame.to_csv(path / "result.csv")
    return pd.read_csv(path / "result.csv", index_col=0)


def through_excel(frame, path):
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("python_calamine")
    frame.to_excel(path / "result.xlsx", engine="xlsxwriter")
    return pd.read_excel(path / "result.xlsx", index_col=0, engine="calamine")


def through_parquet(frame, path):
    pytest.importorskip("pyarrow")
    frame.to_parquet(path / "result.parquet")
    return pd.read_parquet(path / "result.parquet")


@pytest.mark.parametrize("made", MADE)
def test_a_result_names_its_standard_and_the_hash_of_its_content(made):
    result = MADE[made](DECREE)
    assert result.columns[-2:].tolist() == list(STANDARD_COLUMNS)
    assert standards_of(result) == [(DECREE.name, DECREE.content_hash)]
    assert all(isinstance(result[name].dtype, pd.CategoricalDtype) for name in STANDARD_COLUMNS)


@pytest.mark.parametrize("takes", TAKE)
@pytest.mark.parametrize("other", [HIGHER, EDITED], ids=["other_name", "other_content"])
def test_a_result_of_another_standard_is_refused(takes, other):
    TAKE[takes](RESULT, DECREE)
    with pytest.raises(mdp.ArgumentError) as error:
        TAKE[takes](RESULT, other)
    message = str(error.value)
    assert f"{DECREE.name} (hash {DECREE.content_hash[:12]})" in message
    assert f"{other.name} (hash {other.content_hash[:12]})" in message


@pytest.mark.parametrize("file", [through_csv, through_excel, through_parquet])
def test_a_file_keeps_the_standard_of_a_result(file, tmp_path):
    back = file(RESULT.head(40), tmp_path)
    assert standards_of(back) == [(DECREE.name, DECREE.content_hash)]
    homes = HOMES.head(40)
    again = mdp.classify(homes, back, standard=DECREE)
    assert (
        again["poverty_class"]
        .astype(object)
        .equals(RESULT["poverty_class"].head(40).astype(object))
    )
    with pytest.raises(mdp.ArgumentError, match="made by the standard decree_07_2021"):
        mdp.classify(homes, back, standard=HIGHER)


def test_each_standard_of_a_mixed_result_is_named():
    mixed = pd.concat([RESULT.head(2), MADE["assess"](HIGHER).iloc[2:4]])
    with pytest.raises(mdp.ArgumentError, match=f"made by the standard {HIGHER.name} "):
        check_standard(mixed, DECREE)
    with pytest.raises(mdp.ArgumentError, match=f"{DECREE.name} .* and {HIGHER.name} "):
        check_standard(mixed, mdp.standard("decision_59_2015"))


def test_a_table_of_ones_own_that_names_no_standard_is_taken():
    own = RESULT.drop(columns=list(STANDARD_COLUMNS))
    check_standard(own, HIGHER)
    assert standards_of(own) == []
    partly = pd.concat([RESULT.head(2), own.tail(2)])
    check_standard(partly, DECREE)
    with pytest.raises(mdp.ArgumentError, match="not by higher_line"):
        check_standard(partly, HIGHER)


def test_a_name_alone_decides_where_there_is_no_hash():
    named = RESULT.drop(columns="standard_hash")
    check_standard(named, EDITED)
    with pytest.raises(mdp.ArgumentError, match=r"standard decree_07_2021, not by higher_line"):
        check_standard(named, HIGHER)


# -- low-income workers ------------------------------------------------------------------------


WORKER = pd.DataFrame({"household_id": ["a"], "member_id": 1, "employment_status": "own_account"})
HOME = pd.DataFrame(
    {"area": "rural", "income_per_capita": [1.9e6]}, index=pd.Index(["a"], name="household_id")
)


@pytest.mark.parametrize("columns", ["answers", "counts"])
def test_a_near_poor_worker_of_one_standard_does_not_pass_as_one_of_another(columns):
    unnamed = mdp.assess(HOME, WORKER, standard=DECREE).drop(columns=list(STANDARD_COLUMNS))
    if columns == "counts":
        unnamed = unnamed.drop(columns=list(DECREE.indicator_ids))
    assert mdp.low_income_workers(HOME, WORKER, unnamed, standard=DECREE).tolist() == [True]
    with pytest.raises(mdp.ArgumentError, match=r"not the classification .* higher_line: .* 'a'"):
        mdp.low_income_workers(HOME, WORKER, unnamed, standard=HIGHER)


def test_classes_that_were_edited_are_no_classification():
    edited = CLASSES.drop(columns=list(STANDARD_COLUMNS)).astype(
        {"class_at_worst": object, "class_at_best": object}
    )
    poor = edited.index[edited["class_at_best"] == "poor"][0]
    edited.loc[poor, ["class_at_worst", "class_at_best"]] = "average"
    with pytest.raises(mdp.ArgumentError, match=f"deprivations of 1 give other .* '{poor}'"):
        mdp.low_income_workers(HOMES, MEMBERS, edited, standard=DECREE)


@pytest.mark.parametrize(("count", "unknown"), [(-1, 0), (10, 3), (None, 0)])
def test_counts_that_cannot_be_are_refused(count, unknown):
    result = mdp.classify(HOME, MATRIX.head(1).set_axis(HOME.index), standard=DECREE)
    result = result.assign(deprivation_count=[count], deprivations_unknown=[unknown])
    with pytest.raises(mdp.ArgumentError, match="no numbers of the 12 indicators"):
        mdp.low_income_workers(HOME, WORKER, result, standard=DECREE)


# -- the review --------------------------------------------------------------------------------


def surveyed(result, **more):
    homes = pd.DataFrame({"village": "A"}, index=result.index)
    events = mdp.review.open_round(homes, requests=homes.index, on="2023-09-05")
    return mdp.review.record_survey(events, result, on="2023-09-20", **more)


def test_a_survey_records_the_standard_of_its_result():
    result = RESULT[RESULT["poverty_class"].notna()].head(2)
    assert surveyed(result)["standard"].tolist()[-2:] == [DECREE.name] * 2
    with pytest.raises(mdp.ArgumentError, match="assessment was made by the standard decree_07"):
        surveyed(result, standard=HIGHER)
    earlier = mdp.standard("decision_59_2015")
    with pytest.raises(mdp.ReviewError) as error:
        surveyed(result.assign(standard=earlier.name, standard_hash=earlier.content_hash))
    assert set(error.value.violations["rule"]) == {"another_standard"}
