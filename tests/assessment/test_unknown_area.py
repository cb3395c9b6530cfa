"""An unknown area is an answer like any other: what both areas agree on is known."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import testing
from tests.helpers import oracle
from tests.helpers.faults import errors_of

STANDARDS = [s.name for s in mdp.standards()]
DECREE = mdp.standard("decree_07_2021")
ignoring_losses = pytest.mark.filterwarnings("ignore:.*income below zero")


def incomes(standard):
    lines = {line.amount(area) for line in standard.lines for area in mdp.vocabulary.Area}
    return [-1e6, 0.0, *(float(line + step) for line in sorted(lines) for step in (-1, 0, 1))]


def cells(standard):
    """Households of unknown area: every income (and none), known and unknown count."""
    n = len(standard.indicators)
    counts = [(c, u) for c in range(n + 1) for u in range(n + 1 - c)]
    rows = [(y, c, u) for y, (c, u) in itertools.product([None, *incomes(standard)], counts)]
    households = pd.DataFrame(
        {
            "area": pd.array([None] * len(rows), dtype="string"),
            "income_per_capita": np.array([y for y, *_ in rows], dtype=float),
        },
        index=pd.Index([f"h{k}" for k in range(len(rows))], name="household_id"),
    )
    answers = [[True] * c + [None] * u + [False] * (n - c - u) for _, c, u in rows]
    matrix = pd.DataFrame(answers, households.index, list(standard.indicator_ids), dtype="boolean")
    return rows, households, matrix


@ignoring_losses
@pytest.mark.parametrize("name", STANDARDS)
def test_the_class_is_that_of_both_areas_or_open_between_them(name):
    standard = mdp.standard(name)
    order = [str(cls) for cls in standard.classes]
    rows, households, matrix = cells(standard)
    found = mdp.classify(households, matrix, standard=standard)
    why = mdp.reasons(households, matrix, standard=standard)
    n, open_area = len(standard.indicators), 0
    for (income, count, unknown), result, reason in zip(
        rows, found.itertuples(), why.itertuples(), strict=True
    ):
        classes = {
            (area, y, c): oracle.class_of(name, area, y, c)
            for area in ("rural", "urban")
            for y in (incomes(standard) if income is None else [income])
            for c in range(count, count + unknown + 1)
        }
        ranks = sorted(map(order.index, classes.values()))
        assert (result.class_at_worst, result.class_at_best) == (order[ranks[0]], order[ranks[-1]])
        determined = ranks[0] == ranks[-1]
        assert pd.isna(result.poverty_class) != determined
        assert pd.isna(reason.rule) != determined
        area_matters = any(classes["urban", y, c] != classes["rural", y, c] for _, y, c in classes)
        income_matters = any(
            len({classes[area, y, c] for _, y, _ in classes}) > 1 for area, _, c in classes
        )
        assert bool(reason.open_questions >> (n + 1) & 1) == area_matters
        assert bool(reason.open_questions >> n & 1) == income_matters
        open_area += area_matters
        if determined:
            assert {rule.split(".")[0] for rule in reason.rule.split(" or ")} == {"rural", "urban"}
        if income is not None:
            bands = (
                {
                    mdp.classify(
                        pd.DataFrame({"area": [area], "income_per_capita": [income]}),
                        pd.DataFrame(False, [0], list(standard.indicator_ids)),
                        standard=standard,
                    )["income_band"].iloc[0]
                    for area in ("rural", "urban")
                }
                if unknown == count == 0
                else set()
            )
            if len(bands) == 1:
                assert result.income_band == bands.pop()
            elif bands:
                assert pd.isna(result.income_band)
    assert open_area


@given(data=st.data(), standard=testing.standards(monotone=False))
def test_any_standard_agrees_with_the_oracle_where_areas_are_missing(data, standard):
    inputs = data.draw(testing.class_inputs(standard=standard, missing=True))
    tables = inputs.households, inputs.deprivations
    pd.testing.assert_frame_equal(
        mdp.classify(*tables, standard=standard),
        testing.oracle_classify(*tables, standard=standard),
    )


def test_drawn_areas_are_missing_too():
    from hypothesis import find

    inputs = find(
        testing.class_inputs(standard=DECREE, missing=True),
        lambda inputs: inputs.households["area"].isna().any(),
    )
    assert inputs.households["area"].isna().any()


@ignoring_losses
def test_a_change_holds_in_both_areas_and_none_is_nearer():
    rows, households, matrix = cells(DECREE)
    changes = mdp.nearest_changes(households, matrix, standard=DECREE)
    assert {"income", "deprivations"} <= set(changes["way"])
    for id, of_home in changes.groupby(level=0):
        income, count, unknown = rows[households.index.get_loc(id)]
        for change in of_home.itertuples():
            money = 0 if np.isnan(change.income_change) else change.income_change
            more = 0 if pd.isna(change.deprivation_change) else change.deprivation_change
            reached = {
                oracle.class_of("decree_07_2021", area, income + money, count + more + u)
                for area in ("rural", "urban")
                for u in range(unknown + 1)
            }
            assert reached == {change.to_class}
            if change.way == "income":
                nearer = [
                    y
                    for y in incomes(DECREE)
                    if abs(y - income) < abs(money)
                    and {
                        oracle.class_of("decree_07_2021", area, y, count + u)
                        for area in ("rural", "urban")
                        for u in range(unknown + 1)
                    }
                    == {change.to_class}
                ]
                assert not nearer
    settled = mdp.classify(households, matrix, standard=DECREE)["poverty_class"].notna()
    assert settled[changes.index.unique()].all()


def one_home(income, **more):
    homes = pd.DataFrame({"area": [None], "income_per_capita": [income]}, index=["a"]).assign(
        **more
    )
    return homes, pd.DataFrame(False, ["a"], list(DECREE.indicator_ids))


def test_explain_names_the_area_among_what_is_still_to_be_asked():
    homes, matrix = one_home(1_800_000.0)
    said = mdp.explain(homes, matrix, "a", standard=DECREE)
    text = said.text("en")
    assert said.poverty_class is None
    assert "Area of residence is not known" in text
    assert "above the income line of 1,500,000 for a rural household" in text
    assert "not above the income line of 2,000,000 for an urban household" in text
    assert text.endswith("Still to be asked: area of residence")
    assert said.text("vi").endswith("Cần hỏi thêm: khu vực")
    homes, matrix = one_home(1_000_000.0)
    determined = mdp.explain(homes, matrix, "a", standard=DECREE)
    assert determined.poverty_class == "near_poor"
    assert "Still to be asked" not in determined.text("en")


@pytest.mark.parametrize(
    ("income", "cls"), [(1e6, "near_poor"), (2.1e6, "average"), (9e6, "above_average")]
)
def test_one_record_is_assessed_as_its_row(income, cls):
    answers = dict.fromkeys(["has_radio", "roof_durable"], True)
    home = mdp.Household(household_id="a", area=None, income_per_capita=income, **answers)
    one = mdp.assess_one(home, standard=DECREE)
    table = mdp.assess(mdp.to_frames([home]), standard=DECREE)
    assert one.class_at_worst == table["class_at_worst"].iloc[0]
    assert one.class_at_best == table["class_at_best"].iloc[0] == cls
    again = mdp.Household.model_validate_json(home.model_dump_json())
    assert again == home


def test_an_area_that_is_not_understood_is_still_an_error():
    homes = pd.DataFrame({"area": ["rural", None, "town"], "income_per_capita": 1e6})
    assert errors_of(homes)[["household_id", "rule"]].values.tolist() == [[2, "unknown_category"]]
    with pytest.raises(mdp.InvalidDataError, match="'town' is not an answer of area"):
        mdp.assess(homes, standard=DECREE)


def test_households_of_unknown_area_are_a_group_of_their_own_in_reports():
    sample = mdp.load_sample()
    homes = sample.households.copy()
    homes.loc[homes.index[:40], "area"] = None
    result = mdp.assess(homes, sample.members, standard=DECREE)
    joined = mdp.reports.wide(homes, result)
    heads = mdp.measures.headcount(result, by=homes["area"], persons=False)
    table = mdp.reports.table_1(joined, by=["area"], population="counted")
    assert heads.loc[heads["area"].isna(), "base"].tolist() == [40]
    assert len(table) == 4  # the whole, rural, urban and not known
    assert table["households"].tolist()[0] == table["households"].tolist()[1:][0] + sum(
        table["households"].tolist()[2:]
    )


def test_low_income_is_known_where_both_areas_agree():
    homes = pd.DataFrame(
        {"area": None, "income_per_capita": [2_250_000.0, 2_250_001.0, 3_000_001.0]},
        index=["a", "b", "c"],
    )
    members = pd.DataFrame(
        {"household_id": list("abc"), "member_id": 1, "employment_status": "own_account"}
    )
    result = pd.DataFrame(
        {"class_at_worst": "average", "class_at_best": "above_average"}, index=homes.index
    )
    found = mdp.low_income_workers(homes, members, result, standard=DECREE)
    assert found.astype(object).where(found.notna(), None).tolist() == [True, None, False]


@pytest.mark.parametrize("income", [1_900_000, 2_300_000, 2_700_000, 3_200_000, 3_600_000])
def test_class_and_income_of_a_low_income_worker_are_those_of_one_area(income):
    lines = {
        "poverty_line": {"rural": 3_000_000, "urban": 2_000_000},
        "average_ceiling": {"rural": 3_500_000, "urban": 2_500_000},
    }
    variant = DECREE.replace(name="rural_dear", why="research", lines=lines)
    members = pd.DataFrame(
        {"household_id": ["a"], "member_id": 1, "employment_status": "own_account"}
    )

    def low_income(area):
        homes = pd.DataFrame({"area": [area], "income_per_capita": [income]}, index=["a"])
        result = mdp.assess(homes, members, standard=variant)
        return mdp.low_income_workers(homes, members, result, standard=variant).tolist()[0]

    rural, urban = low_income("rural"), low_income("urban")
    found = low_income(None)
    assert (found is pd.NA) if rural != urban else (found == rural)


def test_the_average_living_standard_is_known_where_both_areas_agree():
    homes = pd.DataFrame({"area": None, "income_per_capita": [1e6, 1.8e6, 2.1e6, 2.5e6, 4e6]})
    found = mdp.average_living_standard(homes, standard=DECREE)
    assert found.astype(object).where(found.notna(), None).tolist() == [
        *(False, None, True, None, False)
    ]
