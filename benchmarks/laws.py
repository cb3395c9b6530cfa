"""What an example of the test kit costs: tables at the bounds drawn, and all laws tried on them.

Run with ``python benchmarks/laws.py``. Times are of one core, in milliseconds of its own time.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import multidim_poverty as mdp
from multidim_poverty import testing

STANDARD = mdp.standard("decree_07_2021")


def cost(strategy: st.SearchStrategy[Any], use: Callable[[Any], Any], examples: int) -> float:
    """Milliseconds per example."""
    drawn = 0

    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(example: Any) -> None:
        nonlocal drawn
        drawn += 1
        use(example)

    start = time.process_time()
    draw()
    return (time.process_time() - start) / drawn * 1000


def rows(whole: bool) -> list[tuple[str, Any, Callable[[Any], Any]]]:
    """Name, strategy and check."""
    named: dict[str, Any] = {"standard": STANDARD}

    def of_survey(check: Callable[..., None], f: Callable[..., Any]) -> Callable[[Any], None]:
        def use(drawn: Any) -> None:
            check(
                lambda h, m, on: f(h, m, standard=STANDARD, on=on),
                drawn.households,
                drawn.members,
                on=drawn.on,
                **named,
            )

        return use

    surveys = testing.boundary_rosters(whole=whole, **named)
    return [
        (
            "boundary_households, check_class_laws",
            testing.boundary_households(whole=whole, **named),
            lambda drawn: testing.check_class_laws(
                lambda h, d: mdp.classify(h, d, **named),
                drawn.households,
                drawn.deprivations,
                **named,
            ),
        ),
        (
            "boundary_rosters, check_indicator_laws",
            surveys,
            of_survey(testing.check_indicator_laws, mdp.deprivations),
        ),
        (
            "boundary_rosters, check_assess_laws",
            surveys,
            of_survey(testing.check_assess_laws, mdp.assess),
        ),
        (
            "boundary_points, check_points_laws",
            testing.boundary_points(**named),
            lambda drawn: testing.check_points_laws(
                lambda points: mdp.classify_points(points, **named), drawn, **named
            ),
        ),
        (
            "movement_inputs, check_movement_laws",
            testing.movement_inputs(whole=whole),
            lambda drawn: testing.check_movement_laws(
                lambda s, e, h, k: mdp.movement.flows(s, e, history=h, links=k),
                drawn.start,
                drawn.end,
                history=drawn.history,
                links=drawn.links,
            ),
        ),
    ]


def main() -> int:
    warnings.simplefilter("ignore")
    table = []
    for whole in (False, True):
        for name, strategy, check in rows(whole):
            drawn = cost(strategy, lambda _: None, 30)
            table.append(
                {
                    "strategy, laws": name,
                    "households": "all" if whole else "up to 12",
                    "drawn, ms": round(drawn, 1),
                    "and tried, ms": round(cost(strategy, check, 5 if whole else 15)),
                }
            )
    print(pd.DataFrame(table).to_string(index=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
