"""Templates of an office: filled, compared with the paper without a template, refused."""

import re
import subprocess
import sys
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import documents
from multidim_poverty.documents.templates import LAYOUTS
from multidim_poverty.vocabulary import Actor, PovertyClass, Relation, ReviewProcess
from tests.documents.test_papers import LAW, SAMPLE, Round, foot, grids, words
from tests.documents.test_words import TABLES, lines

GUIDE = Path(__file__).parents[2] / "docs" / "review.md"
NAME = "Lê & <Mẫu> {{ sources }}"
SHEETS = {paper: table.iloc[:1] for paper, table in TABLES.items()}
every_paper = pytest.mark.parametrize("paper", LAYOUTS)


@pytest.fixture
def write(tmp_path):
    def written(paper, template=None, table=None, **more):
        table = TABLES[paper] if table is None else table
        if paper == "certificates":
            more = {"households": Round.homes, "members": SAMPLE.members, **more}
        path = tmp_path / f"{paper}{'' if template is None else '-filled'}.docx"
        ids = table.reset_index()["household_id"].unique()[:2]
        return getattr(documents, f"write_{paper}")(
            table, path, procedure=LAW, template=template, names=pd.Series(NAME, ids), **more
        )

    return written


@pytest.fixture
def template_of(tmp_path):
    def made(*paragraphs):
        document, path = docx.Document(), tmp_path / "office.docx"
        for text in paragraphs:
            document.add_paragraph(text)
        document.save(path)
        return path

    return made


def shape(path):
    """Alignment, page breaks and emphasis of each paragraph, widths of each cell."""
    paper = docx.Document(path)
    tables = [
        [[(cell.width, cell.paragraphs[0].alignment) for cell in row.cells] for row in table.rows]
        for table in paper.tables
    ]
    return tables, [
        (p.text, p.alignment, p.paragraph_format.page_break_before, [r.bold for r in p.runs][:1])
        for p in paper.paragraphs
    ]


@every_paper
@pytest.mark.parametrize("tables", [TABLES, SHEETS], ids=["sheets", "sheet"])
def test_the_shipped_template_gives_the_text_of_the_paper_without_one(
    write, tmp_path, paper, tables
):
    template = documents.write_template(paper, tmp_path / "template.docx", procedure=LAW)
    plain, filled = write(paper, table=tables[paper]), write(paper, template, tables[paper])
    assert lines(filled) == lines(plain)
    assert shape(filled) == shape(plain)
    sections = docx.Document(filled).sections
    assert len(sections) == len(docx.Document(plain).sections)
    assert {round(section.page_width.mm) for section in sections} == {210}
    assert len({foot(docx.Document(path)) for path in (plain, filled)}) == 1
    assert all(section.footer.paragraphs[0].text for section in sections)
    assert NAME in words(docx.Document(filled))


@every_paper
def test_a_template_is_the_same_file_each_time_and_so_is_what_it_gives(write, tmp_path, paper):
    one = documents.write_template(paper, tmp_path / "one.docx", procedure=LAW)
    two = documents.write_template(paper, str(tmp_path / "two.docx"), procedure=LAW)
    assert one.read_bytes() == two.read_bytes()
    assert write(paper, one).read_bytes() == write(paper, str(two)).read_bytes()


def test_an_office_writes_the_fields_where_it_likes(write, template_of):
    template = template_of(
        "{%p for sheet in sheets %}",
        "Thôn: {{ sheet.village|upper }} {{ sheet.day }}",
        "{%p for row in sheet.households %}",
        "{{ loop.index }}. {{ row.head }}: {{ row.verdict }}",
        "{%p endfor %}",
        "{%p endfor %}",
        "{{ sources }}",
    )
    table = Round.minutes.iloc[:1].assign(village="Thôn Đông & Tây")
    paper = docx.Document(write("minutes", template, table))
    assert [line.text for line in paper.paragraphs] == [
        "Thôn: THÔN ĐÔNG & TÂY ngày 25 tháng 9 năm 2023",
        f"1. {NAME}: Chưa thống nhất",
        "Quyết định 24/2021/QĐ-TTg, Điều 4, khoản 3",
    ]


def test_signs_that_no_word_file_can_hold_are_blanks_in_a_template_too(write, template_of):
    template = template_of("{% for sheet in sheets %}{{ sheet.village }}{% endfor %}")
    table = Round.notice.iloc[:1].assign(village="Thôn\x01 1\r\n\a\f2")
    assert docx.Document(write("notice", template, table)).paragraphs[0].text == "Thôn 1 2"


def test_signs_in_the_tables_of_a_certificate_are_blanks_too(write, template_of):
    id = Round.certificates.index[0]
    homes = Round.homes.assign(ethnic_group="Ê\x01Đê\x0b")
    people = pd.DataFrame({"household_id": [id], "name": "Nguyễn\x00 & Văn", "relation": "child"})
    template = template_of(
        "{% for sheet in sheets %}{{ sheet.ethnic_group }}; {% for row in sheet.members %}"
        "{{ row.name }}, {{ row.relation }}{% endfor %}{% endfor %}"
    )
    more = {"table": Round.certificates.iloc[:1], "households": homes, "members": people}
    filled = docx.Document(write("certificates", template, **more))
    assert filled.paragraphs[0].text == "Ê Đê; Nguyễn & Văn, Con"
    assert "Dân tộc: Ê Đê\n" in words(docx.Document(write("certificates", **more)))


