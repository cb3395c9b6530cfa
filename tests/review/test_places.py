"""Places of a review: all spellings of one name are one commune, one village, one meeting."""

import unicodedata

import pandas as pd
import pytest

from multidim_poverty import review


def decomposed_places():
    """Two households of one village, whose names stand in another Unicode form from then on."""
    homes = pd.DataFrame({"commune": "Xã Hoà", "village": "Thôn Quý"}, index=["a", "b"])
    events = review.open_round(homes, requests=["a", "b"], on="2023-09-05")
    other = {
        name: [unicodedata.normalize("NFD", text) for text in events[name]]
        for name in ("commune", "village")
    }
    return events, events.assign(**other)


def test_names_in_another_unicode_form_are_warnings_and_count():
    events, other = decomposed_places()
    assert review.violations(events).empty
    faults = review.violations(other)
    assert faults[["rule", "severity"]].drop_duplicates().to_numpy().tolist() == [
        ["name_not_nfc", "warning"]
    ]
    assert len(faults) == 2 * len(events)
    assert faults["counts"].all()
    cases = review.fold(other)
    assert cases["violations"].tolist() == [0, 0]
    later = review.record_survey(
        other, pd.Series("poor", ["a", "b"]), on="2023-09-20", communes="Xã Hoà"
    )
    assert len(later) == len(events) + 2


def test_one_meeting_is_one_in_any_spelling_of_its_village():
    events, _ = decomposed_places()
    surveyed = review.record_survey(events, pd.Series("poor", ["a", "b"]), on="2023-09-20")
    meeting = pd.DataFrame(
        {"village": ["Thôn Quý"], "attending": 40, "agreeing": 40, "minutes_copies": 2}
    )
    met = review.hold_meetings(surveyed, meeting, on="2023-09-25")
    last = met.index[-1]
    for spelling in ("thôn quí", unicodedata.normalize("NFD", "Thôn Quý")):
        wrong = met.copy()
        wrong.loc[last, ["village", "attending"]] = [spelling, 41]
        found = review.violations(wrong)
        differs = found[found["rule"] == "meeting_differs"]
        assert differs[["row", "column", "expected"]].to_numpy().tolist() == [
            [last, "attending", 40]
        ]


def recognised(other_spelling):
    """A round of four households up to its decision; two stand in another spelling of the place."""
    homes = pd.DataFrame(
        {"commune": "Xã Quảng Hoà", "village": ["Thôn Quý", "Thôn 2"] * 2}, index=list("abcd")
    )
    homes.loc["c":] = homes.loc["c":].map(other_spelling)
    meetings = pd.DataFrame(
        {"village": ["Thôn Quý", "Thôn 2"], "attending": 40, "agreeing": 40, "minutes_copies": 2}
    )
    posted = (
        review.open_round(homes, requests=list(homes.index), on="2023-09-05")
        .pipe(review.record_survey, pd.Series("poor", homes.index), on="2023-09-20")
        .pipe(review.hold_meetings, meetings, on="2023-09-25")
        .pipe(review.post, on="2023-09-28")
    )
    events = (
        review.sum_up(posted, on="2023-10-06")
        .pipe(review.report, on="2023-10-06")
        .pipe(review.answer, on="2023-10-09", opinion="agrees")
        .pipe(review.recognise, on="2023-10-10", decision_number="12/QĐ-UBND")
    )
    return posted, events


LISTS = {
    "minutes": lambda posted, _: review.minutes(posted),
    "notice": lambda posted, _: review.notice(posted, on="2023-09-29").reset_index(),
    "recognition_lists": lambda _, events: review.recognition_lists(events),
}


@pytest.mark.filterwarnings("ignore:.*several spellings")  # those of the other level
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "spell", [str.upper, str.lower, lambda text: unicodedata.normalize("NFD", text)]
)
def test_lists_by_place_hold_one_spelling_of_each(name, spell):
    expected = LISTS[name](*recognised(str))
    rounds = recognised(spell)
    with pytest.warns(UserWarning, match="commune: names in several spellings are read as one"):
        found = LISTS[name](*rounds)
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.filterwarnings("ignore:.*several spellings")  # those of the other level
def test_steps_of_one_village_are_one_line():
    posted, _ = recognised(str.upper)
    with pytest.warns(UserWarning, match="'Thôn Quý' and 'THÔN QUÝ'"):
        steps = review.next_steps(posted, on="2023-10-04")
    own = steps[steps["process"] == "periodic"]
    assert own.groupby(["step", "village"])["households"].agg(list).tolist() == [[2]] * len(own)
