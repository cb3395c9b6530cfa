"""The law as data: what the files hold, and what a file must not hold."""

import datetime as dt
import pickle
from pathlib import Path

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.law import Confidence, Document, Place
from multidim_poverty.law.cut_offs import own_cut_off
from tests.helpers import oracle

HERE = Path(__file__).parent
STANDARDS = mdp.standards()


@pytest.mark.parametrize("path", sorted((HERE / "malformed").glob("*.toml")), ids=lambda p: p.stem)
def test_a_malformed_file_fails_with_a_clear_error(path):
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# expect: ")
    with pytest.raises(mdp.LawFileError) as error:
        mdp.Standard.read(path)
    assert expected in str(error.value)
    assert path.name in str(error.value)


def test_the_small_standard_that_they_break_is_sound():
    small = mdp.Standard.read(HERE / "small_standard.toml")
    assert small.band_ids == ("up_to_poverty_line", "up_to_second_line", "above_second_line")


def test_a_file_may_describe_its_own_document():
    text = (HERE / "small_standard.toml").read_text(encoding="utf-8")
    own = text.replace('document = "decree_07_2021"', 'document = "ours"')
    own += '\n[documents.ours]\ntitle = { vi = "Nghị quyết", en = "Resolution 1" }\n'
    own += "signed = 2021-12-01\n"
    standard = mdp.Standard.parse(own)
    assert str(standard.lines[0].citation) == "Resolution 1, article 3"
    assert standard.lines[0].citation.text("vi") == "Nghị quyết, Điều 3"


def test_a_document_without_articles_is_cited_by_its_section():
    plan = Document(title={"vi": "Kế hoạch 1", "en": "Plan 1"})
    place = Place(document=plan, section="III.5", point="b")
    assert place.text() == "Plan 1, section III.5, point b"
    assert place.text("vi") == "Kế hoạch 1, mục III.5, điểm b"
    annex = Place(document=plan, article="annex III")
    assert (annex.text(), annex.text("vi")) == ("Plan 1, annex III", "Kế hoạch 1, Phụ lục III")


LINES = {
    "decision_59_2015": [(700_000, 900_000), (1_000_000, 1_300_000), (1_500_000, 1_950_000)],
    "decree_07_2021": [(1_500_000, 2_000_000), (2_250_000, 3_000_000)],
    "decree_351_2025": [(2_200_000, 2_800_000)],
}


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda s: s.name)
def test_lines_and_indicators_of_the_law(standard):
    assert [(line.rural, line.urban) for line in standard.lines] == LINES[standard.name]
    assert list(standard.indicator_ids) == oracle.INDICATORS[standard.name]
    for indicator in standard.indicators:
        assert indicator.id
        assert indicator.label.vi
        assert indicator.label.en == str(indicator.label)
        assert indicator.dimension in {d.id for d in standard.dimensions}
        assert standard.indicator(indicator.id) is indicator
    with pytest.raises(KeyError, match="no indicator 'wealth'"):
        standard.indicator("wealth")


def test_the_amount_of_an_area_goes_by_its_code():
    line = mdp.standard("decree_07_2021").lines[0]
    assert (line.amount("rural"), line.amount("urban")) == (line.rural, line.urban)
    assert line.amount(mdp.vocabulary.Area.RURAL) == line.rural != line.urban


def test_dimensions_are_the_basic_services():
    assert [len(s.dimensions) for s in STANDARDS] == [5, 6, 6]


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda s: s.name)
def test_every_value_is_cited_with_a_document_and_a_confidence(standard):
    provisions = standard.provisions()
    assert provisions["citation"].str.len().gt(0).all()
    assert set(provisions["confidence"]) <= {str(c) for c in Confidence}
    confirmed = provisions["confidence"] != "unconfirmed"
    assert provisions.loc[confirmed, "checked_on"].notna().all()
    assert provisions.loc[~confirmed, "checked_on"].isna().all()
    marked = provisions["citation"].str.contains("unconfirmed", regex=False)
    assert (marked == ~confirmed).all()
    assert standard.provisions("vi")["citation"].str.contains("Nghị định|Quyết định|Bộ luật").all()


def test_what_the_law_text_itself_was_read_for():
    """A value may only be called text where the article was read."""
    text = {
        s.name: s.provisions().query("confidence == 'text'")["part"].unique().tolist()
        for s in STANDARDS
    }
    assert text == {
        "decision_59_2015": ["period", "line poverty_line", "line near_poverty_line"],
        "decree_07_2021": [
            "period",
            "line poverty_line",
            "class rule poor",
            "class rule near_poor",
        ],
        "decree_351_2025": [],
    }


