"""Names of units and groups: one key for all ways to spell one, and nothing counted twice."""

import inspect
import unicodedata
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import measures, movement, reports, review
from multidim_poverty.identity import look_alike_key, name_key, unit_key
from tests.test_arguments import public_functions

NAMES = ["Xã Quảng Hoà", "Xã Đắk R'Lấp", "Phường Quí Sơn", "Thị trấn Thuỷ Nguyên"]
SPELLINGS = [
    lambda name: unicodedata.normalize("NFD", name),
    str.upper,
    lambda name: f"  {name.replace(' ', chr(160) + ' ')} ",
    lambda name: "\u200b".join(name),
    lambda name: f"\u202a{name}\u200e\u2069",  # marks of direction, as copied from a page
    lambda name: name.replace("oà", "òa").replace("uỷ", "ủy"),
    lambda name: name.replace("Đ", "Ð"),
    lambda name: name.replace("'", "’"),
    lambda name: name.replace("'", ""),
    lambda name: name.replace("Quí", "Quý"),
]


@pytest.mark.parametrize("spell", range(len(SPELLINGS)))
@pytest.mark.parametrize("name", NAMES)
def test_spellings_of_one_name_have_one_key(name, spell):
    assert name_key(SPELLINGS[spell](name)) == name_key(name)


def test_other_names_have_other_keys():
    assert name_key("Đăk Wer") != name_key("Đắk Wer")
    assert look_alike_key("Đăk Wer") == look_alike_key("Đắk Wer")
    different = [
        "Hoa",
        "Hóa",
        "Hoạ",
        "Quy",
        "Quỳ",
        "Qui Nhơn",
        "Thôn 1",
        "Thôn 11",
        "Mí",
        "Mý",
        "01",
    ]
    assert len({name_key(name) for name in different}) == len(different)
    assert name_key("67") == name_key(67) == name_key(np.int64(67)) == name_key(67.0)
    assert unit_key("00664") == unit_key("664") == unit_key(664) == unit_key(664.0)
    assert name_key("00664") != name_key("664")  # a household may have either
    assert unit_key("0") == unit_key("000") == unit_key(0) != unit_key("")
    assert unit_key(None) is None
    assert unit_key("HOÀ 01") == name_key("Hòa 01")
    assert look_alike_key("Phường 01") == look_alike_key("Phường 1") != look_alike_key("Phường 10")
    assert name_key(None) is name_key(np.nan) is name_key(pd.NA) is None


def year(classes, units, ids="abc"):
    return pd.DataFrame(
        {"poverty_class": classes, "household_size": 2, "commune": units}, index=list(ids)
    )


CLASSES = st.sampled_from(["poor", "near_poor", "average", None])
PANELS = st.lists(
    st.tuples(CLASSES, CLASSES, st.sampled_from(NAMES), st.sampled_from(NAMES)),
    min_size=1,
    max_size=8,
)


@given(
    panel=PANELS,
    spell=st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=3),
    shift=st.integers(0, 2**62),
    dtype=st.sampled_from(["int64", "uint64", "Int64", object, "text"]),
)
def test_figures_do_not_change_with_ids_and_spellings(panel, spell, shift, dtype):
    first, last, was, now = map(list, zip(*panel, strict=True))
    # A household of each unit that stays, so that both years have one list of units.
    first, last = [*first, *["average"] * 4], [*last, *["average"] * 4]
    was, now = [*was, *NAMES], [*now, *NAMES]
    ids = range(len(first))

    def balance(start, end):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return movement.balance(movement.flows(start, end, by="commune"), by="commune")

    expected = balance(year(first, was, ids), year(last, now, ids))
    numbers = [n + shift for n in ids]
    renamed = [f"hộ {n}" for n in numbers] if dtype == "text" else pd.Index(numbers, dtype=dtype)
    spelt = [spell[at % len(spell)](name) if at % 2 else name for at, name in enumerate(now)]
    found = balance(
        year(first, was, ids).set_axis(renamed), year(last, spelt, ids).set_axis(renamed)
    )
    keyed = found.rename(index=lambda name: name_key(name), level="commune").sort_index()
    expected = expected.rename(index=lambda name: name_key(name), level="commune").sort_index()
    pd.testing.assert_frame_equal(keyed, expected)


