"""The code of the pages runs as it is printed, and nothing else is needed."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.docs.pages import DOCS, PAGES, cells, name, options

pytest.importorskip("myst_nb", reason="`make docs` runs these tests")

RUN = """
import json, sys, warnings
warnings.simplefilter("ignore")
names = {"__name__": "__main__"}
for number, cell in enumerate(json.load(sys.stdin), start=1):
    exec(compile(cell, f"cell {number}", "exec"), names)
    print(number, file=sys.stderr)
"""
WITH_CELLS = [page for page in PAGES if cells(page)]


@pytest.mark.parametrize("page", WITH_CELLS, ids=name)
def test_every_visible_cell_runs_in_an_empty_folder(page, tmp_path):
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", RUN],
        input=json.dumps(cells(page)),
        cwd=tmp_path,
        env=environment | {"MPLBACKEND": "agg", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stderr.split()[-1] == str(len(cells(page)))


def test_no_cell_is_hidden():
    hidden = {
        name(page): tags
        for page in PAGES
        for tags in options(page)
        if re.search(r"(remove|hide)-", tags)
    }
    assert not hidden


def test_no_cell_reads_a_file_of_the_project():
    inside = [
        (name(page), cell)
        for page in PAGES
        for cell in cells(page)
        if re.search(r"\.\./|from show|import show", cell)
    ]
    assert not inside


def test_every_page_in_vietnamese_has_its_page_in_english():
    own = [page for page in PAGES if page.parent.name == "vi"]
    assert len(own) >= 10
    assert not [name(page) for page in own if not (DOCS / page.name).exists()]
