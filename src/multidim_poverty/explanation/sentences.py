"""The reasons of one household in words, each sentence with its article."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import pandas as pd

from multidim_poverty.assessment.classification import classify_inputs
from multidim_poverty.assessment.inputs import ClassificationInputs
from multidim_poverty.base import Model
from multidim_poverty.errors import ArgumentError, UnknownNameError
from multidim_poverty.explanation.cells import decision_cells
from multidim_poverty.explanation.masks import AREA, INCOME, unpack_indicators
from multidim_poverty.explanation.nearest import changes_of
from multidim_poverty.explanation.reasoning import reasons_of
from multidim_poverty.identity import check_ids_meet, nearest_ids
from multidim_poverty.language import Label, Language, check_language, number_text
from multidim_poverty.law import Citation, Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.schema.reading import truth_of
from multidim_poverty.vocabulary import Area, PovertyClass

__all__ = ["Explanation", "Sentence", "explain", "explanation_of"]


QUESTIONS = {
    INCOME: Label(vi="thu nhập", en="income"),
    AREA: Label(vi="khu vực", en="area of residence"),
}
Kind = Literal[
    "altered", "variant", "income", "deprived", "unknown", "count", "class", "open", "change"
]


class Sentence(Model):
    """One sentence of an explanation, in both languages, with where it stands in the law."""

    kind: Kind
    words: Label
    citation: Citation | None = None

    def text(self, language: Language = "en") -> str:
        """The sentence, with its article; an unconfirmed value is marked as such."""
        check_language(language)
        words = self.words.text(language)
        return words if self.citation is None else f"{words} ({self.citation.text(language)})"


class Explanation(Model):
    """Why one household has its class.

    Attributes
    ----------
    household_id : str or int
    standard : str
    language : {"vi", "en"}
        In which it prints and renders.
    poverty_class : PovertyClass or None
        None where undetermined.
    sentences : tuple of Sentence
        Income, deprivations, class; then what is still open, or the nearest changes.
    """

    household_id: str | int
    standard: str
    language: Language
    poverty_class: PovertyClass | None
    sentences: tuple[Sentence, ...]

    def text(self, language: Language | None = None) -> str:
        """All sentences, one a line."""
        return "\n".join(s.text(language or self.language) for s in self.sentences)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        items = "".join(
            f"<li class='{s.kind}'>{html.escape(s.text(self.language))}</li>"
            for s in self.sentences
        )
        return f"<ul>{items}</ul>"


def explain(
    households: TablesLike,
    deprivations: pd.DataFrame,
    household_id: str | int,
    *,
    standard: StandardLike,
    language: Language = "en",
) -> Explanation:
    """The reasons of one household in words.

    Parameters
    ----------
    households : pandas.DataFrame or Tables
        As for `classify`.
    deprivations : pandas.DataFrame
        As for `classify`.
    household_id : str or int
        One of the index.
    standard : Standard or str
        As for `classify`.
    language : {"vi", "en"}
        In which the explanation prints; it holds both.

    Returns
    -------
    Explanation
        Prints in a terminal and renders in a notebook; ``sentences`` are its parts.

    Raises
    ------
    UnknownNameError
        If there is no such household, and names the nearest ids; or it has no deprivations.
    InvalidDataError, ArgumentError
        As for `classify`, for this household.

    Examples
    --------
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> standard = mdp.standard("decree_07_2021")
    >>> households = pd.DataFrame({"area": ["rural"], "income_per_capita": [1.6e6]}, index=["a"])
    >>> matrix = pd.DataFrame(False, index=["a"], columns=standard.indicator_ids)
    >>> said = mdp.explain(households, matrix, "a", standard=standard, language="en")
    >>> print(said.sentences[0].text("en"))
    Income is 1,600,000 VND per person per month, which is above the income line of 1,500,000 \
