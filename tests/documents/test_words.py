"""The words of a paper are only printed: changing any of them loses nothing else."""

import re
import zipfile

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn

from multidim_poverty import documents
from multidim_poverty.documents.words import WORDS
from tests.documents.test_papers import LAW, SAMPLE, Round
from tests.helpers.labels import marked, relabel_terms, relabelled, unmarked

FARM = Round.lists.iloc[:1].assign(list="farm", process="farm", final_class="average")
WORKERS = FARM.assign(list="low_income", member_id="2")  # the law of that day has no such process
NOTICES = pd.concat([Round.notice.iloc[:3], Round.second_notice]).astype({"process": object})
UNDATED = Round.lists.iloc[:1].assign(
    **{name: Round.lists[name].iloc[:1].mask([True]) for name in ("recognised_on", "commune")}
)
TABLES = {
    "minutes": pd.concat([Round.minutes.iloc[:2], Round.minutes.query("~passed")]),
    "notice": NOTICES,
    "decision": pd.concat(
        [
            Round.lists.groupby("list", observed=True).head(1).astype({"list": object}),
            FARM,
            WORKERS,
            UNDATED,
        ]
    ),
    "certificates": Round.certificates.iloc[:2],
}
MARKS = pd.DataFrame(
    [[True, False, None]] * 2, TABLES["certificates"].index, ["employment", "water", "toilet"]
)
PEOPLE = SAMPLE.members.assign(
    birth_year=1990, sex=SAMPLE.members["sex"].where(SAMPLE.members["relation"] == "head")
)
SMALL = pytest.mark.parametrize("paper", TABLES)


@pytest.fixture
def write(tmp_path):
    def written(paper, procedure=LAW):
        more = {"households": Round.homes, "members": PEOPLE, "deprivations": MARKS}
        table = TABLES[paper]
        ids = table.reset_index()["household_id"].unique()[:2]
        return getattr(documents, f"write_{paper}")(
            table, tmp_path / f"{paper}.docx", procedure=procedure,
            names=pd.Series("Nguyễn Văn Mẫu", ids),
            **(more if paper == "certificates" else {}),
        )  # fmt: skip

    return written


def lines(path):
    """Every paragraph, those of the foot too, and the title in the properties."""
    paper = docx.Document(path)
    parts = [paper.element.body, paper.sections[0].footer._element]
    return [paper.core_properties.title] + [
        "".join(node.text or "" for node in line.iter(qn("w:t")))
        for part in parts
        for line in part.iter(qn("w:p"))
    ]


def change_all(monkeypatch, change, languages=("vi", "en")):
    relabel_terms(monkeypatch, change, languages)
    if "vi" in languages:
        for id, text in WORDS.items():
            monkeypatch.setitem(WORDS, id, change(f"word.{id}", text))
    return relabelled(LAW, change, languages)


@SMALL
def test_every_other_label_changes_the_printed_words_alone(write, paper, monkeypatch):
    before = lines(write(paper))
    after = lines(write(paper, change_all(monkeypatch, marked)))
    assert [unmarked(line) for line in after] == [unmarked(line) for line in before]
    assert sum("⟦" in line for line in after) > 20


def test_every_word_is_printed_somewhere(write, monkeypatch):
    law = change_all(monkeypatch, lambda key, text: f"⟦{key}⟧{text}")
    printed = "\n".join(line for paper in TABLES for line in lines(write(paper, law))).casefold()
    unused = {id for id in WORDS if f"⟦word.{id}⟧" not in printed}
    # No posting of this law runs in calendar days; who compared stands in the properties.
    assert unused == {"calendar", "compared"}


@SMALL
def test_labels_that_are_all_alike_lose_no_line_and_no_value(write, paper, monkeypatch):
    def alike(_, text):
        return "§" + "".join(re.findall(r"{[^}]*}", text))

    before = lines(write(paper))
    after = lines(write(paper, change_all(monkeypatch, alike)))
    assert len(after) == len(before)
    ids = TABLES[paper].reset_index()["household_id"]
    for value in ("Nguyễn Văn Mẫu", *ids):
        assert sum(value in line for line in after) == sum(value in line for line in before)


@SMALL
def test_a_vietnamese_paper_does_not_depend_on_english_labels(write, paper, monkeypatch):
    def content(path):
        with zipfile.ZipFile(path) as parts:
            return {name: parts.read(name) for name in parts.namelist()}

    before = content(write(paper))
    assert content(write(paper, change_all(monkeypatch, marked, ("en",)))) == before
