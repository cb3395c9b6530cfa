"""Faults in data: what each rule says to a clerk, and how faults become a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.language import Language, check_language
from multidim_poverty.schema.definitions import (
    COLUMNS,
    Column,
    column_of,
    fine_at_a_glance,
    rules_for,
    too_coarse,
)

__all__ = [
    "MESSAGES",
    "Fault",
    "Message",
    "column_faults",
    "fault_at",
    "id_faults",
    "report",
]

OUTPUT = ("table", "household_id", "member_id", "column", "value", "rule", "message")

# rule -> message in English and Vietnamese; {value} and {label} are filled in.
MESSAGES: dict[str, tuple[str, str]] = {
    "missing_column": (
        "the table has no column {label}; add it",
        "bảng thiếu cột {label}; cần bổ sung",
    ),
    "duplicate_column": (
        "the column stands more than once in the table; keep one",
        "cột xuất hiện nhiều lần trong bảng; chỉ giữ một",
    ),
    "id_not_in_index": (
        "household_id is a column; make it the index with households.set_index('household_id')",
        "household_id đang là cột; đặt làm chỉ mục bằng households.set_index('household_id')",
    ),
    "index_of_levels": (
        "the index has several levels; let it be household_id alone",
        "chỉ mục có nhiều cấp; chỉ mục phải là household_id",
    ),
    "missing_value": ("{label} is missing and must be given", "thiếu {label}, bắt buộc phải có"),
    "duplicate_id": (
        "the code {value} stands for more than one row; give each its own",
        "mã {value} bị trùng; mỗi dòng cần một mã riêng",
    ),
    "unknown_category": (
        "{value} is not an answer of {label}; answers: {answers}",
        "{value} không phải giá trị của {label}; các giá trị: {answers}",
    ),
    "not_boolean": (
        "{value} is not yes or no (True, False or empty)",
        "{value} không phải có/không",
    ),
    "not_a_deprivation": (
        "{value} is not a deprivation (True, False, 0, 1 or missing)",
        "{value} không phải giá trị thiếu hụt (True, False, 0, 1 hoặc để trống)",
    ),
    "text_number": (
        "{value} is a text that looks like a number; write it without separators, as a number",
        "{value} là chữ giống số; hãy nhập dạng số, không có dấu phân cách",
    ),
    "not_a_number": ("{value} is not a number", "{value} không phải là số"),
    "too_coarse": (
        "the dtype is too coarse for amounts in VND; read the column again as float64",
        "kiểu số không đủ chính xác cho tiền đồng; hãy đọc lại cột ở kiểu float64",
    ),
    "infinite": ("{value} is infinite", "{value} là vô hạn"),
    "negative": ("{value} is negative", "{value} là số âm"),
    "out_of_range": (
        "{value} is outside {low} to {high}",
        "{value} nằm ngoài khoảng {low} đến {high}",
    ),
    "not_whole": ("{value} is not a whole number", "{value} không phải số nguyên"),
    "not_text": ("{value} is not a text", "{value} không phải là chữ"),
    "not_nfc": (
        "{value} is not in Unicode form NFC, so it will not equal the same word typed otherwise; "
        "use .str.normalize('NFC')",
        "{value} không ở dạng Unicode dựng sẵn (NFC); hãy chuyển bằng .str.normalize('NFC')",
    ),
    "not_a_date": (
        "{value} is not a date; read it with pandas.to_datetime and an explicit format",
        "{value} không phải ngày tháng; hãy đọc bằng pandas.to_datetime với định dạng rõ ràng",
    ),
    "born_later": (
        "born on {value}, after the day of the survey",
        "sinh ngày {value}, sau ngày rà soát",
    ),
    "born_too_early": (
        "born on {value}, more than 120 years before the day of the survey",
        "sinh ngày {value}, hơn 120 năm trước ngày rà soát",
    ),
    "age_disagrees": (
        "age {value} does not agree with the date of birth on the day of the survey",
        "tuổi {value} không khớp với ngày sinh tại ngày rà soát",
    ),
    "unknown_household": (
        "the row belongs to household {value}, which is not in the households table",
        "dòng này thuộc hộ {value}, không có trong bảng hộ",
    ),
    "no_members": (
        "the household has no member in the members table",
        "hộ không có thành viên nào trong bảng thành viên",
    ),
    "size_disagrees": (
        "the household is said to have {value} members, but the members table has another number",
        "số nhân khẩu {value} không khớp với bảng thành viên",
    ),
    "two_heads": ("the household has more than one head", "hộ có nhiều hơn một chủ hộ"),
    "adult_undernourished": (
        "the member is 16 or older, but {label} is an answer about children",
        "thành viên từ 16 tuổi trở lên, nhưng {label} chỉ hỏi trẻ em",
    ),
    "not_a_class": (
        "{value} is not a class: poor, near_poor, average, above_average, not_poor, or missing",
        "{value} không phải kết quả phân loại: poor, near_poor, average, above_average, not_poor "
        "hoặc để trống",
    ),
    "not_a_flow": ("{value} is not a flow of this list", "{value} không phải mã biến động"),
    "unknown_unit": (
        "unit {value} is not in the list of units; mend the name, or add it to the list",
        "đơn vị {value} không có trong danh sách đơn vị; sửa tên hoặc bổ sung vào danh sách",
    ),
    "sum_of_units": (
        "the row is of a unit that has others below it; give the lowest units alone, sums are made "
        "from them",
        "dòng này là của đơn vị có đơn vị cấp dưới; chỉ nhập đơn vị thấp nhất, tổng được tự tính",
    ),
    "group_disagrees": (
        "ethnic group {value} does not agree with ethnic_minority",
        "dân tộc {value} không khớp với ethnic_minority",
    ),
    "local_not_minority": (
        "a local ethnic minority, but not an ethnic minority",
        "là dân tộc thiểu số tại chỗ nhưng không phải dân tộc thiểu số",
    ),
    "not_a_link": (
        "{value} is not a link: same, moved_in, moved_away, died, split or merged",
        "{value} không phải loại liên kết: same, moved_in, moved_away, died, split hoặc merged",
    ),
    "id_not_wanted": (
        "a link of this kind has no household here, but {value} is given",
        "loại liên kết này không có hộ ở cột này, nhưng lại ghi {value}",
    ),
    "not_in_the_table": (
        "household {value} is not in the table of that time",
        "hộ {value} không có trong bảng của thời điểm đó",
    ),
    "two_links": (
        "household {value} has more than one link that says what became of it",
        "hộ {value} có nhiều hơn một liên kết",
    ),
    "also_there_before": (
        "household {value} continues one that was there at the start, so it cannot come in by "
        "this link too",
        "hộ {value} là hộ đã có ở đầu kỳ, không thể đồng thời phát sinh theo liên kết này",
    ),
    "still_there": (
        "household {value} is gone by this link, but the end has a household of this code; say "
        "where that one comes from",
        "hộ {value} không còn theo liên kết này, nhưng cuối kỳ vẫn có hộ mang mã này; cần ghi rõ "
        "hộ đó từ đâu đến",
    ),
    "two_on_one_day": (
        "the household has two recognitions on {value}; keep the one that holds",
        "hộ có hai quyết định công nhận cùng ngày {value}; chỉ giữ quyết định có hiệu lực",
    ),
    "unit_not_a_text": (
        "{value} is not a text; the code of a unit is a text of digits with its leading zeros",
        "{value} không phải là chữ; mã đơn vị là chuỗi chữ số, giữ nguyên số 0 ở đầu",
    ),
    "unit_not_a_code": (
        "{value} is not the code of a unit; units are told apart by code, never by name",
        "{value} không phải mã đơn vị; đơn vị được phân biệt bằng mã, không bằng tên",
    ),
    "unit_of_another_day": (
        "{value} is a unit of another day, not of the list of this day; check the date",
        "{value} là đơn vị của danh mục ngày khác, không có trong danh mục của ngày này",
    ),
    "unit_in_no_list": (
        "{value} is in no list of units; check the code",
        "{value} không có trong danh mục đơn vị nào; hãy kiểm tra mã",
    ),
    "income_disagrees": (
        "{value} VND per head per month does not agree with income_12m and household_size",
        "{value} đồng/người/tháng không khớp với income_12m và household_size",
    ),
}


@dataclass(frozen=True)
class Fault:
    """Rows (positions; None for the column as a whole) of a table that break a rule."""

    table: str
    column: str
    rule: str
    rows: npt.NDArray[np.intp] | None = None


def fault_at(table: str, column: str, rule: str, bad: npt.NDArray[np.bool_]) -> Fault:
    """The fault of the rows that are marked."""
    return Fault(table, column, rule, np.flatnonzero(bad))


def column_faults(frame: pd.DataFrame, column: Column, *, needed: bool = False) -> Iterator[Fault]:
    """Faults of one column and of its values; an absent one is a fault if it is `needed`."""
    here = int((frame.columns == column.name).sum())
    if here != 1:
        if here > 1:
            yield Fault(column.table, column.name, "duplicate_column")
        elif needed:
            yield Fault(column.table, column.name, "missing_column")
        return
    series = frame[column.name]
    if fine_at_a_glance(series, column):
        return
    if too_coarse(series, column):
        yield Fault(column.table, column.name, "too_coarse")
        return
    checks = dict(rules_for(column))
    if column.required:
        checks["missing_value"] = lambda values: np.asarray(values.isna(), dtype=bool)
    for rule, check in checks.items():
        bad = check(series)
        if bad.any():
            yield fault_at(column.table, column.name, rule, bad)


def id_faults(households: pd.DataFrame) -> Iterator[Fault]:
    """Faults of the index, where rows of another table are linked to it."""
    index = households.index
    if index.nlevels > 1:
        yield Fault("households", "household_id", "index_of_levels")
        return
    if "household_id" in households.columns and index.name != "household_id":
        yield Fault("households", "household_id", "id_not_in_index")
    for rule, bad in (
        ("missing_value", np.asarray(index.isna())),
        ("duplicate_id", np.asarray(index.duplicated(keep=False)) & np.asarray(index.notna())),
    ):
        if bad.any():
            yield fault_at("households", "household_id", rule, bad)


def report(
    faults: Iterable[Fault], tables: Mapping[str, pd.DataFrame | None], language: Language = "en"
) -> pd.DataFrame:
    """One row per fault, in the order of the tables, their rows and their columns."""
    check_language(language)
    order: dict[tuple[str, str], int] = {(c.table, c.name): n for n, c in enumerate(COLUMNS)}
    found: list[tuple[tuple[int, int, int], tuple[Any, ...]]] = []
    for fault in faults:
        frame = tables[fault.table]
        place = list(tables).index(fault.table), order.get((fault.table, fault.column), -1)
        message = Message(fault, language)
        if fault.rows is None or frame is None:
            row = (fault.table, None, None, fault.column, None, fault.rule, message.of(None))
            found.append(((place[0], -1, place[1]), row))
            continue
        for position, household, member, value in zip(*_cells(frame, fault), strict=True):
            row = (
                fault.table,
                household,
                member,
                fault.column,
                value,
                fault.rule,
                message.of(value),
            )
            found.append(((place[0], position, place[1]), row))
    found.sort(key=lambda entry: entry[0])
    as_is = {"household_id", "member_id", "value"}
    return pd.DataFrame(
        {
            name: pd.Series([row[n] for _, row in found], dtype=object if name in as_is else str)
            for n, name in enumerate(OUTPUT)
        }
    )


def _cells(frame: pd.DataFrame, fault: Fault) -> tuple[list[Any], ...]:
    """Positions, household ids, member ids and values of a fault, as plain Python objects."""
    rows = fault.rows
    assert rows is not None
    of_members = fault.table in ("members", "accounts", "events")  # the household is a column
    nothing = [None] * len(rows)

    def column(name: str) -> list[Any]:
        return frame[name].iloc[rows].tolist() if name in frame.columns else nothing

    households = column("household_id") if of_members else frame.index[rows].tolist()
    members = column("member_id") if of_members else nothing
    in_index = fault.column == "household_id" and not of_members
    return rows.tolist(), households, members, households if in_index else column(fault.column)


class Message:
    """The message of a rule about a column, to be filled with values."""

    def __init__(self, fault: Fault, language: Language) -> None:
        column: Column | None = column_of(fault.table, fault.column)
        label = "" if column is None else f" ({getattr(column.label, language)})"
        self._text = MESSAGES[fault.rule][0 if language == "en" else 1]
        self._known = {
            "label": f"{fault.column}{label}",
            "answers": ", ".join(column.codes) if column else "",
            "low": f"{column.low:g}" if column else "",
            "high": f"{column.high:g}" if column else "",
        }

    def of(self, value: Any) -> str:
        """The message about one value."""
        return self._text.format(
            value=repr(value) if isinstance(value, str) else value, **self._known
        )
