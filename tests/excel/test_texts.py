"""Every text of the data stays a text, in all fifteen tables, whatever it begins with."""

import warnings
import zipfile

import openpyxl
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import excel, reports
from tests.reports.test_tables import BY, REASONS, STANDARD, example, people

UNNAMED = {"reporting_unit": None, "period": None, "signers": None}
STARTS = [
    "=cmd|' /C calc'!A0", "=1+1", "{=1+1}", "+1", "-1", "@x", "http://example.org",
    "https://example.org", "ftp://example.org", "file:///etc", "mailto:a@example.org",
    "internal:Sheet1!A1", "external:a.xlsx", "<r><t>a</t></r>", "&\"<x>'", "0012", "1e5",
    "TRUE", "#REF!", "$x^2$", "_x0041_",
]  # fmt: skip


def all_tables(text):
    """The fifteen tables of households and persons that are all called so."""
    frame = example().assign(commune=text, district=f"{text} ")
    frame[REASONS] = frame[REASONS].fillna(value=False)
    frame["average_living_standard"] = False
    members = people().assign(full_name=text, ethnic_group=text, relation=text)
    group = reports.ListItem(id="own", vi=text, en=text)
    flows = mdp.movement.flows(frame, frame).assign(commune=text, district=f"{text} ")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return reports.tables(
            frame,
            by=BY,
            members=members,
            flows=flows,
            population="counted",
            standard=STANDARD,
            on="2023-09-01",
            groups=[group],
            numbers=range(1, 16),
        )


@pytest.mark.parametrize("text", STARTS)
def test_no_text_becomes_a_formula_a_link_or_a_number(tmp_path, text):
    tables = all_tables(text)
    assert sorted(tables) == list(range(1, 16))
    path = tmp_path / "tables.xlsx"
    excel.write_tables(
        tables,
        path,
        reporting_unit=text,
        period=text,
        signers=excel.Signers(place=text, on=None, prepared_by=text, head=text, head_title=text),
    )
    for sheet in openpyxl.load_workbook(path):
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert not [cell.coordinate for cell in cells if cell.hyperlink]
        live = [str(cell.value) for cell in cells if cell.data_type == "f"]
        assert all(formula.startswith("=IF(COUNT(") for formula in live)  # our own
        same = [cell for cell in cells if text in str(cell.value)]
        assert {cell.data_type for cell in same} <= {"s", "f"}
        as_they_are = [cell.value for cell in same if cell.data_type == "s"]
        assert text in as_they_are
        assert len(as_they_are) > 2, sheet.title
    with zipfile.ZipFile(path) as book:
        assert not [name for name in book.namelist() if "_rels/sheet" in name and links(book, name)]


def links(book, name):
    return b"hyperlink" in book.read(name)


def test_control_characters_are_left_out_of_a_workbook(tmp_path):
    tables = all_tables("Xã\x01 A\u202e")
    path = tmp_path / "tables.xlsx"
    excel.write_tables(
        tables,
        path,
        reporting_unit="Tỉnh\x07\ud800 B",
        period=None,
        signers=excel.Signers(place="\x07", on=None, prepared_by="\ud800", head=None),
    )
    for sheet in openpyxl.load_workbook(path):
        texts = [cell.value for row in sheet for cell in row if isinstance(cell.value, str)]
        assert not [text for text in texts if "\x01" in text or "\u202e" in text or "_x00" in text]
        assert "Đơn vị báo cáo: Tỉnh   B" in texts
        assert any("Xã  A" in text for text in texts)


def sheets_below(table, path):
    excel.write_tables([table], path, **UNNAMED)
    return [cell.value for (cell,) in openpyxl.load_workbook(path).active["A1:A99"] if cell.value]


@pytest.mark.parametrize("by", [(), BY])
def test_households_without_a_class_stand_below_the_table(tmp_path, by):
    note = "Số hộ chưa xác định được kết quả rà soát, không thuộc diện nào trong biểu: 1"
    path = tmp_path / "tables.xlsx"
    members = people()
    for table in (
        reports.table_1(example(), by=by, population="counted"),
        reports.table_1(example(), by=by, total=not by),
        reports.table_8(example(), by=by),
        reports.table_15(example(), members=members, by=by),
    ):
        assert note in sheets_below(table, path)
    known = example().assign(poverty_class="poor")
    assert not [
        text for text in sheets_below(reports.table_1(known, by=by), path) if "chưa" in text
    ]


def test_households_without_a_class_at_the_start_or_end_stand_below_the_flows(tmp_path):
    after = example().assign(poverty_class="poor")
    table = reports.table_2(mdp.movement.flows(example(), after))
    note = "Số hộ chưa xác định được kết quả rà soát: đầu kỳ 1, cuối kỳ 0"
    assert note in sheets_below(table, tmp_path / "tables.xlsx")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_written_is_read_again(tmp_path, language):
    frame = example().assign(area=pd.Categorical(["rural", "urban", "rural", "urban", "urban"]))
    by = ["area", "commune"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tables = reports.tables(
            frame,
            by=by,
            members=people(),
            flows=None,
            population="counted",
            standard=STANDARD,
            on="2023-09-01",
            numbers=[1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
        )
    path = tmp_path / "tables.xlsx"
    excel.write_tables(tables, path, **UNNAMED, language=language)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = excel.read_tables(path, levels=by)
    assert read.keys() == tables.keys()
    for number, table in tables.items():
        ids = [column.id for column in reports.layout_of(table).printed]
        ids += ["number", *by, *(["count_of"] if "count_of" in table else [])]
        pd.testing.assert_frame_equal(
            *(
                frame[ids].astype(object).where(frame[ids].notna(), "-")
                for frame in (read[number], table)
            ),
            check_dtype=False,
        )
