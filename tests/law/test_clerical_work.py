"""How papers of an office look and who signs them, as data."""

import datetime as dt

import pytest

from multidim_poverty.law.citation import Confidence
from multidim_poverty.law.clerical_work import clerical_work, number_with_symbol, written_out_day
from multidim_poverty.law.documents import law_text, shipped_documents
from multidim_poverty.vocabulary import Actor

WORK = clerical_work()


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("day", [1, 9, 10, 28])
def test_days_below_10_and_the_months_1_and_2_have_a_zero(day, month):
    of_month = {1: "01", 9: "09"}.get(day, str(day))
    in_words = {1: "01", 2: "02"}.get(month, str(month))
    written = f"ngày {of_month} tháng {in_words} năm 2023"
    assert written_out_day(dt.date(2023, month, day)) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("7", "07/QĐ-UBND"),
        ("007", "07/QĐ-UBND"),
        ("10", "10/QĐ-UBND"),
        ("1234", "1234/QĐ-UBND"),
        ("7/QĐ-UBND", "7/QĐ-UBND"),
        ("12a", "12a"),
        ("", ""),
        ("²", "²"),
    ],
)
def test_a_bare_number_gets_its_symbol(number, written):
    assert number_with_symbol(number, "QĐ-UBND") == written


def test_nothing_of_it_is_confirmed():
    assert set(WORK.provisions()["confidence"]) == {"unconfirmed"}
    assert {"page", "letters", "underlines", "written", "kinds"} < set(WORK.provisions()["part"])


def test_the_chair_signs_alone_and_the_committee_is_signed_for_by_its_head():
    chair, committee = WORK.body(Actor.COMMUNE_CHAIR), WORK.body(Actor.STEERING_COMMITTEE)
    assert chair.signed == ("Chủ tịch",)
    assert chair.deputy == ("KT. Chủ tịch", "Phó Chủ tịch")
    assert committee.signed[:2] == ("TM. Ban Chỉ đạo", "Trưởng Ban")
    assert committee.deputy[1] == "KT. Trưởng Ban"
    assert committee.above == chair.name == ("Ủy ban nhân dân", "{commune}")
    with pytest.raises(KeyError, match="no body of village_head issues papers"):
        WORK.body(Actor.VILLAGE_HEAD)


def test_documents_are_named_by_kind_number_and_issuer_as_their_title_says():
    for name, document in shipped_documents().items():
        if document.number is not None:
            assert document.title.vi == f"{document.kind.vi} {document.number}", name
            assert document.issuer is not None, name
        if document.subject is not None:
            assert document.subject.confidence is Confidence.UNCONFIRMED, name
    issuers = {
        ending: {
            d.issuer.vi for d in shipped_documents().values() if (d.number or "").endswith(ending)
        }
        for ending in ("NĐ-CP", "QĐ-TTg")
    }
    assert issuers == {"NĐ-CP": {"Chính phủ"}, "QĐ-TTg": {"Thủ tướng Chính phủ"}}


def test_the_file_says_that_it_is_from_recollection():
    assert "from recollection" in law_text("clerical_work")
    assert WORK.content_hash == clerical_work().content_hash
    assert not WORK.altered
