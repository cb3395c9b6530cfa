"""A mapping proposed from the headings and the cells of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, get_args

import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import name_key
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.definitions import COLUMNS, Column, column_of
from multidim_poverty.schema.mapping.days import days_have_one_order
from multidim_poverty.schema.mapping.heading_texts import (
    are_near,
    is_other_period,
    is_without_marks,
    without_brackets,
    without_number,
)
from multidim_poverty.schema.mapping.mapped_column import Evidence, MappedColumn, MappingTable
from multidim_poverty.schema.mapping.model import Mapping
from multidim_poverty.schema.mapping.numbers import decimal_sign, multiplier_of, number_of
from multidim_poverty.schema.words import NOT_KNOWN, answers_of, as_text, headings_of

__all__ = ["propose"]

ORDER: tuple[Evidence, ...] = get_args(Evidence)
ENOUGH_ANSWERS = 2  # distinct answers that tell a column whose heading says nothing


def propose(frame: pd.DataFrame, *, table: MappingTable = "households") -> Mapping:
    """What the headings and answers of a file mean, as far as the dictionary tells.

    Headings are compared with names, labels and words in Vietnamese and English, then without the
    marks of Vietnamese letters, then by near spelling, then by what their answers are. Nothing is
    read by it: look at the mapping, correct it, and `Mapping.apply` it.

    Parameters
    ----------
    frame : pandas.DataFrame
        The file as it was read, with its own headings as columns.
    table : {"households", "members", "both"}
        What a row is: a household, a member, or a member with the answers of the household beside.

    Returns
    -------
    Mapping
        ``.to_frame()`` shows it. Each heading has its evidence, and as doubts the rules of the
        catalogue that a person should look at: ``near_heading``, ``told_by_answers``,
        ``several_columns``, ``answers_not_read``, ``number_of_two_readings``, ``numbers_not_read``,
        ``days_not_read``, ``order_of_days``, ``other_unit``.

    Raises
    ------
    ArgumentError
        If `frame` is no DataFrame, or `table` none of the three.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty.schema import mapping
    >>> answers = pd.DataFrame({
    ...     "Mã hộ": ["a", "b"], "Khu vực": ["Nông thôn", "Phường"],
    ...     "Tổng thu nhập (nghìn đồng)": ["136.872", "7.500,5"],
    ...     "Nhà tiêu": ["Tự hoại", "2 ngăn"]})
    >>> proposed = mapping.propose(answers)
    >>> [(c.column, c.evidence) for c in proposed.columns][:2]
    [('household_id', 'word'), ('area', 'label')]
    >>> proposed.apply(answers).households["income_12m"].tolist()
    [136872000.0, 7500500.0]
    """
    frame = as_frame(frame, "frame")
    if table not in get_args(MappingTable):
        raise ArgumentError(f"table {table!r} is none of {', '.join(get_args(MappingTable))}")
    tables = ("members", "households") if table == "both" else (table,)
    proposals = [
        proposal
        for at, heading in enumerate(frame.columns)
        for proposal in _meanings(str(heading), frame.iloc[:, at], tables)
    ]
    chosen, doubted = _one_heading_each(proposals)
    columns = [
        _with_answers(proposal, frame[proposal.heading], doubted.get(proposal.target, ()))
        for proposal in chosen
    ]
    read = {proposal.heading for proposal in chosen}
    ignored = tuple(dict.fromkeys(str(h) for h in frame.columns if str(h) not in read))
    return Mapping(table=table, columns=tuple(columns), ignored=ignored)


class _Proposal(NamedTuple):
    """A column that a heading may be, and why."""

    heading: str
    table: str
    column: str
    evidence: Evidence
    doubts: tuple[str, ...]
    filled: int

    @property
    def target(self) -> tuple[str, str]:
        return self.table, self.column

    @property
    def rank(self) -> tuple[int, int, int]:
        """The order among headings of one column: the better evidence first."""
        return ORDER.index(self.evidence), len(self.doubts), -self.filled


def _meanings(heading: str, cells: pd.Series[Any], tables: Sequence[str]) -> Iterable[_Proposal]:
    """What a heading may be: one column; an id of the household in both tables."""
    filled = int(cells.notna().sum())
    for evidence, found in _by_heading(without_number(heading), tables):
        if not found:
            continue
        doubts: tuple[str, ...] = ("near_heading",) if evidence == "near" else ()
        targets = [*found]
        if len({column for _, column in targets}) > 1:
            targets = _that_fit(targets, cells) or targets
            doubts = (*doubts, "several_columns")
        if "household_id" not in {column for _, column in targets}:
            targets = targets[:1]
        for table, column in targets:
            if column == targets[0][1]:
                yield _Proposal(heading, table, column, found[table, column], doubts, filled)
        return
    for table, column in _by_answers(cells, tables):
        yield _Proposal(heading, table, column, "answers", ("told_by_answers",), filled)


def _by_heading(
    heading: str, tables: Sequence[str]
) -> Iterable[tuple[str, dict[tuple[str, str], Evidence]]]:
    """Columns by the whole heading, then without what stands in brackets, then more freely."""
    short, says_more = without_brackets(heading)
    keys = list(dict.fromkeys([str(name_key(heading)), str(name_key(short))]))
    yield "exact", _columns(heading, tables, lambda known: known == keys[0])
    exact = _columns(heading, tables, lambda known: known == keys[-1])
    yield ("near" if says_more else "exact"), exact
    loose = _columns(
        heading, tables, lambda known: any(is_without_marks(key, known) for key in keys)
    )
    yield ("near" if says_more else "without_marks"), dict.fromkeys(loose, "without_marks")
    found = _columns(heading, tables, lambda known: are_near(keys[-1], known))
    yield "near", dict.fromkeys(found, "near")


def _columns(
    heading: str, tables: Sequence[str], is_it: Callable[[str], bool]
) -> dict[tuple[str, str], Evidence]:
    """The columns whose headings pass and whose amounts are for the same period, and why."""
    return {
        (table, column): evidence
        for table in tables
        for text, columns in headings_of(table).items()
        if is_it(text)
        for column, evidence in columns.items()
        if not is_other_period(heading, column)
    }


def _that_fit(targets: Sequence[tuple[str, str]], cells: pd.Series[Any]) -> list[tuple[str, str]]:
    """Of several columns those whose answers the cells are."""
    return [target for target in targets if _fits(column_of(*target), cells)]


def _fits(column: Column | None, cells: pd.Series[Any]) -> bool:
    """Whether all cells are answers of the column."""
    distinct = cells.dropna().unique()
    if column is None or not len(distinct):
        return False
    if column.kind in ("boolean", "category"):
        codes = answers_of(column)
        return all(len(codes.get(name_key(as_text(value)), ())) == 1 for value in distinct)
    if column.kind in ("integer", "number"):
        decimal, _ = decimal_sign(distinct)
        return all(number_of(value, decimal, 1) is not None for value in distinct)
    return column.kind != "date"


def _by_answers(cells: pd.Series[Any], tables: Sequence[str]) -> list[tuple[str, str]]:
    """The one column of coded answers whose codes the cells name, if there is one alone."""
    if cells.dropna().nunique() < ENOUGH_ANSWERS:
        return []
    fitting: list[tuple[str, str]] = [
        (column.table, column.name)
        for column in COLUMNS
        if column.table in tables and column.kind == "category" and _fits(column, cells)
    ]
    return fitting if len(fitting) == 1 else []


def _one_heading_each(
    proposals: Sequence[_Proposal],
) -> tuple[list[_Proposal], dict[tuple[str, str], tuple[str, ...]]]:
    """Of the headings of one column the one with the best evidence; and the columns of several."""
    by_target: dict[tuple[str, str], list[_Proposal]] = {}
    for proposal in proposals:
        by_target.setdefault(proposal.target, []).append(proposal)
    doubted: dict[tuple[str, str], tuple[str, ...]] = {
        target: ("several_headings",) for target, those in by_target.items() if len(those) > 1
    }
    best = {id(min(those, key=lambda p: p.rank)) for those in by_target.values()}
    return [proposal for proposal in proposals if id(proposal) in best], doubted


def _with_answers(proposal: _Proposal, cells: Any, more: tuple[str, ...]) -> MappedColumn:
    """The column with what its answers stand for, and what is doubtful in them."""
    if isinstance(cells, pd.DataFrame):  # the heading stands twice; the first one counts
        cells, more = cells.iloc[:, 0], (*more, "several_headings")
    column = column_of(proposal.table, proposal.column)
    found: dict[str, Any] = {}
    doubts = [*proposal.doubts, *dict.fromkeys(more)]
    distinct = [*dict.fromkeys(as_text(value) for value in cells.dropna())]
    if column is not None and column.kind in ("boolean", "category"):
        codes = answers_of(column)
        read = {text: codes.get(str(name_key(text)), ()) for text in distinct if text}
        found["answers"] = {text: each[0] for text, each in read.items() if len(each) == 1}
        if len(found["answers"]) < len(read):
            doubts.append("answers_not_read")
        if column.kind == "boolean" and True in found["answers"].values():
            only_yes = set(found["answers"].values()) == {True}
            doubts += ["only_yes"] if only_yes and cells.isna().any() else []
    elif column is not None and column.kind in ("integer", "number"):
        decimal, is_open = decimal_sign(cells.dropna())
        found["decimal"] = decimal or ""
        found["multiply"] = multiplier_of(proposal.heading) if column.money else 1
        doubts += ["other_unit"] if found["multiply"] != 1 else []
        doubts += ["number_of_two_readings"] if is_open and decimal is None else []
        unread = [v for v in cells.dropna() if number_of(v, decimal, 1) is None and not _unknown(v)]
        doubts += ["numbers_not_read"] if unread and not is_open else []
    elif column is not None and column.kind == "date":
        found["day_first"] = True
        doubts += days_have_one_order(cells.dropna())
    return MappedColumn(
        heading=proposal.heading,
        table=proposal.table,  # type: ignore[arg-type]
        column=proposal.column,
        evidence=proposal.evidence,
        doubts=tuple(dict.fromkeys(doubts)),
        **found,
    )


def _unknown(value: Any) -> bool:
    """Whether a cell says that the answer is not known."""
    return answers_of(COLUMNS[0]).get(str(name_key(as_text(value)))) == (NOT_KNOWN,)
