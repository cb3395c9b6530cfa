"""The sheets of an ``.xlsx`` workbook, read part by part within limits."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from multidim_poverty.base.files.cells import SheetCells, is_blank
from multidim_poverty.base.files.parts import Parts
from multidim_poverty.base.files.xlsx_sheet import Styles, read_sheet

__all__ = ["is_xlsx", "local_name", "xlsx_sheets"]

RELATIONS = "_rels/.rels"
WORKBOOK = "xl/workbook.xml"
STATES = {"hidden": "hidden", "veryhidden": "very_hidden"}
# Numbers of built-in formats that show a day or a time.
DAY_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
MOST_DECIMALS = 15  # of a float
PERCENT_FORMATS = {"9": "0%", "10": "0.00%"}  # built-in ones
FALSE = ("0", "false", "off")


def is_xlsx(parts: Parts) -> bool:
    """Whether a packed file is a workbook whose sheets are XML."""
    return _workbook_part(parts) is not None


def xlsx_sheets(parts: Parts) -> list[SheetCells]:
    """The sheets of a workbook in their order, hidden ones too.

    Raises
    ------
    UnreadableFileError
        If a part is missing, damaged, or larger than a limit.
    """
    workbook = _workbook_part(parts)
    if workbook is None:
        raise parts.file.unreadable("it has no workbook in it; export it again as .xlsx")
    targets = _targets(parts, workbook)
    outline = _outline(parts, workbook)
    kinds = dict(targets.values())
    strings = _strings(parts, kinds["sharedStrings"]) if "sharedStrings" in kinds else _Strings()
    styles = _styles(parts, kinds["styles"]) if "styles" in kinds else Styles()
    styles.from_1904 = outline.from_1904
    cells_left = parts.limits.cells
    sheets = []
    for name, link, state in outline.sheets:
        kind, target = targets.get(link, ("", ""))
        if not target:
            raise parts.file.unreadable(
                f"its list of parts does not say where the sheet {name!r} is; export it again"
            )
        if kind != "worksheet":  # a chart, a macro or a dialogue has no cells
            continue
        sheet, cells = read_sheet(parts, target, name, strings.texts, strings.struck, styles,
                                  cells_left)  # fmt: skip
        sheet.state = cast(Any, state)
        cells_left -= cells
        sheets.append(sheet)
    return sheets


def local_name(name: str) -> str:
    """The name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


# -- which part is what ------------------------------------------------------------------------


def _workbook_part(parts: Parts) -> str | None:
    if WORKBOOK in parts:
        return WORKBOOK
    if RELATIONS in parts:
        for kind, target in _links(parts, RELATIONS, "").values():
            if kind == "officeDocument" and target.endswith(".xml") and target in parts:
                return target
    return None


def _targets(parts: Parts, workbook: str) -> dict[str, tuple[str, str]]:
    folder, name = posixpath.split(workbook)
    return _links(parts, f"{folder}/_rels/{name}.rels", folder)


def _links(parts: Parts, name: str, folder: str) -> dict[str, tuple[str, str]]:
    """Kind and part of each link, by its id."""
    links: dict[str, tuple[str, str]] = {}

    def start(tag: str, has: dict[str, str]) -> None:
        if local_name(tag) == "Relationship" and has.get("TargetMode") != "External":
            target = has.get("Target", "").replace("\\", "/")
            full = target if target.startswith("/") else posixpath.join(folder, target)
            kind = has.get("Type", "").rpartition("/")[2]
            links[has.get("Id", "")] = kind, posixpath.normpath(full).lstrip("/")

    parts.parse(name, start=start)
    return links


@dataclass
class _Outline:
    from_1904: bool = False
    sheets: list[tuple[str, str, str]] = field(default_factory=list)


def _outline(parts: Parts, workbook: str) -> _Outline:
    """Name, link and state of each sheet, and from when days are counted."""
    outline = _Outline()

    def start(tag: str, has: dict[str, str]) -> None:
        tag = local_name(tag)
        if tag == "sheet":
            # The namespace of the link is another in "strict" workbooks.
            link = next((has[key] for key in has if key.endswith(":id")), "")
            state = STATES.get(has.get("state", "").casefold(), "visible")
            name = has.get("name") or f"sheet {len(outline.sheets) + 1}"
            if name in (other for other, _, _ in outline.sheets):
                name += f" ({len(outline.sheets) + 1})"
            outline.sheets.append((name, link, state))
        elif tag == "workbookPr":
            outline.from_1904 = has.get("date1904", "0") not in FALSE

    parts.parse(workbook, start=start)
    return outline


