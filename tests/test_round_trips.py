"""Every result survives CSV, Excel and Parquet, and goes back into what takes it."""

from functools import cache

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import measures, movement, reports, review, schema
from multidim_poverty.programmes import targets

STANDARD = mdp.standard("decree_07_2021")
FORMATS = ["csv", "xlsx", "parquet"]
DAY = "2023-09-05"


@cache
def survey():
    sample = mdp.load_sample()
    homes = sample.households.head(60).copy()
    homes.iloc[:3, homes.columns.get_loc("area")] = None
    homes["village"] = "Thôn A"
    return homes, sample.members[sample.members["household_id"].isin(homes.index)]


@cache
def assessed():
    return mdp.assess(*survey(), standard=STANDARD)


@cache
def deprivations():
    return mdp.deprivations(*survey(), standard=STANDARD)


@cache
def reasons():
    return mdp.reasons(survey()[0], assessed(), standard=STANDARD)


@cache
def next_year():
    """The next year: the classes of other households."""
    shifted = assessed()["poverty_class"].to_numpy()
    wide = reports.wide(survey()[0], assessed())
    return wide.assign(poverty_class=pd.Series(list(reversed(shifted)), wide.index).astype(object))


@cache
def flows():
    return movement.flows(reports.wide(survey()[0], assessed()), next_year(), by=["area"])


@cache
def events():
    """A yearly review of ten households up to the decision, and an eleventh after it."""
    listed = survey()[0].iloc[5:16].assign(village="Thôn A", commune="Xã A")
    table = review.open_round(listed, requests=list(listed.index[:10]), on=DAY)
    classes = pd.Series(["poor", "near_poor"] * 5, listed.index[:10])
    table = review.record_survey(table, classes, on="2023-09-20")
    meeting = pd.DataFrame(
        {"village": ["Thôn A"], "attending": 40, "agreeing": 32, "minutes_copies": 2}
    )
    table = review.hold_meetings(table, meeting, on="2023-09-25")
    table = review.sum_up(review.post(table, on="2023-09-27"), on="2023-10-12")
    table = review.report(table, on="2023-10-12")
    table = review.answer(table, on="2023-10-16", opinion="agrees")
    table = review.recognise(table, on="2023-10-20", decision_number="1/QĐ-UBND")
    late = review.open_round(listed, requests=[listed.index[10]], on="2023-10-25")
    return pd.concat([table, late], ignore_index=True)


@cache
def current():
    homes = survey()[0]
    classes = (
        assessed()["class_at_worst"].astype(object).where(lambda c: c != "above_average", "average")
    )
    return homes[["village"]].assign(poverty_class=classes, household_size=homes["household_size"])


@cache
def in_force():
    return review.current_list(events(), on="2024-04-01")


@cache
def classified():
    return mdp.classify(survey()[0], deprivations(), standard=STANDARD)


@cache
def changes():
    return mdp.nearest_changes(survey()[0], assessed(), standard=STANDARD)


@cache
def faults():
    return mdp.violations(survey()[0].assign(toilet="hole"), survey()[1])


def homes():
    return survey()[0]


def full(result):
    return reports.wide(homes(), result)


def opened(classes):
    return review.open_round(homes().loc[classes.index], previous=classes, on=DAY)


# Result -> whether its ids stand in the index, and what takes it.
CONSUMERS = {
    assessed: (
        True,
        {
            "classify": lambda t: mdp.classify(homes(), t, standard=STANDARD),
            "reasons": lambda t: mdp.reasons(homes(), t, standard=STANDARD),
            "explain": lambda t: [
                mdp.explain(homes(), t, id, standard=STANDARD).text("vi") for id in t.index[:4]
            ],
            "nearest_changes": lambda t: mdp.nearest_changes(homes(), t, standard=STANDARD),
            "compare": lambda t: mdp.compare(assessed(), t),
            "headcount": lambda t: measures.headcount(t, by=homes()["area"]),
            "low_income_workers": lambda t: mdp.low_income_workers(*survey(), t, standard=STANDARD),
            "receipt": lambda t: (
                mdp.receipt(homes(), deprivations(), t, standard=STANDARD).row_hashes
            ),
            "table_1": lambda t: reports.table_1(full(t), by=["area"], population="counted"),
            "table_4": lambda t: reports.table_4(full(t), by=["area"]),
            "table_14": lambda t: reports.table_14(full(t), by=["area"], members=survey()[1]),
            "targets": lambda t: targets.measure(full(t), standard=STANDARD, period="2023"),
            "flows from": lambda t: movement.flows(full(t), next_year(), by=["area"]),
            "flows to": lambda t: movement.flows(next_year(), full(t), by=["area"]),
            "record_survey": lambda t: review.record_survey(
                review.open_round(homes(), requests=list(homes().index), on=DAY),
                t["class_at_worst"],
                on="2023-09-20",
            ),
            "decode": lambda t: schema.decode(t, standard=STANDARD)[
                [*STANDARD.indicator_ids, "poverty_class", "class_at_worst"]
            ].astype(object),
        },
    ),
    deprivations: (
        True,
        {
            "classify": lambda t: mdp.classify(homes(), t, standard=STANDARD),
            "reasons": lambda t: mdp.reasons(homes(), t, standard=STANDARD),
            "nearest_changes": lambda t: mdp.nearest_changes(homes(), t, standard=STANDARD),
            "receipt": lambda t: (
                mdp.receipt(
                    homes(),
                    t,
                    mdp.classify(homes(), deprivations(), standard=STANDARD),
                    standard=STANDARD,
                ).row_hashes
            ),
        },
    ),
    classified: (
        True,
        {
            "headcount": lambda t: measures.headcount(t, by=homes()["area"]),
            "compare": lambda t: mdp.compare(assessed(), t),
            "low_income_workers": lambda t: mdp.low_income_workers(*survey(), t, standard=STANDARD),
            "receipt": lambda t: (
                mdp.receipt(homes(), deprivations(), t, standard=STANDARD).row_hashes
            ),
        },
    ),
    changes: (
        True,
        {"unpack_indicators": lambda t: mdp.unpack_indicators(t["indicators"], standard=STANDARD)},
    ),
    reasons: (
        True,
        {
            "unpack_indicators": lambda t: mdp.unpack_indicators(
                t["open_questions"], standard=STANDARD
            ),
            "compare": lambda t: mdp.compare(reasons(), t),
        },
    ),
    flows: (
        True,
        {
            "balance": lambda t: movement.balance(t, by=["area"]),
            "table_2": lambda t: reports.table_2(t, by=["area"]),
            "table_3": lambda t: reports.table_3(t, by=["area"]),
        },
    ),
    current: (
        True,
        {
            "open_round": lambda t: opened(t["poverty_class"]),
            "flows": lambda t: movement.flows(t, next_year()),
            "headcount": measures.headcount,
        },
    ),
    in_force: (
        True,
        {
            "open_round": lambda t: review.open_round(
                homes(), previous=t["poverty_class"], on="2024-09-05"
            ),
            "headcount": measures.headcount,
        },
    ),
    events: (
        False,
        {
            "fold": review.fold,
            "violations": review.violations,
            "history": lambda t: review.history(t, homes().index[6]),
            "current_list": lambda t: review.current_list(t, on="2024-04-01"),
            "record_survey": lambda t: review.fold(
                review.record_survey(t, pd.Series("poor", homes().index[15:16]), on="2023-11-01")
            ),
        },
    ),
    faults: (False, {"summary": schema.summary}),
    homes: (
        True,
        {
            "assess": lambda t: mdp.assess(t, survey()[1], standard=STANDARD),
            "violations": lambda t: mdp.violations(t, survey()[1]),
            "decode": lambda t: plain_objects(schema.decode(t)),
        },
    ),
}
CASES = [
    pytest.param(make, index, take, suffix, id=f"{make.__name__}-{suffix}-{name}")
    for make, (index, takers) in CONSUMERS.items()
    for name, take in takers.items()
    for suffix in FORMATS
]


