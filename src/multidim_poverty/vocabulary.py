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
    "Area",
    "EducationLevel",
    "EmploymentStatus",
    "PovertyClass",
    "Relation",
    "Sex",
    "Term",
    "Toilet",
    "WaterSource",
]


class Term(StrEnum):
    """A code with a label in Vietnamese (``vi``) and in English (``en``)."""

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
    def codes(cls) -> tuple[str, ...]:
        """All codes, in the order of the law or of the survey form."""
        return tuple(str(term.value) for term in cls)


class Area(Term):
    """Where a household resides; decides which income line applies."""

    RURAL = "rural", "Nông thôn", "Rural"
    URBAN = "urban", "Thành thị", "Urban"


class PovertyClass(Term):
    """The class of a household, from the worst to the best."""

    POOR = "poor", "Hộ nghèo", "Poor household"
    NEAR_POOR = "near_poor", "Hộ cận nghèo", "Near-poor household"
    AVERAGE = "average", "Hộ có mức sống trung bình", "Household with average living standard"
    ABOVE_AVERAGE = "above_average", "Hộ không nghèo", "Household above the average standard"
    NOT_POOR = "not_poor", "Hộ không nghèo", "Household that is not poor"


class Sex(Term):
    """Sex of a member."""

    MALE = "male", "Nam", "Male"
    FEMALE = "female", "Nữ", "Female"


class Relation(Term):
    """Relation of a member to the head of the household."""

    HEAD = "head", "Chủ hộ", "Head"
    SPOUSE = "spouse", "Vợ/chồng", "Spouse"
    CHILD = "child", "Con", "Child"
    PARENT = "parent", "Bố/mẹ", "Parent"
    SIBLING = "sibling", "Anh/chị/em", "Sibling"
    GRANDPARENT = "grandparent", "Ông/bà", "Grandparent"
    GRANDCHILD = "grandchild", "Cháu", "Grandchild"
    OTHER = "other", "Khác", "Other"


class EmploymentStatus(Term):
    """What a member does for a living."""

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
    """

    NONE = "none", "Không", "None"
    PRESCHOOL = "preschool", "Mầm non", "Preschool"
    PRIMARY = "primary", "Tiểu học", "Primary"
    LOWER_SECONDARY = "lower_secondary", "Trung học cơ sở", "Lower secondary"
    UPPER_SECONDARY = "upper_secondary", "Trung học phổ thông", "Upper secondary"
    VOCATIONAL = "vocational", "Giáo dục nghề nghiệp", "Vocational"
    HIGHER = "higher", "Đại học trở lên", "Higher"


class WaterSource(Term):
    """Main source of domestic water."""

    PIPED = "piped", "Nước máy", "Piped water"
    DRILLED_WELL = "drilled_well", "Giếng khoan", "Drilled well"
    PROTECTED_DUG_WELL = "protected_dug_well", "Giếng đào được bảo vệ", "Protected dug well"
    PROTECTED_SPRING = "protected_spring", "Khe/mó được bảo vệ", "Protected spring"
    RAINWATER = "rainwater", "Nước mưa", "Rainwater"
    BOTTLED = "bottled", "Nước đóng chai, bình", "Bottled water"
    OTHER = "other", "Nguồn khác", "Other source"


class Toilet(Term):
    """Kind of latrine in use."""

    SEPTIC = "septic", "Tự hoại, bán tự hoại", "Septic or semi-septic"
    POUR_FLUSH = "pour_flush", "Thấm dội nước", "Pour-flush"
    VENTILATED_PIT = "ventilated_pit", "Hố xí cải tiến có ống thông hơi", "Ventilated improved pit"
    PIT_WITH_SLAB = "pit_with_slab", "Hố xí đào có bệ ngồi", "Dug pit with a seat"
    DOUBLE_VAULT = "double_vault", "Hai ngăn", "Double vault"
    OTHER = "other", "Loại khác", "Other kind"
    NONE = "none", "Không có", "None"
