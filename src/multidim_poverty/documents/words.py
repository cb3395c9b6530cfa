"""The Vietnamese words of the papers, by id, and values as they are printed in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from multidim_poverty.files import without_controls
from multidim_poverty.language import number_text
from multidim_poverty.vocabulary import Term

__all__ = [
    "BLANK",
    "DOTS",
    "WORDS",
    "PaperColumn",
    "date_text",
    "label_of",
    "share_text",
    "text_of",
    "word",
]

BLANK = "\t"  # dots up to the right margin
DOTS = "……………"

# Only the ids are known to the code: a text may be changed without any other effect.
WORDS: dict[str, str] = {
    # every paper
    "state": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "motto": "Độc lập - Tự do - Hạnh phúc",
    "number": "Số: {number}",
    "place_and_day": "{place}, {day}",
    "page": "Trang ",
    "sources": ". Nguồn: {sources}. {remark}",
    "layout_unconfirmed": "Bố cục của {layout} chưa đối chiếu với bản gốc.",
    "signature": "(Ký, ghi rõ họ tên)",
    "peoples_committee": "Ủy ban nhân dân",
    "day": "ngày {date:%d} tháng {date:%m} năm {date:%Y}",
    "no_day": "ngày …… tháng …… năm ………",
    "field": "{label}: {value}",
    # headings of columns
    "row_number": "STT",
    "household_id": "Mã hộ",
    "household": "Hộ",
    "head": "Chủ hộ",
    "village": "Thôn",
    "previous_class": "Kết quả trước",
    "assessed_class": "Kết quả rà soát",
    "final_class": "Kết quả công nhận",
    "agreeing": "Đồng ý",
    "verdict": "Kết luận",
    "annex_number": "Phụ lục",
    "list": "Danh sách",
    "list_size": "Số hộ",
    "year": "Năm",
    "recognised_class": "Công nhận",
    "decision": "Quyết định",
    "signed_by": "{who} (ký tên, đóng dấu)",
    # minutes
    "minutes_title": "Biên bản họp dân",
    "minutes_layout": "biên bản",
    "time": "Thời gian: {day}",
    "venue": "Địa điểm: {value}",
    "chair": "Chủ trì ({who}): {value}",
    "present": "Thành phần dự họp: {people}",
    "attending": "Số người dự họp: {count}",
    "quorum": "Kết quả được thống nhất khi có ít nhất {percent}% số người dự họp đồng ý:",
    "passed": "Thống nhất",
    "not_passed": "Chưa thống nhất",
    "copies": "Biên bản được lập thành {count} bản; nơi giữ: {keepers}.",
    "signing_chair": "{who} (chủ trì)",
    # notice
    "notice": "Thông báo",
    "notice_title": "Thông báo niêm yết",
    "notice_layout": "thông báo",
    "locality": "Địa bàn: {place}",
    "place_of_posting": "Nơi niêm yết: nhà văn hóa thôn và trụ sở Ủy ban nhân dân cấp xã",
    "period_of_posting": "Thời gian niêm yết: từ {first} đến hết {last} ({term}, kể từ ngày tiếp "
    "theo ngày niêm yết)",
    "working": "{days} ngày làm việc",
    "calendar": "{days} ngày",
    "head_and_id": "{head} ({id})",
    "complaints": "Khiếu nại, phản ánh về kết quả gửi {committee} đến hết {last}.",
    # decision
    "decision_title": "Quyết định",
    "decision_layout": "Mẫu số 02",
    "poverty_lists": "Công nhận danh sách hộ nghèo, hộ cận nghèo; hộ thoát nghèo, hộ thoát cận "
    "nghèo",
    "farm_list": "Công nhận danh sách hộ làm nông, lâm, ngư, diêm nghiệp có mức sống trung bình",
    "worker_list": "Công nhận danh sách người lao động có thu nhập thấp",
    "chair_of_commune": "Chủ tịch UBND {commune}",
    "some_commune": "cấp xã",
    "legal_basis": "Căn cứ {document};",
    "more_bases": "Căn cứ \t",
    "decides": "Quyết định:",
    "article_1": "Điều 1. Công nhận các danh sách kèm theo Quyết định này:",
    "article_2": "Điều 2. \t",
    "article_3": "Điều 3. \t",
    "recipients": "Nơi nhận: \t",
    "annex": "Phụ lục {number}",
    "annex_of": "(Kèm theo Quyết định số {number} {day})",
    # certificates
    "certificate_layout": "Mẫu số 03",
    "household_and_village": "Mã hộ: {id}. {village}",
    "table_of": "{label}:",
    "number_and_day": "Số {number} {day}",
}


def word(word_id: str, /, **values: Any) -> str:
    """The words of an id, with the values that stand in them."""
    return WORDS[word_id].format(**values)


def label_of(terms: Iterable[Term], code: Any) -> str:
    """The label of a code; a dash where it is missing, the code itself where it is unknown."""
    if pd.isna(code):
        return "–"
    terms, text = list(terms), text_of(code)
    spellings = [(term, term.vi) for term in terms] + [(term.en, term.vi) for term in terms]
    return next((vi for spelling, vi in spellings if spelling.casefold() == text.casefold()), text)


def text_of(value: Any, blank: str = "") -> str:
    """A value as a text that Word can hold, on one line; `blank` where it is missing."""
    return blank if pd.isna(value) else " ".join(without_controls(str(value)).split())


def date_text(day: Any) -> str:
    """A day as it is written out in a paper."""
    return word("no_day") if pd.isna(day) else word("day", date=pd.Timestamp(day))


def share_text(part: Any, total: Any) -> str:
    """A part of a total with its percentage, rounded down to two decimals."""
    if pd.isna(part) or pd.isna(total) or total < 1:
        return text_of(part, DOTS)
    percent = number_text(int(part) * 10_000 // int(total) / 100, "g", "vi")
    return f"{part}/{total} ({percent}%)"


class PaperColumn(NamedTuple):
    """A column of a ruled table: its heading and its width [mm]."""

    heading: str
    width: int