@every_paper
def test_unknown_fields_are_named_at_once_with_the_fields_there_are(write, template_of, paper):
    template = template_of(
        "{{ communes }}", "{% for sheet in sheets %}{{ sheet.nobody.name }}{% endfor %}"
    )
    with pytest.raises(mdp.UnknownNameError) as caught:
        write(paper, template)
    assert "uses communes, nobody, which this paper does not have" in str(caught.value)
    for field in ("sheets[].commune", *field_names(LAYOUTS[paper](LAW).fields, "sheets[].")):
        assert field in str(caught.value)
    assert not (template.parent / f"{paper}-filled.docx").exists()


@pytest.mark.parametrize(
    "text",
    [
        "{{ sheets",
        "{% for sheet in sheets %}",
        "{{ sheets|no_such_filter }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ sources + 1 }}",
        "{{ 1 // 0 }}",
        "{{ sheets }}",
        "{% for sheet in sheets %}{{ sheet.items }}{% endfor %}",
    ],
)
def test_a_template_that_breaks_the_syntax_is_an_error(write, template_of, text):
    with pytest.raises(mdp.ArgumentError, match=r"its fields are sheets\[\], sheets\[\]\.commune"):
        write("minutes", template_of(text))


def test_a_template_that_is_no_word_file_is_an_error(write, tmp_path):
    text, book = tmp_path / "text.docx", tmp_path / "book.xlsx"
    text.write_text("Thôn {{ sheets }}", "utf-8")
    openpyxl.Workbook().save(book)
    for path in (text, book, tmp_path / "missing.docx", tmp_path):
        with pytest.raises(mdp.ArgumentError, match=r"is no Word file .*its fields are sheets\[\]"):
            write("minutes", path)
    with pytest.raises(mdp.ArgumentError, match="give the path of a Word file"):
        write("minutes", 3)


def test_the_template_itself_is_not_written_over(tmp_path):
    path = documents.write_template("minutes", tmp_path / "minutes.docx", procedure=LAW)
    before = path.read_bytes()
    with pytest.raises(mdp.ArgumentError, match="is the file to write: give another path"):
        documents.write_minutes(Round.minutes, path, procedure=LAW, template=path)
    assert path.read_bytes() == before


def test_a_paper_that_there_is_not_is_an_error(tmp_path):
    message = "paper is 'letter': give one of minutes, notice, decision, certificates"
    with pytest.raises(mdp.UnknownNameError, match=message):
        documents.write_template("letter", tmp_path / "letter.docx", procedure=LAW)


def test_without_docxtpl_the_error_names_the_extra():
    code = (
        "import sys; sys.modules['docxtpl'] = None; import multidim_poverty as mdp\n"
        "from multidim_poverty.documents import filling"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "docxtpl" in run.stderr
    assert mdp.errors.EXTRAS["docxtpl"] == mdp.errors.EXTRAS["jinja2"] == "docx"


def field_names(fields, prefix=""):
    for id, parts in fields.items():
        name = f"{prefix}{id}" if parts is None else f"{prefix}{id}[]"
        yield name
        yield from field_names(parts or {}, f"{name}.")


@every_paper
def test_the_guide_names_every_field_and_no_other(paper):
    (section,) = re.findall(
        r"## A template of the office\n(.*?)\n## ", GUIDE.read_text("utf-8"), re.S
    )
    rows = re.findall(rf"^\| {paper} \| (.*?) \|", section, re.M)
    named = [name for cell in rows for name in re.findall(r"`(.*?)`", cell)]
    assert named == list(field_names(LAYOUTS[paper](LAW).fields))


# -- codes in Vietnamese -----------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["code", "vi", "en"])
def test_every_relation_is_printed_in_vietnamese(write, spelling):
    id = Round.certificates.index[0]
    said = [term.value if spelling == "code" else getattr(term, spelling) for term in Relation]
    members = pd.DataFrame({"household_id": id, "relation": said})
    table = Round.certificates.iloc[:1]
    paper = docx.Document(write("certificates", table=table, households=None, members=members))
    (people,) = grids(paper, "Họ tên")
    assert [row[3] for row in people[1:]] == [term.vi for term in Relation]


@pytest.mark.parametrize("column", ["previous_class", "assessed_class"])
def test_every_class_and_every_actor_is_printed_in_vietnamese(write, column):
    classes = list(PovertyClass.codes())
    first = pd.concat([Round.minutes.iloc[:1]] * len(classes)).reset_index(drop=True)
    table = first.assign(
        household_id=[f"h{n}" for n in range(len(classes))],
        present=", ".join(Actor.codes()),
        **{column: classes},
    )
    paper = docx.Document(write("minutes", table=table))
    (votes,) = grids(paper, "Mã hộ")
    place = {"previous_class": 3, "assessed_class": 4}[column]
    assert [row[place] for row in votes[1:]] == [term.vi for term in PovertyClass]
    assert f"Thành phần dự họp: {'; '.join(actor.vi for actor in Actor)}" in words(paper)


@pytest.mark.parametrize("process", ReviewProcess)
def test_every_process_is_printed_in_vietnamese(write, process):
    table = Round.minutes.iloc[:1].assign(process=str(process))
    text = words(docx.Document(write("minutes", table=table)))
    assert process.vi in text
    assert not re.search(rf"\b{process.value}\b", text)
