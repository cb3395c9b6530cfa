"""Files are written aside, and take the place of the old one when they are whole."""

import os
import stat

import openpyxl
import pytest

from multidim_poverty.base.files.writing import replace_file, without_controls
from multidim_poverty.base.files.xlsx_writing import new_workbook, write_exactly, write_text


def fill(path, text="new"):
    with replace_file(path) as aside:
        aside.write_text(text, encoding="utf-8")


def test_a_file_is_written_and_an_older_one_replaced(tmp_path):
    path = tmp_path / "list.txt"
    fill(path, "one")
    fill(path, "two")
    assert path.read_text() == "two"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "list.txt"
    fill(path, "good")

    def failing():
        with replace_file(path) as aside:
            aside.write_text("cut")
            raise error

    with pytest.raises(error):
        failing()
    assert path.read_text() == "good"
    assert list(tmp_path.iterdir()) == [path]


def test_the_file_aside_ends_as_the_file_does(tmp_path):
    with replace_file(tmp_path / "a.xlsx") as aside:
        assert (aside.suffix, aside.parent) == (".xlsx", tmp_path)
        aside.write_text("")


def test_a_link_stays_a_link_and_permissions_stay(tmp_path):
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    fill(link)
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_what_is_no_file_to_write_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(FileNotFoundError, match="make it first"):
        fill(tmp_path / "none" / "list.txt")
    with pytest.raises(IsADirectoryError, match="give the path of a file"):
        fill(tmp_path)
    with pytest.raises(IsADirectoryError, match="is no file"):
        fill("/dev/null")
    assert not os.path.isfile("/dev/null")
    assert not list(tmp_path.iterdir())


def test_a_file_that_must_not_be_written_stays(tmp_path, monkeypatch):
    path = tmp_path / "list.txt"
    fill(path, "good")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="give another path"):
        fill(path)
    assert path.read_text() == "good"


def test_control_characters_are_no_part_of_a_text_for_others():
    assert without_controls("Xã\x00 \x1bA\u202eB\ud800\ufffe") == "Xã   A B  "
    assert without_controls("Thôn 1\n\tĐắk Wer") == "Thôn 1\n\tĐắk Wer"


LIVE = ["=1+1", "{=1+1}", "http://a.org", "mailto:a@b.org", "internal:A1", "<r><t>a</t></r>", "'x"]


@pytest.mark.parametrize("text", LIVE)
def test_a_text_of_the_data_stays_a_text(tmp_path, text):
    path = tmp_path / "a.xlsx"
    with new_workbook(path) as workbook:
        sheet = workbook.add_worksheet("s")
        write_text(sheet, 0, 0, text)
        write_exactly(sheet, 1, 0, text)
    cells = [cell for (cell,) in openpyxl.load_workbook(path)["s"]["A1:A2"]]
    assert [cell.value for cell in cells] == [text, text]
    assert [(cell.data_type, cell.hyperlink) for cell in cells] == [("s", None)] * 2


def test_a_text_longer_than_a_cell_is_refused_and_not_cut(tmp_path):
    path = tmp_path / "a.xlsx"

    def write(text):
        with new_workbook(path) as workbook:
            write_text(workbook.add_worksheet("s"), 2, 1, text)

    for text in ("a" * 32_768, "\U0001f600" * 16_384):  # in Excel, such a sign is two characters
        with pytest.raises(ValueError, match=r"sheet 's', cell B3: a text of .* shorten it"):
            write(text)
    assert not list(tmp_path.iterdir())
    write("a" * 32_767)
    assert len(openpyxl.load_workbook(path)["s"]["B3"].value) == 32_767
