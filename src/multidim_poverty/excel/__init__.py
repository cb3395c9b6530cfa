"""Excel workbooks of the review: read what the field software exports, write what offices send.

Needs the extra ``excel``.
"""

from multidim_poverty.excel.writing import write_tables

__all__ = ["write_tables"]
