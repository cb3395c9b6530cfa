"""The columns of the tables, defined once, and how their values are read.

`COLUMNS` is the single list of columns. The schema, the page of columns, the sample and
the readers below all come from it.
"""

from __future__ import annotations

import numbers
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.dates import not_a_date
from multidim_poverty.kleene import BoolArray, Truth
from multidim_poverty.language import Label
from multidim_poverty.vocabulary import (
    Area,
    EducationLevel,
    EmploymentStatus,
    IncomeSource,
    ListingBasis,
    PovertyClass,
    Relation,
    ReviewEvent,
    ReviewProcess,
    Sex,
    Term,
    Toilet,
    WaterSource,
)

__all__ = [
    "COLUMNS",
    "Column",
    "category_codes",
    "codes_of",
    "column_of",
    "fine_at_a_glance",
    "numbers_of",
    "rules_for",
    "too_coarse",
    "truth_of",
]

Table = Literal["households", "members", "accounts", "events"]
Kind = Literal["id", "text", "category", "boolean", "number", "integer", "date"]
OLDEST = 120
CHILD_BELOW = 16  # stunted and underweight are answers about children only


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what it means, its unit, and what a value must be."""

    table: Table
    name: str
    kind: Kind
    label: Label
    unit: str = ""
    terms: tuple[Term, ...] = ()
    required: bool = False
    low: float = 0
    high: float = np.inf
    money: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that a category may hold."""
        return tuple(str(term) for term in self.terms)

    @property
    def dtype(self) -> str:
        """The documented dtype; other dtypes that lose nothing are read too."""
        return {
            "id": "string or integer",
            "text": "string",
            "category": "category",
            "boolean": "bool or boolean",
            "number": "float64",
            "integer": "integer or Int64",
            "date": "datetime64",
        }[self.kind]


def _h(name: str, kind: Kind, vi: str, en: str, **more: Any) -> Column:
    return Column(table="households", name=name, kind=kind, label=Label(vi=vi, en=en), **more)


def _m(name: str, kind: Kind, vi: str, en: str, **more: Any) -> Column:
    return Column(table="members", name=name, kind=kind, label=Label(vi=vi, en=en), **more)


def _a(name: str, kind: Kind, vi: str, en: str, **more: Any) -> Column:
    return Column(table="accounts", name=name, kind=kind, label=Label(vi=vi, en=en), **more)


def _e(name: str, kind: Kind, vi: str, en: str, **more: Any) -> Column:
    return Column(table="events", name=name, kind=kind, label=Label(vi=vi, en=en), **more)


