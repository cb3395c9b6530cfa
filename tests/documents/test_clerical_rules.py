"""Papers by the rules of clerical work: who signs, numbers, bases, annexes, pages, comparison."""

import datetime as dt
import itertools
import re
import shutil
import subprocess

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import documents
from multidim_poverty.documents.bases import document_in_full, legal_bases, lists_in_words, roman
from multidim_poverty.documents.words import text_of
from multidim_poverty.identity import name_key
from multidim_poverty.law import Document
from multidim_poverty.law.clerical_work import clerical_work
from multidim_poverty.law.documents import shipped_documents
from multidim_poverty.review.results import RecognitionList
from multidim_poverty.vocabulary import PovertyClass, ReviewProcess
from tests.documents.test_papers import LAW, PAPERS, SAMPLE, Round, foot, grids, words

LATER = mdp.procedure_on("2025-09-05")  # no districts, and low-income workers
DAY = pd.Timestamp("2025-10-20")
papers = pytest.mark.parametrize("write", PAPERS, ids=lambda write: write.__name__)


@pytest.fixture
def written(tmp_path):
    def write(function, table, procedure=LAW, **more):
        path = tmp_path / "paper.docx"
        return docx.Document(function(table, path, procedure=procedure, **more))

    return write


def recognised(lists, process="periodic", on=DAY, **columns):
    """A household on each of the lists."""
    return pd.DataFrame(
        {
            "list": lists,
            "household_id": [f"h{n}" for n in range(len(lists))],
            "commune": "Xã Ea Kao",
            "village": "Thôn Đông",
            "process": process,
            "previous_class": None,
            "final_class": "average",
            "recognised_on": on,
            "decision_number": "12",
        }
    ).assign(**columns)


def posted(process="periodic", again=False):
    return pd.DataFrame(
        {
            "household_id": ["h1"],
            "commune": "Xã Ea Kao",
            "village": "Thôn Đông",
            "process": process,
            "assessed_class": "poor",
            "posted_on": pd.Timestamp("2025-09-05"),
            "posted_until": pd.Timestamp("2025-09-10"),
            "again": again,
        }
    )


# -- the page ----------------------------------------------------------------------------------


@papers
def test_the_number_of_the_page_stands_top_centre_from_page_2(written, write):
    paper = written(write, PAPERS[write])
    rule = clerical_work()
    for section in paper.sections:
        assert section.different_first_page_header_footer
        assert section._sectPr.xpath("w:pgNumType/@w:start") == ["1"]
        assert "".join(p.text for p in section.first_page_header.paragraphs) == ""
        (line,) = section.header.paragraphs
        assert line._p.xpath("w:fldSimple/@w:instr") == ["PAGE"]
        assert line.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.CENTER
        size = line._p.xpath("w:fldSimple//w:sz/@w:val")
        assert size == [str(2 * rule.letters.page_number)]
        assert not section.footer._element.xpath(".//w:fldSimple")
        assert section.first_page_footer.paragraphs[0].text == section.footer.paragraphs[0].text


@papers
def test_the_layout_is_read_from_the_data(written, write):
    page, letters = clerical_work().page, clerical_work().letters
    paper = written(write, PAPERS[write])
    section = paper.sections[-1]
    assert round(section.header_distance.mm) == page.number_from_edge
    sizes = {int(size) / 2 for size in paper.element.body.xpath(".//w:sz/@w:val")}
    assert sizes <= {float(size) for size in dict(letters).values() if isinstance(size, int)}
    assert not paper.element.body.xpath(".//w:u")  # lines are drawn, words are not underlined
    (lines,) = ({p.getparent().getparent().tag for p in paper.element.body.xpath(".//w:pBdr")},)
    assert lines == {qn("w:p")}
    heading = paper.tables[0].rows[0].cells
    assert all(cell._tc.xpath(".//w:pBdr/w:top[@w:val='single']") for cell in heading)


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="needs LibreOffice"
)
@papers
def test_printed_pages_are_numbered_from_the_second_of_each_sheet(tmp_path, write):
    path = write(PAPERS[write].iloc[:60], tmp_path / "paper.docx", procedure=LAW)
    office = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    pdf = path.with_suffix(".pdf")
    command = [*office, "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True)
    text = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
    ).stdout
    number = 0
    for page in text.split("\f")[:-1]:
        first = page.strip().splitlines()[0].strip()
        number = 1 if "CỘNG HÒA XÃ HỘI" in page else number + 1
        assert (first == str(number)) == (number > 1), page
        assert len(page.strip().splitlines()) > 3, "a page that holds nothing"


