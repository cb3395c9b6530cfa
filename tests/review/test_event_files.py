"""Event tables that other programs wrote: marks of byte order, encodings, separators."""

import re
import unicodedata

import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import review

TEXT = (
    "household_id{0}process{0}event{0}on{0}commune{0}present{0}form\n"
    '001{0}periodic{0}requested{0}2023-09-05{0}Xã Đắk Wer{0}"village_head,reviewers"{0}01\n'
    "002{0}periodic{0}requested{0}2023-09-06{0}Xã Nhân Cơ{0}{0}04\n"
)
DELIMITERS = [",", ";", "\t"]


def assert_read_rightly(events):
    assert events["household_id"].tolist() == ["001", "002"]
    assert events["commune"].tolist() == ["Xã Đắk Wer", "Xã Nhân Cơ"]
    assert events["present"].tolist()[0] == "village_head,reviewers"
    assert events["form"].tolist() == ["01", "04"]
    assert events["on"].tolist()[0] == pd.Timestamp("2023-09-05")


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_as_it_is(delimiter, encoding, tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(TEXT.format(delimiter), encoding=encoding)
    assert_read_rightly(review.read_events(path))


def windows_vietnamese(text):
    """Code page 1258: tone marks follow their letters."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    composed = []
    for sign in unicodedata.normalize("NFC", text):
        decomposed = unicodedata.normalize("NFD", sign)
        marks = "".join(mark for mark in decomposed if mark in tones)
        letter = "".join(mark for mark in decomposed if mark not in tones)
        composed.append(unicodedata.normalize("NFC", letter) + marks)
    return "".join(composed).encode("cp1258")


def test_the_code_page_of_windows_is_read_with_a_warning(tmp_path):
    path = tmp_path / "events.csv"
    path.write_bytes(windows_vietnamese(TEXT.format(";")))
    with pytest.warns(mdp.DataWarning, match="not UTF-8; it was read as cp1258"):
        events = review.read_events(path)
    assert_read_rightly(events)


def test_a_line_with_too_many_cells_is_named(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(TEXT.format(",").replace('"', ""), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape("1 line(s) have another number of cells")):
        review.read_events(path)


def test_json_lines_with_a_mark_of_byte_order(tmp_path):
    homes = pd.DataFrame({"village": ["A"], "commune": ["Xã Đắk Wer"]}, index=["001"])
    events = review.open_round(homes, requests=["001"], on="2023-09-05")
    path = review.write_events(events, tmp_path / "events.jsonl")
    path.write_text(path.read_text("utf-8"), encoding="utf-8-sig")
    pd.testing.assert_frame_equal(review.read_events(path), events, check_dtype=False)


def test_a_label_of_two_classes_is_named_and_not_taken_for_one_of_them():
    homes = pd.DataFrame({"village": ["A"]}, index=["h1"])
    events = review.open_round(homes, requests=["h1"], on="2023-09-05")
    for label, rules in {"Hộ không nghèo": ["unknown_category"], "Hộ nghèo": []}.items():
        surveyed = pd.DataFrame(
            {"household_id": ["h1"], "process": "periodic", "event": "surveyed",
             "on": pd.Timestamp("2023-09-20"), "assessed_class": label}
        )  # fmt: skip
        found = review.violations(pd.concat([events.astype(object), surveyed]))
        assert found["rule"].tolist() == rules