COLUMNS: tuple[Column, ...] = (
    _h("area", "category", "Khu vực", "Area of residence", terms=tuple(Area), required=True),
    _h("province", "text", "Tỉnh/thành phố", "Province"),
    _h("district", "text", "Huyện", "District"),
    _h("commune", "text", "Xã", "Commune"),
    _h("village", "text", "Thôn", "Village"),
    _h("ethnic_group", "text", "Dân tộc", "Ethnic group"),
    _h("ethnic_minority", "boolean", "Dân tộc thiểu số", "Ethnic minority"),
    _h("local_minority", "boolean", "Dân tộc thiểu số tại chỗ", "Local ethnic minority"),
    _h(
        "income_per_capita",
        "number",
        "Thu nhập bình quân đầu người",
        "Income per head",
        unit="VND/person/month",
        money=True,
    ),
    _h(
        "income_12m",
        "number",
        "Thu nhập của hộ trong 12 tháng",
        "Income of the household in 12 months",
        unit="VND/household/12 months",
        money=True,
    ),
    _h(
        "household_size",
        "integer",
        "Số nhân khẩu",
        "Members of the household",
        unit="persons",
        low=1,
    ),
    _h("wall_durable", "boolean", "Tường bền chắc", "Durable wall"),
    _h("frame_durable", "boolean", "Cột bền chắc", "Durable frame"),
    _h("roof_durable", "boolean", "Mái bền chắc", "Durable roof"),
    _h("floor_area", "number", "Diện tích nhà ở", "Floor area", unit="m2/household"),
    _h(
        "water_source", "category", "Nguồn nước sinh hoạt", "Water source", terms=tuple(WaterSource)
    ),
    _h("toilet", "category", "Nhà tiêu", "Latrine", terms=tuple(Toilet)),
    _h("has_television", "boolean", "Có ti vi", "Has a television"),
    _h("has_radio", "boolean", "Có radio", "Has a radio"),
    _h("has_desktop", "boolean", "Có máy tính để bàn", "Has a desktop computer"),
    _h("has_telephone", "boolean", "Có điện thoại", "Has a telephone"),
    _h("has_laptop", "boolean", "Có máy tính xách tay", "Has a laptop"),
    _h("has_tablet", "boolean", "Có máy tính bảng", "Has a tablet"),
    _h("has_smartphone", "boolean", "Có điện thoại thông minh", "Has a smartphone"),
    _h(
        "hears_loudspeaker",
        "boolean",
        "Nghe được loa truyền thanh xã, thôn",
        "Hears the loudspeaker of the commune or village",
    ),
    _h("waste_collected", "boolean", "Rác thải được thu gom", "Waste is collected"),
    _h("no_labour_capacity", "boolean", "Hộ không có khả năng lao động", "Without labour capacity"),
    _h("member_of_merit", "boolean", "Hộ có người có công", "With a member of merit"),
    _h("female_head", "boolean", "Chủ hộ là nữ", "Female head"),
    _m("household_id", "id", "Mã hộ", "Household", required=True),
    _m("member_id", "id", "Mã thành viên", "Member", required=True),
    _m("age", "integer", "Tuổi", "Age", unit="completed years", high=OLDEST),
    _m("birth_date", "date", "Ngày sinh", "Date of birth"),
    _m("sex", "category", "Giới tính", "Sex", terms=tuple(Sex)),
    _m("relation", "category", "Quan hệ với chủ hộ", "Relation to the head", terms=tuple(Relation)),
    _m(
        "employment_status",
        "category",
        "Tình trạng việc làm",
        "Employment",
        terms=tuple(EmploymentStatus),
    ),
    _m("has_disability", "boolean", "Khuyết tật", "Has a disability"),
    _m(
        "receives_social_allowance",
        "boolean",
        "Hưởng trợ cấp xã hội hằng tháng",
        "Receives the monthly social allowance",
    ),
    _m("stunted", "boolean", "Suy dinh dưỡng chiều cao theo tuổi", "Stunted (under 16)"),
    _m("underweight", "boolean", "Suy dinh dưỡng cân nặng theo tuổi", "Underweight (under 16)"),
    _m("has_health_insurance", "boolean", "Có bảo hiểm y tế", "Has health insurance"),
    _m(
        "untreated_illness",
        "boolean",
        "Ốm đau trong năm mà không đi khám chữa bệnh",
        "So ill in the year as to need care, and did not get it",
    ),
    _m("attending", "category", "Đang đi học", "Attending", terms=tuple(EducationLevel)),
    _m(
        "qualification",
        "category",
        "Trình độ cao nhất",
        "Highest qualification",
        terms=tuple(level for level in EducationLevel if level is not EducationLevel.PRESCHOOL),
    ),
    _m("enterprise_trained", "boolean", "Doanh nghiệp đào tạo nghề", "Trained by an enterprise"),
    _m("uses_internet", "boolean", "Sử dụng internet", "Uses the internet"),
    _m("uses_telephone", "boolean", "Sử dụng thuê bao điện thoại", "Uses a telephone subscription"),
    _a("household_id", "id", "Mã hộ", "Household", required=True),
    _a("source", "category", "Nguồn thu", "Source", terms=tuple(IncomeSource), required=True),
    _a("receipts", "number", "Khoản thu", "Receipts", unit="VND/household/12 months", money=True),
    _a(
        "costs",
        "number",
        "Chi phí sản xuất",
        "Production costs",
        unit="VND/household/12 months",
        money=True,
    ),
    _e("household_id", "id", "Mã hộ", "Household", required=True),
    _e("process", "category", "Quy trình", "Process", terms=tuple(ReviewProcess), required=True),
    _e("event", "category", "Sự việc", "Event", terms=tuple(ReviewEvent), required=True),
    _e("on", "date", "Ngày", "Day of the event", required=True),
    _e("commune", "text", "Xã", "Commune"),
    _e("village", "text", "Thôn", "Village"),
    _e("basis", "category", "Căn cứ lập danh sách", "Why listed", terms=tuple(ListingBasis)),
    _e("form", "text", "Mẫu giấy đề nghị", "Form of the request (01 or 04)"),
    _e(
        "previous_class",
        "category",
        "Kết quả năm trước",
        "Class on the current list",
        terms=tuple(PovertyClass),
    ),
    _e(
        "assessed_class",
        "category",
        "Kết quả rà soát",
        "Class by the survey",
        terms=tuple(PovertyClass),
    ),
    _e("attending", "integer", "Số người dự họp", "Attending the meeting", unit="persons"),
    _e("agreeing", "integer", "Số người đồng ý", "Agreeing", unit="persons"),
    _e("minutes_copies", "integer", "Số bản biên bản", "Copies of the minutes", unit="copies"),
    _e("present", "text", "Thành phần dự họp", "Who was present (codes, separated by commas)"),
    _e("complaint", "text", "Nội dung khiếu nại", "Complaint"),
    _e("law_on", "date", "Pháp luật áp dụng tại ngày", "Law as of this day"),
    _e("facts_on", "date", "Thông tin hộ tại ngày", "Facts as of this day"),
    _e("opinion", "text", "Ý kiến cấp trên", "Opinion of the superior"),
    _e("decision_number", "text", "Số quyết định", "Number of the decision"),
    _e("reason", "text", "Lý do", "Reason"),
)