def plain_objects(table):
    """The values without their dtypes, None where missing."""
    return table.astype(object).where(table.notna(), None)


def through_file(table, suffix, index, folder):
    """Written and read again with the defaults of pandas."""
    path = folder / f"table.{suffix}"
    if suffix == "parquet":
        table.to_parquet(path)
        return pd.read_parquet(path)
    at = 0 if index else None
    if suffix == "csv":
        table.to_csv(path, index=index)
        return pd.read_csv(path, index_col=at)
    table.to_excel(path, index=index)
    return pd.read_excel(path, index_col=at, engine="openpyxl")


def assert_same(one, other):
    if isinstance(one, pd.DataFrame):
        if set(one.index.names) & set(homes().columns):  # groups: as categories, or as texts
            one, other = one.reset_index(), other.reset_index()
        pd.testing.assert_frame_equal(
            one, other, check_dtype=False, check_index_type=False, check_categorical=False
        )
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(
            one, other, check_dtype=False, check_index_type=False, check_categorical=False
        )
    else:
        assert one == other


@pytest.mark.slow
@pytest.mark.parametrize(("make", "index", "take", "suffix"), CASES)
def test_a_result_goes_back_in(make, index, take, suffix, tmp_path):
    table = make()
    before = table.copy(deep=True)
    assert_same(take(table), take(through_file(table, suffix, index, tmp_path)))
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize("suffix", [*FORMATS, "jsonl"])
def test_events_written_by_the_library_are_the_same(suffix, tmp_path):
    path = review.write_events(events(), tmp_path / f"events.{suffix}")
    assert_same(review.fold(events()), review.fold(review.read_events(path)))


@pytest.mark.parametrize("suffix", FORMATS)
def test_parts_of_a_split_survey_go_back_in(suffix, tmp_path):
    bad = homes().assign(
        toilet=homes()["toilet"].astype(object).mask(homes().index == "SYN-0009", "hole")
    )
    split = mdp.split_valid(bad, survey()[1])
    kept = through_file(split.households, suffix, True, tmp_path)
    members = through_file(split.members, suffix, False, tmp_path)
    assert len(kept) == 59
    assert_same(
        mdp.assess(split.households, split.members, standard=STANDARD),
        mdp.assess(kept, members, standard=STANDARD),
    )


@cache
def official_tables():
    tables = reports.tables(
        full(assessed()), flows=flows(), by=["area"], members=survey()[1], population="counted"
    )
    tables[4] = tables[4].copy()
    tables[4].loc[1, "poor_households"] -= 1  # a fault to be found again
    return tables


@pytest.mark.parametrize("suffix", FORMATS)
def test_official_tables_are_checked_again_by_their_numbers(suffix, tmp_path):
    def of_rules(tables):
        found = reports.check(tables)
        return found.drop(columns=["value", "expected"]).astype(str)[found["severity"] == "error"]

    made = official_tables()
    back = {number: through_file(table, suffix, False, tmp_path) for number, table in made.items()}
    assert len(back) >= 12
    pd.testing.assert_frame_equal(of_rules(made), of_rules(back))
    assert {"children", "agreement"} <= set(of_rules(back)["rule"])
    if suffix != "parquet":
        with pytest.raises(ValueError, match="give check a mapping of number to table"):
            reports.check(list(back.values()))