# -- who signs, with which number --------------------------------------------------------------


def test_the_chair_signs_a_decision_and_recipients_stand_beside_it_on_the_left(written):
    office = documents.Office(signer="Nguyễn Văn Mẫu", recipients=["Như Điều 3", "Phòng A"])
    paper = written(documents.write_decision, recognised(["poor"]), office=office)
    heading = paper.tables[0].rows[0].cells[0].text
    assert heading.split("\n") == ["ỦY BAN NHÂN DÂN", "XÃ EA KAO", "", "Số: 12/QĐ-UBND"]
    assert paper.tables[0].rows[0].cells[1].text.endswith("Xã Ea Kao, ngày 20 tháng 10 năm 2025")
    (closing,) = [t for t in paper.tables if t.rows[0].cells[0].text.startswith("Nơi nhận:")]
    left, right = closing.rows[0].cells
    assert left.text.split("\n") == ["Nơi nhận:", "- Như Điều 3;", "- Phòng A;", "- Lưu: VT."]
    assert right.text.split("\n") == ["CHỦ TỊCH", "", "", "", "", "Nguyễn Văn Mẫu"]
    before = closing._tbl.getprevious()
    assert before.xpath("w:pPr/w:keepNext")


@pytest.mark.parametrize(
    ("signs_as", "lines"),
    [
        ("head", ["TM. BAN CHỈ ĐẠO", "TRƯỞNG BAN", "CHỦ TỊCH ỦY BAN NHÂN DÂN"]),
        ("deputy", ["TM. BAN CHỈ ĐẠO", "KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN"]),
    ],
)
def test_a_notice_is_signed_on_behalf_of_the_committee(written, signs_as, lines):
    office = documents.Office(signs_as=signs_as)
    paper = written(documents.write_notice, posted(), LATER, office=office)
    assert paper.tables[0].rows[0].cells[0].text.split("\n") == [
        "ỦY BAN NHÂN DÂN", "XÃ EA KAO", "BAN CHỈ ĐẠO RÀ SOÁT", "", "Số: ……/TB-BCĐ",
    ]  # fmt: skip
    assert paper.tables[-1].rows[0].cells[1].text.split("\n")[:3] == lines
    above, body = paper.tables[0].rows[0].cells[0].paragraphs[:2]
    assert (above.runs[0].bold, body.runs[0].bold) == (None, True)


def test_a_deputy_of_the_chair_signs_in_place_of_the_chair(written):
    office = documents.Office(signs_as="deputy")
    paper = written(documents.write_decision, recognised(["poor"]), office=office)
    assert "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n" in words(paper)


@pytest.mark.parametrize(
    ("number", "printed"),
    [("12", "12/QĐ-UBND"), ("5", "05/QĐ-UBND"), ("7/QĐ-UBND", "7/QĐ-UBND"), (None, "……/QĐ-UBND")],
)
def test_a_decision_number_has_its_symbol_wherever_it_stands(written, number, printed):
    lists = recognised(["poor"], decision_number=number)
    text = words(written(documents.write_decision, lists))
    assert text.count(f"Số: {printed}\n") == 1
    assert text.count(f"(Kèm theo Quyết định số {printed} ngày 20 tháng 10 năm 2025") == 1
    table = Round.certificates.iloc[:1].assign(decision_number=number, certificate_number="3")
    text = words(written(documents.write_certificates, table))
    assert f"Số {printed} ngày 20 tháng 10 năm 2023" in text
    assert "Số: 03/GCN-HN.HCN\n" in text


# -- title, bases and annexes ------------------------------------------------------------------


NAMES = {
    "poor": "hộ nghèo",
    "near_poor": "hộ cận nghèo",
    "escaped_poor": "hộ thoát nghèo",
    "escaped_near_poor": "hộ thoát cận nghèo",
    "farm": "hộ làm nông, lâm, ngư, diêm nghiệp có mức sống trung bình",
    "low_income": "người lao động có thu nhập thấp",
}


