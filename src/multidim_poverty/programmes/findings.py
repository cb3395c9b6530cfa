"""What a rule found in a plan, in words: one message per rule, in English and Vietnamese."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from multidim_poverty.language import Language, number_text

__all__ = ["COLUMN_WORDS", "MESSAGES", "UNIT_WORDS", "Finding", "as_printed", "rounded", "table"]

# rule -> message in English and Vietnamese; the fields in braces are filled in.
MESSAGES: dict[str, tuple[str, str]] = {
    "unit_missing": (
        "no unit is printed beside {label}",
        "không có đơn vị tính bên cạnh “{label}”",
    ),
    "unit_shifted": (
        "the unit printed beside {label} is that of the row above: the units have moved by one row",
        "đơn vị tính bên cạnh “{label}” là của dòng trên: cột đơn vị bị lệch một dòng",
    ),
    "unit_disagrees": (
        "the unit printed beside {label} is not what it is counted in",
        "đơn vị tính bên cạnh “{label}” không đúng với chỉ tiêu",
    ),
    "points_as_percent": (
        "a change of a rate is printed in percent, which could mean percent of the rate: say "
        "{points}",
        "thay đổi của tỷ lệ được ghi bằng phần trăm, có thể hiểu là phần trăm của tỷ lệ: cần ghi "
        "{points}",
    ),
    "computable_empty": (
        "the cell is empty, but {numerator} and {denominator} of the same column give it",
        "ô trống, nhưng tính được từ {numerator} và {denominator} của cùng cột",
    ),
    "half_of_pair": (
        "the cell is empty, but {other} of the same column is printed",
        "ô trống, trong khi {other} của cùng cột có số liệu",
    ),
    "estimate_is_target": (
        "the estimate repeats the target ({other}): it does not say what is expected",
        "số ước thực hiện lặp lại kế hoạch ({other}), không cho biết kết quả dự kiến",
    ),
    "interim_is_base": (
        "the result before the end of the year repeats that of {at} to the last digit: it looks "
        "taken over, not measured",
        "số liệu giữa năm lặp lại kết quả {at} đến từng chữ số: có vẻ được chép lại, không phải "
        "số đo mới",
    ),
    "rate_disagrees": (
        "the rate is not {numerator} over {denominator}",
        "tỷ lệ không bằng {numerator} chia {denominator}",
    ),
    "totals_disagree": (
        "the counts and rates of {at} imply totals that no number of households meets: {other}",
        "số hộ và tỷ lệ của {at} cho các tổng số hộ không khớp nhau: {other}",
    ),
    "part_exceeds_whole": (
        "{label} are a part of {other}, and are more",
        "“{label}” là một phần của {other} nhưng lại lớn hơn",
    ),
    "text_disagrees": (
        "the table says {printed}, the text ({other}) {expected}",
        "bảng ghi {printed}, phần lời ({other}) ghi {expected}",
    ),
    "not_in_table": (
        "the text sets a target that the table of indicators has no cell for: {label}",
        "phần lời đặt mục tiêu không có trong bảng chỉ tiêu: “{label}”",
    ),
    "total_of_funds": (
        "the total is {printed}, investment and recurrent add up to {expected}{other}",
        "tổng cộng ghi {printed}, đầu tư phát triển và sự nghiệp cộng lại là {expected}{other}",
    ),
    "total_missing": (
        "the total is empty, but investment and recurrent add up to {expected}",
        "ô tổng cộng trống, nhưng đầu tư phát triển và sự nghiệp cộng lại là {expected}",
    ),
    "not_split": (
        "the total is not split into investment and recurrent",
        "tổng cộng không chia ra đầu tư phát triển và sự nghiệp",
    ),
    "total_of_lines": (
        "the line says {printed}, its parts ({other}) add up to {expected}",
        "dòng này ghi {printed}, các phần ({other}) cộng lại là {expected}",
    ),
    "sum_missing": (
        "the line is empty, but its parts ({other}) add up to {expected}",
        "dòng này trống, nhưng các phần ({other}) cộng lại là {expected}",
    ),
    "elsewhere_disagrees": (
        "{printed} is printed here, {expected} in {other}",
        "ở đây ghi {printed}, ở {other} ghi {expected}",
    ),
    "elsewhere_only": (
        "the cell is empty, but {other} says {expected}",
        "ô trống, nhưng {other} ghi {expected}",
    ),
}

UNIT_WORDS = {
    "households": "Hộ",
    "percent": "%",
    "percentage_points": "điểm phần trăm",
    "districts": "Huyện",
    "persons": "Người",
}

FUND_WORDS = {
    "central": ("central budget", "ngân sách Trung ương"),
    "local": ("local budget", "ngân sách địa phương"),
    "other": ("other sources", "huy động khác"),
}
KIND_WORDS = {
    "total": ("total", "tổng cộng"),
    "investment": ("investment", "nguồn ĐTPT"),
    "recurrent": ("recurrent", "nguồn sự nghiệp"),
}
COLUMN_WORDS = {
    f"{fund}_{kind}": (f"{of[0]}, {what[0]}", f"{of[1]}, {what[1]}")
    for fund, of in FUND_WORDS.items()
    for kind, what in KIND_WORDS.items()
}


@dataclass(frozen=True)
class Finding:
    """What a rule found: the cell, what is printed, and what would be in order."""

    rule: str
    subject: str
    where: str
    printed: str
    expected: str
    words: dict[str, str] = field(default_factory=dict)

    def message(self, language: Language) -> str:
        """The finding in words."""
        text = MESSAGES[self.rule][0 if language == "en" else 1]
        return text.format(printed=self.printed, expected=self.expected, **self.words)


def as_printed(number: Decimal | Fraction | int, decimals: int | None = None) -> str:
    """A number as plans print it: dot for thousands, comma for decimals."""
    value = rounded(Fraction(number), decimals) if decimals is not None else Decimal(str(number))
    if decimals is None:
        return number_text(value.normalize(), ",f", "vi")
    return number_text(value, f",.{decimals}f", "vi")


def rounded(number: Fraction, decimals: int) -> Decimal:
    """Rounded half to even, exactly."""
    return Decimal(round(number * 10**decimals)).scaleb(-decimals)


def table(findings: Iterable[Finding], language: Language) -> pd.DataFrame:
    """Findings as rows."""
    listed = list(findings)
    names = ("rule", "subject", "where", "printed", "expected")
    columns = {name: [getattr(finding, name) for finding in listed] for name in names}
    columns["message"] = [finding.message(language) for finding in listed]
    return pd.DataFrame(columns, dtype="str" if not listed else None).astype("str")
