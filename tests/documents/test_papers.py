"""Papers of a real round, written, and read back from the file."""

import hashlib
import re
import subprocess
import sys
import time
import zipfile

import docx
import numpy as np
import pandas as pd
import pytest
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

import multidim_poverty as mdp
from multidim_poverty import documents
from multidim_poverty.documents.certificates import EMPTY_ROWS
from multidim_poverty.documents.words import DOTS, date_text, label_of, share_text
from multidim_poverty.language import alphabetical_key
from multidim_poverty.review.results import RecognitionList
from multidim_poverty.vocabulary import Actor, PovertyClass, ReviewProcess

LAW = mdp.procedure_on("2023-09-01")
SAMPLE = mdp.load_sample()
COMPLAINT, REASON = "nhà có xe tải", "mất mùa do lũ"
WORDS = {str(term): term.vi for term in PovertyClass}


class Round:
    """The yearly review of one commune of the sample, with a complaint and a second meeting."""

    homes = SAMPLE.households.query("commune == 'Synthetic commune A'").dropna(subset="village")
    found = (
        mdp.assess(homes, SAMPLE.members.merge(homes[[]].reset_index()), standard=mdp.standard(
            "decree_07_2021"))["poverty_class"].dropna().astype(object)
    )  # fmt: skip
    previous = pd.concat(
        [pd.Series("poor", found.index[::7]), pd.Series("near_poor", found.index[3::7])]
    )
    asked = pd.DataFrame(
        {"reason": REASON},
        index=found.index[found.isin(["poor", "near_poor"])].difference(previous.index),
    )
    opened = mdp.review.open_round(homes, previous=previous, requests=asked, on="2023-09-05")
    villages = opened["village"].unique()
    meetings = pd.DataFrame(
        {"village": villages, "attending": 57, "agreeing": 38, "minutes_copies": 2}
    ).assign(present=", ".join(LAW.meeting.present))
    refused, contested = opened["household_id"].iloc[[0, 5]]
    again = meetings[meetings["village"] == homes.loc[refused, "village"]].assign(agreeing=57)
    met = (
        mdp.review.record_survey(opened, found.to_frame(), on="2023-09-20")
        .pipe(mdp.review.hold_meetings, meetings, on="2023-09-25", votes=pd.Series({refused: 28}))
        .pipe(mdp.review.post, on="2023-09-28")
        .pipe(mdp.review.record_survey, found.to_frame(), on="2023-09-28")
        .pipe(mdp.review.hold_meetings, again, on="2023-10-02")
    )
    contested_again = (
        mdp.review.complain(met, {contested: COMPLAINT}, on="2023-10-02")
        .pipe(mdp.review.reverify, found.to_frame(), on="2023-10-04", law_on="2023-10-04",
              facts_on="2023-09-20")
        .pipe(mdp.review.post, on="2023-10-05")
    )  # fmt: skip
    events = (
        mdp.review.sum_up(contested_again, on="2023-10-16")
        .pipe(mdp.review.report, on="2023-10-16")
        .pipe(mdp.review.answer, on="2023-10-19", opinion="agrees")
        .pipe(mdp.review.recognise, on="2023-10-20", decision_number="12/QĐ-UBND")
    )
    minutes = mdp.review.minutes(events, procedure=LAW)
    lists = mdp.review.recognition_lists(events, procedure=LAW)
    certificates = mdp.review.certificates(events, procedure=LAW)
    notice = mdp.review.notice(contested_again, on="2023-09-29", procedure=LAW)
    second_notice = mdp.review.notice(contested_again, on="2023-10-05", procedure=LAW)


PAPERS = {
    documents.write_minutes: Round.minutes,
    documents.write_notice: Round.notice,
    documents.write_decision: Round.lists,
    documents.write_certificates: Round.certificates,
}
papers = pytest.mark.parametrize(
    ("write", "table"), PAPERS.items(), ids=lambda p: getattr(p, "__name__", "")
)


@pytest.fixture
def written(tmp_path):
    def write(function, table, **more):
        return docx.Document(function(table, tmp_path / "paper.docx", procedure=LAW, **more))

    return write


def in_order(table, *columns):
    """The table by these columns, in the order of the alphabet and of days, ids last."""

    def place(row):
        texts = [row[name] for name in ("commune", "village")]
        days = [row[name] for name in columns]
        return [*map(alphabetical_key, texts), *days, alphabetical_key(row["household_id"])]

    rows = table.reset_index().to_dict("records")
    return pd.DataFrame(sorted(rows, key=place))


