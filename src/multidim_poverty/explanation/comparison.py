"""Two results on the same households: who moved, from where to where, and what made it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from multidim_poverty.assessment.inputs import ASSESSED_COLUMNS
from multidim_poverty.errors import ArgumentError
from multidim_poverty.identity import (
    append_ids,
    check_ids_meet,
    check_lasting_ids,
    match,
    rows_at,
)
from multidim_poverty.law.provenance import standards_of
from multidim_poverty.measures.incidence import class_column
from multidim_poverty.schema.arguments import as_frame
from multidim_poverty.schema.faults import Fault, fault_at, raise_errors
from multidim_poverty.schema.reading import category_codes, inferred_kind, is_numeric, truth_of
from multidim_poverty.schema.value_rules import not_boolean
from multidim_poverty.vocabulary import PovertyClass

__all__ = ["compare"]

SHOWN = 5  # households in a message
RESULT = ("income_band", "deprivation_count", "deprivations_unknown")
REASONS = ("rule", "citation", "deprived_indicators", "open_questions")
NOT_ANSWERS = (*ASSESSED_COLUMNS, *REASONS, "income_margin", "deprivation_margin")
# What a class says in the words of every system of classes; `not_poor` leaves two of them open.
MEANING = {
    "poor": {"poor"},
    "near_poor": {"near_poor"},
    "average": {"average"},
    "above_average": {"above_average"},
    "not_poor": {"average", "above_average"},
}


def compare(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Who moved between two results, and what made it.

    Parameters
    ----------
    a, b : pandas.DataFrame
        Results of `assess`, `classify`, `reasons` or
        `~multidim_poverty.assessment.points.classify_points`: of two standards, two surveys, or
        two versions of the data. Index ``household_id``, unique. Indicators are yes
        and no, or 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row per household of either, those of `a` first:

        - ``class_a``, ``class_b`` (string; NA where undetermined or absent);
        - ``present`` (category ``both``, ``only_a``, ``only_b``);
        - ``moved`` (boolean): the class changed in meaning; NA where one is undetermined or
          absent. ``not_poor`` says no more than that a household is above the line, so that it
          is no move from or to ``average`` and ``above_average``;
        - ``cause`` (string; empty where nothing moved): of ``income_band``, ``deprivations``
          and ``rule``, joined by commas, whichever changed; ``rule`` where the band and the count
          of deprivations are the same, so that the class rules of two standards made it;
        - ``answers`` (string): the indicators whose answer changed, joined by commas, of those
          that both results hold;
        - ``rule_a``, ``rule_b`` (string), where both results have a ``rule``.

    Raises
    ------
    ArgumentError
        If ids do not meet, or were made from the order of rows (``id_from_row``); or if a class
        contradicts the bounds of its own row; or if two results of one standard have one band and
        one count of deprivations of a household, and two classes; or if a result has no
        ``poverty_class``, it holds a word that is no class, or a household stands in it twice.
    InvalidDataError
        If a column is yes and no in one result, and holds a number but 0 and 1 in the other.

    Notes
    -----
    Bands of two standards can share a name and differ in their amounts: a household whose band
    changed between two standards may have the same income. Where the band and the deprivations
    both changed, both are named, even if one of them would have done; `nearest_changes` tells.
    Results of `reasons` hold no bands and no answers, so that ``cause`` and ``answers`` of them
    are empty.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> old, new = (
    ...     mdp.assess(sample.households, sample.members, standard=mdp.standard(name),
    ...                on="2023-06-30")
    ...     for name in ("decision_59_2015", "decree_07_2021"))
    >>> moved = mdp.compare(old, new).query("moved == True")
    >>> moved.groupby(["class_a", "class_b"]).size().head(2).to_dict()
    {('above_average', 'average'): 159, ('above_average', 'near_poor'): 4}
    """
    a = as_frame(a, "a")
    b = as_frame(b, "b")
    for name, result in (("a", a), ("b", b)):
        _check_classes(result, name)
        if not result.index.is_unique:
            twice = result.index[result.index.duplicated()].unique()[:5].tolist()
            raise ArgumentError(f"households stand twice in {name}, such as {twice}")
    check_lasting_ids({"a": a, "b": b})
    check_ids_meet(a.index, b.index, ("a", "b"))
    in_b = match(a.index.to_series(), b.index).home
    alone_in_b = np.flatnonzero(match(b.index.to_series(), a.index).home < 0)
    ids = append_ids(a.index, b.index[alone_in_b])
    at_a = np.append(np.arange(len(a)), np.full(len(alone_in_b), -1))
    at_b: npt.NDArray[np.intp] = np.append(in_b, alone_in_b)
    old, new = rows_at(a, at_a, ids), rows_at(b, at_b, ids)
    present = np.where(at_a < 0, "only_b", np.where(at_b < 0, "only_a", "both"))
    both = present == "both"
    class_a, class_b = (_words(frame["poverty_class"]) for frame in (old, new))
    moved = _moved(class_a, class_b)
    changed = {name: _answers_differ(old[name], new[name]) & both for name in _answers(a, b)}
    causes = {"income_band": ["income_band"], "deprivations": list(RESULT[1:])}
    moving = np.asarray(moved.fillna(False), dtype=bool)
    causing = {
        cause: moving & np.any([_differs(old[n], new[n]) for n in names], axis=0)
        for cause, names in causes.items()
        if all(n in a.columns and n in b.columns for n in names)
    }
    if len(causing) == len(causes):
        causing["rule"] = moving & ~np.any(list(causing.values()), axis=0)
        _check_one_rule(a, b, ids[causing["rule"]])
    table = pd.DataFrame(
        {
            "class_a": class_a,
            "class_b": class_b,
            "present": pd.Categorical(present, categories=["both", "only_a", "only_b"]),
            "moved": moved,
            "cause": _joined(causing, len(ids)),
            "answers": _joined(changed, len(ids)),
        },
        index=ids,
    )
    if "rule" in a.columns and "rule" in b.columns:
        table["rule_a"], table["rule_b"] = _words(old["rule"]), _words(new["rule"])
    return table


