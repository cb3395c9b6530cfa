"""The test kit, tried on our own functions, and on faults that it must find."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import testing
from multidim_poverty.testing.planted_faults import FAULTS as FAULTS_FOR_HOUSEHOLDS
from tests.helpers.faults import errors_of
from tests.helpers.profile import at_most

D07 = mdp.standard("decree_07_2021")
LAWS = {law.__name__: law for law in testing.CLASS_LAWS}
BACKENDS = st.sampled_from(["numpy", "nullable", "pyarrow"])
IDS = st.sampled_from(["text", "int"])
FEW = at_most(20)
DAYS = st.sampled_from([None, "2019-06-30", "2023-06-30", "2028-02-29"])


ONE = settings(max_examples=3000, database=None, phases=[Phase.generate], deadline=None)


def one(strategy, wanted=lambda _: True):
    """An example as it is drawn, not shrunk."""
    return find(strategy, wanted, settings=ONE)


@st.composite
def classified(draw, **options):
    """A standard, and households with deprivations under it; answers missing or not."""
    standard = draw(testing.standards(**options))
    inputs = testing.class_inputs(
        standard=standard, missing=draw(st.booleans()), backend=draw(BACKENDS), ids=draw(IDS)
    )
    if draw(st.booleans()):
        inputs = testing.with_missing(inputs)
    return standard, draw(inputs)


@st.composite
def surveyed(draw):
    """A standard, the day of a survey, and its two tables."""
    on = draw(DAYS)
    tables = testing.rosters(
        missing=draw(st.booleans()), backend=draw(BACKENDS), ids=draw(IDS), on=on
    )
    if draw(st.booleans()):
        tables = testing.with_missing(tables)
    return draw(testing.standards()), on, draw(tables)


def of(standard):
    def f(households, deprivations):
        return mdp.classify(households, deprivations, standard=standard)

    return f


# -- our own functions under the kit ----------------------------------------------------------


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
@FEW
@given(drawn=classified())
def test_classify_keeps_every_law(law, drawn):
    standard, inputs = drawn
    law(of(standard), inputs.households, inputs.deprivations, standard=standard)


@pytest.mark.parametrize("standard", mdp.standards(), ids=lambda s: s.name)
def test_classify_keeps_every_law_at_the_boundaries(standard):
    inputs = one(testing.boundary_households(standard=standard))
    testing.check_class_laws(
        of(standard), inputs.households, inputs.deprivations, standard=standard
    )


@given(drawn=classified(monotone=False))
def test_classify_equals_the_oracle(drawn):
    standard, inputs = drawn
    pd.testing.assert_frame_equal(
        mdp.classify(inputs.households, inputs.deprivations, standard=standard),
        testing.oracle_classify(inputs.households, inputs.deprivations, standard=standard),
    )


@given(tables=testing.rosters(missing=True), standard=testing.standards())
def test_classify_equals_the_oracle_where_income_is_computed(tables, standard):
    homes = tables.households[["area", "income_12m", "household_size"]]
    stated = tables.households.drop(columns="income_12m")
    none = pd.DataFrame(False, index=homes.index, columns=standard.indicator_ids)
    for households in (homes, stated, tables.households):
        pd.testing.assert_frame_equal(
            mdp.classify(households, none, standard=standard),
            testing.oracle_classify(households, none.iloc[::-1], standard=standard),
        )


@given(drawn=surveyed())
def test_deprivations_equal_the_oracle(drawn):
    standard, on, tables = drawn
    fast = mdp.deprivations(tables.households, tables.members, standard=standard, on=on)
    slow = testing.oracle_deprivations(tables.households, tables.members, standard=standard, on=on)
    pd.testing.assert_frame_equal(fast.astype("boolean"), slow)


@FEW
@given(drawn=surveyed(), keep=st.lists(st.booleans(), min_size=25, max_size=25))
def test_deprivations_equal_the_oracle_where_members_are_not_listed(drawn, keep):
    standard, on, tables = drawn
    members = tables.members.loc[np.array(keep[: len(tables.members)], dtype=bool)]
    for some in (members, None):
        fast = mdp.deprivations(tables.households, some, standard=standard, on=on)
        slow = testing.oracle_deprivations(tables.households, some, standard=standard, on=on)
        pd.testing.assert_frame_equal(fast.astype("boolean"), slow)


def test_one_household_by_the_oracle():
    no = dict.fromkeys(D07.indicator_ids, False)
    two, unknown = no | {"water": True, "toilet": True}, {"nutrition": None, "telecom": np.nan}
    home = {"area": "urban", "income_per_capita": 2_000_000}
    assert testing.classify_one(home, two | unknown, standard=D07) == {
        "income_band": "up_to_poverty_line",
        "deprivation_count": 2,
        "deprivations_unknown": 2,
        "poverty_class": None,
        "class_at_worst": "poor",
        "class_at_best": "near_poor",
    }
    nothing = testing.classify_one(
        pd.Series({"area": "rural"}), pd.Series(two, dtype=object), standard=D07
    )
    assert (nothing["income_band"], nothing["poverty_class"]) == (None, None)
    assert (nothing["class_at_worst"], nothing["class_at_best"]) == ("near_poor", "above_average")
    people = pd.DataFrame({"age": [5, 70], "stunted": [True, False]})
    found = testing.deprivations_one(
        pd.Series({"floor_area": 16.0}), people, standard=D07, on="2023-01-01"
    )
    assert (found["nutrition"], found["housing_area"], found["water"]) == (True, False, None)


# -- one fault for each law -------------------------------------------------------------------


def classes(households, deprivations):
    return mdp.classify(households, deprivations, standard=D07)["poverty_class"].astype(object)


def line_of(households):
    return np.where(households["area"].astype(object) == "urban", 2_000_000.0, 1_500_000.0)


def money(households):
    return households["income_per_capita"].astype("Float64").fillna(0.0).to_numpy(dtype=float)


def an_income_at_the_line_is_rich(households, deprivations):
    return classes(households, deprivations).mask(
        money(households) == line_of(households), "above_average"
    )


def poor_with_exactly_three(households, deprivations):
    found, count = classes(households, deprivations), deprivations.sum(axis=1)
    return found.mask((found == "poor").to_numpy() & (count != 3).to_numpy(), "near_poor")


def everybody_is_poor(households, deprivations):
    return ["poor"] * len(households)


def the_first_is_poor(households, deprivations):
    found = classes(households, deprivations)
    return found.where(np.arange(len(found)) > 0, "poor")


def equal_rows_are_dropped(households, deprivations):
    again = households.duplicated().to_numpy() & deprivations.duplicated().to_numpy()
    return classes(households, deprivations).mask(again, None)


def the_last_of_a_table_is_lost(households, deprivations):
    found = classes(households, deprivations)
    return found.where(np.arange(len(found)) < len(found) - 1, None)


def sorted_by_id(households, deprivations):
    return classes(households, deprivations).sort_index()


def the_first_column_decides(households, deprivations):
    first = deprivations.iloc[:, 0].astype("boolean").fillna(False).to_numpy(dtype=bool)
    return classes(households, deprivations).mask(first, "poor")


def fills_in_place(households, deprivations):
    households["income_per_capita"] = households["income_per_capita"].fillna(0.0)
    deprivations.iloc[:, 0] = False
    return classes(households, deprivations)


def counts_plain_columns_only(households, deprivations):
    plain = [deprivations[name].dtype.name == "bool" for name in deprivations.columns]
    count = deprivations.loc[:, plain].sum(axis=1)
    return np.select(
        [money(households) > line_of(households), count >= 3], ["average", "poor"], "near_poor"
    )


def poor_is_under_the_median(households, deprivations):
    income = pd.Series(money(households))
    return np.where(income < income.median(), "poor", "average")


def unknown_is_no(households, deprivations):
    return classes(households, deprivations.astype("boolean").fillna(False))


def gives_up(households, deprivations):
    return classes(households, deprivations).mask(deprivations.isna().any(axis=1), None)


FAULTS = {
    "classes_are_those_of_the_standard": everybody_is_poor,
    "more_income_never_hurts": an_income_at_the_line_is_rich,
    "more_deprivations_never_help": poor_with_exactly_three,
    "order_of_rows_does_not_matter": the_first_is_poor,
    "replication_changes_nothing": equal_rows_are_dropped,
    "concatenation_changes_nothing": the_last_of_a_table_is_lost,
    "index_does_not_matter": sorted_by_id,
    "column_order_does_not_matter": the_first_column_decides,
    "inputs_are_not_changed": fills_in_place,
    "dtypes_do_not_matter": counts_plain_columns_only,
    "households_stand_alone": poor_is_under_the_median,
    "determined_classes_survive_completion": unknown_is_no,
    "undetermined_classes_are_open": gives_up,
}


def test_there_is_a_fault_for_each_law():
    assert sorted(FAULTS) == sorted(LAWS)


@pytest.mark.parametrize("name", FAULTS)
def test_each_law_catches_its_fault_and_names_the_household(name):
    missing = name in ("determined_classes_survive_completion", "undetermined_classes_are_open")

    @settings(
        max_examples=200, database=None, derandomize=True, deadline=None, phases=[Phase.generate]
    )
    @given(testing.class_inputs(standard=D07, missing=missing))
    def try_it(inputs):
        LAWS[name](FAULTS[name], inputs.households, inputs.deprivations, standard=D07)

    with pytest.raises(AssertionError, match=name) as error:
        try_it()
    assert re.search(r"\bh\d+\b", str(error.value))
    assert "class" in str(error.value) or name == "inputs_are_not_changed"


def test_a_counterexample_shows_rows_and_both_answers():
    index = pd.Index(["a", "b"], name="household_id")
    households = pd.DataFrame({"area": "rural", "income_per_capita": [1e6, 9e6]}, index=index)
    matrix = pd.DataFrame(False, index=index, columns=D07.indicator_ids)
    matrix.loc["a", ["water", "toilet", "telecom", "nutrition"]] = True
    with pytest.raises(AssertionError) as error:
        testing.more_deprivations_never_help(
            poor_with_exactly_three, households, matrix, standard=D07
        )
    words = [re.sub(r"\s+", " ", line).strip() for line in str(error.value).splitlines()]
    assert words == [
        "more_deprivations_never_help: household 'a' has a worse class without the deprivation "
        "'nutrition' than with it",
        "household a a",
        "case before after",
        "area rural rural",
        "income_per_capita 1000000.0 1000000.0",
        "deprived in nutrition, water, toilet, telecom water, toilet, telecom",
        "class near_poor poor",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda h, d: h.insert(0, "new", 1), "the columns of households were"),
        (lambda h, d: setattr(d, "index", d.index[::-1]), "the index of deprivations was"),
        (lambda h, d: h.isetitem(0, h["area"].astype(object)), "'area' of households was dtype"),
    ],
)
def test_every_change_of_an_input_is_seen(change, words):
    inputs = one(testing.class_inputs(standard=D07, min_size=3))
    with pytest.raises(AssertionError, match=words):
        testing.inputs_are_not_changed(change, inputs.households, inputs.deprivations, standard=D07)
    assert inputs.households.columns.tolist() == ["area", "income_per_capita"]


def test_answers_of_any_form_and_number():
    inputs = one(testing.class_inputs(standard=D07, min_size=3))
    tables = inputs.households, inputs.deprivations

    def listed(households, deprivations):
        return classes(households, deprivations).tolist()

    for f in (listed, lambda h, d: np.array(listed(h, d)), lambda h, d: classes(h, d).to_frame()):
        testing.check_class_laws(f, *tables, standard=D07)
    with pytest.raises(AssertionError, match="3 households were given, and 2 classes"):
        testing.check_class_laws(lambda h, d: listed(h, d)[1:], *tables, standard=D07)


def test_the_laws_hold_of_no_households():
    inputs = one(testing.class_inputs(standard=D07, min_size=0, max_size=0))
    assert not len(inputs.households)
    testing.check_class_laws(of(D07), inputs.households, inputs.deprivations, standard=D07)


# -- strategies -------------------------------------------------------------------------------


@given(drawn=surveyed())
def test_rosters_have_no_fault(drawn):
    _, on, tables = drawn
    assert errors_of(tables.households, tables.members, on=on).empty
    sizes = tables.members.groupby("household_id", sort=False).size()
    assert sizes.index.tolist() == tables.households.index.tolist()


@given(tables=testing.rosters(on="2024-02-29"))
def test_rosters_agree_within(tables):
    members = tables.members
    assert (tables.households["household_size"].to_numpy() == members.groupby(
        "household_id", sort=False).size().to_numpy()).all()  # fmt: skip
    heads = members[members["relation"].astype(object) == "head"]
    assert heads["household_id"].tolist() == tables.households.index.tolist()
    assert (heads["member_id"] == 1).all()
    female = heads["sex"].astype(object).eq("female").to_numpy()
    assert (tables.households["female_head"].to_numpy() == female).all()
    head_age = members["household_id"].map(heads.set_index("household_id")["age"])
    relation, age = members["relation"].astype(object), members["age"]
    assert (age[relation == "child"] <= head_age[relation == "child"] - 16).all()
    assert (age[relation == "parent"] >= head_age[relation == "parent"] + 16).all()
    assert (age[relation == "spouse"] >= 18).all()
    assert not (members["stunted"] & (age >= 16)).any()


@FEW
@given(
    table=testing.households(min_size=100, max_size=300, missing=True),
    tables=testing.rosters(min_size=20, max_size=40, missing=True, backend="nullable"),
    people=testing.members(min_size=20, max_size=40, ids="int"),
)
def test_large_tables_have_no_fault(table, tables, people):
    assert 100 <= len(table) <= 300
    assert 20 <= len(tables.households) <= 40
    assert 20 <= people["household_id"].nunique() <= 40
    assert errors_of(table).empty
    assert errors_of(tables.households, tables.members).empty


@given(table=testing.households(missing=True, columns=["has_radio", "area", "income_12m"]))
def test_columns_are_those_wanted(table):
    assert table.columns.tolist() == ["has_radio", "area", "income_12m"]
    assert table["area"].dropna().isin(["rural", "urban"]).all()


def test_dtypes_of_the_backends():
    def drawn(backend, missing=False):
        strategy = testing.rosters(backend=backend, missing=missing, min_size=5)
        return one(strategy, lambda t: not missing or t.households.isna().any(axis=None))

    plain = drawn("numpy")
    assert plain.households["area"].dtype == pd.CategoricalDtype(["rural", "urban"])
    names = ["has_radio", "income_12m", "household_size"]
    assert plain.households[names].dtypes.astype(str).tolist() == ["bool", "float64", "int64"]
    nullable = drawn("nullable")
    assert nullable.households[names].dtypes.astype(str).tolist() == ["boolean", "Float64", "Int64"]
    assert nullable.members["sex"].dtype == "string"
    assert drawn("pyarrow").members["sex"].dtype.storage == "pyarrow"
    holed = drawn("numpy", missing=True).households.dtypes.astype(str)
    assert set(holed) <= {
        "bool",
        "boolean",
        "category",
        "object",
        "str",
        "float64",
        "int64",
        "Int64",
        "datetime64[ns]",
    }


@pytest.mark.parametrize(
    "strategy",
    [
        lambda: testing.households(backend="polars"),
        lambda: testing.households(ids="uuid"),
        lambda: testing.households(columns=["area", "no_such"]),
        lambda: testing.invalid_households(min_size=1),
        lambda: testing.standards(shipped=False, random=False),
    ],
)
def test_options_that_are_none(strategy):
    with pytest.raises(ValueError, match=r"backend|ids|no_such|min_size|nothing to draw"):
        strategy()


@given(bad=testing.invalid_households())
def test_the_fault_that_is_planted_is_named(bad):
    found = errors_of(bad.households)
    hits = found[(found["rule"] == bad.rule) & (found["column"] == bad.column)]
    assert len(hits)
    if bad.rule == "missing_value" and bad.column == "household_id":
        assert hits["household_id"].isna().all()
    elif bad.household_id is not None:
        assert bad.household_id in hits["household_id"].tolist()


def test_every_rule_for_households_is_planted():
    of_members = {
        "unknown_household", "no_members", "size_disagrees", "two_heads", "adult_undernourished",
        "born_later", "born_too_early", "age_disagrees", "not_a_date", "time_zone",
        "birth_years_differ",
    }  # fmt: skip
    of_others = {
        "not_a_deprivation", "not_a_class", "not_a_link", "id_not_wanted", "not_in_the_table",
        "two_links", "link_to_itself", "links_in_a_circle", "link_not_accepted",
        "also_there_before", "still_there", "two_on_one_day",
        "unit_not_a_text", "unit_not_a_code", "unit_of_another_day", "unit_in_no_list",
        "unit_split",
        "not_a_flow", "undetermined", "unknown_unit", "sum_of_units", "group_disagrees",
        "local_not_minority", "no_common_id", "id_types_differ", "inexact_id",
        "id_spellings_differ", "unit_without_zeros", "unit_of_another_level", "ambiguous_label",
        "all_zero", "lonely_unit", "one_unit_drawn", "differs_in_stratum", "fewer_than_drawn",
        "not_above_zero", "household_in_another_partition", "replicate_missing",
    }  # fmt: skip
    planted = {rule for rule, *_ in FAULTS_FOR_HOUSEHOLDS}
    rules = mdp.schema.rules()
    errors = rules["severity"] == "error"
    of_tables = set(rules.loc[(rules["area"] == "tables") & errors, "rule"])
    assert of_tables - of_members - of_others == planted


@FEW
@given(standard=testing.standards(), ids=IDS, backend=BACKENDS, data=st.data())
def test_boundary_households_hit_every_cell(standard, ids, backend, data):
    inputs = data.draw(testing.boundary_households(standard=standard, ids=ids, backend=backend))
    households, matrix = inputs.households, inputs.deprivations
    assert matrix.columns.tolist() == list(standard.indicator_ids)
    count = matrix.astype(bool).sum(axis=1).to_numpy()
    income, area = (households[name].to_numpy() for name in ("income_per_capita", "area"))
    for _, cell in standard.decision_table().iterrows():
        here = (area == cell["area"]) & (count >= cell["deprivations_at_least"])
        here &= count <= cell["deprivations_at_most"]
        if not pd.isna(cell["income_above"]):
            assert (here & (income == cell["income_above"] + 1)).any()
            here &= income > cell["income_above"]
        if not pd.isna(cell["income_at_most"]):
            assert (here & (income == cell["income_at_most"])).any()
            here &= income <= cell["income_at_most"]
        for edge in (cell["deprivations_at_least"], cell["deprivations_at_most"]):
            assert (here & (count == edge)).any()
    some = data.draw(testing.boundary_households(standard=standard, whole=False))
    assert 1 <= len(some.households) <= 12


@FEW
@given(standard=testing.standards(shipped=False), loose=testing.standards(monotone=False))
def test_standards_are_valid_and_cover_everything(standard, loose):
    assert 0 <= len(standard.lines) <= 4
    assert 1 <= len(standard.indicators) <= 14
    for one in (standard, loose):
        again = mdp.Standard.model_validate(one.model_dump())
        assert again.decision_table().equals(one.decision_table())
        for band in range(len(one.lines) + 1):
            for count in range(len(one.indicators) + 1):
                assert one.rule_for(band, count).poverty_class in one.classes
    ranks = [
        [
            standard.classes.index(standard.rule_for(band, count).poverty_class)
            for count in range(len(standard.indicators) + 1)
        ]
        for band in range(len(standard.lines) + 1)
    ]
    assert (np.diff(ranks, axis=0) >= 0).all()
    assert (np.diff(ranks, axis=1) <= 0).all()


@pytest.mark.parametrize(
    "wanted",
    [
        lambda s: len(s.lines) == 4,
        lambda s: len(s.indicators) == 14,
        lambda s: len(s.classes) == 5,
        lambda s: any(r.income_above is None and r.income_at_most is None for r in s.class_rules),
        lambda s: s.name == "decree_351_2025",
    ],
)
@pytest.mark.slow
def test_standards_of_every_kind_are_drawn(wanted):
    assert wanted(one(testing.standards(), wanted))


@given(drawn=classified(), data=st.data())
def test_missing_answers_leave_the_others(drawn, data):
    _, inputs = drawn
    holed = data.draw(testing.with_missing(st.just(inputs)))
    for name in ("households", "deprivations"):
        before, after = getattr(inputs, name), getattr(holed, name)
        assert after.columns.equals(before.columns)
        assert after.index.equals(before.index)
        for column in before.columns:
            left = after[column].notna().to_numpy()
            assert (before[column].notna().to_numpy() >= left).all()
            one = before[column].astype(object).to_numpy()[left]
            assert (after[column].astype(object).to_numpy()[left] == one).all()
    kept = data.draw(testing.with_missing(st.just(inputs), keep=["area"]))
    assert kept.households["area"].equals(inputs.households["area"])


@pytest.mark.slow
def test_missing_answers_in_every_dtype():
    seen = set()

    @settings(max_examples=150, database=None, derandomize=True, deadline=None)
    @given(testing.with_missing(testing.rosters(on="2023-06-30")))
    def draw(tables):
        for frame in (tables.households, tables.members):
            seen.update(str(frame[c].dtype) for c in frame.columns if frame[c].isna().any())

    draw()
    assert {"boolean", "float64", "Int64", "Float64", "object", "category"} <= seen


SHRUNK = settings(max_examples=3000, database=None, derandomize=True, deadline=None)


@pytest.mark.slow
def test_examples_shrink_to_few_plain_households():
    table = find(testing.households(), lambda t: t["has_radio"].any(), settings=SHRUNK)
    assert len(table) == 1
    others = table.select_dtypes("bool").drop(columns="has_radio")
    assert not others.any(axis=None)
    tables = find(testing.rosters(), lambda t: (t.members["age"] == 6).any(), settings=SHRUNK)
    assert len(tables.members) == 2
    inputs = find(
        testing.class_inputs(standard=D07),
        lambda i: (classes(i.households, i.deprivations) == "poor").any(),
        settings=SHRUNK,
    )
    assert inputs.deprivations.to_numpy().sum() == 3
    assert inputs.households["income_per_capita"].tolist() == [0.0]


def simple_case():
    standard = mdp.standard("decree_07_2021")
    homes = pd.DataFrame({"area": "rural", "income_per_capita": 1e6}, index=["a"])
    matrix = pd.DataFrame(False, index=["a"], columns=standard.indicator_ids).astype("boolean")
    return standard, homes, matrix


def test_a_classification_that_gives_up_where_all_is_known_is_caught():
    standard, homes, matrix = simple_case()
    matrix.iloc[0, :5] = [True, True, True, True, None]

    def gives_up(households, deprivations):
        classes = mdp.classify(households, deprivations, standard=standard)["poverty_class"]
        five = deprivations.fillna(False).sum(axis=1) == 5
        return classes.mask(five | deprivations.isna().any(axis=1))

    with pytest.raises(AssertionError, match="'a' has no class although all is known"):
        testing.undetermined_classes_are_open(gives_up, homes, matrix, standard=standard)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (["Poor"], r"\['Poor'\] are no classes; classes: poor"),
        ([0], r"\['0'\] are no classes"),
        (pd.DataFrame({"class": ["poor"]}), "without column poverty_class"),
    ],
)
def test_answers_that_are_no_classes_are_said_to_be_none(answer, message):
    standard, homes, matrix = simple_case()
    for law in testing.CLASS_LAWS:
        if law is testing.inputs_are_not_changed:  # it does not look at the answer
            continue
        with pytest.raises(AssertionError, match=message):
            law(lambda *_: answer, homes, matrix, standard=standard)