@pytest.mark.parametrize("size", range(1, 7))
def test_the_title_names_the_lists_that_there_are_and_no_other(written, size):
    for chosen in itertools.combinations(NAMES, size):
        kinds = [RecognitionList.of(code) for code in chosen]
        named = re.split("[,;] (?=hộ|người)", lists_in_words(kinds).removeprefix("danh sách "))
        assert named == [NAMES[code] for code in chosen]
    text = words(written(documents.write_decision, recognised(list(chosen))))
    in_words = lists_in_words(kinds)
    assert f"Về việc công nhận {in_words}\n" in text
    assert f"Điều 1. Công nhận {in_words}, theo Phụ lục" in text


def test_annexes_have_roman_numerals_everywhere(written):
    paper = written(documents.write_decision, recognised(list(NAMES)), LATER)
    numerals = ["I", "II", "III", "IV", "V", "VI"]
    (contents,) = grids(paper, "Danh sách")
    assert [row[0] for row in contents[1:]] == numerals
    assert re.findall("PHỤ LỤC (.*)\n", words(paper)) == numerals
    assert [roman(n) for n in (8, 10, 19)] == ["VIII", "X", "XIX"]


@pytest.mark.parametrize(
    ("process", "on", "superior"),
    [
        ("periodic", "2025-06-30", "Chủ tịch UBND cấp huyện"),
        ("periodic", "2025-07-01", "Chủ tịch UBND cấp tỉnh"),
        ("regular", "2025-07-01", None),
        ("farm", "2025-06-30", None),
        ("low_income", "2025-10-20", None),
    ],
)
@pytest.mark.parametrize("procedure", [LAW, LATER], ids=["until June 2025", "since July 2025"])
def test_the_opinion_is_that_of_the_superior_of_the_day(process, on, superior, procedure):
    bases = legal_bases(procedure, [process], pd.Timestamp(on))
    opinions = [line for line in bases if "ý kiến" in line]
    assert [re.search("ý kiến của (.*) tại", line)[1] for line in opinions] == (
        [] if superior is None else [superior]
    )
    assert any("131/2025/NĐ-CP" in line for line in bases) == (superior == "Chủ tịch UBND cấp tỉnh")


def test_a_variant_without_a_superior_asks_for_no_opinion():
    ours = LAW.replace(name="ours", why="test", superior="none")
    assert not any("ý kiến" in line for line in legal_bases(ours, ["periodic"], DAY))


def test_legal_bases_name_kind_number_day_issuer_and_subject(written):
    paper = written(documents.write_decision, recognised(["poor"], on=pd.Timestamp("2023-10-20")))
    bases = [p for p in paper.paragraphs if p.text.startswith(("Căn cứ", "Theo đề nghị"))]
    assert [line.text for line in bases] == [
        "Căn cứ Luật Tổ chức chính quyền địa phương ngày …… tháng …… năm ………;",
        "Căn cứ Nghị định số 07/2021/NĐ-CP ngày 27 tháng 01 năm 2021 của Chính phủ quy định chuẩn "
        "nghèo đa chiều giai đoạn 2021 - 2025;",
        "Căn cứ Quyết định số 24/2021/QĐ-TTg ngày 16 tháng 7 năm 2021 của Thủ tướng Chính phủ "
        "quy định quy trình rà soát hộ nghèo, hộ cận nghèo hằng năm và quy trình xác định hộ làm "
        "nông nghiệp, lâm nghiệp, ngư nghiệp và diêm nghiệp có mức sống trung bình giai đoạn 2022 "
        "- 2025;",
        bases[3].text,
        "Căn cứ Thông tư số 02/2022/TT-BLĐTBXH ngày 30 tháng 3 năm 2022 của Bộ trưởng Bộ Lao động "
        "- Thương binh và Xã hội sửa đổi, bổ sung một số nội dung của Thông tư số "
        "07/2021/TT-BLĐTBXH;",
        "Căn cứ ý kiến của Chủ tịch UBND cấp huyện tại Văn bản số …………… ngày …… tháng …… năm ………;",
        "Căn cứ \t",
        "Theo đề nghị của Ban Chỉ đạo rà soát cấp xã.",
    ]
    assert bases[3].text.startswith("Căn cứ Thông tư số 07/2021/TT-BLĐTBXH ngày 18 tháng 7 năm")
    assert all(line.runs[0].italic for line in bases)
    assert "Các căn cứ, bố cục và thể thức của Mẫu số 02 chưa đối chiếu" in foot(paper)