def words(paper):
    """All the text of the body, in its order."""
    return "\n".join(Paragraph(p, paper).text for p in paper.element.body.iter(qn("w:p")))


def grids(paper, second):
    """The rows of the ruled tables with that heading in their second column."""
    tables = [[[c.text for c in row.cells] for row in table.rows] for table in paper.tables]
    return [table for table in tables if table[0][1:2] == [second]]


def recognitions(paper):
    """The rows of the recognitions of each certificate; another table has years too."""
    return [table for table in grids(paper, "Năm") if table[0][2] == "Công nhận"]


def foot(paper):
    return "".join(node.text for node in paper.sections[0].footer._element.iter(qn("w:t")))


@papers
def test_every_paper_is_a4_in_times_with_the_name_of_the_state_and_its_sources(
    written, write, table
):
    paper = written(write, table)
    page = paper.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    margins = (page.left_margin, page.right_margin, page.top_margin, page.bottom_margin)
    assert [round(margin.mm) for margin in margins] == [30, 20, 20, 20]
    normal = paper.styles["Normal"].font
    assert (normal.name, normal.size.pt) == ("Times New Roman", 13)
    sheets = words(paper).count("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert sheets == len(paper.sections) >= 1
    assert words(paper).count("Độc lập - Tự do - Hạnh phúc") == sheets
    assert "Nguồn: Quyết định " in foot(paper)
    assert "Quyết định 24/2021/QĐ-TTg, " in foot(paper)
    assert "chưa đối chiếu" in foot(paper)
    for ruled in (t for t in paper.tables if t.style.name == "Table Grid"):
        head, *rows = ruled.rows
        assert head._tr.xpath("w:trPr/w:tblHeader")
        assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in (head, *rows))
        assert sum(cell.width.mm for cell in head.cells) == pytest.approx(160, abs=0.1)


@papers
def test_the_same_table_gives_the_same_bytes(tmp_path, write, table, monkeypatch):
    one = write(table, tmp_path / "one.docx", procedure=LAW)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))
    two = write(table.copy(), str(tmp_path / "two.docx"), procedure=LAW)
    assert len({hashlib.sha256(p.read_bytes()).hexdigest() for p in (one, two)}) == 1
    with zipfile.ZipFile(one) as parts:
        assert parts.testzip() is None
    about = docx.Document(one).core_properties
    last = (
        table.select_dtypes("datetime")
        .drop(columns=["posted_until", "valid_from", "valid_until"], errors="ignore")
        .max()
        .max()
    )
    assert (about.created, about.modified) == (last.tz_localize("UTC"),) * 2
    assert about.author == "multidim_poverty"


@papers
def test_a_table_without_rows_or_without_a_column_is_an_error(tmp_path, write, table):
    path = tmp_path / "paper.docx"
    with pytest.raises(ValueError, match="no rows: there is nothing to write"):
        write(table.iloc[:0], path, procedure=LAW)
    with pytest.raises(ValueError, match=r"no column commune: give the table of .*\.review\."):
        write(table.drop(columns="commune"), path, procedure=LAW)
    with pytest.raises(ValueError, match="no column household_id"):
        write(table.reset_index().drop(columns="household_id"), path, procedure=LAW)
    names = pd.Series(["An", "Bình"], ["h1", "h1"])
    with pytest.raises(ValueError, match="more than one name for household h1"):
        write(table, path, procedure=LAW, names=names)
    assert not path.exists()


@papers
@pytest.mark.parametrize("other", [["1", "2"], ["h1", "h2"]])
def test_names_of_other_ids_are_an_error(tmp_path, write, table, other):
    path = tmp_path / "paper.docx"
    ids = table["household_id"] if "household_id" in table else table.index.to_series()
    numbered = table.reset_index().assign(household_id=pd.factorize(ids)[0] + 1)
    names = pd.Series(["An", "Bình"], other)
    with pytest.raises(mdp.ArgumentError, match=f"1.*'{other[0]}'|'{other[0]}'.*1"):
        write(numbered, path, procedure=LAW, names=names)
    assert not path.exists()
    write(numbered, path, procedure=LAW, names=names.set_axis([1, 99]))


