"""Headers, numbers, units and their order, as the official tables print them."""

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import reports
from multidim_poverty.schema.arguments import group_keys

SAMPLE = mdp.load_sample()
RESULT = reports.wide(
    SAMPLE.households,
    mdp.assess(SAMPLE.households, SAMPLE.members, standard=mdp.standard("decree_07_2021")),
)


def headers(number):
    return {column.id: column.header.vi for column in reports.layout(number).columns}


def test_the_first_columns_have_the_words_and_letters_of_the_exports():
    leading = [(c.header.vi, c.number_text) for c in reports.layout(2).leading]
    assert leading == [("TT", "A"), ("Phường/Xã", "B"), ("Phân tổ", "")]
    assert [c.id for c in reports.layout(1).leading] == ["number", "unit"]
    table = reports.printed(reports.table_8(RESULT))
    assert table["count_of"].tolist() == ["Hộ", "Nhân khẩu"]


def test_table_1_has_the_words_of_the_exports():
    form = reports.layout(1)
    assert [label.vi for label in form.column("households").group] == [
        "Tổng số hộ dân cư (tại thời điểm rà soát)"
    ]
    assert headers(1)["households"] == "Số hộ"
    assert headers(1)["persons"] == "Nhân khẩu"
    assert form.column("poor_households").group[0].vi == "Về hộ (chính thức)"
    assert form.column("poor_persons").group[0].vi == "Về khẩu"


def test_tables_4_and_10_have_the_words_of_the_exports():
    assert headers(4)["poor_households"] == "Tổng số hộ nghèo"
    assert headers(4)["incidents"] == "Tổng số thiếu hụt"
    reasons = [headers(10)[f"poor_{id}"] for id in ("no_land", "no_capital", "no_labour")]
    assert reasons == ["Thiếu đất sản xuất", "Thiếu vốn", "Thiếu lao động"]


def test_table_9_numbers_its_groups_below_the_minorities():
    numbers = [column.number_text for column in reports.layout(9).printed]
    groups = [f"2.{n}" for n in range(1, 11)]
    ends = ["0", "1", "2", *groups]
    assert numbers == [f"{half}.{end}" for half in (1, 2) for end in ends]


def test_the_numbers_of_table_9_follow_the_groups_of_the_place():
    groups = [reports.ListItem(id="cham", vi="Chăm", en="Chăm")]
    form = reports.layout(9, groups=groups)
    assert form.column("poor_cham").number == "1.2.1"
    assert form.column("near_poor_other").number == "2.2.2"


def test_the_lists_have_letters_and_then_numbers():
    for number in (14, 15):
        numbers = [column.number_text for column in reports.layout(number).printed]
        assert numbers == ["A", "B", "C", *map(str, range(1, 17))]
    form = reports.layout(15)
    ids = ["birth_year_male", "ethnic_group", "new", "member_of_merit", "support_other"]
    assert [form.column(id).number for id in ids] == [1, 3, 5, 8, 16]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_areas_are_printed_in_words(language):
    table = reports.table_1(RESULT, by=["area"])
    words = {"vi": ["Tổng số", "Nông thôn", "Thành thị"], "en": ["Total", "Rural", "Urban"]}
    texts = reports.printed(table, labels=language)
    assert texts.iloc[:, 1].tolist() == words[language]
    assert table["area"].tolist()[1:] == ["rural", "urban"]


def test_a_name_that_the_caller_chose_is_printed_as_it_is():
    table = reports.table_1(RESULT, by=["area"], names={"rural": "I. Các xã"})
    assert reports.printed(table)["unit"].tolist() == ["Tổng số", "I. Các xã", "Thành thị"]


def test_a_commune_called_as_a_code_of_something_else_keeps_its_name():
    homes = pd.DataFrame({"poverty_class": "poor", "household_size": 4, "commune": ["rural"]})
    texts = reports.printed(reports.table_1(homes, by=["commune"]))
    assert texts["unit"].tolist() == ["Tổng số", "rural"]


def test_columns_of_units_have_vietnamese_headers():
    homes = pd.DataFrame(
        {"poverty_class": ["poor"], "household_size": 4, "district": "Q", "commune": "X"}
    )
    table = reports.table_1(homes, by=["district", "commune"], labels="vi")
    heads = [head[-2] for head in table.columns]
    assert heads[:5] == ["TT", "Cấp", "Phường/Xã", "Huyện", "Xã"]


NAMES = ["Thôn 10", "Thôn Đông", "Thôn 2", "Thôn Dốc", "Ấp 1", "Ea Pô", "Án"]
IN_ORDER = ["Án", "Ấp 1", "Ea Pô", "Thôn 2", "Thôn 10", "Thôn Dốc", "Thôn Đông"]


@pytest.mark.parametrize("dtype", [object, "string"])
def test_units_are_in_the_order_of_the_vietnamese_alphabet(dtype):
    homes = pd.DataFrame({"poverty_class": "poor", "household_size": 4, "village": NAMES})
    homes["village"] = homes["village"].astype(dtype)
    table = reports.table_1(homes, by=["village"], total=False)
    assert table["unit"].tolist() == IN_ORDER
    assert [name for (name,) in group_keys(homes[["village"]])[1]] == IN_ORDER  # of pictures
    listed = reports.table_1(homes.astype({"village": pd.CategoricalDtype(NAMES)}), by=["village"])
    assert listed["unit"].tolist() == ["Tổng số", *NAMES]  # a category has its own order