def test_what_is_not_known_of_a_document_is_dots():
    decree = shipped_documents()["decree_131_2025"]
    assert document_in_full(decree) == (
        "Nghị định số 131/2025/NĐ-CP ngày …… tháng …… năm ……… của Chính phủ ……………"
    )
    bare = Document(title={"vi": "Kế hoạch 1", "en": "Plan 1"}, signed=dt.date(2024, 3, 1))
    assert document_in_full(bare) == "Kế hoạch 1"


# -- posting -----------------------------------------------------------------------------------


HALL = "nhà văn hóa hoặc nhà sinh hoạt cộng đồng của thôn"
COMMUNE = "trụ sở Ủy ban nhân dân cấp xã"
RADIO = "đài truyền thanh cấp xã (nếu có)"


@pytest.mark.parametrize(
    ("process", "again", "places"),
    [
        ("periodic", False, [HALL, COMMUNE, RADIO]),
        ("periodic", True, [HALL, COMMUNE]),
        ("regular", False, [HALL, COMMUNE, RADIO]),
        ("regular", True, [HALL, COMMUNE]),
        ("farm", False, [COMMUNE]),
        ("low_income", False, [COMMUNE]),
    ],
)
def test_a_notice_names_the_places_of_its_process(written, process, again, places):
    text = words(written(documents.write_notice, posted(process, again), LATER))
    assert re.findall("Nơi niêm yết: (.*)\n", text) == ["; ".join(places)]


# -- certificates ------------------------------------------------------------------------------


MARKED = ["employment", "water", "toilet"]


def certificates(**columns):
    table = Round.certificates.iloc[:2].assign(village="Thôn 1", **columns)
    return table, list(table.index)


def rows_of_marks(paper):
    """Year and marks by indicator of each certificate."""
    columns = [c.id for c in LAW.form("03").fields[-1].columns]
    tables = [table for table in grids(paper, "Năm") if table[0][2] == "1"]
    return [[dict(zip(columns, row[1:], strict=True)) for row in table[1:]] for table in tables]


def test_a_certificate_marks_the_deprivations_of_each_year(written):
    table, (first, second) = certificates()
    later = table.iloc[:1].assign(valid_for=2025, poverty_class="near_poor")
    marks = pd.DataFrame(
        {
            "household_id": [first, first, second, "elsewhere"],
            "valid_for": [2024, 2025, 2030, 2024],
            "employment": pd.array([True, False, True, True], dtype="boolean"),
            "water": pd.array([None, True, True, True], dtype="boolean"),
            "toilet": [0, 1, 1, 1],
        }
    )
    both = pd.concat([table.astype(object), later.astype(object)])
    paper = written(documents.write_certificates, both, deprivations=marks)
    blank = dict.fromkeys([c.id for c in LAW.form("03").fields[-1].columns], "")
    assert rows_of_marks(paper) == [
        [
            {**blank, "year": "2024", "employment": "x", "toilet": "–"},
            {**blank, "year": "2025", "employment": "–", "water": "x", "toilet": "x"},
        ],
        [{**blank, "year": "2024"}],
    ]
    key = "Chỉ số: (1) Việc làm; (2) Người phụ thuộc trong hộ gia đình; "
    assert words(paper).count(key) == 2


def test_the_result_of_assess_is_taken_as_it_is(written):
    table = Round.certificates.iloc[:8].assign(village="Thôn 1")
    ids = list(table.index)
    homes = Round.homes.loc[ids]
    people = SAMPLE.members[SAMPLE.members["household_id"].isin(ids)]
    result = mdp.assess(homes, people, standard=mdp.standard("decree_07_2021"))
    paper = written(documents.write_certificates, table, deprivations=result)
    signs = {True: "x", False: "–"}
    for id, (marks,) in zip(sorted(ids), rows_of_marks(paper), strict=True):
        expected = {name: signs.get(result.loc[id, name], "") for name in [*marks][1:]}
        assert {name: mark for name, mark in marks.items() if name != "year"} == expected
    assert "x" in {mark for (marks,) in rows_of_marks(paper) for mark in marks.values()}