@pytest.mark.parametrize("what", ["members", "households"])
def test_members_and_households_of_other_ids_are_an_error(tmp_path, what):
    numbered = Round.certificates.reset_index()
    numbered = numbered.assign(household_id=pd.factorize(numbered["household_id"])[0] + 1)
    tables = {
        "members": pd.DataFrame({"household_id": ["1", "2"], "member_id": 1, "name": "An"}),
        "households": pd.DataFrame({"ethnic_group": ["Tày", "Kinh"]}, index=["1", "2"]),
    }
    with pytest.raises(mdp.ArgumentError, match=f"{what} are text, such as '1'"):
        documents.write_certificates(
            numbered, tmp_path / "paper.docx", procedure=LAW, **{what: tables[what]}
        )


@papers
def test_without_python_docx_the_error_names_the_extra(tmp_path, write, table, monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    monkeypatch.delitem(sys.modules, "multidim_poverty.documents.paper", raising=False)
    with pytest.raises(ImportError, match=re.escape('pip install "multidim-poverty[docx]"')):
        write(table, tmp_path / "paper.docx", procedure=LAW)


def test_the_module_imports_without_python_docx():
    code = "import sys; sys.modules['docx'] = None; import multidim_poverty.documents"
    subprocess.run([sys.executable, "-c", code], check=True)


@papers
def test_a_missing_place_is_a_blank(written, write, table):
    paper = written(write, table.assign(commune=pd.NA, village=pd.NA))
    assert not re.search(r"\b(nan|NaN|NaT|None)\b|<NA>", words(paper))
    assert DOTS in paper.tables[0].rows[0].cells[0].text


def test_minutes_give_each_meeting_its_sheet_and_each_household_its_vote(written):
    paper, table = written(documents.write_minutes, Round.minutes), in_order(Round.minutes, "on")
    text, votes = words(paper), grids(paper, "Mã hộ")
    meetings = table.groupby(["village", "on"], sort=False)
    assert len(votes) == len(meetings) == len(paper.sections) == len(Round.villages) + 1
    for sheet, (_, cases) in zip(votes, meetings, strict=True):
        assert [row[0] for row in sheet[1:]] == [str(n + 1) for n in range(len(cases))]
        for row, case in zip(sheet[1:], cases.itertuples(), strict=True):
            before = "–" if pd.isna(case.previous_class) else WORDS[case.previous_class]
            known = [case.household_id, DOTS, before, WORDS[case.assessed_class]]
            assert row[1:5] == known
            assert row[6] == ("Thống nhất" if case.passed else "Chưa thống nhất")
    shares = [row[5:] for sheet in votes for row in sheet[1:] if row[1] == Round.refused]
    assert shares == [["28/57 (49,12%)", "Chưa thống nhất"], ["57/57 (100%)", "Thống nhất"]]
    assert ["38/57 (66,66%)", "Thống nhất"] in [row[5:] for row in votes[0]]
    assert text.count("Số người dự họp: 57") == len(votes)
    assert text.count("Biên bản được lập thành 2 bản; nơi giữ: Trưởng thôn; Ban Chỉ đạo") == len(
        votes
    )
    assert "Thời gian: ngày 25 tháng 9 năm 2023" in text
    assert "Thời gian: ngày 02 tháng 10 năm 2023" in text
    assert "Chủ trì (Trưởng thôn): \t" in text
    assert f"Thành phần dự họp: {'; '.join(a.vi for a in LAW.meeting.present)}" in text
    assert "ít nhất 50% số người dự họp" in text
    signed = [cell.text.splitlines()[0] for cell in paper.tables[-1].rows[0].cells]
    assert signed == ["Trưởng thôn (chủ trì)", "Thư ký cuộc họp", "Đại diện hộ gia đình"]
    assert foot(paper).startswith("Nguồn: Quyết định 24/2021/QĐ-TTg, Điều 4, khoản 3. ")


def test_minutes_print_names_that_are_given_and_blanks_for_what_was_not_noted(written):
    names = pd.Series({Round.refused: "Nguyễn Văn Mẫu", Round.contested: None})
    paper = written(documents.write_minutes, Round.minutes.assign(present=pd.NA), names=names)
    heads = {row[1]: row[2] for sheet in grids(paper, "Mã hộ") for row in sheet}
    assert heads[Round.refused] == "Nguyễn Văn Mẫu"
    assert heads[Round.contested] == DOTS
    assert "Thành phần dự họp: \t" in words(paper)


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (20, 40, "20/40 (50%)"),
        (1, 3, "1/3 (33,33%)"),
        (9_999_999, 20_000_000, "9999999/20000000 (49,99%)"),
        (0, 7, "0/7 (0%)"),
        (3, 8, "3/8 (37,5%)"),
        (pd.NA, 8, DOTS),
        (3, pd.NA, "3"),
        (0, 0, "0"),
    ],
)
def test_a_share_is_rounded_down(part, whole, printed):
    assert share_text(part, whole) == printed