def test_two_spellings_of_two_years_are_one_unit_and_said():
    classes = ["poor", "near_poor", "average"]
    start = year(classes, "Quảng Hoà")
    with pytest.warns(UserWarning, match="'Quảng Hoà' and 'Quảng Hòa'"):
        moved = movement.flows(start, year(classes[::-1], "Quảng Hòa"), by="commune")
    assert moved["cause"].isna().all()
    assert set(moved["commune"]) == {"Quảng Hoà"}


@pytest.mark.parametrize("name", ["commune", "village", "xa"])
def test_one_unit_that_is_gone_at_the_end_is_no_migration(name):
    start = year(["poor", "near_poor", "average"], ["24664"] * 3).rename(columns={"commune": name})
    end = start.assign(**{name: "24700"})
    with pytest.raises(mdp.ArgumentError, match=f"{name} in common: '24664' against '24700'"):
        movement.flows(start, end, by=name)
    moved = movement.flows(start.iloc[:1], end.iloc[:1], by=name)
    assert moved["cause"].tolist() == ["moved_away", "moved_in"]


def test_a_commune_may_become_urban():
    start = year(["poor", "near_poor", "average"], ["A"] * 3).assign(area="rural")
    flows = movement.flows(start, start.assign(area="urban"), by=["commune", "area"])
    assert flows["cause"].dropna().unique().tolist() == ["moved_away", "moved_in"]


@pytest.mark.parametrize("dtype", ["float64", "Int64", object])
def test_codes_that_are_numbers_may_be_missing(dtype):
    homes = pd.DataFrame(
        {
            "commune": pd.array([24664, None, 24667, None], dtype="Int64").astype(dtype),
            "poverty_class": ["poor", "poor", "average", "average"],
            "household_size": 1,
        },
        index=pd.Index(list("abcd"), name="household_id"),
    )
    table = reports.table_1(homes, by="commune", population="counted", labels="en")
    assert table.iloc[:, 2].tolist()[1:3] == ["24664", "24667"]
    assert len(table) == 4


def test_names_that_look_alike_are_two_units_and_said():
    start = year(["poor"] * 3, ["Đăk Wer", "Đắk Wer", "A"])
    with pytest.warns(UserWarning, match="look alike.*'Đăk Wer' and 'Đắk Wer'"):
        moved = movement.flows(start, start, by="commune")
    assert moved["commune"].nunique() == 3


def test_codes_as_text_and_as_numbers_are_one():
    start = year(["poor"] * 3, [67, 67, 68])
    texts = start.assign(commune=["67", "67", "68"])
    for other in (
        texts,
        texts.astype({"commune": "string"}),
        texts.astype({"commune": "category"}),
    ):
        for years in ((start, other), (other, start), (start.astype({"commune": "Int64"}), other)):
            assert movement.flows(*years, by="commune")["cause"].isna().all()
    padded = start.assign(commune=["00067", "00067", "00068"])
    for years in ((start, padded), (padded, start)):
        with pytest.warns(UserWarning, match="read as one"):
            moved = movement.flows(*years, by="commune")
        assert moved["cause"].isna().all()


def test_years_in_different_lists_of_units_are_refused():
    start = year(["poor"] * 3, ["A", "B", "C"])
    with pytest.raises(
        mdp.ArgumentError, match=r"commune in common: 'A', .*recode.*split='default'"
    ):
        movement.flows(start, start.assign(commune=["X", "Y", "Z"]), by="commune")


def test_violations_warn_of_names_within_one_parent():
    homes = pd.DataFrame(
        {
            "area": "rural",
            "income_per_capita": 1e6,
            "commune": ["Hoà", "Hòa", "B", "B"],
            "village": ["Thôn 1", "thôn 1", "Đăk", "Đắk"],
        },
        index=list("abcd"),
    )
    faults = mdp.violations(homes)
    assert faults[["rule", "column", "severity"]].to_numpy().tolist() == [
        ["name_spelt_twice", "commune", "warning"],
        ["name_spelt_twice", "village", "warning"],
        ["names_look_alike", "village", "warning"],
    ]
    assert "'Hoà' and 'Hòa'" in faults["message"].iloc[0]
    coded = mdp.violations(homes.assign(commune_code=["1", "2", "3", "4"]))
    assert coded["column"].tolist() == ["village", "village"]
    apart = homes.assign(commune=["A", "B", "C", "D"])
    assert mdp.violations(apart).empty
    assert mdp.validate(homes) is None