def column_of(table: str, name: str) -> Column | None:
    """The column of that name, if there is one."""
    return next((c for c in COLUMNS if (c.table, c.name) == (table, name)), None)


# -- rules for single values: each takes a column of data and marks the bad rows ------------

Check = Callable[["pd.Series[Any]"], BoolArray]


def _none(series: pd.Series[Any]) -> BoolArray:
    return np.zeros(len(series), dtype=bool)


def _known(series: pd.Series[Any]) -> BoolArray:
    return np.asarray(series.notna(), dtype=bool)


def _each(series: pd.Series[Any], test: Callable[[Any], bool]) -> BoolArray:
    """`test` on every value that is there; False where it is missing."""
    known = _known(series)
    found = np.zeros(len(series), dtype=bool)
    if known.any():
        found[known] = [test(value) for value in series.array[known]]
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_)


def _typed_number(series: pd.Series[Any]) -> bool:
    dtype = series.dtype
    return (
        pd.api.types.is_numeric_dtype(dtype)
        and not pd.api.types.is_bool_dtype(dtype)
        and not pd.api.types.is_complex_dtype(dtype)
    )


def _looks_like_number(value: Any) -> bool:
    return (
        isinstance(value, str)
        and bool(value.strip())
        and not set(value) - set("0123456789., _-+\xa0")
    )


def _text_number(series: pd.Series[Any]) -> BoolArray:
    return _none(series) if _typed_number(series) else _each(series, _looks_like_number)


def _not_a_number(series: pd.Series[Any]) -> BoolArray:
    if _typed_number(series):
        return _none(series)
    return _each(series, lambda value: not _is_number(value) and not _looks_like_number(value))


def numbers_of(series: pd.Series[Any]) -> npt.NDArray[np.float64]:
    """Values as float64, NaN where missing or not a number."""
    if series.dtype == np.dtype("float64"):
        return series.to_numpy()
    if _typed_number(series):
        return series.to_numpy(dtype=np.float64, na_value=np.nan)
    values = [float(value) if _is_number(value) else np.nan for value in series]
    return np.array(values, dtype=np.float64)


def _infinite(series: pd.Series[Any]) -> BoolArray:
    return np.isinf(numbers_of(series))


def _negative(series: pd.Series[Any]) -> BoolArray:
    values = numbers_of(series)
    return (values < 0) & ~np.isinf(values)


def _outside(low: float, high: float) -> Check:
    def outside(series: pd.Series[Any]) -> BoolArray:
        values = numbers_of(series)
        finite = ~np.isinf(values)
        if low == 0 and high == np.inf:  # then `negative` says it better
            return _none(series)
        return ((values < low) | (values > high)) & finite

    return outside


def _not_whole(series: pd.Series[Any]) -> BoolArray:
    values = numbers_of(series)
    finite = np.isfinite(values)
    whole = np.floor(values, where=finite, out=values.copy())
    return np.asarray(finite & (whole != values), dtype=bool)


def not_boolean(series: pd.Series[Any]) -> BoolArray:
    if pd.api.types.is_bool_dtype(series.dtype) and not isinstance(
        series.dtype, pd.CategoricalDtype
    ):
        return _none(series)
    if _typed_number(series):
        values = numbers_of(series)
        return np.asarray((values != 0) & (values != 1) & ~np.isnan(values), dtype=bool)
    return _each(
        series, lambda v: not isinstance(v, bool | np.bool_) and not (_is_number(v) and v in (0, 1))
    )


def _each_text(series: pd.Series[Any], test: Callable[[Any], bool]) -> BoolArray:
    """`test` on every distinct value; safe where equal values are all text or all not."""
    if _typed_number(series):
        return np.full(len(series), test(0)) & _known(series)
    codes, values = pd.factorize(series)
    return np.append([test(value) for value in values], [False]).astype(bool)[codes]


def _not_text(series: pd.Series[Any]) -> BoolArray:
    return _each_text(series, lambda value: not isinstance(value, str))


def not_nfc(series: pd.Series[Any]) -> BoolArray:
    return _each_text(
        series, lambda value: isinstance(value, str) and not unicodedata.is_normalized("NFC", value)
    )


def _unknown_category(codes: tuple[str, ...]) -> Check:
    def unknown(series: pd.Series[Any]) -> BoolArray:
        return np.asarray(category_codes(series, codes) < 0) & _known(series)

    return unknown


