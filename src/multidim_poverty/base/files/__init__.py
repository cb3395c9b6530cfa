"""Files: those of other people are read within limits, those for others are written aside.

Nothing in here knows households. It needs no extra.
"""

from multidim_poverty.base.files.input_file import InputFile
from multidim_poverty.base.files.legacy import legacy_text
from multidim_poverty.base.files.limits import Limits
from multidim_poverty.base.files.parts import Parts, refuse_doctype
from multidim_poverty.base.files.text import csv_rows, decode, html_rows
from multidim_poverty.base.files.writing import replace_file, without_controls
from multidim_poverty.base.files.xlsx import xlsx_sheets

__all__ = [
    "InputFile",
    "Limits",
    "Parts",
    "csv_rows",
    "decode",
    "html_rows",
    "legacy_text",
    "refuse_doctype",
    "replace_file",
    "without_controls",
    "xlsx_sheets",
]