# -- texts and formats that the sheets share -----------------------------------------------------


@dataclass
class _Strings:
    """The shared texts, None where nothing shows, and the numbers of those with a struck part."""

    texts: list[str | None] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)


def _strings(parts: Parts, name: str) -> _Strings:
    strings, most = _Strings(), parts.limits.cells
    runs: list[str] = []
    mode: Literal["", "text", "reading"] = ""
    kinds: dict[str, str] = {}

    def start(tag: str, has: dict[str, str]) -> None:
        nonlocal mode
        kind = kinds.get(tag) or kinds.setdefault(tag, local_name(tag))
        if kind == "t" and mode != "reading":
            mode = "text"
        elif kind == "si":
            runs.clear()
        elif kind == "rPh":  # how the text is read aloud, in Japanese workbooks
            mode = "reading"
        elif kind == "strike" and has.get("val", "1") not in FALSE:
            strings.struck.add(len(strings.texts))

    def end(tag: str) -> None:
        nonlocal mode
        kind = kinds[tag]
        if kind == "si":
            text = "".join(runs)
            strings.texts.append(None if is_blank(text) else _unescaped(text))
            if len(strings.texts) > most:
                parts.limits.check(
                    "cells", len(strings.texts), parts.file.name, where="shared texts"
                )
            runs.clear()
        elif kind == "rPh" or (kind == "t" and mode == "text"):
            mode = ""

    def text(part: str) -> None:
        if mode == "text":
            runs.append(part)

    parts.parse(name, start=start, end=end, text=text)
    return strings


def _unescaped(text: str) -> str:
    """Text with the signs that XML cannot hold, which Excel writes as ``_x000D_``."""
    if "_x" not in text:
        return text
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), text)


def _styles(parts: Parts, name: str) -> Styles:
    styles = Styles()
    formats: dict[str, str] = {}
    fonts: list[bool] = []
    inside: list[str] = []

    def start(tag: str, has: dict[str, str]) -> None:
        tag = local_name(tag)
        if tag == "numFmt":
            formats[has.get("numFmtId", "")] = has.get("formatCode", "")
        elif tag == "font" and "fonts" in inside[-1:]:
            fonts.append(False)
        elif tag == "strike" and "font" in inside[-1:] and "fonts" in inside and fonts:
            fonts[-1] = has.get("val", "1") not in FALSE
        elif tag == "xf" and "cellXfs" in inside[-1:]:
            number = str(len(styles.numbers))
            format_id, font = has.get("numFmtId", "0"), has.get("fontId", "0")
            styles.numbers.append(number)
            parts.limits.check("cells", len(styles.numbers), parts.file.name, where="styles")
            code = formats.get(format_id, PERCENT_FORMATS.get(format_id))
            if code is None:
                shows_a_day = format_id.isdecimal() and int(format_id) in DAY_FORMATS
            else:
                shows_a_day = shows_day(code)
            if shows_a_day:
                styles.days.add(number)
            elif code is not None and (decimals := percent_decimals(code)) is not None:
                styles.percents[number] = decimals
            if font.isdecimal() and int(font) < len(fonts) and fonts[int(font)]:
                styles.struck.add(number)
        inside.append(tag)

    def end(_: str) -> None:
        inside.pop()

    parts.parse(name, start=start, end=end)
    return styles


def shows_day(code: str) -> bool:
    """Whether a number format shows a day or a time, such as ``dd/mm/yyyy``."""
    return any(sign in "dmyhs" for sign in _bare(code).lower())


def percent_decimals(code: str) -> int | None:
    """How many decimals a number format shows of a percentage; None where it shows another."""
    bare = _bare(code)
    if "%" not in bare:
        return None
    _, _, after_point = bare.partition(".")
    return min(sum(sign in "0#?" for sign in after_point), MOST_DECIMALS)


def _bare(code: str) -> str:
    """The first part of a format without texts, colours and signs that stand for themselves."""
    code = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code)
    code = re.sub(r"\[(?!h+\]|m+\]|s+\])[^\]]*\]", "", code, flags=re.IGNORECASE)
    first = code.partition(";")[0]
    return "" if re.fullmatch("general", first.strip(), re.IGNORECASE) else first
