"""Make the pictures of the page of forms: the form on a telephone, and on paper.

Needs `make .venv/test/ready .venv/browser/ready`, and LibreOffice and pdftoppm for the paper.
"""

import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from pyxform.xls2xform import convert
from tests.browser.conftest import launch
from tests.browser.web_form import WebForm

from multidim_poverty import forms

STATIC = Path(__file__).parents[1] / "docs" / "_static"


def telephone(folder: Path) -> None:
    """An age at which questions are skipped, and an age that is refused."""
    path = folder / "form.xlsx"
    forms.xlsform("decree_07_2021", on="2023-10-01").write(path)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        form = WebForm(browser, convert(path).xform)
        form.choose("relation", "head")
        form.write("age", "62")
        form.add_member()
        form.choose("relation", "child", member=2)
        form.write("age", "130", member=2)
        first, second = form.question("age"), form.question("age", 2)
        for name, question in (("skip", first), ("constraint", second)):
            question.scroll_into_view_if_needed()
            form.page.evaluate(
                "y => window.scrollTo(0, y)",
                question.bounding_box()["y"] + form.page.evaluate("window.scrollY") - 60,
            )
            form.page.screenshot(path=STATIC / f"form_{name}.png")
        browser.close()


def paper(folder: Path) -> None:
    """The first page of the paper form."""
    path = forms.write_paper_form("decree_07_2021", folder / "form.docx", on="2023-10-01")
    office = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path)]
    subprocess.run(office, check=True, capture_output=True)
    pages = ["pdftoppm", "-r", "80", "-f", "1", "-l", "1", "-singlefile", "-png"]
    subprocess.run([*pages, str(folder / "form.pdf"), str(STATIC / "form_paper")], check=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        telephone(Path(folder))
        paper(Path(folder))
