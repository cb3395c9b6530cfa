"""Laws of scenarios: counts over lines and cut-offs, and who moves between two standards.

Each law raises `AssertionError` with the households and the figures that break it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from typing import Any

import pandas as pd

from multidim_poverty.errors import ArgumentError
from multidim_poverty.law import Standard
from multidim_poverty.law.catalog import StandardLike, as_standard
from multidim_poverty.scenario import variant
from multidim_poverty.schema.arguments import TablesLike, as_frame, as_households
from multidim_poverty.testing.inputs import check_inputs_stay
from multidim_poverty.testing.oracle import oracle_classify

__all__ = ["SCENARIO_LAWS", "check_scenario_laws"]

COUNTED = ("headcount", "headcount_at_most", "undetermined", "base")
MIRRORED = ("class", "rule", "citation")
Cell = tuple[float, int]


def check_scenario_laws(
    grid: Callable[..., Any],
    impact: Callable[..., Any],
    households: TablesLike,
    deprivations: pd.DataFrame,
    *,
    standard: StandardLike,
    line_factors: Sequence[float] = (0.9, 1.0, 1.2),
    cutoffs: Sequence[int] = (2, 3, 5),
) -> None:
    """Check every law of implementations of `scenario.grid` and `scenario.impact`.

    Parameters
    ----------
    grid : callable
        ``grid(households, deprivations, line_factors, cutoffs)`` gives a table with a row for each
        factor by which all lines are multiplied, cut-off and class: ``line_factor``, ``cutoff``,
        ``poverty_class``, ``headcount``, and what else it has of ``headcount_at_most``,
        ``undetermined`` and ``base``. Only what it gives is checked.
    impact : callable
        ``impact(households, deprivations, from_standard, to_standard)`` gives a table with a row
        for each household in their order: ``class_from``, ``class_to`` (missing where
        undetermined), and what else it has of ``moved``, ``rule_from``, ``rule_to``,
        ``citation_from``, ``citation_to``.
    households, deprivations : pandas.DataFrame
        As for `multidim_poverty.classify`, and in the same order; draw them with `class_inputs` or
        `boundary_households`.
    standard : Standard or str
        The law whose lines and cut-off are varied.
    line_factors : sequence of float
        Ascending.
    cutoffs : sequence of int
        Ascending.

    Raises
    ------
    AssertionError
        Names the law and shows the cell or the household that breaks it.
    ArgumentError, InvalidDataError
        If a table is no DataFrame or names a column twice; ArgumentError too if there is no such
        standard, or factors or cut-offs do not ascend.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> from multidim_poverty import testing
    >>> sample, standard = mdp.load_sample(), mdp.standard("decree_07_2021")
    >>> homes = sample.households.iloc[:20]
    >>> matrix = mdp.deprivations(sample.households, sample.members, standard=standard)
    >>> def grid(households, deprivations, line_factors, cutoffs):
    ...     return mdp.scenario.grid(households, deprivations, standard=standard,
    ...                              line_factors=line_factors, cutoffs=cutoffs)
    >>> testing.check_scenario_laws(
    ...     grid, mdp.scenario.impact, homes, matrix.loc[homes.index], standard=standard)
    """
    homes, matrix = as_households(households), as_frame(deprivations, "deprivations")
    for name, values in (("line_factors", line_factors), ("cutoffs", cutoffs)):
        if not values or any(not one < other for one, other in pairwise(values)):
            raise ArgumentError(f"{name} {values!r} do not ascend")
    trial = _Trial(
        grid, impact, homes, matrix, as_standard(standard), tuple(line_factors), tuple(cutoffs)
    )
    for law in SCENARIO_LAWS:
        law(trial)


@dataclass(frozen=True)
class _Trial:
    """Two implementations, and what they are tried on."""

    grid: Callable[..., Any]
    impact: Callable[..., Any]
    households: pd.DataFrame
    deprivations: pd.DataFrame
    standard: Standard
    line_factors: tuple[float, ...]
    cutoffs: tuple[int, ...]

    @property
    def classes(self) -> list[str]:
        """Classes of the standard, the worst first."""
        return [str(each) for each in self.standard.classes]

    @cached_property
    def variants(self) -> Mapping[Cell, Standard]:
        """The standard of each cell."""
        return {
            (factor, cutoff): variant(self.standard, line_factor=factor, cutoff=cutoff)
            for factor, cutoff in product(self.line_factors, self.cutoffs)
        }

    @cached_property
    def results(self) -> Mapping[Cell, pd.DataFrame]:
        """The classes by the standard of each cell, from the oracle."""
        return {
            cell: oracle_classify(self.households, self.deprivations, standard=law)
            for cell, law in self.variants.items()
        }

    @cached_property
    def cells(self) -> Mapping[Cell, Mapping[str, Mapping[str, float]]]:
        """What came back: by cell and class, each count that is there."""
        answer = self.grid(
            self.households.copy(), self.deprivations.copy(), self.line_factors, self.cutoffs
        )
        counts = [name for name in COUNTED if name in answer]
        assert "headcount" in counts, "a table came back without column headcount"
        cells: dict[Cell, dict[str, Mapping[str, float]]] = {cell: {} for cell in self.variants}
        labels = zip(answer["line_factor"], answer["cutoff"], answer["poverty_class"], strict=True)
        for row, (factor, cutoff, name) in zip(
            answer[counts].to_dict("records"), labels, strict=True
        ):
            cell = cells.get((float(factor), int(cutoff)))
            assert cell is not None, f"a cell came back that was not asked for: {factor}, {cutoff}"
            cell[str(name)] = {str(key): float(value) for key, value in row.items()}
        for at, classes in cells.items():
            lacking = [name for name in self.classes if name not in classes]
            assert not lacking, f"the cell {at} came back without {', '.join(lacking)}"
        return cells

    def moves(self, old: Standard, new: Standard) -> pd.DataFrame:
        """What the other implementation says of two standards, missing values as None."""
        answer = self.impact(self.households.copy(), self.deprivations.copy(), old, new)
        assert len(answer) == len(self.households), (
            f"{len(self.households)} households were given, and {len(answer)} moves came back"
        )
        plain: pd.DataFrame = answer.astype(object)
        return plain.where(plain.notna(), None).reset_index(drop=True)


def _broken(law: str, at: Any, what: str) -> AssertionError:
    return AssertionError(f"{law}: {at}: {what}")


def _check_alike(law: str, at: Any, found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    for name, value in found.items():
        if name in expected and value != expected[name]:
            raise _broken(law, at, f"{name} is {value} and should be {expected[name]}")


# -- the laws ----------------------------------------------------------------------------------


def inputs_are_not_changed(trial: _Trial) -> None:
    """The tables stay as they were, also when the answer is written over."""
    tables = {"households": trial.households, "deprivations": trial.deprivations}
    other = list(trial.variants.values())[-1]
    for ask in (
        lambda given: trial.grid(*given.values(), trial.line_factors, trial.cutoffs),
        lambda given: trial.impact(*given.values(), trial.standard, other),
    ):
        check_inputs_stay("inputs_are_not_changed", ask, tables)


def cells_are_class_counts(trial: _Trial) -> None:
    """Each cell counts the classes by the standard with its line and cut-off."""
    for cell, result in trial.results.items():
        undetermined = int(result["poverty_class"].isna().sum())
        for name, counts in trial.cells[cell].items():
            possible = (result["class_at_worst"] <= name) & (result["class_at_best"] >= name)
            expected = {
                "headcount": int((result["poverty_class"] == name).sum()),
                "headcount_at_most": int(possible.sum()),
                "undetermined": undetermined,
                "base": len(result),
            }
            _check_alike("cells_are_class_counts", (*cell, name), counts, expected)


def cells_add_up(trial: _Trial) -> None:
    """The classes of a cell and the households without one are all households."""
    for cell, classes in trial.cells.items():
        known = sum(counts["headcount"] for counts in classes.values())
        for name, counts in classes.items():
            if "undetermined" in counts and known + counts["undetermined"] != len(trial.households):
                what = f"{known} with a class and {counts['undetermined']} without are not all"
                raise _broken("cells_add_up", (*cell, name), what)


def higher_lines_are_nested(trial: _Trial) -> None:
    """Who is poor under a line is poor under each higher one."""
    for cutoff in trial.cutoffs:
        for low, high in pairwise(trial.line_factors):
            _check_nested("higher_lines_are_nested", trial, (low, cutoff), (high, cutoff))


def lower_cut_offs_are_nested(trial: _Trial) -> None:
    """Who is poor at a cut-off is poor at each lower one."""
    for factor in trial.line_factors:
        for low, high in pairwise(trial.cutoffs):
            _check_nested("lower_cut_offs_are_nested", trial, (factor, high), (factor, low))


def _check_nested(law: str, trial: _Trial, fewer: Cell, more: Cell) -> None:
    for name in ("headcount", "headcount_at_most"):
        first, second = (trial.cells[cell][trial.classes[0]].get(name) for cell in (fewer, more))
        if first is not None and second is not None and first > second:
            raise _broken(law, fewer, f"{name} of the poor is {first}, and {second} at {more}")


def moves_are_between_the_classes_of_both_standards(trial: _Trial) -> None:
    """Each household moves from its class by the first standard to that by the second."""
    own = oracle_classify(trial.households, trial.deprivations, standard=trial.standard)
    for cell, law in trial.variants.items():
        moves = trial.moves(trial.standard, law)
        sides = {"class_from": own, "class_to": trial.results[cell]}
        rows = zip(trial.households.index, moves.to_dict("records"), strict=True)
        for row, (id, found) in enumerate(rows):
            expected: dict[str, Any] = {
                side: None if pd.isna(cls := result["poverty_class"].iloc[row]) else str(cls)
                for side, result in sides.items()
            }
            if None not in expected.values():
                expected["moved"] = expected["class_from"] != expected["class_to"]
            answers = {
                str(name): str(value) if str(name) in sides and value is not None else value
                for name, value in found.items()
            }
            law_name = "moves_are_between_the_classes_of_both_standards"
            _check_alike(law_name, (cell, id), answers, expected)


def moves_back_are_mirrored(trial: _Trial) -> None:
    """From the second standard to the first, each move is the same the other way round."""
    for cell, law in trial.variants.items():
        there, back = trial.moves(trial.standard, law), trial.moves(law, trial.standard)
        for row, id in enumerate(trial.households.index):
            pairs = [
                (f"{name}_{one}", f"{name}_{other}")
                for name in MIRRORED
                for one, other in (("from", "to"), ("to", "from"))
            ]
            for forward, mirrored in [*pairs, ("moved", "moved")]:
                if forward in there and mirrored in back:
                    found, expected = back[mirrored].iloc[row], there[forward].iloc[row]
                    _check_alike(
                        "moves_back_are_mirrored",
                        (cell, id),
                        {f"{mirrored} on the way back": found},
                        {f"{mirrored} on the way back": expected},
                    )


def moves_have_the_margins_of_the_cells(trial: _Trial) -> None:
    """As many households move to a class, or stay in it, as its cell of the grid counts."""
    for cell, law in trial.variants.items():
        to = trial.moves(trial.standard, law)["class_to"].map(str)
        for name, counts in trial.cells[cell].items():
            found = {"headcount": counts["headcount"]}
            expected = {"headcount": int((to == name).sum())}
            _check_alike("moves_have_the_margins_of_the_cells", (*cell, name), found, expected)


SCENARIO_LAWS: tuple[Callable[[_Trial], None], ...] = (
    inputs_are_not_changed,
    cells_are_class_counts,
    cells_add_up,
    higher_lines_are_nested,
    lower_cut_offs_are_nested,
    moves_are_between_the_classes_of_both_standards,
    moves_back_are_mirrored,
    moves_have_the_margins_of_the_cells,
)
