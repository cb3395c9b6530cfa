"""Which layout a workbook has, and which of its sheets is which."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.utility import xl_rowcol_to_cell

from multidim_poverty.base.files import InputFile, legacy_text
from multidim_poverty.base.files.cells import SheetCells
from multidim_poverty.errors import ArgumentError, UnreadableFileError
from multidim_poverty.excel.headings import label_row, path_row, plain_text, title_place
from multidim_poverty.excel.layout import Sheet, WorkbookLayout, layouts
from multidim_poverty.identity import look_alike_key

__all__ = ["recognised"]


def recognised(
    visible: Sequence[SheetCells],
    sheets: Sequence[SheetCells],
    layout: str | WorkbookLayout | None,
    file: InputFile,
) -> tuple[WorkbookLayout, dict[str, Sheet]]:
    """The layout, and which sheet of the workbook is which of its sheets.

    Raises
    ------
    UnreadableFileError
        If no sheet has the layout; says what was looked for, and where something stands.
    """
    forms = _forms(layout)
    for form in forms:
        chosen: dict[str, Sheet] = {}
        for content in visible:
            fit = [sheet for sheet in form.sheets if _is(sheet, content, forms)]
            # A title may begin as another one does; a page of contents has all of them.
            best = max(fit, key=lambda sheet: len(_title(sheet)), default=None)
            if best is not None and all(_title(sheet) in _title(best) for sheet in fit):
                chosen[content.name] = best
        if chosen:
            return form, chosen
    expected = "; ".join(_mark(sheet) for form in forms for sheet in form.sheets)
    raise UnreadableFileError(
        f"{file.name} has none of the known layouts. Looked for: {expected}. "
        f"{' '.join(_described(content) for content in sheets)} Write the paths or the title above "
        "the headings, or pass a layout of your own"
    )


def _forms(layout: str | WorkbookLayout | None) -> list[WorkbookLayout]:
    known = {form.name: form for form in layouts()}
    if layout is None:
        return list(known.values())
    if isinstance(layout, WorkbookLayout):
        return [layout]
    if not isinstance(layout, str) or layout not in known:
        raise ArgumentError(f"layout {layout!r} is not one of {', '.join(known)}")
    return [known[layout]]


def _is(sheet: Sheet, content: SheetCells, forms: Sequence[WorkbookLayout]) -> bool:
    """Whether a sheet has the title; else the paths, or more of the labels than of any other."""
    if sheet.title is not None:
        return title_place(sheet, content) is not None
    if path_row(sheet, content) is not None:
        return True
    labels = label_row(sheet, content)
    if labels is None or labels[1] * 2 <= len(sheet.columns):
        return False
    others = [
        label_row(other, content) for form in forms for other in form.sheets if other != sheet
    ]
    return all(other is None or other[1] < labels[1] for other in others)


def _title(sheet: Sheet) -> str:
    return look_alike_key(plain_text(sheet.title or ""))


def _mark(sheet: Sheet) -> str:
    if sheet.title:
        return f"the title {sheet.title!r}"
    paths = [column.path for column in sheet.columns if column.path and column.required]
    labels = [column.label for column in sheet.columns if column.required]
    return f"the paths {', '.join(map(str, paths))} or their labels {', '.join(labels)}"


def _described(content: SheetCells) -> str:
    """Where a sheet holds something, and nothing of what."""
    name = f"The sheet {content.name!r}"
    if content.state != "visible":
        return f"{name} is hidden (pass hidden_sheets=True to read it)."
    if not content.rows:
        return f"{name} is empty."
    first = min(content.rows)
    last = max(content.rows)
    columns = {at for cells in content.rows.values() for at in cells}
    area = f"{xl_rowcol_to_cell(first, min(columns))}:{xl_rowcol_to_cell(last, max(columns))}"
    encodings = {
        legacy[0]
        for cells in list(content.rows.values())[:20]
        for value in cells.values()
        if isinstance(value, str) and (legacy := legacy_text(value)) is not None
    }
    old = f" in the encoding {' and '.join(sorted(encodings))}" if encodings else ""
    return f"{name} has {len(content.rows)} rows in {area}{old}."
