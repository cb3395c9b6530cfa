"""Every label, citation and value of every law file is as `tests/law/pinned` says.

Where a change of the law is meant, `make law-pins` writes the tables again: read the diff.
"""

import re
from importlib import resources
from pathlib import Path

import pytest
from scripts.mutate_law import changes

from tests.helpers import law_answers, law_pins

BY_NAME = {file.name: file for file in law_pins.FILES}
# Files below the package whose values are no law: words of the library, and an empty sheet.
NO_LAW = {
    "data/messages.toml", "data/score_sheet_template.toml", "excel/reading_layouts.toml",
    "forms/questions.toml", "schema/words.toml",
}  # fmt: skip


@pytest.mark.parametrize("name", BY_NAME)
def test_every_value_is_as_pinned(name):
    file = BY_NAME[name]
    differences = law_pins.differences(name, file.parse(file.text()))
    assert not differences, "\n".join(["read, then `make law-pins`:", *differences])


def test_every_law_file_is_pinned():
    package = Path(str(resources.files("multidim_poverty")))
    files = {path.relative_to(package).as_posix() for path in package.rglob("*.toml")}
    assert files - NO_LAW == {file.path for file in law_pins.FILES}
    assert {path.stem for path in law_pins.FOLDER.glob("*")} == set(BY_NAME)


@pytest.mark.parametrize(
    ("name", "pattern", "changed"),
    [
        ("decree_07_2021", 'vi = "Việc làm"', 'vi = "Không có việc làm"'),
        ("decree_07_2021", 'deprived_when.vi = "Có ít nhất', 'deprived_when.vi = "Không có'),
        ("decree_07_2021", 'deprived_when.en = "At least', 'deprived_when.en = "Not at least'),
        ("decree_07_2021", 'article = "3", clause = "1"', 'article = "3", clause = "2"'),
        ("decree_07_2021", 'article = "3"', 'article = "4"'),
        ("decree_07_2021", 'confidence = "text"', 'confidence = "secondary"'),
        ("decree_07_2021", "checked_on = 2026-11-23", "checked_on = 2026-11-24"),
        ("decree_07_2021", "rural = 1_500_000", "rural = 1_500_001"),
        ("decree_351_2025", "child_below = 16", "child_below = 17"),
        ("decision_24_2021", 'document = "decision_967_2025"', 'document = "decision_24_2021"'),
        ("decision_24_2021", "days = 3", "days = 4"),
        ("decision_24_2021", 'actor = "household"', 'actor = "commune_chair"'),
        ("days_off", "last = 2021-02-16", "last = 2021-02-17"),
        ("documents", "signed = 2021-01-27", "signed = 2021-01-28"),
        ("national_2021_2026", 'vi = "Mức đóng bảo hiểm', 'vi = "Không có mức đóng'),
        ("national_2021_2026", "signed = 2025-05-29", "signed = 2025-05-28"),
        ("layouts", 'vi = "Việc làm"', 'vi = "Không có việc làm"'),
    ],
)
def test_a_value_that_is_turned_is_noticed(name, pattern, changed):
    file = BY_NAME[name]
    text = re.sub(re.escape(pattern), changed, file.text(), count=1)
    assert text != file.text()
    differences = law_pins.differences(name, file.parse(text))
    assert any(line.startswith("-") for line in differences[2:])
    assert any(line.startswith("+") for line in differences[2:])


# -- what `scripts/mutate_law.py` asks ---------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "changed"),
    [
        ("decision_59_2015", "rural = 700_000", "rural = 700_001"),
        ("decree_07_2021", "urban = 2_000_000", "urban = 2_000_001"),
        ("decree_07_2021", "child_below = 16", "child_below = 17"),
        ("decree_07_2021", "male_months = 729, female", "male_months = 730, female"),
        ("decree_351_2025", "female_months = 716 }", "female_months = 717 }"),
        ("decree_07_2021", "more_than_percent = 50", "more_than_percent = 51"),
        ("decree_351_2025", 'services = ["uses_internet"]', 'services = ["uses_telephone"]'),
        ("national_2021_2026", "\nvalid_from = 2022-01-01", "\nvalid_from = 2022-01-02"),
        ("national_2021_2026", 'value = "0.7"', 'value = "0.8"'),
    ],
)
def test_the_oracles_answer_as_the_law_and_not_as_one_that_was_changed(name, value, changed):
    file = BY_NAME[name]
    assert value in file.text()
    assert not law_answers.differs(name, file.parse(file.text()))
    assert law_answers.differs(name, file.parse(file.text().replace(value, changed, 1)))


def test_every_value_of_a_content_is_changed_once():
    content = {"rural": 5, "label": {"vi": "Có", "en": "Yes"}, "codes": ["a", "b"], "on": True}
    listed = [(change.kind, change.place, change.after) for change in changes(content)]
    assert listed == [
        ("number", "rural", 6), ("label", "label.vi", "Không Có"), ("label", "label.en", "Not Yes"),
        ("list, shorter", "codes", ["a"]), ("list, longer", "codes", ["a", "b", "bx"]),
        ("code", "codes[1]", "b"), ("code", "codes[2]", "a"), ("yes or no", "on", False),
    ]  # fmt: skip
    assert content == {
        "rural": 5, "label": {"vi": "Có", "en": "Yes"}, "codes": ["a", "b"], "on": True,
    }  # fmt: skip