def test_the_notice_holds_the_result_of_each_household_and_nothing_else_about_it(tmp_path):
    open_book = Round.notice.join(Round.homes.drop(columns=["commune", "village"])).assign(
        complaint=COMPLAINT, reason=REASON, birth_date="1980-05-17", name="Nguyễn Văn Mẫu"
    )
    path = documents.write_notice(open_book, tmp_path / "notice.docx", procedure=LAW)
    paper = docx.Document(path)
    shown = {row[1]: row[2] for sheet in grids(paper, "Hộ") for row in sheet[1:]}
    assert shown == Round.notice["assessed_class"].astype(object).map(WORDS).to_dict()
    assert all(len(sheet[0]) == 3 for sheet in grids(paper, "Hộ"))
    with zipfile.ZipFile(path) as parts:
        raw = "".join(parts.read(p).decode() for p in parts.namelist() if p.endswith(".xml"))
    incomes = Round.homes["income_12m"].dropna().astype("int64").astype(str)
    for secret in (COMPLAINT, REASON, "1980", "17/05", "Nguyễn Văn Mẫu", "Kinh", *incomes):
        assert secret not in raw
    bare = documents.write_notice(Round.notice, tmp_path / "bare.docx", procedure=LAW)
    assert bare.read_bytes() == path.read_bytes()


def test_the_notice_says_until_when_a_complaint_can_be_made(written):
    paper = written(documents.write_notice, Round.notice)
    last = Round.notice["posted_until"].iloc[0]
    assert f"{last:%Y-%m-%d}" == "2023-10-03"
    period = "từ ngày 28 tháng 9 năm 2023 đến hết ngày 03 tháng 10 năm 2023 (3 ngày làm việc, "
    assert words(paper).count(period) == len(paper.sections)
    assert words(paper).count("cấp xã đến hết ngày 03 tháng 10 năm 2023.") == len(paper.sections)
    assert "Niêm yết công khai" in words(paper)
    source = "Quyết định 2306/QĐ-BNNMT (nêu lại Quyết định 24/2021/QĐ-TTg, Điều 4, khoản 4)"
    assert f"Nguồn: {source}." in foot(paper)


def test_a_second_posting_is_a_sheet_of_its_own(written):
    both = pd.concat([Round.notice.drop(index=Round.contested), Round.second_notice])
    assert both["again"].sum() == 1
    paper = written(documents.write_notice, both)
    assert len(paper.sections) > Round.notice["village"].nunique()
    assert "Niêm yết kết quả phúc tra" in words(paper)
    assert [[Round.contested]] == [
        [row[1] for row in sheet[1:]]
        for sheet in grids(paper, "Hộ")
        if sheet[1][1] == Round.contested
    ]


def test_the_notice_prints_names_in_place_of_codes_and_tells_namesakes_apart(written):
    first = Round.notice.iloc[:4].assign(village="Thôn A")
    a, b, c, d = first.index
    names = pd.Series({a: "Lê Thị Mẫu", b: "Trần Mẫu", c: "Lê Thị Mẫu"})
    (sheet,) = grids(written(documents.write_notice, first, names=names), "Hộ")
    assert [row[1] for row in sheet[1:]] == [
        f"Lê Thị Mẫu ({a})", "Trần Mẫu", f"Lê Thị Mẫu ({c})", d
    ]  # fmt: skip


def test_the_decision_has_every_household_on_its_list(written):
    paper = written(documents.write_decision, Round.lists)
    annexes = grids(paper, "Mã hộ")
    kinds = [kind for kind in RecognitionList if (Round.lists["list"] == kind).any()]
    assert len(kinds) == 4
    for kind, annex in zip(kinds, annexes, strict=True):
        cases = in_order(Round.lists[Round.lists["list"] == kind])
        assert [row[1] for row in annex[1:]] == cases["household_id"].tolist()
        assert [row[3] for row in annex[1:]] == cases["village"].tolist()
        assert [row[5] for row in annex[1:]] == [WORDS[c] for c in cases["final_class"]]
    (contents,) = grids(paper, "Danh sách")
    assert [row[1:] for row in contents[1:]] == [
        [kind.vi, str((Round.lists["list"] == kind).sum())] for kind in kinds
    ]
    text = words(paper)
    assert "Số: 12/QĐ-UBND" in text
    assert "Synthetic commune A, ngày 20 tháng 10 năm 2023" in text
    assert "Công nhận danh sách hộ nghèo, hộ cận nghèo; hộ thoát nghèo, hộ thoát cận nghèo" in text
    assert (
        text.count(
            "(Kèm theo Quyết định số 12/QĐ-UBND ngày 20 tháng 10 năm 2023 của Chủ tịch Ủy ban nhân "
            "dân Synthetic commune A)"
        )
        == 4
    )
    assert "Điều 2. \t" in text
    assert "Mẫu số 02 chưa đối chiếu" in foot(paper)