def test_the_columns_of_a_certificate_are_the_indicators_of_the_standard():
    year, *columns = LAW.form("03").fields[-1].columns
    indicators = mdp.standard("decree_07_2021").indicators
    assert [(c.id, c.vi, c.en) for c in columns] == [
        (i.id, i.label.vi, i.label.en) for i in indicators
    ]
    assert year.id == "year"


def test_deprivations_that_a_certificate_cannot_hold_are_errors(tmp_path):
    table, (first, second) = certificates()
    later = table.iloc[:1].assign(valid_for=2025)
    both = pd.concat([table.astype(object), later.astype(object)])
    good = pd.DataFrame({"employment": [True, False]}, index=[first, second])

    def refused(error, match, table=table, marks=good):
        with pytest.raises(error, match=match):
            documents.write_certificates(
                table, tmp_path / "a.docx", procedure=LAW, deprivations=marks
            )

    refused(mdp.ArgumentError, "give the year of each row in valid_for", both)
    refused(
        mdp.ArgumentError,
        "has waste, the form of the certificate has",
        marks=good.assign(waste=True),
    )
    refused(mdp.ArgumentError, "has no indicator", marks=good[[]])
    refused(
        mdp.ArgumentError,
        f"more than one row for household {first} in 2024",
        marks=good.iloc[[0, 0]],
    )
    refused(mdp.InvalidDataError, "employment", marks=good.assign(employment=["yes", 2]))
    refused(mdp.ArgumentError, "deprivations", marks=good.set_axis([1, 2]))
    assert not (tmp_path / "a.docx").exists()


@pytest.mark.parametrize("spelling", ["code", "vi", "en"])
def test_a_year_of_birth_stands_in_the_column_of_the_sex(written, spelling):
    said = {"code": ["male", "female"], "vi": ["Nam", "Nữ"], "en": ["Male", "Female"]}[spelling]
    table, (first, _) = certificates()
    members = pd.DataFrame(
        {"household_id": first, "sex": [*said, None, "?"], "birth_year": [1980, 1985, 1990, 1995]}
    )
    paper = written(documents.write_certificates, table.loc[[first]], members=members)
    (people,) = grids(paper, "Họ tên")
    assert [row[4:] for row in people[1:]] == [
        ["1980", "", ""],
        ["", "1985", ""],
        ["", "", "Sinh năm 1990"],
        ["", "", "Sinh năm 1995"],
    ]


def test_a_certificate_has_place_and_day_of_the_last_decision(written):
    table, _ = certificates()
    paper = written(documents.write_certificates, table.iloc[:1])
    right = paper.tables[0].rows[0].cells[1].text
    assert right.split("\n")[-1] == "Synthetic commune A, ngày 20 tháng 10 năm 2023"


# -- who compared ------------------------------------------------------------------------------


COMPARED = documents.Office(compared_by="Trần Thị Mẫu", compared_on="2023-09-05")


@papers
def test_who_compared_is_noted_and_the_note_left_out(written, tmp_path, write):
    assert "chưa đối chiếu" in foot(written(write, PAPERS[write]))
    kind = write.__name__.removeprefix("write_")
    template = documents.write_template(kind, tmp_path / "template.docx", procedure=LAW)
    assert "chưa đối chiếu" not in foot(docx.Document(template))
    for options in ({}, {"template": template}):
        paper = written(write, PAPERS[write], office=COMPARED, **options)
        assert "chưa đối chiếu" not in foot(paper) + words(paper)
        assert "Nguồn: Quyết định" in foot(paper)
        assert paper.core_properties.comments == (
            "Đã đối chiếu với bản gốc: Trần Thị Mẫu, ngày 05 tháng 9 năm 2023."
        )


