"""The official tables of the review, their layouts, and what must agree between them."""

from multidim_poverty.reports.assembly import labelled, rates
from multidim_poverty.reports.checking import check, cross_foot
from multidim_poverty.reports.children import table_11
from multidim_poverty.reports.deprived import table_4, table_5, table_6, table_7
from multidim_poverty.reports.groups import table_8, table_9, table_10
from multidim_poverty.reports.identities import identity
from multidim_poverty.reports.layouts import (
    Agreement,
    Layout,
    ListItem,
    TableColumn,
    agreements,
    items_of,
    layout,
    layout_of,
)
from multidim_poverty.reports.member_lists import table_14, table_15
from multidim_poverty.reports.movement import table_2, table_3
from multidim_poverty.reports.official import table_1, table_12, table_13
from multidim_poverty.reports.printing import notes, printed
from multidim_poverty.reports.suppression import suppress
from multidim_poverty.reports.table_set import lacking, tables, wide

__all__ = [
    "Agreement",
    "Layout",
    "ListItem",
    "TableColumn",
    "agreements",
    "check",
    "cross_foot",
    "identity",
    "items_of",
    "labelled",
    "lacking",
    "layout",
    "layout_of",
    "notes",
    "printed",
    "rates",
    "suppress",
    "table_1",
    "table_2",
    "table_3",
    "table_4",
    "table_5",
    "table_6",
    "table_7",
    "table_8",
    "table_9",
    "table_10",
    "table_11",
    "table_12",
    "table_13",
    "table_14",
    "table_15",
    "tables",
    "wide",
]


def __dir__() -> list[str]:
    return __all__