def test_a_decision_without_a_number_and_one_of_farm_households(written):
    farm = Round.lists.iloc[:2].assign(
        list="farm",
        process="farm",
        final_class="average",
        decision_number=pd.array([pd.NA, pd.NA], dtype="string"),
    )
    text = words(written(documents.write_decision, farm))
    assert "Số: ……/QĐ-UBND\n" in text
    assert "Công nhận danh sách hộ làm nông, lâm, ngư, diêm nghiệp" in text
    assert "hộ thoát nghèo" not in text
    mixed = pd.concat([Round.lists.astype({"list": object}), farm])
    paper = written(documents.write_decision, mixed)
    assert len(paper.sections) == 2
    with pytest.raises(ValueError, match="'rich' is not a list: poor, near_poor"):
        written(documents.write_decision, farm.assign(list="rich"))


def test_a_certificate_has_the_fields_of_the_form_and_blanks_for_what_is_not_known(written):
    table = Round.certificates
    paper = written(documents.write_certificates, table)
    assert len(paper.sections) == table.index.nunique() == len(table)
    text = words(paper)
    for field in LAW.form("03").fields:
        if field.id == "certificate_number":  # it stands in the heading
            assert text.count("Số: ……/GCN-HN.HCN\n") == len(table)
            continue
        assert text.count(f"{field.vi}:") == len(table)
        if not field.columns and field.id != "recognition":
            assert text.count(f"{field.vi}: \t") == len(table)
    people = grids(paper, "Họ tên")
    assert people[0][0] == [
        "STT", "Họ tên", "Dân tộc", "Quan hệ với chủ hộ", "Năm sinh (nam)", "Năm sinh (nữ)",
        "Ghi chú",
    ]  # fmt: skip
    assert people[0][1:] == [[str(n + 1), "", "", "", "", "", ""] for n in range(EMPTY_ROWS)]
    for sheet, case in zip(recognitions(paper), in_order(table).itertuples(), strict=True):
        decision = "Số 12/QĐ-UBND ngày 20 tháng 10 năm 2023"
        assert sheet[1:] == [["1", "2024", WORDS[case.poverty_class], decision, ""]]


def test_a_certificate_prints_what_the_tables_know_and_no_more(written):
    table, members = Round.certificates, SAMPLE.members
    id = in_order(table)["household_id"].iloc[0]
    people = members.assign(
        birth_date=pd.Series(pd.Timestamp("1990-04-02"), members.index).where(members["age"] > 30)
    )
    paper = written(
        documents.write_certificates, table, households=Round.homes, members=people,
        names=pd.Series({id: "Nguyễn Văn Mẫu"}),
    )  # fmt: skip
    text = words(paper)
    assert text.count("Hộ ông/bà: Nguyễn Văn Mẫu") == 1
    assert text.count("Hộ ông/bà: \t") == len(table) - 1
    assert f"Dân tộc: {Round.homes.loc[id, 'ethnic_group']}" in text
    assert text.count("Nơi đăng ký thường trú: \t") == len(table)
    own = people[people["household_id"] == id]
    rows = grids(paper, "Họ tên")[0][1:]
    assert len(rows) == len(own)
    assert rows[0][3] == "Chủ hộ"
    for column, sex in ((4, "male"), (5, "female")):
        assert [row[column] for row in rows] == [
            "1990" if age > 30 and own_sex == sex else ""
            for age, own_sex in zip(own["age"], own["sex"], strict=True)
        ]
    assert "1990" in {year for row in rows for year in row[4:6]}
    assert {row[6] for row in rows} == {""}
    assert {row[1] for row in rows} == {""}
    assert "02 tháng 04" not in text
    assert "1990-04-02" not in text
    with pytest.raises(ValueError, match="members has no column household_id"):
        written(documents.write_certificates, table, members=pd.DataFrame({"age": [3]}))