def test_an_ethnic_group_is_read_in_any_spelling():
    result = pd.DataFrame(
        {
            "poverty_class": "poor",
            "household_size": 1,
            "ethnic_group": ["Ê Đê", "ê  đê", "Ê Ðê"],
            "ethnic_minority": True,
        },
        index=list("abc"),
    )
    assert reports.table_9(result)["poor_ede"].tolist() == [3]


def test_the_sample_has_one_spelling_of_each_name():
    sample = mdp.load_sample()
    assert mdp.violations(sample.households, sample.members).empty


# -- every function that takes names ---------------------------------------------------------

SAMPLE = mdp.load_sample()
HOMES = SAMPLE.households.head(40)
MEMBERS = SAMPLE.members[SAMPLE.members["household_id"].isin(HOMES.index)]
STANDARD = mdp.standard("decree_07_2021")
RESULT = mdp.assess(HOMES, MEMBERS, standard=STANDARD)
PLACED = HOMES.assign(
    province="Tỉnh Đắk Nông",
    commune=np.where(np.arange(40) % 2, "Xã Quảng Hoà", "Xã Đắk R'Lấp"),
    village=np.where(np.arange(40) % 4 < 2, "Thôn Quý", "Buôn Thuỷ"),
    ethnic_group=np.where(HOMES["ethnic_minority"], "M'Nông", "Kinh"),
)
WIDE = reports.wide(PLACED, RESULT).assign(
    **{f"reason_{item.id}": n % 3 == 0 for n, item in enumerate(reports.items_of("reasons"))}
)
BY = ["province", "commune"]


def respelt(table, columns=("province", "commune", "village", "ethnic_group"), n=0):
    """Every second name of each column in another spelling."""
    changed = {
        column: [
            SPELLINGS[(row + n) % len(SPELLINGS)](name) if row % 2 else name
            for row, name in enumerate(table[column].astype(object))
        ]
        for column in columns
    }
    return table.assign(**changed)


def keyed(table):
    """A result with each name as its key, in the order of the keys."""
    if not isinstance(table, pd.DataFrame):
        return table
    plain = table.reset_index()
    for column in plain.columns.intersection([*BY, "village", "unit", "ethnic_group"]):
        plain[column] = plain[column].astype(object).map(name_key)
    plain = plain.drop(columns=plain.columns.intersection(["number", "index"]))
    order = plain.astype(str).sort_values([*plain.columns], kind="stable").index
    return plain.loc[order].reset_index(drop=True)


def flows(table):
    return movement.flows(WIDE, table, by=BY)


def opened(table):
    return review.open_round(table, requests=list(table.index), on="2023-09-05")


def surveyed(table):
    return review.record_survey(
        opened(table), pd.Series("poor", list(table.index)), on="2023-09-20",
        communes=["xã quảng hòa", "Xã Ðắk RLấp"], villages="THÔN QUÝ",
    )  # fmt: skip


def met(table):
    meetings = pd.DataFrame(
        {"commune": ["xã quảng hoà", "Xã Đắk R’Lấp"], "village": "thôn quí",
         "attending": 40, "agreeing": 40, "minutes_copies": 2}
    )  # fmt: skip
    return review.hold_meetings(surveyed(table), meetings, on="2023-09-25")


def states(events):
    """The state of each case, and where it is."""
    return review.fold(events)[["state", "commune", "village"]]


def posted(table):
    return review.post(met(table), on="2023-09-28")


def recognised(table):
    return (
        review.sum_up(posted(table), on="2023-10-06")
        .pipe(review.report, on="2023-10-06")
        .pipe(review.answer, on="2023-10-09", opinion="agrees")
        .pipe(review.recognise, on="2023-10-10", decision_number="12/QĐ-UBND")
    )