def test_whoever_compared_needs_a_name_and_a_day(tmp_path):
    for half in ({"compared_by": "Trần Thị Mẫu"}, {"compared_on": "2023-10-01"}):
        with pytest.raises(ValueError, match="give both compared_by and compared_on"):
            documents.Office(**half)
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        documents.Office(compared_by="Trần Thị Mẫu", compared_on="01/10/2023")
    with pytest.raises(mdp.ArgumentError, match="give a multidim_poverty"):
        documents.write_decision(
            recognised(["poor"]), tmp_path / "a.docx", procedure=LAW, office={"signer": "A"}
        )


# -- nothing is lost ---------------------------------------------------------------------------


# Names of the languages of the country and its neighbours, in one or two Unicode forms.
LETTERS = "ăâđêôơưĂÂĐÊÔƠƯ ạảấềổựỹ e\u0302\u0301 ꨌꩌ កខ 漢字 ກຂ Êñč'-."
names = st.text(LETTERS, min_size=1, max_size=20).map(text_of).filter(bool)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*names:UserWarning")
@given(
    kinds=st.lists(st.sampled_from([*NAMES]), min_size=1, max_size=8),
    names=st.lists(names, min_size=8, max_size=8),
    communes=st.lists(st.sampled_from(["Xã A", "Phường B", None]), min_size=8, max_size=8),
    numbers=st.lists(st.sampled_from(["1", "02", "9/QĐ-UBND", None]), min_size=8, max_size=8),
    processes=st.lists(st.sampled_from(ReviewProcess), min_size=8, max_size=8),
    days=st.lists(st.sampled_from(["2025-06-30", "2025-07-01", None]), min_size=8, max_size=8),
    deputy=st.booleans(),
)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_sheet_no_row_and_no_name_is_lost(
    tmp_path, kinds, names, communes, numbers, processes, days, deputy
):
    n = len(kinds)
    ids = [f"h{at}" for at in range(n)]
    table = pd.DataFrame(
        {
            "household_id": ids, "commune": communes[:n], "village": names[:n],
            "process": [str(p) for p in processes[:n]], "list": kinds, "previous_class": None,
            "final_class": "poor", "assessed_class": "poor",
            "decision_number": numbers[:n], "recognised_on": pd.to_datetime(days[:n]),
            "posted_on": DAY, "posted_until": DAY, "again": False,
        }
    )  # fmt: skip
    heads = pd.Series(names[::-1][:n], ids)
    office = documents.Office(signer=names[0], signs_as="deputy" if deputy else "head")
    path = tmp_path / "paper.docx"
    for kind, keys, heading, lines in (
        (
            "decision", ["commune", "decision_number", "recognised_on"], "Mã hộ",
            ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"] if deputy else ["CHỦ TỊCH"],
        ),
        (
            "notice", ["process", "commune", "village"], "Hộ",
            ["TM. BAN CHỈ ĐẠO", "KT. TRƯỞNG BAN" if deputy else "TRƯỞNG BAN"],
        ),
    ):  # fmt: skip
        templates = [None, documents.write_template(kind, tmp_path / "t.docx", procedure=LATER)]
        for template in templates:
            write = getattr(documents, f"write_{kind}")
            write(table, path, procedure=LATER, names=heads, office=office, template=template)
            paper = docx.Document(path)
            keyed = table[keys].astype(object).where(table[keys].notna(), "")
            for place in {"commune", "village"} & {*keys}:  # spellings of one name are one place
                keyed[place] = keyed[place].map(name_key)
            sheets = len(keyed.drop_duplicates())
            closing = [t for t in paper.tables if t.rows[0].cells[0].text.startswith("Nơi nhận")]
            assert len(paper.sections) == len(closing) == sheets
            for signed in closing:
                cell = signed.rows[0].cells[1].text.split("\n")
                assert cell[: len(lines)] == lines
                assert cell[-1] == names[0]
            printed = [row for grid in grids(paper, heading) for row in grid[1:]]
            assert len(printed) == n
            if kind == "decision":
                assert {row[1]: row[2] for row in printed} == heads.to_dict()
            else:  # namesakes of a sheet stand with their ids
                shown = [row[1] for row in printed]
                assert sorted(re.sub(r" \(h\d\)$", "", name) for name in shown) == sorted(heads)
                assert all(sum(name == other for other in shown) <= sheets for name in shown)


