"""An XForm, opened and filled by the engine of KoboToolbox's web forms."""

from typing import Any

from tests.browser.conftest import BROWSER


class WebForm:
    """The form of `xform` on a page; `page` is the page of Playwright that shows it."""

    def __init__(self, chromium: Any, xform: str, *, width: int = 390, height: int = 844) -> None:
        self.page = chromium.new_context(viewport={"width": width, "height": height}).new_page()
        empty_page = "<!doctype html><body>"
        self.page.route("http://form.test/", lambda route: route.fulfill(body=empty_page))
        self.page.goto("http://form.test/")
        self.page.add_style_tag(path=BROWSER / "enketo.css")
        self.page.add_script_tag(path=BROWSER / "enketo.js")
        self.load_errors = self.page.evaluate("xform => window.openForm(xform)", xform)

    def submission(self) -> str:
        """Return the XML that the form would send, without the questions that were skipped."""
        return str(self.page.evaluate("window.submission()"))

    def question(self, name: str, member: int = 1) -> Any:
        """The question of that name; of the member of that number where it is in the roster."""
        named = f".question:has([name$='/{name}'], [data-name$='/{name}'])"
        found = self.page.locator(named)
        return found.nth(member - 1) if found.count() > 1 else found.first

    def write(self, name: str, text: str, member: int = 1) -> None:
        """Write an answer, and leave the field."""
        field = self.question(name, member).locator(f"[name$='/{name}']:not(.ignore)").first
        field.evaluate(
            "(field, text) => { field.value = text;"
            " field.dispatchEvent(new Event('change', {bubbles: true})); }",
            text,
        )

    def choose(self, name: str, *codes: str, member: int = 1) -> None:
        """Choose answers by their codes."""
        for code in codes:
            self.question(name, member).locator(f"input[value='{code}']").click()

    def add_member(self) -> None:
        """Open one more round of the roster."""
        self.page.locator(".add-repeat-btn").last.click()

    def refused(self) -> bool:
        """Whether the whole form, as it stands, would be refused."""
        return not self.page.evaluate("window.form.validate()")
