"""The reference of the built documentation, as a reader sees it."""

import re

import pytest

from tests.docs.test_layout_of_pages import BUILT

pytest.importorskip("myst_nb", reason="`make docs` runs these tests")


def test_types_stand_without_the_prefix_of_the_project_that_has_them():
    pages = sorted((BUILT / "api" / "generated").glob("*.html"))
    prefixed = [
        page.name for page in pages if re.search(r">(python|numpy):\w", page.read_text("utf-8"))
    ]
    assert pages
    assert prefixed == []