HOMES = pd.DataFrame(
    {"commune": "Xã Ea Kao", "village": ["Thôn 1", "Thôn 2", "Thôn 1"]},
    index=pd.Index(["h1", "h2", "h3"], name="household_id"),
)


def a_round(process, assessed):
    """A round of three households, to its decision, and what was posted in it."""
    requests = pd.DataFrame({"form": "01", "on": "2025-09-12", "form_a_items": 2}, HOMES.index)
    if process == "low_income":
        requests["member_id"] = ["2", "3", "2"]
    elif process == "farm":
        requests = requests[["on"]]
    events = mdp.review.open_round(HOMES, requests=requests, on="2025-09-15", process=process)
    result = pd.Series(assessed, HOMES.index)
    events = mdp.review.record_survey(events, result, on="2025-09-16")
    if process in ("periodic", "regular"):
        meetings = pd.DataFrame(
            {"village": ["Thôn 1", "Thôn 2"], "attending": 9, "agreeing": 8, "minutes_copies": 2}
        )
        events = mdp.review.hold_meetings(events, meetings, on="2025-09-17")
    posting = mdp.review.post(events, on="2025-09-18")
    events = mdp.review.sum_up(posting, on="2025-09-26")
    if process == "periodic":
        events = mdp.review.report(events, on="2025-09-26").pipe(
            mdp.review.answer, on="2025-09-29", opinion="Nhất trí"
        )
    return posting, mdp.review.recognise(events, on="2025-09-29", decision_number="7")


@pytest.mark.parametrize("process", [str(process) for process in ReviewProcess])
def test_a_real_round_of_every_process_is_written_whole(written, process):
    assessed = "poor" if process in ("periodic", "regular") else "average"
    posting, events = a_round(process, assessed)
    assert mdp.review.violations(events, procedure=LATER).empty
    notice = mdp.review.notice(posting, on="2025-09-18", procedure=LATER)
    text = words(written(documents.write_notice, notice, LATER))
    places = [HALL, COMMUNE, RADIO] if assessed == "poor" else [COMMUNE]
    assert set(re.findall("Nơi niêm yết: (.*)\n", text)) == {"; ".join(places)}
    assert text.count("TM. BAN CHỈ ĐẠO\nTRƯỞNG BAN\n") == text.count("THÔNG BÁO") == 2

    lists = mdp.review.recognition_lists(events, procedure=LATER)
    paper = written(documents.write_decision, lists, LATER)
    (annex,) = grids(paper, "Mã hộ")
    ids = ["h1", "h3", "h2"]  # by village
    if process == "low_income":
        ids = ["h1, thành viên 2", "h3, thành viên 2", "h2, thành viên 3"]
    assert [row[1] for row in annex[1:]] == ids
    text = words(paper)
    kind = {"farm": "farm", "low_income": "low_income"}.get(process, "poor")
    assert f"Về việc công nhận danh sách {NAMES[kind]}\n" in text
    assert "Số: 07/QĐ-UBND" in text
    assert "Xã Ea Kao, ngày 29 tháng 9 năm 2025" in text
    assert ("ý kiến của Chủ tịch UBND cấp tỉnh" in text) == (process == "periodic")
    assert ("30/2025/NĐ-CP" in text) == (process == "low_income")


def test_two_workers_of_one_household_are_two_rows(written):
    workers = recognised(["low_income"] * 2, "low_income", household_id="h1", member_id=["1", "2"])
    (annex,) = grids(written(documents.write_decision, workers, LATER), "Mã hộ")
    assert [row[1] for row in annex[1:]] == ["h1, thành viên 1", "h1, thành viên 2"]


def test_every_class_of_every_process_is_a_row(written):
    processes = [str(process) for process in ReviewProcess]
    table = pd.concat(
        [posted(process).assign(assessed_class=str(c), household_id=f"{process} {c}")
         for process in processes for c in PovertyClass]
    )  # fmt: skip
    paper = written(documents.write_notice, table, LATER)
    assert len(paper.sections) == len(processes)
    printed = [tuple(row[1:]) for grid in grids(paper, "Hộ") for row in grid[1:]]
    assert sorted(printed) == sorted(
        (id, PovertyClass.of(c).vi)
        for id, c in zip(table["household_id"], table["assessed_class"], strict=True)
    )
