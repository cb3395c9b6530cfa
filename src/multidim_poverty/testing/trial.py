"""What an implementation answers on some households, and how a disagreement is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd

from multidim_poverty.law import Standard
from multidim_poverty.vocabulary import PovertyClass

# Takes households and their deprivations; gives the classes in the order of the households.
Classifier = Callable[[pd.DataFrame, pd.DataFrame], Any]

INCOMES = ["income_per_capita", "income_12m"]


class Law(Protocol):
    """One law, callable alone."""

    @property
    def __name__(self) -> str:
        """Name of the law."""

    def __call__(
        self,
        f: Classifier,
        households: pd.DataFrame,
        deprivations: pd.DataFrame,
        *,
        standard: Standard,
    ) -> None:
        """Raise `AssertionError` where the law is broken."""


@dataclass(frozen=True)
class Rows:
    """Households with their answers, and how to show them."""

    households: pd.DataFrame
    deprivations: pd.DataFrame
    answers: list[str | None] = field(default_factory=list)

    def show(self, at: int, id: Any, what: str) -> dict[str, Any]:
        """One household in words."""
        home, answers = self.households.iloc[at], self.deprivations.iloc[at]
        shown = {"household": id, "case": what}
        shown |= {
            name: home[name]
            for name in ("area", *INCOMES, "household_size")
            if name in self.households.columns
        }
        missing = answers.isna().to_numpy(dtype=bool)
        yes = [name for name, v, na in zip(answers.index, answers, missing, strict=True)
               if not na and v]  # fmt: skip
        shown["deprived in"] = ", ".join(map(str, yes)) or "nothing"
        if missing.any():
            shown["not known"] = ", ".join(map(str, answers.index[missing]))
        return shown | {"class": self.answers[at] or "undetermined"}


def try_on(f: Classifier, households: pd.DataFrame, deprivations: pd.DataFrame) -> Rows:
    """Ask an implementation, about copies: what it does to them harms nobody."""
    result = f(households.copy(), deprivations.copy())
    return Rows(households, deprivations, answers_of(result, len(households)))


def answers_of(result: Any, n: int) -> list[str | None]:
    """The classes as texts, None where undetermined, in the order of the rows."""
    if isinstance(result, pd.DataFrame):
        assert "poverty_class" in result.columns, "a table came back without column poverty_class"
        result = result["poverty_class"]
    values = result.tolist() if hasattr(result, "tolist") else list(result)
    assert len(values) == n, f"{n} households were given, and {len(values)} classes came back"
    classes = [None if pd.isna(value) else str(value) for value in values]
    strange = sorted({value for value in classes if value is not None} - set(PovertyClass.codes()))
    assert not strange, f"{strange} are no classes; classes: {', '.join(PovertyClass.codes())}"
    return classes


def broken(law: str, what: str, rows: Iterable[dict[str, Any]]) -> AssertionError:
    """The error that shows the households of a broken law."""
    shown = pd.DataFrame(list(rows))
    if "not known" in shown.columns:
        shown["not known"] = shown["not known"].fillna("nothing")
    table = shown.T
    table.columns = [""] * table.shape[1]
    with pd.option_context("display.max_colwidth", None, "display.width", None):
        return AssertionError(f"{law}: {what}\n{table.to_string(header=False)}")


def same(law: str, what: str, before: Rows, after: Rows, places: Sequence[int]) -> None:
    """Every household `at` of `after` must have the answer of row ``places[at]`` of `before`."""
    for at, place in enumerate(places):
        if before.answers[place] != after.answers[at]:
            id = before.households.index[place]
            raise broken(law, what, [before.show(place, id, "before"), after.show(at, id, "after")])


def income_of(households: pd.DataFrame) -> list[float | None]:
    """Income per head as stated, else from the year; None where neither is known."""
    n = len(households)
    columns = {
        name: [None if pd.isna(v) else float(v) for v in households[name].tolist()]
        if name in households.columns
        else [None] * n
        for name in (*INCOMES, "household_size")
    }
    incomes: list[float | None] = []
    for stated, year, size in zip(*columns.values(), strict=True):
        computed = None if year is None or not size else year / (12 * size)
        incomes.append(computed if stated is None else stated)
    return incomes
