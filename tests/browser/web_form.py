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
