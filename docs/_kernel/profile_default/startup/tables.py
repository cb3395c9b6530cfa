"""How tables look on the pages: pandas' own HTML with full texts, in a frame that scrolls.

Every kernel that runs a page starts with this file. It changes the look alone: names of columns
and values are those that pandas prints.
"""

import pandas as pd


def table_html(frame: pd.DataFrame) -> str:
    with pd.option_context("display.max_colwidth", None, "display.max_columns", None):
        return f'<div class="facts" tabindex="0">{frame._repr_html_()}</div>'


get_ipython().display_formatter.formatters["text/html"].for_type(  # noqa: F821
    pd.DataFrame, table_html
)
