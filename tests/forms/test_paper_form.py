import docx
import pytest

import multidim_poverty as mdp
from multidim_poverty import forms
from multidim_poverty.errors import ArgumentError
from multidim_poverty.law.quick_form import quick_form
from multidim_poverty.law.score_sheet import score_sheet


def text_of(path):
    document = docx.Document(path)
    lines = [line.text for line in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines).replace("\u00a0", " ")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", ["decision_59_2015", "decree_07_2021", "decree_351_2025"])
def test_paper_has_every_question_and_answer_of_the_workbook(name, language, tmp_path):
    form = forms.xlsform(name, on="2023-10-01", language=language)
    path = forms.write_paper_form(name, tmp_path / "form.docx", on="2023-10-01", language=language)
    text = text_of(path)
    label = next(column for column in form.survey if column.startswith("label"))
    asked = form.survey["type"].str.match("select|integer|decimal|text|date")
    for words in [*form.survey.loc[asked, label], *form.choices[label]]:
        assert words in text
    for id in form.not_asked:
        assert mdp.standard(name).indicator(id).label.text(language) in text


def test_items_of_the_sheets_are_on_paper_too(tmp_path):
    sheet, quick = score_sheet("score_sheet_2016_partial"), quick_form("quick_form_2015")
    path = forms.write_paper_form(
        "decision_59_2015", tmp_path / "a.docx", on="2018-10-01", sheet=sheet, quick_form=quick
    )
    text = text_of(path)
    for item in quick.items:
        assert item.label.vi in text
    assert sheet.item("durable_wall").label.vi in text


def test_paper_says_of_whom_a_question_is_asked(tmp_path):
    text = text_of(forms.write_paper_form("decree_07_2021", tmp_path / "a.docx", on="2023-10-01"))
    assert "Chỉ hỏi: dưới 16 tuổi" in text
    assert "Chỉ hỏi: từ 6 tuổi trở lên" in text
    assert "nếu trả lời Có hoặc Không rõ cho “Có phải là người khuyết tật không?”" in text
    assert "Tuổi tính đến ngày 1/10/2023" in text


def test_pages_are_a4_and_equal_forms_are_equal_files(tmp_path):
    one, two = (
        forms.write_paper_form("decree_07_2021", tmp_path / name, on="2023-10-01", columns=9)
        for name in ("a.docx", "b.docx")
    )
    assert one.read_bytes() == two.read_bytes()
    page = docx.Document(one).sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert len(docx.Document(one).tables[0].columns) == 10


@pytest.mark.parametrize(
    "arguments", [{"columns": 0}, {"columns": 10}, {"columns": 2.0}, {"language": "fr"}]
)
def test_arguments_are_refused(arguments, tmp_path):
    with pytest.raises(ArgumentError):
        forms.write_paper_form("decree_07_2021", tmp_path / "a", on="2023-10-01", **arguments)
    assert list(tmp_path.iterdir()) == []
