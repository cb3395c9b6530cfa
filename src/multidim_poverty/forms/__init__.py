"""Questionnaires out, submissions in: forms for ODK and KoboToolbox, and their answers as tables.

Needs the extra ``forms``.
"""

from multidim_poverty.errors import optional_imports

with optional_imports("forms"):
    from multidim_poverty.forms.paper import write_paper_form
    from multidim_poverty.forms.submissions import Submissions, read_submissions
    from multidim_poverty.forms.survey_workbook import XlsForm, xlsform

__all__ = ["Submissions", "XlsForm", "read_submissions", "write_paper_form", "xlsform"]


def __dir__() -> list[str]:
    return __all__