@pytest.mark.parametrize(
    ("date", "policy", "review"),
    [
        ("2016-01-01", "decision_59_2015", "decision_59_2015"),
        ("2020-12-31", "decision_59_2015", "decision_59_2015"),
        ("2021-01-01", "decision_59_2015", "decision_59_2015"),
        ("2021-08-31", "decision_59_2015", "decision_59_2015"),
        ("2021-09-01", "decision_59_2015", "decree_07_2021"),
        ("2021-10-01", "decision_59_2015", "decree_07_2021"),
        ("2021-12-31", "decision_59_2015", "decree_07_2021"),
        ("2022-01-01", "decree_07_2021", "decree_07_2021"),
        ("2025-12-31", "decree_07_2021", "decree_07_2021"),
        ("2026-03-01", "decree_07_2021", "decree_07_2021"),
        ("2026-08-31", "decree_07_2021", "decree_07_2021"),
        ("2027-01-01", "decree_351_2025", "decree_351_2025"),
        ("2015-10-01", None, "decision_59_2015"),
        ("2015-12-31", None, "decision_59_2015"),
        ("2014-12-31", None, None),
        ("2030-12-31", "decree_351_2025", None),
        ("2031-01-01", None, None),
    ],
)
def test_standard_on(date, policy, review):
    for purpose, name in (("policy", policy), ("periodic_review", review), ("review", review)):
        if name is None:
            with pytest.raises(mdp.NotCoveredError, match="covers 2016-01-01 to 2030-12-31"):
                mdp.standard_on(date, purpose=purpose)
        else:
            assert mdp.standard_on(date, purpose=purpose).name == name
    if policy:
        day = dt.date.fromisoformat(date)
        for form in (day, dt.datetime(day.year, day.month, day.day, 12), pd.Timestamp(date)):
            assert mdp.standard_on(form).name == policy


@pytest.mark.parametrize("day", ["2026-09-01", "2026-10-01", "2026-12-31"])
def test_which_standard_the_review_of_autumn_2026_uses_is_not_known(day):
    with pytest.warns(mdp.LawWarning, match="not known") as record:
        standard = mdp.standard_on(day, purpose="periodic_review")
    assert standard.name == "decree_351_2025"
    (warning,) = record
    for name in ("decree_351_2025", "decree_07_2021"):
        assert f"standard('{name}')" in str(warning.message)
    assert warning.filename == __file__
    assert mdp.standard_on(day).name == "decree_07_2021"


def test_every_day_is_covered_once():
    for day in pd.date_range("2016-01-01", "2030-12-31"):
        assert sum(s.covers(day.date()) for s in STANDARDS) == 1


@pytest.mark.parametrize("date", ["30/06/2023", "2023-02-30", "", 2023, None])
def test_a_date_that_is_none_is_refused(date):
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        mdp.standard_on(date)


def test_unknown_names_are_refused_with_the_known_ones():
    with pytest.raises(KeyError, match="decree_07_2021"):
        mdp.standard("decree_7")
    with pytest.raises(ValueError, match="periodic_review"):
        mdp.standard_on("2023-01-01", purpose="party")


def test_decision_table_of_decree_07():
    table = mdp.standard("decree_07_2021").decision_table()
    assert table.columns.tolist() == [
        "area",
        "income_above",
        "income_at_most",
        "deprivations_at_least",
        "deprivations_at_most",
        "poverty_class",
        "citation",
    ]
    plain = table.astype(object).where(table.notna(), None).drop(columns="citation")
    assert plain.loc["rural.poor":"rural.above_average"].values.tolist() == [
        ["rural", None, 1_500_000, 3, 12, "poor"],
        ["rural", None, 1_500_000, 0, 2, "near_poor"],
        ["rural", 1_500_000, 2_250_000, 0, 12, "average"],
        ["rural", 2_250_000, None, 0, 12, "above_average"],
    ]
    assert plain.loc["urban.average"].tolist() == ["urban", 2_000_000, 3_000_000, 0, 12, "average"]
    assert table.loc["rural.poor", "citation"] == "Decree 07/2021/ND-CP, article 3, clause 2"


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda s: s.name)
def test_the_decision_table_decides_as_the_oracle_does(standard):
    table = standard.decision_table()
    for area in ("rural", "urban"):
        for line in standard.lines:
            for income in (getattr(line, area) + step for step in (-1, 0, 1)):
                for count in range(len(standard.indicators) + 1):
                    row = table[
                        (table["area"] == area)
                        & (table["income_above"].fillna(-1) < income)
                        & (table["income_at_most"].fillna(10**12) >= income)
                        & (table["deprivations_at_least"] <= count)
                        & (table["deprivations_at_most"] >= count)
                    ]
                    expected = oracle.class_of(standard.name, area, income, count)
                    assert row["poverty_class"].tolist() == [expected]


def test_standards_are_frozen_and_travel():
    standard = mdp.standard("decree_07_2021")
    with pytest.raises(ValueError, match="frozen"):
        standard.name = "mine"
    assert hash(standard) == hash(pickle.loads(pickle.dumps(standard)))
    assert mdp.standard("decree_07_2021") is standard


