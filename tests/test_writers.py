"""A file that cannot be written to its end leaves the one that was there, whatever writes it."""

import importlib
import inspect
import io
import pathlib
import zipfile

import pandas as pd
import pytest
from matplotlib.figure import Figure

import multidim_poverty as mdp
from multidim_poverty import documents, excel, forms, plotting, reports, review, scale
from multidim_poverty.schema import mapping
from multidim_poverty.testing import vectors
from tests.documents.test_papers import LAW, Round
from tests.reports.test_tables import example

FORM = forms.xlsform("decree_07_2021", on="2023-10-01")
OWN = mapping.propose(pd.DataFrame({"Mã hộ": ["a"], "Ti vi": ["x"]}))
TABLES = [reports.table_1(example(), by=["district"], population="counted")]
EVENTS = Round.opened
UNNAMED = {"reporting_unit": None, "period": None, "signers": None}


def of_law(function, table):
    return lambda path: function(table, path, procedure=LAW)


# Public function -> file name -> how it is called with a path.
PICTURE = plotting.progress(
    pd.DataFrame({"indicator": ["a"], "period": [2023], "value": [1.0], "target": [2.0]}),
    ax=Figure().subplots(),
)
WRITERS = {
    plotting.save: {
        f"a.{kind}": lambda path: plotting.save(PICTURE, path) for kind in ("svg", "pdf", "png")
    },
    excel.write_tables: {"a.xlsx": lambda path: excel.write_tables(TABLES, path, **UNNAMED)},
    mapping.Mapping.write: {"a.toml": OWN.write},
    review.write_events: {
        f"a{suffix}": lambda path: review.write_events(EVENTS, path)
        for suffix in (".csv", ".xlsx", ".parquet", ".jsonl")
    },
    documents.write_minutes: {"a.docx": of_law(documents.write_minutes, Round.minutes)},
    documents.write_notice: {"a.docx": of_law(documents.write_notice, Round.notice)},
    documents.write_decision: {"a.docx": of_law(documents.write_decision, Round.lists)},
    documents.write_certificates: {
        "a.docx": of_law(documents.write_certificates, Round.certificates)
    },
    documents.write_template: {"a.docx": of_law(documents.write_template, "minutes")},
    forms.XlsForm.write: {"a.xlsx": FORM.write},
    forms.write_paper_form: {
        "a.docx": lambda path: forms.write_paper_form("decree_07_2021", path, on="2023-10-01")
    },
}
# Folders of files: tests/testing/vectors/test_vectors.py, tests/scale/test_dataset.py.
FOLDERS = {vectors.write, scale.write_dataset}
CASES = [
    pytest.param(write, name, id=f"{function.__qualname__}-{name}")
    for function, writers in WRITERS.items()
    for name, write in writers.items()
]


class DiskFullError(Exception):
    """What a writer meets in the middle."""


def full_after(first, times):
    """A method that does its work some times, and then fails with the file half written."""
    calls = []

    def method(*args, **options):
        calls.append(args)
        if len(calls) > times:
            raise DiskFullError
        return first(*args, **options)

    return method


def half_written(self, text, *args, **options):
    with open(self, "w", encoding="utf-8") as file:
        file.write(text[: len(text) // 2])
    raise DiskFullError


def half_written_table(self, path, **options):
    pathlib.Path(path).write_bytes(b"PAR1")
    raise DiskFullError


def half_written_picture(self, path, **options):
    pathlib.Path(path).write_bytes(b"%PDF")
    raise DiskFullError


def test_all_public_writers_are_tried():
    writers = set()
    for name in mdp.__all__:
        value = getattr(mdp, name)
        holders = [value] if inspect.ismodule(value) else []
        if inspect.ismodule(value):
            holders += [getattr(value, n) for n in value.__all__ if hasattr(value, n)]
        for holder in [*holders, mapping, mapping.Mapping]:
            if not (inspect.ismodule(holder) or inspect.isclass(holder)):
                continue
            for attribute in dir(holder):
                function = getattr(holder, attribute, None)
                if attribute.startswith(("write", "save", "to_file")) and callable(function):
                    writers.add(function)
    assert writers == set(WRITERS) | FOLDERS


@pytest.mark.parametrize(("write", "name"), CASES)
def test_a_write_that_fails_leaves_the_old_file_as_it_was(tmp_path, monkeypatch, write, name):
    path = tmp_path / name
    write(path)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "writestr", full_after(zipfile.ZipFile.writestr, 3))
        patch.setattr(pathlib.Path, "write_text", half_written)
        patch.setattr(Figure, "savefig", half_written_picture)
        patch.setattr(pd.DataFrame, "to_csv", half_written_table)
        patch.setattr(pd.DataFrame, "to_parquet", half_written_table)
        with pytest.raises(DiskFullError):
            write(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    write(path)
    # A Word file holds the second in which it was made.
    assert abs(path.stat().st_size - len(before)) < 50
    if path.suffix == ".xlsx":
        assert path.read_bytes() == before


@pytest.mark.parametrize(("write", "name"), CASES)
def test_a_write_that_cannot_take_its_place_leaves_nothing(tmp_path, monkeypatch, write, name):
    monkeypatch.setattr(pathlib.Path, "replace", full_after(pathlib.Path.replace, 0))
    with pytest.raises(DiskFullError):
        write(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_form_goes_into_an_open_file_too():
    buffer = io.BytesIO()
    FORM.write(buffer)
    assert zipfile.is_zipfile(buffer)


def test_events_are_texts_in_a_workbook(tmp_path):
    openpyxl = importlib.import_module("openpyxl")
    homes = pd.DataFrame({"village": ["=1+1", "http://a.org", "<r>b</r>"]}, index=["a", "b", "c"])
    events = review.open_round(homes, requests=["a", "b", "c"], on="2023-09-05")
    path = review.write_events(events, tmp_path / "events.xlsx")
    cells = [cell for row in openpyxl.load_workbook(path).active for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    pd.testing.assert_series_equal(review.read_events(path)["village"], events["village"])