def faults_of(events):
    """The faults of a log, but for warnings of how its names are written."""
    faults = review.violations(events)
    return faults[faults["rule"] != "name_not_nfc"]


def bars(table):
    """How many cases stand in each part of each bar."""
    ax = mdp.plotting.review_states(review.fold(met(table)), by="village")
    lengths = [[bar.get_width() for bar in container] for container in ax.containers]
    texts = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    labels = [[name_key(part) for part in text.split(" (")[0].split(",")] for text in texts]
    return pd.DataFrame({"places": labels, **dict(enumerate(lengths))})


def printed_twice(table):
    """What two versions of one table disagree about; the names of one in another spelling."""
    forms = [reports.table_1(each, by=BY, population="counted") for each in (WIDE, table)]
    return mdp.reports.check({1: forms[0]}, other_version={1: forms[1]})


# Function -> a figure that it gives for households whose names are spelt in some way.
NAMED = {
    "measures.headcount": lambda table: measures.headcount(table, by=BY),
    "measures.deprivation_rates": lambda table: measures.deprivation_rates(
        table, standard=STANDARD, by=BY
    ),
    "measures.class_shares": lambda table: measures.class_shares(table, by="commune").rename(
        columns={"subgroup": "commune"}
    ),
    "plotting.rates": lambda table: mdp.plotting.rates(table, by="commune"),
    "movement.flows": lambda table: flows(table).drop(columns=BY),
    "movement.balance": lambda table: movement.balance(flows(table), by=BY),
    "movement.flow_rates": lambda table: movement.flow_rates(flows(table), by=BY),
    "movement.transitions": lambda table: movement.transitions(flows(table), by=BY),
    "reports.table_1": lambda table: reports.table_1(table, by=BY, population="counted"),
    "reports.table_2": lambda table: reports.table_2(flows(table), by=BY),
    "reports.table_3": lambda table: reports.table_3(flows(table), by=BY),
    **{
        f"reports.table_{n}": lambda table, n=n: getattr(reports, f"table_{n}")(table, by=BY)
        for n in (*range(4, 11), 12, 13)
    },
    "reports.table_11": lambda table: reports.table_11(
        table, members=MEMBERS, by=BY, standard=STANDARD
    ),
    "programmes.coverage": lambda table: mdp.programmes.coverage(
        mdp.programmes.eligible(table[["poverty_class"]], on="2024-06-01"), table, by=BY
    ),
    "programmes.measure": lambda table: mdp.programmes.measure(
        table, standard=STANDARD, period="2023"
    ),
    "programmes.measure_tables": lambda table: mdp.programmes.measure_tables(
        {1: reports.table_1(table, by=BY, population="counted")}, standard=STANDARD, period="2023"
    ),
    "reports.check": printed_twice,
    "plotting.review_states": bars,
    "review.fold": lambda table: states(opened(table)),
    "review.violations": lambda table: faults_of(recognised(table)),
    "review.minutes": lambda table: review.minutes(met(table)),
    "review.notice": lambda table: review.notice(posted(table), on="2023-09-29"),
    "review.next_steps": lambda table: review.next_steps(met(table), on="2023-09-26"),
    "review.overdue": lambda table: review.overdue(met(table), on="2023-12-20"),
    "review.recognition_lists": lambda table: review.recognition_lists(recognised(table)),
    "review.certificates": lambda table: review.certificates(recognised(table)),
    "review.current_list": lambda table: review.current_list(
        recognised(table), on="2024-02-01", households=table
    ),
    "review.record_survey": lambda table: states(surveyed(table)),
    "review.hold_meetings": lambda table: states(met(table)),
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("n", [0, 1, 3, 8])
def test_spellings_change_no_figure(name, n):
    expected, found = (keyed(NAMED[name](table)) for table in (WIDE, respelt(WIDE, n=n)))
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, check_categorical=False)


