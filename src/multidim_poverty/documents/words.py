"""The Vietnamese words of the papers, by id, and values as they are printed in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from multidim_poverty.base.files import without_controls
from multidim_poverty.language import number_text
from multidim_poverty.law.clerical_work import written_out_day
from multidim_poverty.vocabulary import Term

__all__ = [
    "BLANK",
    "DOTS",
    "NUMBER_DOTS",
    "WORDS",
    "PaperColumn",
    "date_text",
    "label_of",
    "share_text",
    "term_of",
    "text_of",
    "word",
]

BLANK = "\t"  # dots up to the right margin
DOTS = "……………"
NUMBER_DOTS = "……"

# Only the ids are known to the code: a text may be changed without any other effect.
WORDS: dict[str, str] = {
    # every paper
    "state": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "motto": "Độc lập - Tự do - Hạnh phúc",
    "number": "Số: {number}",
    "place_and_day": "{place}, {day}",
    "sources": "Nguồn: {sources}. {remark}",
    "layout_unconfirmed": "{layout} chưa đối chiếu với bản gốc.",
    "compared": "Đã đối chiếu với bản gốc: {who}, {day}.",
    "signature": "(Ký, ghi rõ họ tên)",
    "recipients_heading": "Nơi nhận:",
    "recipient": "- {who};",
    "records": "- Lưu: VT.",
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
    "minutes_layout": "Bố cục của biên bản",
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
    "notice_layout": "Bố cục, thể thức của thông báo",
    "locality": "Địa bàn: {place}",
    "places_of_posting": "Nơi niêm yết: {places}",
    "period_of_posting": "Thời gian niêm yết: từ {first} đến hết {last} ({term}, kể từ ngày tiếp "
    "theo ngày niêm yết)",
    "working": "{days} ngày làm việc",
    "calendar": "{days} ngày",
    "head_and_id": "{head} ({id})",
    "complaints": "Khiếu nại, phản ánh về kết quả gửi {committee} đến hết {last}.",
    # decision
    "decision_title": "Quyết định",
    "decision_layout": "Các căn cứ, bố cục và thể thức của Mẫu số 02",
    "about": "Về việc công nhận {lists}",
    "lists": "danh sách {names}",
    "list_poor": "hộ nghèo",
    "list_near_poor": "hộ cận nghèo",
    "list_escaped_poor": "hộ thoát nghèo",
    "list_escaped_near_poor": "hộ thoát cận nghèo",
    "list_farm": "hộ làm nông, lâm, ngư, diêm nghiệp có mức sống trung bình",
    "list_low_income": "người lao động có thu nhập thấp",
    "member_of_household": "{household_id}, thành viên {member_id}",
    "chair_of_commune": "Chủ tịch Ủy ban nhân dân {commune}",
    "some_commune": "cấp xã",
    "document_number": "số {number}",
    "document_issuer": "của {issuer}",
    "legal_basis": "Căn cứ {document};",
    "opinion": "Căn cứ ý kiến của {who} tại Văn bản số {number} {day};",
    "more_bases": "Căn cứ \t",
    "proposal": "Theo đề nghị của {who}.",
    "decides": "Quyết định:",
    "article_1": "Điều 1. Công nhận {lists}, theo Phụ lục kèm theo Quyết định này:",
    "article_2": "Điều 2. \t",
    "article_3": "Điều 3. \t",
    "annex": "Phụ lục {number}",
    "annex_of": "(Kèm theo Quyết định số {number} {day} của {who})",
    # certificates
    "certificate_layout": "Bố cục, thể thức của Mẫu số 03",
    "household_and_village": "Mã hộ: {id}. {village}",
    "table_of": "{label}:",
    "number_and_day": "Số {number} {day}",
    "birth_year": "Sinh năm {year}",
    "numbered": "({number}) {label}",
    "deprived": "x",
    "not_deprived": "–",
    "deprivations_key": "Chỉ số: {indicators}. x: thiếu hụt; –: không thiếu hụt; để trống: chưa "
    "biết.",
}


def word(word_id: str, /, **values: Any) -> str:
    """The words of an id, with the values that stand in them."""
    return WORDS[word_id].format(**values)


def term_of(terms: Iterable[Term], code: Any) -> Term | None:
    """The term of a code or of a label in either language, if it is one."""
    terms, text = list(terms), text_of(code).casefold()
    kinds = ([(str(term), term.en, term.vi)[n] for term in terms] for n in range(3))
    spellings = [pair for kind in kinds for pair in zip(kind, terms, strict=True)]
    return next((term for spelling, term in spellings if spelling.casefold() == text), None)


def label_of(terms: Iterable[Term], code: Any) -> str:
    """The label of a code; a dash where it is missing, the code itself where it is unknown."""
    if pd.isna(code):
        return "–"
    term = term_of(terms, code)
    return text_of(code) if term is None else term.vi


def text_of(value: Any, blank: str = "") -> str:
    """A value as a text that Word can hold, on one line; `blank` where it is missing."""
    return blank if pd.isna(value) else " ".join(without_controls(str(value)).split())


def date_text(day: Any) -> str:
    """A day as it is written out in a paper."""
    return word("no_day") if pd.isna(day) else written_out_day(pd.Timestamp(day))


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