def rules_for(column: Column) -> Mapping[str, Check]:
    """The rules that a value of a column must keep: rule name -> marker of bad rows."""
    match column.kind:
        case "category":
            return {"unknown_category": _unknown_category(column.codes)}
        case "boolean":
            return {"not_boolean": not_boolean}
        case "text":
            return {"not_text": _not_text, "not_nfc": not_nfc}
        case "id":
            return {"not_nfc": not_nfc}
        case "date":
            return {"not_a_date": not_a_date}
        case _:
            rules: dict[str, Check] = {
                "text_number": _text_number,
                "not_a_number": _not_a_number,
                "infinite": _infinite,
            }
            if column.low == 0 and column.high == np.inf:
                rules["negative"] = _negative
            else:
                rules["out_of_range"] = _outside(column.low, column.high)
            if column.kind == "integer":
                rules["not_whole"] = _not_whole
            return rules


def too_coarse(series: pd.Series[Any], column: Column) -> bool:
    """Whether the dtype is too coarse for amounts of VND (float32 cannot hold them)."""
    if not column.money:
        return False
    dtype = series.dtype
    return (
        pd.api.types.is_float_dtype(dtype)
        and dtype not in (np.dtype("float64"), pd.Float64Dtype())
        and ("double" not in str(dtype))
    )


def fine_at_a_glance(series: pd.Series[Any], column: Column) -> bool:
    """Whether the dtype, or the extremes, already show that every value keeps the rules.

    Saves the full check, and its temporaries, on the columns of large and well-typed tables.
    """
    dtype = series.dtype
    if column.kind == "boolean":
        return dtype == np.dtype(bool) or dtype == pd.BooleanDtype()
    if column.kind == "category" and isinstance(dtype, pd.CategoricalDtype):
        missing = column.required and len(series) > 0 and series.array.codes.min() < 0
        return set(dtype.categories) <= set(column.codes) and not missing
    if column.kind == "integer" and isinstance(dtype, np.dtype) and dtype.kind in "iu":
        values = series.to_numpy()
        return len(values) == 0 or bool(values.min() >= column.low and values.max() <= column.high)
    if column.kind == "date" and pd.api.types.is_datetime64_any_dtype(dtype):
        return not (column.required and series.isna().any())
    if column.kind == "number" and dtype == np.dtype("float64"):
        values = series.to_numpy()
        return not (values < column.low).any() and not (values == np.inf).any()
    return False


# -- readers: trust values that keep the rules -----------------------------------------------


def masked_parts(array: Any) -> tuple[BoolArray, BoolArray] | None:
    """Data and mask of a nullable boolean array without a copy, if it is one.

    pandas has no public way to them that does not copy (at 10 million rows x 12 columns the
    copies cost more than the classification), so this is the one place that looks inside.
    """
    if isinstance(array, pd.arrays.BooleanArray):
        return array._data, array._mask  # type: ignore[attr-defined]
    return None


def truth_of(series: pd.Series[Any]) -> Callable[[slice], Truth]:
    """A reader of a boolean column: rows in, three-valued truth out."""
    if series.dtype == np.dtype(bool):
        values = series.to_numpy()
        return lambda rows: Truth.known(values[rows])
    parts = masked_parts(series.array)
    if parts is None:
        missing = ~_known(series)
        as_objects = series.array[~missing]
        data = np.zeros(len(series), dtype=bool)
        data[~missing] = np.asarray(as_objects, dtype=object).astype(bool)
        parts = data, missing
    data, mask = parts
    if not mask.any():
        return lambda rows: Truth.known(data[rows])
    return lambda rows: Truth(data[rows] > mask[rows], data[rows] | mask[rows])


def codes_of(
    series: pd.Series[Any], codes: tuple[str, ...]
) -> Callable[[slice], npt.NDArray[np.int8]]:
    """A reader of a category column: rows in, positions in `codes` out, -1 for anything else."""
    known = pd.Index(codes, dtype=object)
    if not isinstance(series.dtype, pd.CategoricalDtype):
        read = known.get_indexer(pd.Index(series.astype(object))).astype(np.int8)
        return lambda rows: read[rows]
    at = series.array.codes
    # The last entry serves the missing code, -1.
    table = np.append(known.get_indexer(series.cat.categories.astype(object)), -1).astype(np.int8)
    if at.dtype == np.int8 and (table[:-1] == np.arange(len(table) - 1)).all():
        return lambda rows: at[rows]
    return lambda rows: table[at[rows]]


def category_codes(series: pd.Series[Any], codes: tuple[str, ...]) -> npt.NDArray[np.int8]:
    """Positions in `codes` (int8), -1 where the value is missing or none of them."""
    return codes_of(series, codes)(slice(None))