# Functions that name units or groups and are not in NAMED: the reason stands beside each.
OTHERS = {
    "measures.changes",  # as measures.class_shares
    "measures.estimate",
    "measures.fgt",
    "measures.gini",
    "measures.income_and_deprivations",
    "measures.sen",
    "measures.watts",
    "scenario.grid",  # as measures.estimate
    "scenario.impact_counts",
    "scenario.robustness",
    "scale.deprivation_rates",  # as in memory, see tests/scale
    "scale.class_shares",
    "scale.estimate",
    "scale.fgt",
    "scale.flows",
    "scale.gini",
    "scale.headcount",
    "scale.sen",
    "scale.tables",
    "scale.watts",
    "excel.read_households",  # codes of sheets; names are handed on as they are
    "plotting.class_composition",  # as measures.headcount, through groups_of
    "plotting.deprivation_profile",
    "plotting.indicator_contributions",
    "plotting.rates_over_years",  # tests/plotting
    "plotting.dumbbell",
    "plotting.ranked_rates",
    "plotting.map",  # as plotting.rates
    "plotting.tile_map",
    "plotting.review_states",  # states of a fold
    "population.draw",  # names of groups: tests/population
    "reports.labelled",  # names of columns, not of units
    "reports.layout",
    "reports.layout_of",
    "reports.agreements",
    "reports.lacking",
    "reports.identity",
    "movement.propose_links",  # its units are compared by key: tests/movement
    "reports.tables",  # as each table
    "reports.table_14",  # no unit is counted
    "reports.table_15",
    "review.post",  # villages and communes as record_survey
    "review.sum_up",
    "review.recognise",
    "review.report",
    "review.send_report",
    "review.answer",
    "review.no_answer",
    "review.unanswered",
    "documents.write_certificates",  # names of heads
    "documents.write_decision",
    "documents.write_minutes",
    "documents.write_notice",
}
PARAMETERS = {"by", "villages", "communes", "units", "names", "groups", "population"}


def test_every_function_that_takes_names_is_listed():
    taking = {
        path
        for path, function in public_functions().items()
        if PARAMETERS & set(inspect.signature(function).parameters)
    }
    assert taking - set(NAMED) - OTHERS == set()


# -- ids -------------------------------------------------------------------------------------


REASONS = [name for name in WIDE if name.startswith("reason_")]


def figures(placed, members):
    """Figures of all kinds, without ids; what is by household is in the order of the rows."""
    result = mdp.assess(placed, members, standard=STANDARD)
    reasons = {name: WIDE[name].to_numpy() for name in REASONS}
    full = reports.wide(placed, result).assign(**reasons)
    forms = {n: getattr(reports, f"table_{n}")(full, by=BY) for n in (*range(4, 11), 12, 13)}
    forms[1] = reports.table_1(full, by=BY, population="counted")
    forms[11] = reports.table_11(full, members=members, by=BY, standard=STANDARD)
    forms |= {
        n: getattr(reports, f"table_{n}")(full, members=members).drop(columns="household_id")
        for n in (14, 15)
    }
    tables = {
        "assess": result.reset_index(drop=True),
        "headcount": measures.headcount(full, by=BY),
        "targets": NAMED["programmes.measure"](full),
        "fold": states(met(placed)).reset_index(drop=True),
        **forms,
    }
    return {name: keyed(frame) for name, frame in tables.items()}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=5)
@given(
    seed=st.integers(0, 2**32 - 1),
    dtype=st.sampled_from(["int64", "uint64", "Int64", "float64", object, "text", "string"]),
    n=st.integers(0, len(SPELLINGS)),
)
def test_renamed_ids_and_other_spellings_change_no_figure(seed, dtype, n):
    rng = np.random.default_rng(seed)
    numbers = rng.choice(2**31, len(HOMES), replace=False)
    texts = dtype in ("text", "string")
    renamed = pd.Index(
        [f"hộ {number}" for number in numbers] if texts else numbers,
        dtype=object if dtype == "text" else dtype,
        name="household_id",
    )
    of_old = pd.Series(np.asarray(renamed, dtype=object), index=HOMES.index)
    owners = pd.Series(of_old[MEMBERS["household_id"]].to_numpy()).astype(renamed.dtype)
    members = MEMBERS.assign(household_id=owners.array)
    found = figures(respelt(PLACED, n=n).set_axis(renamed), members)
    for name, expected in figures(PLACED, MEMBERS).items():
        pd.testing.assert_frame_equal(
            found[name], expected, check_dtype=False, check_categorical=False, obj=str(name)
        )
