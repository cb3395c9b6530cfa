"""The words of pictures, by id in both languages, and texts as they are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from multidim_poverty.base.files import without_controls
from multidim_poverty.language import Label, Language, number_text
from multidim_poverty.vocabulary import PovertyClass, Term

__all__ = [
    "CLASSES_OF_MANY",
    "WORDS",
    "capitalised",
    "drawn_text",
    "label_of",
    "share_of_class",
    "word",
]


def _label(en: str, vi: str) -> Label:
    return Label(vi=vi, en=en)


# Households of a class, as they stand within a sentence.
CLASSES_OF_MANY = {
    PovertyClass.POOR: _label("poor households", "hộ nghèo"),
    PovertyClass.NEAR_POOR: _label("near-poor households", "hộ cận nghèo"),
    PovertyClass.AVERAGE: _label(
        "households with average living standard", "hộ có mức sống trung bình"
    ),
    PovertyClass.ABOVE_AVERAGE: _label("households above the average standard", "hộ không nghèo"),
    PovertyClass.NOT_POOR: _label("households that are not poor", "hộ không nghèo"),
}


# Only the ids are known to the code: a text may be changed without any other effect.
WORDS = {
    # what is counted
    "households": _label("Households", "Số hộ"),
    "persons": _label("Persons", "Số nhân khẩu"),
    "percent_of_households": _label("% of households", "% số hộ"),
    "percent_of_persons": _label("% of persons", "% số nhân khẩu"),
    "cases": _label("cases", "số hồ sơ"),
    "not_known": _label("not known", "chưa rõ"),
    # classes and deprivations
    "unnumbered": _label("parts without a number: under {n}", "phần không ghi số: dưới {n}"),
    "group_size": _label("{group} ({n})", "{group} ({n})"),
    "undetermined": _label("Undetermined", "Chưa xác định"),
    "all": _label("All", "Tất cả"),
    "deprived": _label("deprived", "thiếu hụt"),
    "plus_not_known": _label("after a plus: not known", "sau dấu cộng: chưa rõ"),
    "percent_deprived": _label("% of households, deprived", "% số hộ, thiếu hụt"),
    "village_of": _label("{village}, {commune}", "{village}, {commune}"),
    "unknown_place": _label("Not known", "Chưa rõ"),
    # deprivations: shares, contributions, combinations, numbers, against income
    "uncensored": _label("deprived", "thiếu hụt"),
    "censored": _label("poor and deprived", "nghèo và thiếu hụt"),
    "percent_of_all_n": _label("% of all households ({n})", "% tổng số hộ ({n})"),
    "percent_of_poor_n": _label(
        "% of poor households ({n}), deprived", "% số hộ nghèo ({n}), thiếu hụt"
    ),
    "class_not_known_in_base": _label(
        "households without a class, in the base: {n}", "hộ chưa xác định, tính trong tổng số: {n}"
    ),
    "class_not_known": _label(
        "households without a class, not counted: {n}", "hộ chưa xác định, không tính: {n}"
    ),
    "percent_of_deprivations": _label(
        "% of all deprivations of poor households", "% tổng số thiếu hụt của hộ nghèo"
    ),
    "no_poor": _label("no poor households", "không có hộ nghèo"),
    "no_data_on": _label("no data: {names}", "không có số liệu: {names}"),
    "answers_not_counted": _label(
        "answers of poor households that are not known, not counted: {n}",
        "câu trả lời chưa rõ của hộ nghèo, không tính: {n}",
    ),
    "combination": _label(
        "households with exactly these deprivations", "hộ có đúng các thiếu hụt này"
    ),
    "indicator": _label("households deprived in the indicator", "hộ thiếu hụt chỉ số đó"),
    "base_all": _label("All households: {n}", "Tổng số hộ: {n}"),
    "base_poor": _label("Poor households: {n}", "Số hộ nghèo: {n}"),
    "further_combinations": _label(
        "{more} further combinations: {n} households ({share} %)",
        "{more} tổ hợp khác: {n} hộ ({share} %)",
    ),
    "combination_not_known": _label(
        "combination not known, an answer is missing: {n} households ({share} %)",
        "chưa rõ tổ hợp vì thiếu câu trả lời: {n} hộ ({share} %)",
    ),
    "some_not_known": _label("answers missing:", "thiếu câu trả lời:"),
    "at_least": _label("≥ {n}", "≥ {n}"),
    "number_of_deprivations": _label(
        "Number of deprivations (≥: at least)", "Số chỉ số thiếu hụt (≥: ít nhất)"
    ),
    "households_n": _label("Households ({n})", "Số hộ ({n})"),
    "cut_off": _label(
        "cut-off: {n} deprivations or more", "ngưỡng: từ {n} chỉ số thiếu hụt trở lên"
    ),
    "deprivations_of": _label(
        "Number of deprivations (≥: at least, some answers are missing)",
        "Số chỉ số thiếu hụt (≥: ít nhất, vì thiếu câu trả lời)",
    ),
    "households_in_cell": _label("Households\nin a cell", "Số hộ\ntrong một ô"),
    "region_poor": _label("Poor", "Hộ nghèo"),
    "region_near_poor": _label("Near-poor", "Hộ cận nghèo"),
    "region_average": _label("Average living standard", "Hộ có mức sống trung bình"),
    "region_above_average": _label("Above average", "Hộ không nghèo"),
    "region_not_poor": _label("Not poor", "Hộ không nghèo"),
    "cell_band": _label("{low} to {high}", "{low} đến {high}"),
    "income_axis": _label(
        "Income per person and month, {money}", "Thu nhập bình quân đầu người một tháng, {money}"
    ),
    "million": _label("million {currency}", "triệu {currency}"),
    "thousand": _label("thousand {currency}", "nghìn {currency}"),
    "plain_money": _label("{currency}", "{currency}"),
    "income_step": _label("each step of income: {width}", "mỗi bậc thu nhập: {width}"),
    "income_step_about": _label(
        "each step of income: about {width}", "mỗi bậc thu nhập: khoảng {width}"
    ),
    "above_top": _label(
        "income above {top}, in the highest step: {n} households",
        "thu nhập trên {top}, gộp ở bậc cao nhất: {n} hộ",
    ),
    "losses": _label(
        "income below 0, in the lowest step: {n} households",
        "thu nhập dưới 0, gộp ở bậc thấp nhất: {n} hộ",
    ),
    "income_not_known": _label("income not known: {n} households", "chưa rõ thu nhập: {n} hộ"),
    "area_not_known": _label(
        "area not known, not drawn: {n} households", "không rõ khu vực, không vẽ: {n} hộ"
    ),
    # flows
    "list_poor": _label("poor", "nghèo"),
    "list_near_poor": _label("near-poor", "cận nghèo"),
    "flow_end": _label("{what}: {count}", "{what}: {count}"),
    "opening": _label("{listed} at the start", "{listed} đầu kỳ"),
    "closing": _label("{listed} at the end", "{listed} cuối kỳ"),
    "closing_by_formula": _label(
        "{listed} at the end, by formula", "{listed} cuối kỳ, theo công thức"
    ),
    "to_other_list": _label("became {other}", "trở thành {other}"),
    "escaped": _label("escaped", "thoát {listed}"),
    "other_decrease": _label("other decrease", "giảm khác"),
    "from_other_list": _label("were {other}", "từ {other}"),
    "relapsed": _label("relapsed", "tái {listed}"),
    "new": _label("new", "phát sinh mới"),
    "other_increase": _label("other increase", "tăng khác"),
    "residual": _label(
        "counted at the end: {counted}; residual {residual}",
        "số đếm cuối kỳ: {counted}; chênh lệch {residual}",
    ),
    "stayed": _label("stayed {listed}", "vẫn {listed}"),
    # years
    "no_standard": _label("standard not named", "chưa rõ chuẩn nghèo"),
    "other_units": _label("other units: {n}", "các đơn vị khác: {n}"),
    "interval": _label("interval", "khoảng từ cận dưới đến cận trên"),
    "other_standard": _label("the standard changes", "đổi chuẩn nghèo"),
    "last_value": _label("{name} {value}", "{name} {value}"),
    "average": _label("average {value}", "bình quân {value}"),
    "above": _label("above the average", "trên bình quân"),
    "not_above": _label("not above the average", "không trên bình quân"),
    "no_average": _label("rate", "tỷ lệ"),
    "rose": _label("rose", "tăng"),
    "fell": _label("fell", "giảm"),
    "level": _label("same", "không đổi"),
    "one_year": _label("in one year only: {n}", "chỉ có một năm: {n}"),
    "from_to": _label("{start} → {end}", "{start} → {end}"),
    "points": _label("{start} → {end} ({change})", "{start} → {end} ({change})"),
    "points_heading": _label(
        "{start} → {end}\n(percentage points)", "{start} → {end}\n(điểm phần trăm)"
    ),
    "two_standards": _label(
        "† the years have two standards, so the change is not one of poverty: {start} → {end}",
        "† hai năm theo hai chuẩn nghèo, mức thay đổi không so sánh được: {start} → {end}",
    ),
    # estimates from samples
    "measure_H_households": _label(
        "Multidimensionally poor (H), % of households", "Tỷ lệ nghèo đa chiều (H), % số hộ"
    ),
    "measure_H_persons": _label(
        "Multidimensionally poor (H), % of persons", "Tỷ lệ nghèo đa chiều (H), % số nhân khẩu"
    ),
    "measure_A_households": _label(
        "Intensity among poor households (A), %", "Mức độ thiếu hụt của hộ nghèo (A), %"
    ),
    "measure_A_persons": _label(
        "Intensity among poor persons (A), %", "Mức độ thiếu hụt của người nghèo (A), %"
    ),
    "measure_M0_households": _label(
        "Adjusted headcount ratio of households (M0), %",
        "Tỷ lệ nghèo điều chỉnh theo hộ (M0), %",
    ),
    "measure_M0_persons": _label(
        "Adjusted headcount ratio of persons (M0), %",
        "Tỷ lệ nghèo điều chỉnh theo nhân khẩu (M0), %",
    ),
    "contribution_to_M0": _label(
        "Share of the deprivations of the poor, weighted (contribution to M0), %",
        "Tỷ trọng trong các thiếu hụt của hộ nghèo, có trọng số (đóng góp vào M0), %",
    ),
    "sample_n": _label("households in the estimate: {n}", "số hộ trong ước lượng: {n}"),
    "sample_n_missing": _label(
        "households left out, as an answer is missing: {n}",
        "số hộ không tính vì thiếu câu trả lời: {n}",
    ),
    "cut_off_axis": _label(
        "Poverty cut-off (k), % of the total weight", "Ngưỡng nghèo (k), % tổng trọng số"
    ),
    "grid_cutoffs": _label(
        "Cut-off: number of deprivations from which another clause decides",
        "Ngưỡng: số chỉ số thiếu hụt để áp dụng điều kiện khác",
    ),
    "grid_lines": _label(
        "Line per person and month (rural / urban)",
        "Chuẩn một người một tháng (nông thôn / thành thị)",
    ),
    "grid_factors": _label("Lines, multiplied by", "Các chuẩn, nhân với"),
    "grid_no_cutoff": _label("as in the standard", "theo chuẩn nghèo"),
    "grid_no_line": _label("no line", "không có chuẩn"),
    "two_amounts": _label("{rural} / {urban}", "{rural} / {urban}"),
    "other_groups": _label("other groups: {n}", "các nhóm khác: {n}"),
    "all_together": _label("all {value}", "tất cả {value}"),
    "bounds": _label("possible range: some have no class", "khoảng có thể, vì có hộ chưa xác định"),
    "share_with_interval": _label("{share} ({low} to {high})", "{share} ({low} đến {high})"),
    # progress
    "met": _label("target met", "đạt mục tiêu"),
    "not_met": _label("target not met", "chưa đạt mục tiêu"),
    "target": _label("target", "mục tiêu"),
    # maps
    "persons_in": _label("persons in {classes}", "nhân khẩu thuộc {classes}"),
    "band_from_under": _label("{low} to under {high}", "từ {low} đến dưới {high}"),
    "band_from_to": _label("{low} to {high}", "từ {low} đến {high}"),
    "band_from": _label("{low} or more", "từ {low} trở lên"),
    "band_over_under": _label("over {low} to under {high}", "trên {low} đến dưới {high}"),
    "band_over_to": _label("over {low} to {high}", "trên {low} đến {high}"),
    "band_over": _label("over {low}", "trên {low}"),
    "band_to": _label("{high} or less", "từ {high} trở xuống"),
    "band_under": _label("under {high}", "dưới {high}"),
    "no_households": _label("no households", "không có hộ"),
    "no_data": _label("no data", "không có số liệu"),
    "without_class": _label(
        "{unit} without a class, in the base: {n}", "{unit} chưa xác định, tính trong tổng số: {n}"
    ),
    "nowhere": _label("{unit} in no unit, not drawn: {n}", "{unit} không rõ đơn vị, không vẽ: {n}"),
    "source": _label("Source: {source}", "Nguồn: {source}"),
    # pictures in words
    "alt_largest": _label("largest {value} ({at})", "cao nhất {value} ({at})"),
    "alt_smallest": _label("smallest {value} ({at})", "thấp nhất {value} ({at})"),
    "alt_alike": _label("all {value} ({at})", "đều bằng {value} ({at})"),
    "alt_only": _label("{value} ({at})", "{value} ({at})"),
    "alt_others": _label("{name} and {n} more", "{name} và {n} đơn vị khác"),
    "alt_not_known": _label("not known {n}", "chưa rõ {n}"),
    "alt_nothing": _label("no data", "không có số liệu"),
    "alt_value": _label("{name} {value}", "{name} {value}"),
    "alt_values": _label("{name}: {values}", "{name}: {values}"),
    "alt_list": _label("{values}", "{values}"),
    "alt_classes": _label(
        "bars of the share of households in each class [%], groups: {n}",
        "biểu đồ thanh tỷ lệ hộ theo từng loại [%], số nhóm: {n}",
    ),
    "alt_deprivations": _label(
        "bars of the share of households deprived in each of {n} indicators [%]",
        "biểu đồ thanh tỷ lệ hộ thiếu hụt theo {n} chỉ số [%]",
    ),
    "alt_headcounts": _label(
        "bars of the share deprived in each of {n} indicators [%], households: {base}",
        "biểu đồ thanh tỷ lệ thiếu hụt theo {n} chỉ số [%], số hộ: {base}",
    ),
    "alt_contributions": _label(
        "bars of the share of each of {n} indicators in all deprivations of poor households [%], "
        "groups: {groups}",
        "biểu đồ thanh tỷ trọng của từng chỉ số trong {n} chỉ số thiếu hụt của hộ nghèo [%], "
        "số nhóm: {groups}",
    ),
    "alt_sets": _label(
        "bars of the combinations of deprivations, households: {base}, combinations: {n}",
        "biểu đồ thanh các tổ hợp thiếu hụt, số hộ: {base}, số tổ hợp: {n}",
    ),
    "alt_set": _label("{name} {value}", "{name} {value}"),
    "alt_no_deprivation": _label("none", "không thiếu hụt"),
    "alt_frequent": _label("most frequent: {values}", "thường gặp nhất: {values}"),
    "alt_counts": _label(
        "bars of households by number of deprivations and class, households: {n}",
        "biểu đồ thanh số hộ theo số chỉ số thiếu hụt và theo loại hộ, số hộ: {n}",
    ),
    "alt_by_count": _label("by number of deprivations: {values}", "theo số chỉ số: {values}"),
    "alt_income": _label(
        "cells of income per person and number of deprivations, households: {n}",
        "ô theo thu nhập bình quân và số chỉ số thiếu hụt, số hộ: {n}",
    ),
    "alt_flow": _label(
        "flow of the list of {listed} households [{unit}] between two years",
        "biến động danh sách hộ {listed} [{unit}] giữa hai năm",
    ),
    "alt_flow_ends": _label(
        "{opening} at the start, {closing} at the end", "đầu kỳ {opening}, cuối kỳ {closing}"
    ),
    "alt_progress": _label(
        "bars of results against targets, rows: {n}",
        "biểu đồ thanh kết quả so mục tiêu, số dòng: {n}",
    ),
    "alt_target": _label("{value}, target {target}", "{value}, mục tiêu {target}"),
    "alt_states": _label(
        "bars of the number of cases in each state, cases: {cases}, groups: {n}",
        "biểu đồ thanh số hồ sơ theo trạng thái, số hồ sơ: {cases}, số nhóm: {n}",
    ),
    "alt_days": _label(
        "steps of the number of cases in each state, {first} to {last}, cases at the end: {cases}",
        "biểu đồ bậc số hồ sơ theo trạng thái, {first} đến {last}, số hồ sơ cuối kỳ: {cases}",
    ),
    "alt_diagram": _label(
        "diagram of the process {name}: {n} states, {steps} steps",
        "sơ đồ quy trình {name}: {n} trạng thái, {steps} bước",
    ),
    "alt_limits": _label("time limits: {values}", "thời hạn: {values}"),
    "alt_ends": _label("ends: {values}", "kết thúc: {values}"),
    "alt_years": _label(
        "lines of {what}, {first} to {last}, units: {n}",
        "biểu đồ đường {what}, {first} đến {last}, số đơn vị: {n}",
    ),
    "alt_standards": _label(
        "the lines break where the standard changes: {values}",
        "đường ngắt khi đổi chuẩn nghèo: {values}",
    ),
    "alt_from_year": _label("{standard} from {year}", "{standard} từ {year}"),
    "alt_ranks": _label(
        "ranked bars of {what}, units: {n}", "biểu đồ thanh xếp hạng {what}, số đơn vị: {n}"
    ),
    "alt_average": _label(
        "average {value}, units above it: {n}", "bình quân {value}, số đơn vị trên bình quân: {n}"
    ),
    "alt_dumbbell": _label(
        "{what}, {first} and {last}, units: {n}", "{what}, {first} và {last}, số đơn vị: {n}"
    ),
    "alt_changes": _label(
        "change in percentage points: {values}", "thay đổi (điểm phần trăm): {values}"
    ),
    "alt_cut_offs": _label(
        "lines of {what} over poverty cut-offs from {first} to {last} % of the total weight, "
        "groups: {n}",
        "biểu đồ đường {what} theo ngưỡng nghèo từ {first} đến {last} % tổng trọng số, "
        "số nhóm: {n}",
    ),
    "alt_surface": _label(
        "cells of {what}, {unit}: {lines} lines times {cutoffs} cut-offs",
        "bảng ô {what}, {unit}: {lines} chuẩn nhân {cutoffs} ngưỡng",
    ),
    "alt_cell": _label("line {line}, cut-off {cutoff}", "chuẩn {line}, ngưỡng {cutoff}"),
    "alt_k": _label("k {k} %", "k {k} %"),
    "alt_forest": _label(
        "points with intervals, {what}, {unit}, groups: {n}",
        "điểm và khoảng, {what}, {unit}, số nhóm: {n}",
    ),
    "alt_map": _label("map of {n} units: {title}", "bản đồ {n} đơn vị: {title}"),
    # procedures
    "ending": _label("end", "kết thúc"),
    "timed": _label("a time limit runs", "đang tính thời hạn"),
    "step": _label("other state", "trạng thái khác"),
    "start": _label("Start", "Bắt đầu"),
    "working": _label("{days} working days", "{days} ngày làm việc"),
    "calendar": _label("{days} calendar days", "{days} ngày"),
    "over": _label("once the time is over", "khi đã hết thời hạn"),
    "during": _label("while the time runs", "trong thời hạn"),
    "within": _label("before the time is over", "trong thời hạn"),
    "agree": _label("{percent} % or more agree", "từ {percent} % đồng ý"),
    "disagree": _label("less than {percent} % agree", "dưới {percent} % đồng ý"),
    "unconfirmed": _label(
        "† unconfirmed: not seen in the text of the law", "† chưa đối chiếu với văn bản"
    ),
}


def word(word_id: str, language: Language, /, **values: Any) -> str:
    """The words of an id, with the values that stand in them, whole numbers as they are written."""
    written = {
        name: number_text(int(value), ",", language)
        if isinstance(value, int | np.integer)
        else value
        for name, value in values.items()
    }
    return label_of(WORDS[word_id], language).format(**written)


def share_of_class(of: str, unit: str, language: Language) -> str:
    """What the share of a class in households or persons is called."""
    title = label_of(CLASSES_OF_MANY[PovertyClass.of(of)], language)
    if unit == "persons":
        title = word("persons_in", language, classes=title)
    return f"{capitalised(title)}, {word(f'percent_of_{unit}', language)}"


def label_of(label: Label | Term, language: Language) -> str:
    """The text of a label or a term in a language."""
    return drawn_text(label.vi if language == "vi" else label.en)


def drawn_text(text: str) -> str:
    r"""A text of the data for matplotlib, which reads what stands between two ``$`` as a formula.

    >>> print(drawn_text("Thôn $x^2$"))
    Thôn \$x^2\$
    """
    return without_controls(text).replace("$", r"\$")


def capitalised(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]
