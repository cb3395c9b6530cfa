"""Files of strangers: each ends in time, within its limits, with an error that names its cause."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile

import pytest

from multidim_poverty import excel
from multidim_poverty.base.files import Limits
from multidim_poverty.errors import PovertyError
from multidim_poverty.excel.workbook import read_sheets
from tests.helpers.raw_workbook import HOME, PATHS, SHEET, packed, parts, sheet, text_row

STRINGS = "xl/sharedStrings.xml"


def refused(file, message, limit=None, **options):
    """Reading fails within seconds and some memory, with the error of the library."""
    start = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(excel.UnreadableFileError, match=message) as caught:
            excel.read_households(file, **options)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - start < 20
    assert peak < 200 << 20
    assert isinstance(caught.value, PovertyError)
    assert isinstance(caught.value, ValueError)
    assert caught.value.limit == limit
    assert "Y Bun" not in str(caught.value)


# -- bombs -------------------------------------------------------------------------------------


def test_nested_entities_are_refused_before_they_grow():
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha">{levels}]>'
    for part in (SHEET, STRINGS, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"):
        content = parts()
        content[part] = bomb + content[part]
        refused(packed(content), "has a DOCTYPE")


def test_a_doctype_alone_is_refused_too():
    content = parts()
    content[SHEET] = "<!DOCTYPE worksheet SYSTEM 'file:///etc/passwd'>" + content[SHEET]
    refused(packed(content), "has a DOCTYPE")


def test_a_part_that_is_packed_too_tightly_is_refused_by_its_size_alone():
    blanks = sheet(" " * (64 << 20))
    refused(packed(parts(blanks)), "limit 'ratio'", "ratio")
    strings = {STRINGS: "<sst>" + "<si/>" * (8 << 20) + "</sst>"}
    refused(packed(parts() | strings), "limit 'ratio'", "ratio")


def test_the_size_of_all_parts_together_is_limited():
    rest = {f"xl/media/{n}.bin": b"\0" * (3 << 20) for n in range(20)}
    refused(
        packed(parts() | rest),
        "limit 'unpacked_size'",
        "unpacked_size",
        limits=Limits(unpacked_size=32 << 20),
    )
    many = {f"xl/media/{n}.bin": b"" for n in range(300)}
    refused(packed(parts() | many), "more than 200 parts", "parts", limits=Limits(parts=200))
    refused(packed(parts()), "more than 100 bytes", "file_size", limits=Limits(file_size=100))


def test_a_part_gives_no_more_than_the_size_that_it_states():
    file = packed(parts(sheet(" " * 100_000))).getvalue()
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        size = book.getinfo(SHEET).file_size
    lying = file.replace(struct.pack("<I", size), struct.pack("<I", 500))
    assert lying != file
    refused(io.BytesIO(lying), "is damaged")


def test_cells_without_end_are_counted_also_if_they_are_empty():
    row = "<row>" + "<c/>" * 16_000 + "</row>"
    refused(
        packed(parts(sheet(row * 40)), level=1),
        "sheet 'S'.*limit 'cells'",
        "cells",
        limits=Limits(cells=500_000),
    )
    columns = "".join(
        f'<row r="{n}"><c r="{name}{n}" t="inlineStr"><is><t>x</t></is></c></row>'
        for n, name in enumerate(
            (a + b + c for a in "ABC" for b in "ABCDEFGHIJ" for c in "ABCDEFGHIJ"), 3
        )
    )
    refused(packed(parts(sheet(columns))), "limit 'columns'", "columns", limits=Limits(columns=200))


@pytest.mark.parametrize(
    "content",
    [
        parts(sheet("<row/>" * 3000)),
        parts(sheet('<row r="9"/>' * 3000)),
        parts(sheet(after="<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 3000 + "</mergeCells>")),
        parts(sheet(before="<cols>" + '<col min="1" max="2" hidden="1"/>' * 3000 + "</cols>")),
        parts() | {STRINGS: "<sst>" + "<si><t>a</t></si>" * 3000 + "</sst>"},
        parts() | {"xl/styles.xml": "<s><cellXfs>" + "<xf/>" * 3000 + "</cellXfs></s>"},
    ],
    ids=["rows", "one row", "merged", "columns", "texts", "styles"],
)
def test_what_is_no_cell_is_counted_like_cells(content):
    refused(packed(content), "limit 'cells'", "cells", limits=Limits(cells=2000))
    assert len(excel.read_households(packed(content)).households) == 1


def test_rows_without_numbers_end_where_a_sheet_ends():
    last = '<row r="1048575"/>'
    excel.read_households(packed(parts(sheet(last + "<row/>"))))
    refused(packed(parts(sheet(last + "<row/><row/>"))), "more rows than a sheet has")


def test_a_cell_of_many_runs_of_text_takes_time_by_its_length_alone():
    def seconds(runs):
        cell = f'<row><c t="inlineStr"><is>{"<r><t>ab</t></r>" * runs}</is></c></row>'
        start = time.process_time()
        excel.read_households(packed(parts(sheet(cell)), level=1))
        return time.process_time() - start

    seconds(1000)
    assert seconds(200_000) < 30 * seconds(20_000) + 0.5


@pytest.mark.parametrize("area", ["A1:XFD1048576", "A1:K2", "A2:XFD2"])
def test_merged_cells_that_overlap_end_and_are_named(area):
    merged = f"<mergeCells>{f'<mergeCell ref={chr(34)}{area}{chr(34)}/>' * 1000}</mergeCells>"
    rows = "".join(text_row(n, [*HOME[:2], str(n), *HOME[3:]]) for n in range(3, 400))
    start = time.process_time()
    reading = excel.read_households(packed(parts(sheet(rows, merged))))
    assert time.process_time() - start < 10
    assert len(reading.households) == 398
    assert (reading.problems["rule"] == "overlapping_cells").sum() == 1


@pytest.mark.parametrize("cell", ["XFD3", "XFD20000", "XFD1048576", "A1048576"])
@pytest.mark.parametrize("text", [" ", "\u200b", "x"])
def test_work_grows_with_what_a_sheet_holds_and_not_with_how_far_it_reaches(cell, text):
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    stray = f'<row r="{row}"><c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c></row>'
    tracemalloc.start()
    start = time.process_time()
    reading = excel.read_households(packed(parts(sheet(stray))))
    assert time.process_time() - start < 3
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()
    assert len(reading.households) == 1
    assert reading.rows["row"].tolist()[2:] == ([int(row)] if text == "x" else [])


def test_a_binary_workbook_or_an_ods_that_reaches_far_is_refused():
    def record(kind, content):
        return bytes([kind, len(content)]) + content

    far = record(0, (999_999).to_bytes(4, "little") + b"\0" * 13)
    far += record(5, (16_000).to_bytes(4, "little") + b"\0" * 12)
    xlsb = {"xl/workbook.bin": b"", "xl/worksheets/sheet1.bin": far}
    refused(packed(xlsb), "sheet1.bin.*limit 'cells'", "cells")
    cell = '<t:table-cell o:value-type="string" t:number-columns-repeated="{0}"/>'
    for rows, columns in ((1, 10**9), (10**6, 16_000)):
        table = (
            '<o:d xmlns:o="o" xmlns:t="t"><t:table>'
            f'<t:table-row t:number-rows-repeated="{rows}">{cell.format(columns)}</t:table-row>'
            "</t:table></o:d>"
        )
        refused(packed({"content.xml": table}), "limit 'cells'", "cells")
    bomb = '<!DOCTYPE x [<!ENTITY a "b">]><x/>'
    refused(packed({"content.xml": bomb}), "content.xml has a DOCTYPE")


# -- odd, and read -------------------------------------------------------------------------------


def read_as_usual(content):
    reading = excel.read_households(packed(content))
    assert reading.households.index.tolist() == ["12"]
    assert reading.households["b1"].tolist() == [135]


def renamed(old, new, content=None):
    content = content or parts()
    return {new if name == old else name: part for name, part in content.items()}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (SHEET, "xl/worksheets/Sheet1.xml"),
        (SHEET, "XL/Worksheets/SHEET1.XML"),
        (SHEET, "xl\\worksheets\\sheet1.xml"),
        (SHEET, "/xl/worksheets/sheet1.xml"),
        ("xl/workbook.xml", "xl/Workbook.xml"),
        ("xl/_rels/workbook.xml.rels", "xl/_rels/Workbook.xml.rels"),
    ],
)
def test_a_part_is_found_in_any_capitals_and_with_any_slash(old, new):
    read_as_usual(renamed(old, new))


@pytest.mark.parametrize(
    "target",
    [
        "/xl/worksheets/sheet1.xml",
        "../xl/worksheets/sheet1.xml",
        "./worksheets/sheet1.xml",
        "worksheets\\sheet1.xml",
    ],
)
def test_a_link_to_a_sheet_may_be_written_in_several_ways(target):
    content = parts()
    rels = "xl/_rels/workbook.xml.rels"
    content[rels] = content[rels].replace("worksheets/sheet1.xml", target)
    read_as_usual(content)


def test_a_workbook_elsewhere_and_without_texts_and_styles_is_read():
    content = parts()
    moved = {name.replace("xl/", "book/"): part for name, part in content.items()}
    moved["_rels/.rels"] = (
        '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="/book/workbook.xml"/>'
        "</Relationships>"
    )
    read_as_usual(moved)
    bare = {name: part for name, part in content.items() if "shared" not in name}
    rels = "xl/_rels/workbook.xml.rels"
    bare[rels] = (
        '<Relationships><Relationship Id="rId1" Type="x/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>'
    )
    read_as_usual(bare)


def test_two_sheets_of_one_name_stay_two():
    content = parts()
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace(
        "</sheets>", '<sheet name="S" sheetId="2" r:id="rId1"/></sheets>'
    )
    assert [one.name for one in read_sheets(packed(content))] == ["S", "S (2)"]


def test_a_chart_among_the_sheets_has_no_cells():
    content = parts()
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace(
        "<sheets>", '<sheets><sheet name="Biểu đồ" sheetId="2" r:id="rId9"/>'
    )
    rels = "xl/_rels/workbook.xml.rels"
    content[rels] = content[rels].replace(
        "</Relationships>",
        '<Relationship Id="rId9" Type="x/chartsheet" Target="charts/1.xml"/></Relationships>',
    )
    read_as_usual(content)


# -- broken ------------------------------------------------------------------------------------

MERGED = "<mergeCells><mergeCell{0}/></mergeCells>"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (parts(sheet(after=MERGED.format(""))), "a merged cell has no range in the sheet 'S'"),
        (parts(sheet(after=MERGED.format(' ref="A"'))), "a merged cell has no range"),
        (parts(sheet('<row r="0"/>')), "a row has the number '0'"),
        (parts(sheet('<row r="x"/>')), "a row has the number 'x'"),
        (parts(sheet('<row r="9999999999"/>')), "a row has the number"),
        (parts(sheet('<row><c r="1"><v>1</v></c></row>')), "a cell has no column"),
        (parts(sheet('<row><c r="ZZZZ1"><v>1</v></c></row>')), "stand in column 'ZZZZ'"),
        (parts(sheet('<row><c t="s"><v>7</v></c></row>')), "names a text that the workbook does"),
        (parts(sheet('<row><c t="s"><v>-1</v></c></row>')), "names a text that the workbook does"),
        (parts(sheet('<row><c t="s"><v>a</v></c></row>')), "names a text that the workbook does"),
        (parts(sheet("<row>")), "sheet1.xml is damaged"),
        (parts(b"\xff\xfe\x00"), "sheet1.xml is damaged"),
        (parts('<?xml version="1.0" encoding="martian"?><a/>'), "sheet1.xml is damaged"),
        (parts(sheet(before='<cols><col hidden="1"/></cols>')), "a hidden column has no number"),
        ({k: v for k, v in parts().items() if k != SHEET}, "sheet1.xml is missing"),
        ({k: v for k, v in parts().items() if "rels" not in k}, "rels is missing"),
        (
            parts(**{"xl/workbook.xml": "<workbook><sheets><sheet/></sheets></workbook>"}),
            "does not say where the sheet 'sheet 1' is",
        ),
        ({"a.txt": "a"}, "holds no workbook"),
    ],
)
def test_a_broken_workbook_has_an_error_with_its_place(content, message):
    refused(packed(content), message)


def test_a_damaged_file_has_an_error_that_says_so():
    whole = packed(parts()).getvalue()
    for cut in (10, len(whole) // 2, len(whole) - 5):
        refused(io.BytesIO(whole[:cut]), "is not a workbook that can be read.*damaged")
    at = whole.index(b"sheet1.xml") + 40
    refused(io.BytesIO(whole[:at] + b"\xff\xff\xff\xff" + whole[at + 4 :]), "is damaged")
    password = bytes.fromhex("D0CF11E0A1B11AE1") + "EncryptedPackage".encode("utf-16-le")
    refused(io.BytesIO(password), "has a password")
    refused(io.BytesIO(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600)), "xls file and damaged")
    refused(io.BytesIO(b"<?xml version='1.0'?><Workbook/>"), "save it as .xlsx")


@pytest.mark.parametrize("seed", range(60))
def test_any_damage_to_a_workbook_is_read_or_refused(seed):
    import random

    chance = random.Random(seed)
    content = {name: bytearray(part.encode()) for name, part in parts().items()}
    name = chance.choice(list(content))
    for _ in range(chance.randint(1, 4)):
        part = content[name]
        at = chance.randrange(len(part))
        part[at : at + chance.randint(0, 3)] = bytes(
            chance.choices(b'<>/"&= arsn01A\xff', k=chance.randint(0, 3))
        )
    file = packed({part_name: bytes(part) for part_name, part in content.items()})
    refusal = ""
    try:
        excel.read_households(file)
    except excel.UnreadableFileError:
        refusal = "unreadable"
    except ValueError as error:
        refusal = str(error)
    assert refusal in ("", "unreadable") or "no household was read" in refusal
    assert "Y Bun" not in refusal


# -- nobody is shown -----------------------------------------------------------------------------


def test_no_error_shows_what_a_workbook_holds():
    people = ["Nguyễn Thị Bí Mật", "012345678901", "0901234567"]
    content = f"<worksheet><sheetData>{text_row(1, people)}</sheetData></worksheet>"
    files = [
        packed(parts(content)),
        io.BytesIO(";".join(people).encode()),
        io.BytesIO(f"<table><tr><td>{'<td>'.join(people)}</table>".encode()),
    ]
    for file in files:
        with pytest.raises(excel.UnreadableFileError, match="none of the known layouts") as caught:
            excel.read_households(file)
        text = f"{caught.value}{caught.value!r}"
        assert not any(part in text for part in people)
        assert "A1:C1" in text
    assert PATHS[0] not in repr(read_sheets(packed(parts())))
