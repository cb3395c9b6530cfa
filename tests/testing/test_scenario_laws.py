"""The laws of scenarios: ours keep them, and each of them catches a planted bug."""

import numpy as np
import pandas as pd
import pytest

import multidim_poverty as mdp
from multidim_poverty import scenario, testing
from multidim_poverty.testing import scenario_laws

STANDARD = mdp.standard("decree_07_2021")
INCOMES = [1_350_000, 1_500_000, 1_500_001, 1_800_000, 2_000_000, 2_250_000, None, 1_400_000]
HOMES = pd.DataFrame(
    {"area": ["rural"] * 4 + ["urban"] * 3 + [None], "income_per_capita": INCOMES},
    index=list("abcdefgh"),
).astype({"income_per_capita": "Float64"})
MATRIX = pd.DataFrame(
    [[True] * n + [False] * (12 - n) for n in (1, 2, 3, 5, 5, 3, 2, 6)],
    index=HOMES.index,
    columns=STANDARD.indicator_ids,
).astype("boolean")
MATRIX.iloc[3, 3] = pd.NA


def grid(households, deprivations, line_factors, cutoffs):
    return scenario.grid(
        households,
        deprivations,
        standard=STANDARD,
        line_factors=line_factors,
        cutoffs=cutoffs,
    )


def check(of_grid=grid, of_impact=scenario.impact, law=None):
    laws = scenario_laws.SCENARIO_LAWS
    chosen = laws if law is None else [each for each in laws if each.__name__ == law]
    assert chosen
    trial = scenario_laws._Trial(
        of_grid, of_impact, HOMES, MATRIX, STANDARD, (0.9, 1.0, 1.2), (2, 3, 5)
    )
    for each in chosen:
        each(trial)


def counted(change):
    def wrong(*inputs):
        return change(grid(*inputs))

    return wrong


def moved(change):
    def wrong(*inputs):
        return change(scenario.impact(*inputs), *inputs)

    return wrong


def test_ours_keep_every_law():
    testing.check_scenario_laws(grid, scenario.impact, HOMES, MATRIX, standard=STANDARD)


def test_what_an_implementation_does_not_give_is_not_checked():
    def alone(*inputs):
        return grid(*inputs)[["line_factor", "cutoff", "poverty_class", "headcount"]]

    def classes(*inputs):
        return scenario.impact(*inputs)[["class_from", "class_to"]]

    testing.check_scenario_laws(alone, classes, HOMES, MATRIX, standard="decree_07_2021")


def one_more(table):
    return table.assign(headcount=table["headcount"] + (table.index == 0))


def strict_line(*inputs):
    households = inputs[0].assign(income_per_capita=inputs[0]["income_per_capita"] + 1)
    return grid(households, *inputs[1:])


def lines_upside_down(table):
    return table.assign(line_factor=table["line_factor"].map({0.9: 1.2, 1.0: 1.0, 1.2: 0.9}))


def cut_offs_upside_down(table):
    return table.assign(cutoff=table["cutoff"].map({2: 5, 3: 3, 5: 2}))


def forgets_the_undetermined(table):
    return table.assign(undetermined=0)


def writes_into_the_matrix(households, deprivations, *others):
    answer = grid(households, deprivations, *others)
    deprivations.iloc[:, 0] = False
    return answer


def always_from_the_lower(moves, households, deprivations, old, new):
    if old.lines[0].rural > new.lines[0].rural:
        return scenario.impact(households, deprivations, new, old)
    return moves


def forgets_its_clause(moves, households, deprivations, old, new):
    return moves if old is STANDARD else moves.assign(rule_from=moves["rule_to"])


def nobody_moves(moves, *inputs):
    return moves.assign(moved=False)


def unknown_stay_where_they_were(moves, *inputs):
    known = moves["class_to"].astype(object)
    return moves.assign(class_to=known.where(known.notna(), moves["class_from"].astype(object)))


def first_half(moves, *inputs):
    to = moves["class_to"].astype(object).to_numpy().copy()
    to[: len(to) // 2] = np.roll(to[: len(to) // 2], 1)
    return moves.assign(class_to=to)


BUGS = {
    "one household too many": (counted(one_more), None, "cells_are_class_counts"),
    "an income at the line is above it": (strict_line, None, "cells_are_class_counts"),
    "who has no class is forgotten": (counted(forgets_the_undetermined), None, "cells_add_up"),
    "a higher line has fewer poor": (counted(lines_upside_down), None, "higher_lines_are_nested"),
    "a higher cut-off has more poor": (
        counted(cut_offs_upside_down), None, "lower_cut_offs_are_nested"
    ),
    "the matrix is written over": (writes_into_the_matrix, None, "inputs_are_not_changed"),
    "the way back is the way there": (
        None, moved(always_from_the_lower), "moves_back_are_mirrored"
    ),
    "the clause of the first side is lost": (
        None, moved(forgets_its_clause), "moves_back_are_mirrored"
    ),
    "nobody moves": (
        None, moved(nobody_moves), "moves_are_between_the_classes_of_both_standards"
    ),
    "rows of households are shifted": (
        None, moved(first_half), "moves_are_between_the_classes_of_both_standards"
    ),
    "who has no class any more stays": (
        None, moved(unknown_stay_where_they_were), "moves_have_the_margins_of_the_cells"
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", BUGS)
def test_each_planted_bug_is_caught_by_its_law(bug):
    of_grid, of_impact, law = BUGS[bug]
    with pytest.raises(AssertionError, match=f"^{law}: "):
        check(of_grid or grid, of_impact or scenario.impact, law)
    with pytest.raises(AssertionError):
        check(of_grid or grid, of_impact or scenario.impact)


def test_every_law_catches_a_bug():
    assert {law for _, _, law in BUGS.values()} == {
        each.__name__ for each in scenario_laws.SCENARIO_LAWS
    }


@pytest.mark.parametrize(
    "options", [{"line_factors": (1.2, 1.0)}, {"cutoffs": ()}, {"cutoffs": (3, 3)}]
)
def test_factors_and_cut_offs_ascend(options):
    with pytest.raises(mdp.ArgumentError, match="do not ascend"):
        testing.check_scenario_laws(
            grid, scenario.impact, HOMES, MATRIX, standard=STANDARD, **options
        )
