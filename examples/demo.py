"""The main job on the shipped synthetic sample: a table on the screen and a picture.

Run with ``make demo`` (``make demo LANGUAGE=vi`` in Vietnamese), or ``python examples/demo.py
[picture.png] [en|vi]`` where the package is installed with the extra ``plot``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

import multidim_poverty as mdp
from multidim_poverty import vocabulary

WORDS = {
    "en": {
        "sample": "Synthetic sample: {households} households, {members} members",
        "standard": "Standard: {name} ({title})",
        "classes": "The class of each household (the first of them)",
        "by_area": "Households by area and class",
        "undetermined": "undetermined",
        "all": "all",
        "open": "Undetermined: what the missing answers leave open",
        "why": "Why {household} has its class",
        "title": "Synthetic sample (nobody in it exists): {title}",
        "written": "Picture written to {picture}",
    },
    "vi": {
        "sample": "Dữ liệu giả lập: {households} hộ, {members} thành viên",
        "standard": "Chuẩn: {name} ({title})",
        "classes": "Kết quả xếp loại từng hộ (các hộ đầu)",
        "by_area": "Số hộ theo khu vực và loại",
        "undetermined": "chưa xếp loại được",
        "all": "tổng số",
        "open": "Hộ chưa xếp loại được: các câu trả lời thiếu còn để ngỏ điều gì",
        "why": "Vì sao {household} được xếp loại như vậy",
        "title": "Dữ liệu giả lập (không có ai là thật): {title}",
        "written": "Đã ghi hình vào {picture}",
    },
}

# What the columns and codes are called where the tables are printed in Vietnamese.
VIETNAMESE = {
    "area": "khu vực",
    "class_at_best": "tốt nhất",
    "class_at_worst": "xấu nhất",
    "deprivation_count": "số thiếu hụt",
    "deprivations_unknown": "số chưa biết",
    "household_id": "mã hộ",
    "income_band": "khoảng thu nhập",
    "poverty_class": "loại hộ",
    "up_to_poverty_line": "đến chuẩn nghèo",
    "up_to_average_ceiling": "đến mức sống trung bình",
    "above_average_ceiling": "trên mức sống trung bình",
}


def in_words(table: pd.DataFrame, language: str) -> str:
    """A table as text, with the labels of the glossary in place of codes."""
    if language == "vi":
        terms = [*vocabulary.Area, *vocabulary.PovertyClass]
        words = VIETNAMESE | {str(term): term.vi for term in terms}
        table = table.rename(columns=words, index=words).rename_axis(
            index=words.get(table.index.name), columns=words.get(table.columns.name)
        )
        table = table.map(lambda value: words.get(value, value))
    return table.to_string(na_rep="?")


def main(picture: Path, language: str = "en") -> None:
    words = WORDS[language]
    sample = mdp.load_sample()
    standard = mdp.standard_on("2023-06-30")
    title = standard.title.text(language)
    result = mdp.assess(sample.households, sample.members, standard=standard)
    pd.set_option("display.width", 120, "display.max_columns", 20)
    counts = {"households": len(sample.households), "members": len(sample.members)}
    print(words["sample"].format(**counts))
    print(words["standard"].format(name=standard.name, title=title), end="\n\n")
    print(words["classes"])
    shown = ["income_band", "deprivation_count", "deprivations_unknown", "poverty_class"]
    print(in_words(result[shown].head(8), language), end="\n\n")

    print(words["by_area"])
    undetermined = words["undetermined"]
    counted = pd.crosstab(
        sample.households["area"],
        result["poverty_class"].cat.add_categories(undetermined).fillna(undetermined),
        margins=True,
        margins_name=words["all"],
    )
    print(in_words(counted, language), end="\n\n")

    print(words["open"])
    open_ = result[result["poverty_class"].isna()]
    columns = ["income_band", "deprivation_count", "deprivations_unknown"]
    columns += ["class_at_worst", "class_at_best"]
    print(in_words(open_[columns], language), end="\n\n")

    print(words["why"].format(household="SYN-0003"))
    matrix = result[list(standard.indicator_ids)]
    print(mdp.explain(sample.households, matrix, "SYN-0003", standard=standard, language=language))

    figure, (left, right) = plt.subplots(1, 2, figsize=(13, 5), layout="constrained")
    area = sample.households["area"]
    mdp.plotting.class_composition(result, by=area, ax=left, language=language)
    mdp.plotting.deprivation_profile(result, standard=standard, ax=right, language=language)
    figure.suptitle(words["title"].format(title=title))
    figure.savefig(picture, dpi=120)
    print("\n" + words["written"].format(picture=picture))


if __name__ == "__main__":
    arguments = dict(enumerate(sys.argv))
    main(Path(arguments.get(1, "demo.png")), arguments.get(2, "en"))
