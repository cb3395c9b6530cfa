"""Pages in Vietnamese beside those in English: a switch, the language of the page, its fixed words.

``vi/NAME`` is the page in Vietnamese of ``NAME``.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

FOLDER = "vi/"
HEADER_LINKS = 7
WORDS = {
    "Ask AI": "Hỏi",
    "Back to top": "Lên đầu trang",
    "Breadcrumb": "Đường dẫn",
    "Collapse Sidebar": "Thu gọn mục lục",
    "Expand Sidebar": "Mở mục lục",
    "Home": "Trang đầu",
    "Next": "Tiếp",
    "On this page": "Trong trang này",
    "Previous": "Trước",
    "Search": "Tìm",
    "Search the docs ...": "Tìm trong tài liệu ...",
    "Section Navigation": "Mục lục",
    "Site navigation": "Các phần",
    "Skip to main content": "Đến nội dung chính",
    "next": "tiếp",
    "next page": "trang sau",
    "previous": "trước",
    "previous page": "trang trước",
}


def counterpart(pagename: str, pages: Any) -> str:
    """The same page in the other language, else the first page there."""
    if pagename.startswith(FOLDER):
        other, first = pagename.removeprefix(FOLDER), "index"
    else:
        other, first = FOLDER + pagename, FOLDER + "index"
    return other if other in pages else first


def page_language(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    vietnamese = pagename.startswith(FOLDER)
    context["other_language"] = {
        "page": counterpart(pagename, app.env.all_docs),
        "name": "English" if vietnamese else "Tiếng Việt",
        "code": "en" if vietnamese else "vi",
    }
    if vietnamese:
        context["language"] = "vi"
        translate = context.get("_", str)
        context["_"] = lambda text: WORDS.get(text, translate(text))


def page_header(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """The links in the header of a page in Vietnamese: to the first of them, not to the English."""
    if pagename.startswith(FOLDER):
        pages = app.env.toctree_includes[FOLDER + "index"][:HEADER_LINKS]
        links = "".join(
            '<li class="nav-item"><a class="nav-link nav-internal" href="{}">{}</a></li>'.format(
                context["pathto"](page), app.env.titles[page].astext()
            )
            for page in pages
        )
        context["generate_header_nav_html"] = lambda **_: links


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", page_language)
    app.connect("html-page-context", page_header, priority=900)  # after the theme
    return {"parallel_read_safe": True, "parallel_write_safe": True}
