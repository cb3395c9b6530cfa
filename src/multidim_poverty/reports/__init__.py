"""The official tables of the review, their layouts, and what must agree between them."""

from multidim_poverty.reports.layout import Agreement, Column, Item, Layout, agreements, layout

__all__ = ["Agreement", "Column", "Item", "Layout", "agreements", "layout"]
