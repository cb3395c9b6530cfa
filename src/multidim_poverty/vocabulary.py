"""Every coded answer, with its Vietnamese and English label: the one glossary.

Each term is a ``str``, so it compares equal to the code that stands in the data, and it
carries its labels:

>>> from multidim_poverty.vocabulary import PovertyClass
>>> PovertyClass.NEAR_POOR == "near_poor", PovertyClass.NEAR_POOR.vi
(True, 'Hộ cận nghèo')
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

__all__ = [
    "Actor",
    "Area",
    "ClosingCause",
    "EducationLevel",
    "EmploymentStatus",
    "HouseDamage",
    "IncomeSource",
    "ListingBasis",
    "Opinion",
    "Payer",
    "PostingPlace",
    "PovertyClass",
    "Relation",
    "ReviewEvent",
    "ReviewProcess",
    "ReviewState",
    "Sex",
    "Term",
    "Toilet",
    "UnitChange",
    "UnitKind",
    "WaterSource",
]


class Term(StrEnum):
    """A code with a label in Vietnamese (``vi``) and in English (``en``).

    Attributes
    ----------
    value : str
        The code, as it stands in the data.
    vi, en : str
        Its label.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import Sex, Term
    >>> isinstance(Sex.FEMALE, Term), Sex.of("female").vi, Sex.codes()
    (True, 'Nữ', ('male', 'female'))
    """

    vi: str
    en: str

    def __new__(cls, code: str, vi: str, en: str) -> Self:
        """Make the term; its value is the code alone."""
        term = str.__new__(cls, code)
        term._value_ = code
        term.vi = vi
        term.en = en
        return term

    @classmethod
    def of(cls, code: str) -> Self:
        """The term of a code; a ValueError names one that no term has."""
        return cls(code)  # type: ignore[call-arg]  # a member by its value

    @classmethod
    def codes(cls) -> tuple[str, ...]:
        """All codes, in the order of the law or of the survey form."""
        return tuple(str(term.value) for term in cls)


class Area(Term):
    """Where a household resides; decides which income line applies.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import Area
    >>> Area.RURAL.en, Area.RURAL.vi
    ('Rural', 'Nông thôn')
    """

    RURAL = "rural", "Nông thôn", "Rural"
    URBAN = "urban", "Thành thị", "Urban"


class PovertyClass(Term):
    """The class of a household, from the worst to the best.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import PovertyClass
    >>> PovertyClass.POOR.en, PovertyClass.POOR.vi
    ('Poor household', 'Hộ nghèo')
    """

    POOR = "poor", "Hộ nghèo", "Poor household"
    NEAR_POOR = "near_poor", "Hộ cận nghèo", "Near-poor household"
    AVERAGE = "average", "Hộ có mức sống trung bình", "Household with average living standard"
    ABOVE_AVERAGE = "above_average", "Hộ không nghèo", "Household above the average standard"
    NOT_POOR = "not_poor", "Hộ không nghèo", "Household that is not poor"


class Sex(Term):
    """Sex of a member.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import Sex
    >>> Sex.MALE.en, Sex.MALE.vi
    ('Male', 'Nam')
    """

    MALE = "male", "Nam", "Male"
    FEMALE = "female", "Nữ", "Female"


class Relation(Term):
    """Relation of a member to the head of the household.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import Relation
    >>> Relation.HEAD.en, Relation.HEAD.vi
    ('Head', 'Chủ hộ')
    """

    HEAD = "head", "Chủ hộ", "Head"
    SPOUSE = "spouse", "Vợ/chồng", "Spouse"
    CHILD = "child", "Con", "Child"
    PARENT = "parent", "Bố/mẹ", "Parent"
    SIBLING = "sibling", "Anh/chị/em", "Sibling"
    GRANDPARENT = "grandparent", "Ông/bà", "Grandparent"
    GRANDCHILD = "grandchild", "Cháu", "Grandchild"
    OTHER = "other", "Khác", "Other"


class EmploymentStatus(Term):
    """What a member does for a living.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import EmploymentStatus
    >>> EmploymentStatus.WAGE_WITH_CONTRACT.en, EmploymentStatus.WAGE_WITH_CONTRACT.vi
    ('Wage work with a labour contract', 'Làm công ăn lương có hợp đồng lao động')
    """

    WAGE_WITH_CONTRACT = (
        "wage_with_contract",
        "Làm công ăn lương có hợp đồng lao động",
        "Wage work with a labour contract",
    )
    WAGE_WITHOUT_CONTRACT = (
        "wage_without_contract",
        "Làm công ăn lương không có hợp đồng lao động",
        "Wage work without a labour contract",
    )
    OWN_ACCOUNT = "own_account", "Tự làm", "Own-account work"
    UNEMPLOYED = (
        "unemployed",
        "Có khả năng lao động, muốn làm việc nhưng không tìm được việc",
        "Able to work, wants work, finds none",
    )
    INACTIVE = (
        "inactive",
        "Không tìm việc hoặc không có khả năng lao động",
        "Not seeking, or unable",
    )


class EducationLevel(Term):
    """A level of education, from the lowest to the highest.

    ``attending`` uses all of them; ``qualification`` all but ``preschool``.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import EducationLevel
    >>> EducationLevel.NONE.en, EducationLevel.NONE.vi
    ('None', 'Không')
    """

    NONE = "none", "Không", "None"
    PRESCHOOL = "preschool", "Mầm non", "Preschool"
    PRIMARY = "primary", "Tiểu học", "Primary"
    LOWER_SECONDARY = "lower_secondary", "Trung học cơ sở", "Lower secondary"
    UPPER_SECONDARY = "upper_secondary", "Trung học phổ thông", "Upper secondary"
    VOCATIONAL = "vocational", "Giáo dục nghề nghiệp", "Vocational"
    HIGHER = "higher", "Đại học trở lên", "Higher"


class WaterSource(Term):
    """Main source of domestic water.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import WaterSource
    >>> WaterSource.PIPED.en, WaterSource.PIPED.vi
    ('Piped water', 'Nước máy')
    """

    PIPED = "piped", "Nước máy", "Piped water"
    DRILLED_WELL = "drilled_well", "Giếng khoan", "Drilled well"
    PROTECTED_DUG_WELL = "protected_dug_well", "Giếng đào được bảo vệ", "Protected dug well"
    PROTECTED_SPRING = "protected_spring", "Khe/mó được bảo vệ", "Protected spring"
    RAINWATER = "rainwater", "Nước mưa", "Rainwater"
    BOTTLED = "bottled", "Nước đóng chai, bình", "Bottled water"
    OTHER = "other", "Nguồn khác", "Other source"


class Toilet(Term):
    """Kind of latrine in use.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import Toilet
    >>> Toilet.SEPTIC.en, Toilet.SEPTIC.vi
    ('Septic or semi-septic', 'Tự hoại, bán tự hoại')
    """

    SEPTIC = "septic", "Tự hoại, bán tự hoại", "Septic or semi-septic"
    POUR_FLUSH = "pour_flush", "Thấm dội nước", "Pour-flush"
    VENTILATED_PIT = "ventilated_pit", "Hố xí cải tiến có ống thông hơi", "Ventilated improved pit"
    PIT_WITH_SLAB = "pit_with_slab", "Hố xí đào có bệ ngồi", "Dug pit with a seat"
    DOUBLE_VAULT = "double_vault", "Hai ngăn", "Double vault"
    OTHER = "other", "Loại khác", "Other kind"
    NONE = "none", "Không có", "None"


class HouseDamage(Term):
    """What a disaster did to the house.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import HouseDamage
    >>> HouseDamage.NONE.en, HouseDamage.NONE.vi
    ('No damage', 'Không thiệt hại')
    """

    NONE = "none", "Không thiệt hại", "No damage"
    DAMAGED = "damaged", "Hư hỏng, phải sửa chữa", "Damaged, to be repaired"
    DESTROYED = "destroyed", "Sập, đổ, trôi, cháy, phải làm lại", "Destroyed, to be rebuilt"


class IncomeSource(Term):
    """Where the receipts of a household come from.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import IncomeSource
    >>> IncomeSource.CROPS.en, IncomeSource.CROPS.vi
    ('Crops', 'Trồng trọt')
    """

    CROPS = "crops", "Trồng trọt", "Crops"
    LIVESTOCK = "livestock", "Chăn nuôi", "Livestock"
    FARM_SERVICES = "farm_services", "Dịch vụ nông nghiệp", "Farm services"
    FORESTRY = "forestry", "Lâm nghiệp", "Forestry"
    FISHERY = "fishery", "Thủy sản", "Fishery"
    SALT = "salt", "Diêm nghiệp", "Salt making"
    BUSINESS = "business", "Sản xuất, kinh doanh phi nông nghiệp", "Non-farm business"
    WAGES = "wages", "Tiền lương, tiền công", "Wages"
    OTHER = "other", "Thu khác", "Other receipts"
    SOCIAL_ALLOWANCE = (
        "social_allowance",
        "Trợ cấp xã hội, trợ giúp xã hội từ ngân sách nhà nước",
        "Social allowance and social assistance from the state budget",
    )


class ReviewProcess(Term):
    """A process of Decision 24/2021/QD-TTg, or one that follows it.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import ReviewProcess
    >>> ReviewProcess.PERIODIC.en, ReviewProcess.PERIODIC.vi
    ('Yearly review', 'Rà soát định kỳ hằng năm')
    """

    PERIODIC = "periodic", "Rà soát định kỳ hằng năm", "Yearly review"
    REGULAR = "regular", "Rà soát thường xuyên trong năm", "Review in the year, on request"
    FARM = (
        "farm",
        "Xác định hộ làm nông, lâm, ngư, diêm nghiệp có mức sống trung bình",
        "Farm, forestry, fishery and salt households with average living standard",
    )
    LOW_INCOME = "low_income", "Xác định người lao động có thu nhập thấp", "Low-income workers"


class ReviewEvent(Term):
    """What can happen to a household in a review.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import ReviewEvent
    >>> ReviewEvent.REQUESTED.en, ReviewEvent.REQUESTED.vi
    ('Request filed', 'Nộp giấy đề nghị')
    """

    REQUESTED = "requested", "Nộp giấy đề nghị", "Request filed"
    LISTED = "listed", "Đưa vào danh sách rà soát", "Put on the list to review"
    SURVEYED = "surveyed", "Rà soát, phân loại", "Surveyed and classified"
    MET = "met", "Họp dân thống nhất kết quả", "Residents' meeting"
    POSTED = "posted", "Niêm yết công khai", "Posted in public"
    COMPLAINED = "complained", "Có khiếu nại, phản ánh", "Complaint received"
    REVERIFIED = "reverified", "Phúc tra", "Verified again"
    REPOSTED = "reposted", "Niêm yết kết quả phúc tra", "Result of the new verification posted"
    SUMMED_UP = "summed_up", "Tổng hợp kết quả", "Results summed up"
    REPORTED = "reported", "Báo cáo xin ý kiến cấp trên", "Reported to the superior"
    ANSWERED = "answered", "Cấp trên trả lời", "Answered by the superior"
    RECOGNISED = "recognised", "Quyết định công nhận", "Recognised by decision"
    REFUSED = "refused", "Không công nhận, có văn bản nêu lý do", "Refused, with reasons in writing"
    WITHDRAWN = "withdrawn", "Rút đề nghị", "Withdrawn"
    UNANSWERED = "unanswered", "Hết hạn trả lời", "No answer within the time"
    CLOSED = "closed", "Kết thúc hồ sơ", "Closed without a decision"
    CORRECTED = "corrected", "Đính chính nội dung đã ghi", "Entry corrected"
    VOIDED = "voided", "Hủy nội dung đã ghi", "Entry voided"
    REPORT_SENT = "report_sent", "Đã gửi báo cáo", "Report sent"


class ReviewState(Term):
    """Where a case stands.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import ReviewState
    >>> ReviewState.REQUESTED.en, ReviewState.REQUESTED.vi
    ('Requested', 'Đã đề nghị')
    """

    REQUESTED = "requested", "Đã đề nghị", "Requested"
    LISTED = "listed", "Trong danh sách rà soát", "On the list"
    SURVEYED = "surveyed", "Đã rà soát", "Surveyed"
    AGREED = "agreed", "Cuộc họp thống nhất", "Agreed by the meeting"
    DISAGREED = "disagreed", "Cuộc họp chưa thống nhất", "Not agreed by the meeting"
    POSTED = "posted", "Đang niêm yết", "Posted"
    COMPLAINED = "complained", "Chờ phúc tra", "Complaint pending"
    REVERIFIED = "reverified", "Đã phúc tra", "Verified again"
    REPOSTED = "reposted", "Niêm yết lại", "Posted again"
    SUMMED_UP = "summed_up", "Đã tổng hợp", "Summed up"
    REPORTED = "reported", "Chờ ý kiến cấp trên", "With the superior"
    ANSWERED = "answered", "Đã có ý kiến cấp trên", "Answered"
    RECOGNISED = "recognised", "Đã công nhận", "Recognised"
    REFUSED = "refused", "Không công nhận", "Refused"
    WITHDRAWN = "withdrawn", "Đã rút", "Withdrawn"
    OBJECTED = "objected", "Không nhất trí", "Objected to"
    UNANSWERED = "unanswered", "Chưa trả lời", "Not answered in time"
    CLOSED = "closed", "Đã kết thúc", "Closed"


class Opinion(Term):
    """What the superior answers to a report on a yearly review.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import Opinion
    >>> Opinion.AGREES.en, Opinion.AGREES.vi
    ('Agrees', 'Nhất trí')
    """

    AGREES = "agrees", "Nhất trí", "Agrees"
    OBJECTS = "objects", "Không nhất trí", "Objects"


class ClosingCause(Term):
    """Why a case, or the listing of a household, ends without a decision.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import ClosingCause
    >>> ClosingCause.NO_DECISION.en, ClosingCause.NO_DECISION.vi
    ('Review over, undecided', 'Đợt rà soát đã hết, không có quyết định')
    """

    NO_DECISION = "no_decision", "Đợt rà soát đã hết, không có quyết định", "Review over, undecided"
    DIED = "died", "Hộ không còn người", "All members died"
    MOVED_AWAY = "moved_away", "Chuyển đi nơi khác", "Moved away"
    SPLIT = "split", "Tách hộ", "Split into other households"
    MERGED = "merged", "Nhập vào hộ khác", "Merged into another household"


class ListingBasis(Term):
    """Why a household is on the list to review.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import ListingBasis
    >>> ListingBasis.CURRENT_LIST.en, ListingBasis.CURRENT_LIST.vi
    ('On the current list', 'Thuộc danh sách đang quản lý')
    """

    CURRENT_LIST = "current_list", "Thuộc danh sách đang quản lý", "On the current list"
    REQUEST = "request", "Có giấy đề nghị", "On request"
    SPOTTED = "spotted", "Địa phương phát hiện", "Spotted in hardship"


class Payer(Term):
    """Who pays for a benefit.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import Payer
    >>> Payer.STATE_BUDGET.en, Payer.STATE_BUDGET.vi
    ('State budget', 'Ngân sách nhà nước')
    """

    STATE_BUDGET = "state_budget", "Ngân sách nhà nước", "State budget"
    CENTRAL_BUDGET = "central_budget", "Ngân sách trung ương", "Central budget"
    LOCAL_BUDGET = "local_budget", "Ngân sách địa phương", "Local budget"
    HEALTH_INSURANCE_FUND = (
        "health_insurance_fund",
        "Quỹ bảo hiểm y tế",
        "Health insurance fund",
    )
    SOCIAL_POLICY_BANK = (
        "social_policy_bank",
        "Ngân hàng Chính sách xã hội",
        "Social Policy Bank",
    )
    OTHER = "other", "Nguồn khác", "Other source"


class Actor(Term):
    """Who acts, attends or is told.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import Actor
    >>> Actor.HOUSEHOLD.en, Actor.HOUSEHOLD.vi
    ('Household', 'Hộ gia đình')
    """

    HOUSEHOLD = "household", "Hộ gia đình", "Household"
    WORKER = "worker", "Người lao động", "Worker"
    RESIDENTS = "residents", "Người dân", "Residents"
    STEERING_COMMITTEE = (
        "steering_committee",
        "Ban Chỉ đạo rà soát cấp xã",
        "Review steering committee of the commune",
    )
    REVIEWERS = "reviewers", "Rà soát viên", "Reviewers"
    POVERTY_OFFICER = (
        "poverty_officer",
        "Công chức phụ trách công tác giảm nghèo cấp xã",
        "Poverty-reduction officer of the commune",
    )
    VILLAGE_HEAD = "village_head", "Trưởng thôn", "Village head"
    PARTY_SECRETARY = "party_secretary", "Bí thư Chi bộ thôn", "Secretary of the village Party cell"
    MASS_ORGANISATIONS = (
        "mass_organisations",
        "Các chi hội đoàn thể của thôn",
        "Mass organisations of the village",
    )
    REVIEWED_HOUSEHOLDS = (
        "reviewed_households",
        "Đại diện hộ được rà soát",
        "Representatives of the reviewed households",
    )
    OTHER_HOUSEHOLDS = (
        "other_households",
        "Đại diện một số hộ khác",
        "Representatives of other households",
    )
    HOUSEHOLD_REPRESENTATIVES = (
        "household_representatives",
        "Đại diện hộ gia đình",
        "Representatives of the households",
    )
    FATHERLAND_FRONT = (
        "fatherland_front",
        "Ủy ban Mặt trận Tổ quốc cấp xã",
        "Fatherland Front of the commune",
    )
    MEETING_SECRETARY = "meeting_secretary", "Thư ký cuộc họp", "Secretary of the meeting"
    COMMUNE_CHAIR = "commune_chair", "Chủ tịch UBND cấp xã", "Chair of the commune"
    DISTRICT_CHAIR = "district_chair", "Chủ tịch UBND cấp huyện", "Chair of the district"
    PROVINCE_DEPARTMENT = (
        "province_department",
        "Sở phụ trách giảm nghèo cấp tỉnh",
        "Department of the province in charge of poverty reduction",
    )
    PROVINCE_CHAIR = "province_chair", "Chủ tịch UBND cấp tỉnh", "Chair of the province"
    MINISTRY = "ministry", "Bộ phụ trách giảm nghèo", "Ministry in charge of poverty reduction"


class PostingPlace(Term):
    """Where the result of a review is posted or announced.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import PostingPlace
    >>> PostingPlace.VILLAGE_HALL.value
    'village_hall'
    """

    VILLAGE_HALL = (
        "village_hall",
        "nhà văn hóa hoặc nhà sinh hoạt cộng đồng của thôn",
        "Culture house or community house of the village",
    )
    COMMUNE_OFFICE = (
        "commune_office",
        "trụ sở Ủy ban nhân dân cấp xã",
        "Office of the People's Committee of the commune",
    )
    COMMUNE_RADIO = (
        "commune_radio",
        "đài truyền thanh cấp xã (nếu có)",
        "Radio of the commune, where it has one",
    )


class UnitKind(Term):
    """A kind of administrative unit: province, district, commune and their urban kin.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import UnitKind
    >>> UnitKind.PROVINCE.en, UnitKind.PROVINCE.vi
    ('Province', 'Tỉnh')
    """

    PROVINCE = "province", "Tỉnh", "Province"
    CITY = "city", "Thành phố trực thuộc trung ương", "Centrally governed city"
    RURAL_DISTRICT = "rural_district", "Huyện", "Rural district"
    URBAN_DISTRICT = "urban_district", "Quận", "Urban district"
    TOWN = "town", "Thị xã", "Town"
    PROVINCIAL_CITY = "provincial_city", "Thành phố thuộc tỉnh", "City of a province"
    COMMUNE = "commune", "Xã", "Commune"
    WARD = "ward", "Phường", "Ward"
    TOWNSHIP = "township", "Thị trấn", "Township"
    SPECIAL_ZONE = "special_zone", "Đặc khu", "Special zone"


class UnitChange(Term):
    """What became of a unit between two lists.

    Examples
    --------
    >>> from multidim_poverty.vocabulary import UnitChange
    >>> UnitChange.SAME_LAND.en, UnitChange.SAME_LAND.vi
    ('Same land', 'Giữ nguyên địa giới')
    """

    SAME_LAND = "same_land", "Giữ nguyên địa giới", "Same land"
    MERGED = "merged", "Nhập vào đơn vị mới", "Merged whole into a new unit"
    SPLIT = "split", "Chia cho nhiều đơn vị mới", "Split between new units"


def __dir__() -> list[str]:
    return __all__