def test_a_variant_says_that_it_is_one():
    law = mdp.standard("decree_07_2021")
    variant = law.replace(
        name="higher",
        why="Resolution of our province",
        lines={"poverty_line": {"rural": 1_700_000}},
        rules={"housing_area": {"below_m2_per_head": 10}, "water": law.indicator("water").rule},
    )
    assert variant.title.en.startswith("Variant (")
    assert law.title.en in variant.title.en
    assert (variant.lines[0].rural, variant.lines[0].urban) == (1_700_000, 2_000_000)
    assert variant.lines[1] == law.lines[1]
    said = variant.provisions().query("citation.str.startswith('Variant')", engine="python")
    assert said["part"].tolist() == [
        "line poverty_line",
        "line poverty_line",
        "indicator housing_area",
        "indicator water",
    ]
    assert said["citation"].str.contains("Resolution of our province").all()
    assert (said["confidence"] == "unconfirmed").all()
    assert "Biến thể" in variant.lines[0].citation.text("vi")
    assert law.lines[0].rural == 1_500_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lines": {"poor_line": {"rural": 1}}}, "no line 'poor_line'"),
        ({"lines": {"poverty_line": {"city": 1}}}, "no area 'city'"),
        ({"lines": {"poverty_line": {"rural": 2_250_000}}}, "income bands overlap"),
        ({"lines": {"poverty_line": {"rural": 1.5}}}, "valid integer"),
        ({"rules": {"wealth": {}}}, "no indicator 'wealth'"),
        ({"rules": {"water": {"dirty": ["piped"]}}}, "Extra inputs|no value of this rule"),
    ],
)
def test_a_variant_that_is_no_standard_is_refused(change, message):
    with pytest.raises(mdp.LawFileError, match=message):
        mdp.standard("decree_07_2021").replace(name="x", why="a test", **change)


def test_the_shipped_retirement_table_follows_the_steps_of_the_code():
    for name in ("decree_07_2021", "decree_351_2025"):
        rows = mdp.standard(name).indicator("employment").rule.working_age_until
        assert [row.year for row in rows] == list(range(2021, 2036))
        assert [(row.male_months, row.female_months) for row in rows] == [
            oracle.retirement(year) for year in range(2021, 2036)
        ]


def test_a_standard_shows_itself_in_one_line():
    shown = repr(mdp.standard("decree_07_2021"))
    assert shown.startswith("Standard(name='decree_07_2021', lines=[('poverty_line', 1500000, ")
    assert len(shown) < 500


def test_the_line_of_each_household_is_that_of_its_area():
    standard = mdp.standard("decree_07_2021")
    areas = ["urban", None, "rural", "urban"]
    households = pd.DataFrame({"area": areas}, index=pd.Index([4, 3, 2, 1], name="household_id"))
    lines = standard.lines_for(households)
    expected = pd.Series(
        [2_000_000, None, 1_500_000, 2_000_000], households.index, "Int64", "poverty_line"
    )
    pd.testing.assert_series_equal(lines, expected)
    for dtype in ("category", "string", pd.CategoricalDtype(["urban", "rural", "x"])):
        pd.testing.assert_series_equal(standard.lines_for(households.astype(dtype)), expected)
    ceiling = standard.lines_for(households, line="average_ceiling")
    assert (ceiling.name, ceiling.iloc[0]) == ("average_ceiling", 3_000_000)
    assert standard.lines_for(households.head(0)).dtype == "Int64"


def test_what_gives_no_line_is_named():
    standard = mdp.standard("decree_07_2021")
    households = pd.DataFrame({"area": ["city", "rural", "village"]})
    with pytest.raises(ArgumentError, match=r"'city', 'village' in 2 .* \[0, 2\]"):
        standard.lines_for(households)
    for table in (households.drop(columns="area"), households["area"], None):
        with pytest.raises(ArgumentError, match=r"is no pandas\.DataFrame with one"):
            standard.lines_for(table)
    with pytest.raises(UnknownNameError, match="no line 'x'; its lines: poverty_line, average_"):
        standard.lines_for(households, line="x")
    alone = standard.replace(
        name="counts", why="test", lines=dict.fromkeys(["poverty_line", "average_ceiling"]),
        class_rules={"poor": {"income_at_most": None},
                     "near_poor": {"income_at_most": None}, "average": None, "above_average": None},
    )  # fmt: skip
    with pytest.raises(UnknownNameError, match="no income line; its lines: none"):
        alone.lines_for(households)
    assert alone.deprivation_cut_offs == (3,)


def test_the_cut_offs_of_a_standard_are_where_another_clause_decides():
    for name in ("decision_59_2015", "decree_07_2021", "decree_351_2025"):
        assert mdp.standard(name).deprivation_cut_offs == (3,)
    rules = {"poor": {"deprivations_at_least": 5}, "near_poor": {"deprivations_at_most": 4}}
    severe = {"poverty_class": "poor", "income_above": "poverty_line",
              "income_at_most": "average_ceiling", "deprivations_at_least": 8}  # fmt: skip
    rules |= {"severe": severe, "average": {"deprivations_at_most": 7}}
    two = mdp.standard("decree_07_2021").replace(name="two", why="test", class_rules=rules)
    assert two.deprivation_cut_offs == (5, 8)
    with pytest.raises(ArgumentError, match="not one cut-off of deprivations, but 5, 8"):
        own_cut_off(two)
