"""Bugs of the movement between two years."""

from multidim_poverty import movement
from tests.testing.planted_bugs.catalogue import bug


def flows(start, end, history, links, **options):
    return movement.flows(start, end, history=history, links=links, **options)


def renamed(table, column, old, new):
    """A table of flows in which one flow is called by another name."""
    flow = table[column].astype(object)
    return table.assign(**{column: flow.mask((flow == old).to_numpy(), new)})


@bug("movement", "lists")
def nobody_relapses(start, end, history, links):
    """Who was on the list before is new on it."""
    table = flows(start, end, history, links)
    for listed in ("poor", "near_poor"):
        table = renamed(table, f"{listed}_flow", "relapsed", "new")
    return table


@bug("movement", "lists")
def either_list_is_a_relapse(start, end, history, links):
    """Who was on either list before has relapsed."""
    return flows(start, end, history, links, relapse="any_list")


@bug("movement", "lists")
def near_poor_have_escaped(start, end, history, links):
    """Who became near-poor has escaped from poverty."""
    return renamed(flows(start, end, history, links), "poor_flow", "to_near_poor", "escaped")


@bug("movement", "swaps")
def from_and_to_swapped(start, end, history, links):
    """Who came from the near-poor is said to have gone to them."""
    table = flows(start, end, history, links)
    return renamed(table, "poor_flow", "from_near_poor", "to_near_poor")


@bug("movement", "members")
def other_ids_not_followed(start, end, history, links):
    """A household with another id is gone, and a new one has come."""
    return flows(start, end, history, links[(links["kind"] != "same").to_numpy()])


@bug("movement", "members")
def moves_are_not_explained(start, end, history, links):
    """Households that moved in are counted as unexplained."""
    return flows(start, end, history, links[(links["kind"] != "moved_in").to_numpy()])


@bug("movement", "NA as an answer")
def undetermined_has_escaped(start, end, history, links):
    """A poor household whose class is not determined at the end has escaped."""
    table = flows(start, end, history, links)
    poor = (table["start_class"] == "poor").to_numpy()
    lost = (poor & table["end_class"].isna() & table["end_id"].notna()).to_numpy()
    return table.assign(poor_flow=table["poor_flow"].astype(object).mask(lost, "escaped"))