for a rural household (Decree 07/2021/ND-CP, article 3, clause 1)
    """
    households = as_households(households)
    deprivations = as_frame(deprivations, "deprivations")
    standard = as_standard(standard)
    if household_id not in households.index:
        near = ", ".join(map(repr, nearest_ids(households.index, household_id)))
        raise UnknownNameError(f"no household {household_id!r}; the nearest are {near or 'none'}")
    if household_id not in deprivations.index:
        check_ids_meet(households.index, deprivations.index, ("households", "deprivations"))
        raise UnknownNameError(f"household {household_id!r} has no row in deprivations")
    check_language(language)
    home, answers = households.loc[[household_id]], deprivations.loc[[household_id]]
    if len(home) > 1:
        raise ArgumentError(f"household {household_id!r} stands in {len(home)} rows; keep one")
    inputs = ClassificationInputs.of(home, answers, standard)
    result = classify_inputs(inputs, standard)
    return explanation_of(household_id, inputs, result, standard, language)


def explanation_of(
    household_id: str | int,
    inputs: ClassificationInputs,
    result: pd.DataFrame,
    standard: Standard,
    language: Language,
) -> Explanation:
    """What `explain` gives, from the checked inputs of one household and its classification."""
    row = {str(name): values.iloc[0] for name, values in result.items()}
    determined = not pd.isna(row["poverty_class"])
    sentences = [
        *_altered(standard),
        *_income(inputs, standard),
        *_answers(inputs, standard),
        _count(row, standard),
    ]
    if determined:
        sentences += [*_class(inputs, result, standard), *_changes(inputs, result, standard)]
    else:
        sentences += _undetermined(inputs, result, row, standard)
    return Explanation(
        household_id=household_id,
        standard=standard.name,
        language=language,
        poverty_class=row["poverty_class"] if determined else None,
        sentences=tuple(sentences),
    )


def _altered(standard: Standard) -> Iterator[Sentence]:
    """A warning, where the standard is no law: a variant, or a law whose content was changed."""
    if standard.altered:
        words = Label(
            vi=f"Không phải văn bản gốc: nội dung của {standard.name} đã bị sửa",
            en=f"Not the law: the content of {standard.name} was changed",
        )
        yield Sentence(kind="altered", words=words)
    elif standard.variant is not None:
        variant = standard.variant.words
        words = Label(
            vi=f"Không phải văn bản gốc: {standard.name} là {variant.vi}",
            en=f"Not the law: {standard.name} is a {variant.en}",
        )
        yield Sentence(kind="variant", words=words)


def _income(inputs: ClassificationInputs, standard: Standard) -> Iterator[Sentence]:
    money = float(inputs.income[0])
    code = int(inputs.area(slice(None))[0])
    if code < 0:
        words = Label(vi="Chưa rõ khu vực cư trú", en="Area of residence is not known")
        yield Sentence(kind="unknown", words=words)
    if not standard.lines:
        return
    if money != money:
        yield Sentence(
            kind="income",
            words=Label(vi="Chưa rõ thu nhập bình quân đầu người", en="Income is not known"),
        )
        return
    for area in Area if code < 0 else [tuple(Area)[code]]:
        yield from _between_lines(money, area, standard)


def _between_lines(money: float, area: Area, standard: Standard) -> Iterator[Sentence]:
    """The lines of an area that an income lies next to."""
    currency = standard.currency
    band = sum(money > line.amount(area) for line in standard.lines)
    bounds = [(standard.lines[band - 1], True)] if band else []
    bounds += [(standard.lines[band], False)] if band < len(standard.lines) else []
    for line, above in bounds:
        amount = line.amount(area)
        vi = (
            f"Thu nhập bình quân {_money(money, 'vi')} {currency.vi}/người/tháng, "
            f"{'trên' if above else 'không quá'} {_small(line.label.vi)} "
            f"{_money(amount, 'vi')} {currency.vi} của hộ ở {area.vi.lower()}"
        )
        en = (
            f"Income is {_money(money, 'en')} {currency.en} per person per month, which is "
            f"{'above' if above else 'not above'} the {_small(line.label.en)} of "
            f"{_money(amount, 'en')} "
            f"for {'an urban' if area is Area.URBAN else 'a rural'} household"
        )
        yield Sentence(kind="income", words=Label(vi=vi, en=en), citation=line.citation)


def _answers(inputs: ClassificationInputs, standard: Standard) -> Iterator[Sentence]:
    for indicator in standard.indicators:
        truth = truth_of(inputs.answers[indicator.id])(slice(None))
        label, when = indicator.label, indicator.deprived_when
        if truth.certain[0]:
            words = Label(
                vi=f"Thiếu hụt {_small(label.vi)}: {_small(when.vi)}",
                en=f"Deprived in {_small(label.en)}: {_small(when.en)}",
            )
            yield Sentence(kind="deprived", words=words, citation=indicator.citation)
        elif truth.possible[0]:
            words = Label(vi=f"Chưa rõ {_small(label.vi)}", en=f"Not known: {_small(label.en)}")
            yield Sentence(kind="unknown", words=words, citation=None)


def _count(row: Mapping[str, Any], standard: Standard) -> Sentence:
    count, unknown = int(row["deprivation_count"]), int(row["deprivations_unknown"])
    n = len(standard.indicators)
    vi, en = f"Thiếu hụt {count} trên {n} chỉ số", f"Deprived in {count} of {n} indicators"
    if unknown:
        vi, en = f"{vi}, chưa rõ {unknown} chỉ số", f"{en}; {unknown} are not known"
    return Sentence(kind="count", words=Label(vi=vi, en=en))


def _class(
    inputs: ClassificationInputs, result: pd.DataFrame, standard: Standard
) -> Iterator[Sentence]:
    cells = decision_cells(standard, "en")
    (cell,) = cells.positions(inputs, result)
    ids = cells.rule_ids[cells.rule[cell]]
    poverty_class = PovertyClass.of(str(result["poverty_class"].iloc[0]))
    words = Label(vi=f"Vì vậy là: {poverty_class.vi}", en=f"Therefore: {poverty_class.en}")
    for rule in standard.class_rules:
        if rule.id in ids:
            yield Sentence(kind="class", words=words, citation=rule.citation)


def _changes(
    inputs: ClassificationInputs, result: pd.DataFrame, standard: Standard
) -> Iterator[Sentence]:
    changes = changes_of(inputs, result, standard)
    columns = ("to_class", "income_change", "deprivation_change")
    for to_class, money, count in zip(*(changes[name].tolist() for name in columns), strict=True):
        words = _change(to_class, money, count, standard.currency)
        yield Sentence(kind="change", words=words)


def _change(to_class: str, money: float, count: Any, currency: Label) -> Label:
    to = PovertyClass.of(to_class)
    vi, en = [], []
    if money == money:
        way = Label(vi="tăng", en="more") if money > 0 else Label(vi="giảm", en="less")
        vi.append(f"thu nhập {way.vi} {_money(abs(money), 'vi')} {currency.vi}")
        en.append(f"{_money(abs(money), 'en')} {currency.en} {way.en} income")
    if not pd.isna(count):
        size, more = abs(int(count)), count > 0
        vi.append(f"{'thêm' if more else 'bớt'} {size} thiếu hụt")
        en.append(f"{size} deprivation{'s' * (size > 1)} {'more' if more else 'fewer'}")
    return Label(
        vi=f"Nếu {' và '.join(vi)} thì là: {to.vi}", en=f"With {' and '.join(en)}: {to.en}"
    )


def _undetermined(
    inputs: ClassificationInputs, result: pd.DataFrame, row: Mapping[str, Any], standard: Standard
) -> Iterator[Sentence]:
    worst, best = (PovertyClass.of(str(row[f"class_at_{end}"])) for end in ("worst", "best"))
    words = Label(
        vi=f"Chưa xếp loại được: xấu nhất là {_small(worst.vi)}, tốt nhất là {_small(best.vi)}",
        en=f"Undetermined: at worst {_small(worst.en)}, at best {_small(best.en)}",
    )
    yield Sentence(kind="class", words=words)
    masks = reasons_of(inputs, result, standard, "en")["open_questions"]
    names = unpack_indicators(masks, standard=standard, to="lists").iloc[0]
    labels = [QUESTIONS.get(name) or standard.indicator(name).label for name in names]
    yield Sentence(
        kind="open",
        words=Label(
            vi=f"Cần hỏi thêm: {', '.join(_small(label.vi) for label in labels)}",
            en=f"Still to be asked: {', '.join(_small(label.en) for label in labels)}",
        ),
    )


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _money(amount: float, language: Language) -> str:
    """Two decimals, but all where these would say that an amount lies on the line beside it."""
    rounded = round(float(amount), 2)
    near = rounded.is_integer() and rounded != amount
    return number_text(amount if near else rounded, ",.15g", language)