def _check_one_rule(a: pd.DataFrame, b: pd.DataFrame, moved_by_rule: pd.Index[Any]) -> None:
    """Raise if the same band and deprivations have two classes in two results of one standard."""
    standards, others = standards_of(a), standards_of(b)
    one = len(standards) == 1 and standards == others and standards[0][1] is not None
    if one and len(moved_by_rule):
        raise ArgumentError(
            f"a and b are of one standard, {standards[0][0]}; {len(moved_by_rule)} household(s) "
            f"have the same income band and deprivations in both and two classes, such as "
            f"{moved_by_rule[:SHOWN].tolist()}: a class was changed by hand; assess the households "
            f"anew"
        )


def _check_classes(result: pd.DataFrame, argument: str) -> None:
    """Raise if the classes of a result are none, or contradict its own bounds."""
    names = ("poverty_class", "class_at_worst", "class_at_best")
    columns = [class_column(result, name, argument) for name in names if name in result.columns]
    if len(columns) < len(names):
        class_column(result, names[0], argument)
        return
    at, worst, best = (category_codes(column, PovertyClass.codes()) for column in columns)
    known, bounded = at >= 0, (worst >= 0) & (best >= 0)
    apart = known & (((worst >= 0) & (at != worst)) | ((best >= 0) & (at != best)))
    apart |= bounded & ((worst > best) | (~known & (worst == best)))
    if apart.any():
        ids = result.index[apart][:SHOWN].tolist()
        raise ArgumentError(
            f"poverty_class of {int(apart.sum())} households in {argument} contradicts their "
            f"class_at_worst and class_at_best, such as {ids}; take a result as assess gave it, or "
            f"drop the two columns"
        )


def _words(values: pd.Series[Any]) -> pd.Series[Any]:
    words: pd.Series[Any] = values.astype(object).astype("string")
    return words


def _moved(class_a: pd.Series[Any], class_b: pd.Series[Any]) -> pd.Series[Any]:
    """Whether two classes have no meaning in common; NA where one is missing."""
    codes = PovertyClass.codes()
    apart = np.array(
        [[MEANING[one].isdisjoint(MEANING[other]) for other in codes] for one in codes]
    )
    at_a, at_b = (category_codes(words, codes) for words in (class_a, class_b))
    unknown = (at_a < 0) | (at_b < 0)
    return pd.Series(pd.arrays.BooleanArray(apart[at_a, at_b] & ~unknown, unknown), class_a.index)


def _answers(a: pd.DataFrame, b: pd.DataFrame) -> list[str]:
    """The columns of yes and no that both results have; raises for any other number in one."""
    names: list[str] = []
    faults: list[Fault] = []
    for name in a.columns:
        if name in NOT_ANSWERS or name not in b.columns:
            continue
        sides = {"a": a[name], "b": b[name]}
        strange = {side: not_boolean(values) for side, values in sides.items()}
        readable = [side for side in sides if not strange[side].any()]
        if len(readable) == 2 and any(values.notna().any() for values in sides.values()):
            names.append(str(name))
        elif any(inferred_kind(sides[side].dropna()) == "boolean" for side in readable):
            faults += [
                fault_at(side, str(name), "not_a_deprivation", strange[side])
                for side in sides
                if side not in readable and is_numeric(sides[side])
            ]
    raise_errors(faults, {"a": a, "b": b})
    return names


def _answers_differ(old: pd.Series[Any], new: pd.Series[Any]) -> Any:
    one, other = truth_of(old)(slice(None)), truth_of(new)(slice(None))
    return (one.certain != other.certain) | (one.possible != other.possible)


def _differs(old: pd.Series[Any], new: pd.Series[Any]) -> Any:
    one, other = old.astype(object), new.astype(object)
    old_missing, new_missing = one.isna().to_numpy(), other.isna().to_numpy()
    different = np.asarray(
        one.where(~old_missing, None) != other.where(~new_missing, None), dtype=bool
    )
    return (old_missing != new_missing) | (different & ~old_missing & ~new_missing)


def _joined(flags: dict[str, Any], n: int) -> Any:
    """The names of the flags that are set, joined by commas."""
    bits = np.zeros(n, dtype=np.int64)
    for bit, marks in enumerate(flags.values()):
        bits |= np.asarray(marks, dtype=np.int64) << bit
    distinct, codes = np.unique(bits, return_inverse=True)
    words = [", ".join(name for bit, name in enumerate(flags) if b >> bit & 1) for b in distinct]
    return pd.array(np.array(words, dtype=object)[codes] if n else [], dtype="string")
