import pytest

from tests.browser.web_form import WebForm

pytestmark = pytest.mark.slow

XFORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
  <h:head><h:title>Hộ</h:title><model>
    <instance><data id="ho" version="1"><age/><stunted/></data></instance>
    <bind nodeset="/data/age" type="int" constraint=". &lt;= 120"/>
    <bind nodeset="/data/stunted" type="string" relevant="/data/age &lt; 16"/>
  </model></h:head>
  <h:body>
    <input ref="/data/age"><label>Tuổi</label></input>
    <input ref="/data/stunted"><label>Thấp còi</label></input>
  </h:body>
</h:html>"""


def test_a_form_opens_skips_a_question_and_refuses_an_answer(chromium):
    form = WebForm(chromium, XFORM)
    assert form.load_errors == []
    age, stunted = (form.page.locator(f"input[name='/data/{name}']") for name in ("age", "stunted"))
    age.fill("40")
    age.blur()
    assert not stunted.is_visible()
    age.fill("130")
    age.blur()
    assert form.page.locator(".question.invalid-constraint").count() == 1
    age.fill("12")
    age.blur()
    stunted.fill("có")
    stunted.blur()
    assert "<age>12</age>" in form.submission()
    assert "<stunted>có</stunted>" in form.submission()
