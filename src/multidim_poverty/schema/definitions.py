"""The columns of the tables, defined once.

`COLUMNS` is the single list of columns. The rules for values, the page of columns, the sample
and the records all come from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from multidim_poverty.language import Label
from multidim_poverty.vocabulary import (
    Area,
    ClosingCause,
    EducationLevel,
    EmploymentStatus,
    HouseDamage,
    IncomeSource,
    ListingBasis,
    Opinion,
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
    "BIRTH_YEARS",
    "CHILD_BELOW",
    "COLUMNS",
    "DESIGN",
    "NAMES",
    "OLDEST",
    "REPLICATES",
    "Column",
    "Table",
    "column_of",
    "replicate_columns",
]

Table = Literal["households", "members", "accounts", "events", "deliveries"]
Kind = Literal["id", "text", "category", "boolean", "number", "integer", "date"]
OLDEST = 120
# Names, which `identity.name_key` compares: the units from the largest, and the ethnic group.
NAMES = ("province", "district", "commune", "village", "ethnic_group")
# The design of a sample: what statisticians say of a household, not what it answers.
DESIGN = ("weight", "strata", "psu", "fpc")
BIRTH_YEARS = (1800, 2100)  # outside them, a number is an age or a year of two digits
CHILD_BELOW = 16  # stunted and underweight are answers about children only


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what it means, its unit, and what a value must be.

    A column that is ``required`` must be there, and all its values too, unless it
    ``may_be_unknown``.
    """

    table: Table
    name: str
    kind: Kind
    label: Label
    unit: str = ""
    terms: tuple[Term, ...] = ()
    required: bool = False
    may_be_unknown: bool = False
    low: float = 0
    high: float = np.inf
    money: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that a category may hold."""
        return tuple(str(term) for term in self.terms)

    @property
    def complete(self) -> bool:
        """Whether no value may be missing."""
        return self.required and not self.may_be_unknown

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
    _h(
        "area",
        "category",
        "Khu vực",
        "Area of residence",
        terms=tuple(Area),
        required=True,
        may_be_unknown=True,
    ),
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
        low=-np.inf,  # a loss
    ),
    _h(
        "income_12m",
        "number",
        "Thu nhập của hộ trong 12 tháng",
        "Income of the household in 12 months",
        unit="VND/household/12 months",
        money=True,
        low=-np.inf,
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
    _h("rooms", "integer", "Số phòng", "Rooms", unit="rooms/household", low=1),
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
    _h(
        "farm_household",
        "boolean",
        "Hộ làm nông, lâm, ngư, diêm nghiệp",
        "Farm, forestry, fishery or salt household",
    ),
    _h("social_policy_household", "boolean", "Hộ chính sách xã hội", "Social-policy household"),
    _h(
        "minority_programme",
        "boolean",
        "Thuộc Chương trình phát triển vùng dân tộc thiểu số và miền núi",
        "Covered by the programme for minority and mountain areas",
    ),
    _h("independent_since", "date", "Ngày tách hộ", "Day since which it is a household of its own"),
    _h(
        "production_land",
        "number",
        "Diện tích đất sản xuất",
        "Production land",
        unit="m2/household",
    ),
    _h(
        "house_damage",
        "category",
        "Thiệt hại nhà ở do thiên tai",
        "Damage of the house by disaster",
        terms=tuple(HouseDamage),
    ),
    _h(
        "electricity_use",
        "number",
        "Điện sinh hoạt sử dụng",
        "Electricity used at home",
        unit="kWh/household/month",
    ),
    _h("weight", "number", "Quyền số", "Sampling weight", unit="households"),
    _h("strata", "id", "Tầng mẫu", "Stratum of the sample"),
    _h("psu", "id", "Đơn vị mẫu cấp một", "Primary sampling unit"),
    _h(
        "fpc",
        "number",
        "Số đơn vị mẫu cấp một của tầng",
        "Primary sampling units of the stratum in all, or the share drawn",
    ),
    _m("household_id", "id", "Mã hộ", "Household", required=True),
    _m("member_id", "id", "Mã thành viên", "Member", required=True),
    _m("age", "integer", "Tuổi", "Age", unit="completed years", high=OLDEST),
    _m("birth_date", "date", "Ngày sinh", "Date of birth"),
    _m(
        "birth_year",
        "integer",
        "Năm sinh",
        "Year of birth",
        unit="calendar year",
        low=BIRTH_YEARS[0],
        high=BIRTH_YEARS[1],
    ),
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
    _m("has_pension", "boolean", "Có lương hưu", "Receives a pension"),
    _m("has_supporter", "boolean", "Có người phụng dưỡng", "Has somebody to support them"),
    _m("stable_livelihood", "boolean", "Có sinh kế ổn định", "Has a stable livelihood"),
    _m(
        "low_income_worker",
        "boolean",
        "Người lao động có thu nhập thấp",
        "Recognised as a low-income worker",
    ),
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
    _e("opinion", "category", "Ý kiến cấp trên", "Opinion of the superior", terms=tuple(Opinion)),
    _e("decision_number", "text", "Số quyết định", "Number of the decision"),
    _e("reason", "text", "Lý do", "Reason"),
    _e("member_id", "id", "Mã thành viên", "Member (low-income workers)"),
    _e("form_a_items", "integer", "Số nội dung đạt ở Phiếu A", "Items of Form A", high=9),
    _e("standard", "text", "Chuẩn nghèo áp dụng", "Standard of the survey (name)"),
    _e("cause", "category", "Nguyên nhân kết thúc", "Why closed", terms=tuple(ClosingCause)),
    _e("entry_event", "category", "Nội dung được sửa", "Corrected entry", terms=tuple(ReviewEvent)),
    _e("entry_on", "date", "Ngày của nội dung được sửa", "Day of the corrected entry"),
    _e("report", "text", "Báo cáo đã gửi", "Report that was sent (its id)"),
    _e("recorded_on", "date", "Ngày ghi sổ", "Day on which the entry was made"),
)


# One column for each replicate of the weights of a sample, such as replicate_1.
REPLICATES = _h(
    "replicate_*", "number", "Quyền số lặp", "Replicate weights of the sample", unit="households"
)


def column_of(table: str, name: str) -> Column | None:
    """The column of that name, if there is one."""
    column = next((c for c in COLUMNS if (c.table, c.name) == (table, name)), None)
    if column is None and table == REPLICATES.table and _is_replicate(name):
        return replace(REPLICATES, name=name)
    return column


def replicate_columns(names: Iterable[object]) -> tuple[Column, ...]:
    """The columns of replicate weights among these names, each once."""
    return tuple(
        replace(REPLICATES, name=name)
        for name in dict.fromkeys(names)
        if isinstance(name, str) and _is_replicate(name)
    )


def _is_replicate(name: str) -> bool:
    prefix = REPLICATES.name.removesuffix("*")
    return name.startswith(prefix) and name[len(prefix) :].isdecimal()