def test_a_household_recognised_in_two_years_has_one_certificate(written):
    table = Round.certificates.iloc[:3].assign(village="Thôn 1")
    later = table.iloc[:1].assign(
        valid_for=2025, poverty_class="near_poor", recognised_on=pd.Timestamp("2024-10-21"),
        decision_number=pd.NA,
    )  # fmt: skip
    paper = written(documents.write_certificates, pd.concat([table.astype(object), later]))
    years = recognitions(paper)
    assert len(years) == len(paper.sections) == 3
    assert [row[1:3] for row in years[0][1:]] == [
        ["2024", WORDS[table["poverty_class"].iloc[0]]],
        ["2025", "Hộ cận nghèo"],
    ]
    assert "Số ……/QĐ-UBND ngày 21 tháng 10 năm 2024" in years[0][2]


def test_labels_are_those_of_the_vocabulary():
    assert label_of(PovertyClass, "near_poor") == "Hộ cận nghèo"
    assert label_of(ReviewProcess, "periodic") == ReviewProcess.PERIODIC.vi
    assert label_of(Actor, "chủ tịch hội") == "chủ tịch hội"
    assert label_of(Actor, None) == "–"
    assert date_text(pd.NaT) == "ngày …… tháng …… năm ………"


# -- order and signs ---------------------------------------------------------------------------


def relocated(table):
    """The first five households, in villages and with ids that no order of texts puts right."""
    villages = ["Thôn 10", "Thôn Đông", "Thôn 2", "Thôn Dốc", "Thôn 2"]
    ids = ["h1", "h2", "h10", "h4", "h9"]
    five = table.reset_index().groupby("village").head(5).iloc[:5]
    return five.assign(village=villages, household_id=ids, commune="Xã A")


@papers
def test_sheets_and_rows_stand_in_the_order_of_the_alphabet_numbers_as_numbers(
    written, write, table
):
    text = words(written(write, relocated(table)))
    places = (
        [text.index(id) for id in ("h9", "h10", "h1\n", "h4", "h2")]
        if (write is not documents.write_certificates)
        else [text.index(f"Mã hộ: {id}.") for id in ("h9", "h10", "h1", "h4", "h2")]
    )
    assert places == sorted(places)


@papers
def test_two_spellings_of_a_place_are_one_place_on_paper(written, write, table):
    places = ("commune", "village")
    odd = {
        name: table[name].astype(object).where(np.arange(len(table)) % 2 == 0) for name in places
    }
    respelt = table.assign(**{n: odd[n].fillna(table[n].str.swapcase()) for n in places})
    expected = words(written(write, table))
    with pytest.warns(UserWarning, match="names in several spellings are read as one"):
        paper = written(write, respelt)
    # The first spelling that the table holds is printed.
    assert words(paper).casefold() == expected.casefold()


def test_the_second_meeting_of_a_village_comes_after_the_first(written):
    paper = written(documents.write_minutes, Round.minutes.iloc[::-1])
    days = re.findall("Thời gian: ngày (.*)", words(paper))
    village = Round.minutes.loc[Round.minutes["on"].eq(Round.minutes["on"].max()), "village"]
    assert len(village.unique()) == 1
    at = days.index("02 tháng 10 năm 2023")
    assert days[at - 1] == "25 tháng 9 năm 2023"
    assert words(paper).count(village.iloc[0].upper()) == 2


@papers
def test_signs_that_no_word_file_can_hold_are_blanks(written, write, table):
    id = table.reset_index()["household_id"].iloc[0]
    names = pd.Series({id: "Nguyễn\x00Văn\tMẫu\x0b A\n"})
    place = table["village"].iloc[0]
    moved = table.assign(village=table["village"].astype(object).replace(place, "Thôn\x01 1\r\n"))
    text = words(written(write, moved, names=names))
    assert "Nguyễn Văn Mẫu A" in text or write is documents.write_notice
    assert "thôn 1" in text.casefold()


ODD = "Nguyễn\x00 $x^2$ {{ sheets }} &<b>\u202e"


@papers
def test_a_name_is_printed_as_it_is_without_control_characters(written, tmp_path, write, table):
    names = pd.Series(ODD, index=pd.unique(table.reset_index()["household_id"]))
    odd = table.assign(commune=ODD, village=ODD)
    template = tmp_path / "template.docx"
    kind = write.__name__.removeprefix("write_")
    documents.write_template(kind, template, procedure=LAW)
    for options in ({}, {"template": template}):
        text = words(written(write, odd, names=names, **options))
        assert "nguyễn $x^2$ {{ sheets }} &<b>" in text.casefold()
        assert not re.search("[\\x00\u202e]", text)
