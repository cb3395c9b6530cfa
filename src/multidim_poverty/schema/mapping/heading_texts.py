"""When the heading of a file is a known one: in other marks, in a near spelling, for one period."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from multidim_poverty.schema.mapping.numbers import multiplier_of
from multidim_poverty.schema.words import bare_key, words

__all__ = ["are_near", "is_other_period", "is_without_marks", "without_brackets", "without_number"]

BRACKETS = re.compile(r"\s*[(\[](.*?)[)\]]\s*")
REPEATED = re.compile(r"(?<=[^\W\d])\.[0-9]+$")  # how pandas names a heading that stands again
QUESTION = re.compile(r"^[A-Za-z]{0,2}[0-9]{1,3}(?:\.[0-9]{1,2})*[a-z]?[.):]\s*(?=[^\W\d])")
# "năm 2024" is when, "12 tháng" is a year.
YEAR_NUMBER = re.compile(r"\b(?:19|20)[0-9]{2}\b")
MONTHS = {1: "month", 12: "year"}
SPELLED = 4  # letters of a word of which one may be wrong
UNITS = re.compile(
    r"đvt|đơn vị(?: tính)?|đồng|vnđ|vnd|đ|m2|m²|người|hộ|khẩu|household|person|/|:|\W"
)


def without_number(heading: str) -> str:
    """The heading without the number of its question, signs beside it, and the count of pandas."""
    text = QUESTION.sub("", REPEATED.sub("", heading.strip()))
    return text.strip(" .:;*?") or heading


def without_brackets(heading: str) -> tuple[str, bool]:
    """The heading without brackets and numbers of years; whether these say more than a unit."""
    inside = BRACKETS.findall(heading)
    short = BRACKETS.sub(" ", heading).strip()
    undated = YEAR_NUMBER.sub(" ", short).strip()
    if not undated:
        return heading, False
    return undated, undated != short or any(not _is_unit(text) for text in inside)


def _is_unit(text: str) -> bool:
    text = unicodedata.normalize("NFC", text).casefold()
    left = UNITS.sub("", text)
    return not left.strip() or multiplier_of(text) != 1 or bool(_periods_of(text))


def is_without_marks(heading: str, known: str) -> bool:
    """Whether a key without any marks of Vietnamese letters is a known one but for its marks."""
    return bare_key(heading) == bare_key(known) and not any(
        unicodedata.combining(sign) or sign == "đ" for sign in unicodedata.normalize("NFD", heading)
    )


def are_near(heading: str, known: str) -> bool:
    """Whether two keys are word by word one spelling, but for single letters of longer words.

    A word more, a word less, another number or another short word (không, nam, năm) says
    something else.
    """
    one, other = bare_key(heading).split(), bare_key(known).split()
    if len(one) != len(other):
        return "".join(one) == "".join(other)
    return one != other and all(map(_is_spelling, one, other))


def _is_spelling(word: str, known: str) -> bool:
    """Whether two words are one, or differ by one letter that is wrong, missing or too many."""
    if word == known:
        return True
    if min(len(word), len(known)) < SPELLED or not (word + known).isalpha():
        return False
    if len(word) == len(known):
        at = [n for n in range(len(word)) if word[n] != known[n]]
        turned = len(at) == 2 and word[at[0]] + word[at[1]] == known[at[1]] + known[at[0]]
        return len(at) == 1 or turned
    longer, shorter = sorted((word, known), key=len, reverse=True)
    return any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


@cache
def _period_word(has_marks: bool) -> tuple[re.Pattern[str], dict[str, str]]:
    """The words for periods, and what they say; "nam" is a year where nothing else has marks."""
    periods = words().periods
    said = {
        (text if has_marks else bare_key(text)): period
        for period, texts in (("month", periods.month), ("year", periods.year))
        for text in texts
    }
    longest = sorted(map(re.escape, said), key=len, reverse=True)
    word = rf"(?:(\d+)\s*)?(?<![^\W\d_])({'|'.join(longest)})(?![^\W_])"
    return re.compile(word), said


def _periods_of(heading: str) -> set[str]:
    """The periods that a heading says: month, year, or other for another number of months."""
    text = unicodedata.normalize("NFC", heading).casefold()
    word, said = _period_word(has_marks=not text.isascii())
    periods = set()
    for match in word.finditer(text):
        number, period = match[1], said[match[2]]
        if number and period == "month":
            period = MONTHS.get(int(number), "other")
        elif period == "year" and YEAR_NUMBER.match(text[match.end() :].strip()):
            continue
        periods.add(period)
    return periods


def is_other_period(heading: str, column: str) -> bool:
    """Whether a heading says that its amounts are for another period than those of the column.

    An amount per month may be the mean of 12 months; one of 12 months is none per month.
    """
    period = words().periods.columns.get(column)
    said = _periods_of(heading)
    if period is None or not said:
        return False
    if period == "year":
        return said != {"year"}
    return "month" not in said
