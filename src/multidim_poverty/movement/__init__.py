"""Movement between two years: who came onto a list, who left it, and what made the rate change."""

from multidim_poverty.movement.balances import balance, residual_households
from multidim_poverty.movement.change import decompose_change
from multidim_poverty.movement.escape import newly_escaped
from multidim_poverty.movement.flow_lists import flows
from multidim_poverty.movement.panel_rates import flow_rates, transitions
from multidim_poverty.movement.proposals import propose_links

__all__ = [
    "balance",
    "decompose_change",
    "flow_rates",
    "flows",
    "newly_escaped",
    "propose_links",
    "residual_households",
    "transitions",
]


def __dir__() -> list[str]:
    return __all__
