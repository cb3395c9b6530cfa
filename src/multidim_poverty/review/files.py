"""Event tables as files: CSV, Excel, Parquet and JSON lines, and back without a loss."""

from __future__ import annotations

import json
import unicodedata
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from multidim_poverty.base.files import InputFile, Limits, csv_rows, decode, replace_file
from multidim_poverty.dates import as_date
from multidim_poverty.errors import ArgumentError, DataWarning, optional_imports
from multidim_poverty.review.table import EVENT_COLUMNS, as_events
from multidim_poverty.schema.arguments import as_frame

__all__ = ["read_events", "write_events"]

SUFFIXES = (".csv", ".xlsx", ".parquet", ".jsonl")
KINDS = {column.name: column.kind for column in EVENT_COLUMNS}
INTEGER_IDS = "#"  # mark in the name of a column of ids: they were whole numbers


def write_events(events: pd.DataFrame, path: str | Path) -> Path:
    """Write an event table to a file; an older one is written over.

    Parameters
    ----------
    events : pandas.DataFrame
        The events of the review, a row each.
    path : str or pathlib.Path
        Ends in ``.csv``, ``.xlsx`` (extra ``excel``), ``.parquet`` (extra ``arrow``) or
        ``.jsonl`` (one JSON object per line).

    Returns
    -------
    pathlib.Path
        The file. Days are written YYYY-MM-DD; forms and ids as texts, so that 01 and 001 keep
        their zeros. Ids that are whole numbers have a ``#`` after the name of their column.

    Raises
    ------
    InvalidDataError
        If a value is not one of its column.
    ArgumentError
        If the file name ends in something else.
    MissingFileError, UnwritableFileError
        If there is no such folder, or the file cannot be replaced.
    MissingExtraError
        If the file is Parquet and pyarrow is not installed.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> import multidim_poverty as mdp
    >>> homes = pd.DataFrame({"village": ["A"]}, index=["001"])
    >>> events = mdp.review.open_round(homes, requests=["001"], on="2023-09-05")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = mdp.review.write_events(events, f"{folder}/events.csv")
    ...     mdp.review.read_events(path)[["household_id", "form"]].values.tolist()[0]
    ['001', '01']
    """
    path, events = Path(path), as_frame(events, "events")
    writers: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
        ".csv": lambda table, aside: table.to_csv(aside, index=False, encoding="utf-8-sig"),
        ".xlsx": _write_xlsx,
        ".parquet": lambda table, aside: table.to_parquet(aside, index=False),
        ".jsonl": lambda table, aside: aside.write_text(_json_lines(table), encoding="utf-8"),
    }
    write = writers[_suffix(path)]
    typed = as_events(events)
    texts = pd.DataFrame({_heading(typed[n]): _as_text(typed[n]) for n in typed})
    with replace_file(path) as aside, optional_imports():
        write(texts, aside)
    return path


def read_events(path: str | Path) -> pd.DataFrame:
    r"""Read an event table that `write_events` wrote, or one with the same columns.

    Parameters
    ----------
    path : str or pathlib.Path
        A CSV file may have commas, semicolons or tabs between its cells, and be in UTF-8, UTF-16
        or the Vietnamese code page of Windows.

    Returns
    -------
    pandas.DataFrame
        As `empty_events` documents it. Columns that the file lacks are empty.

    Raises
    ------
    InvalidDataError
        If a value is not one of its column; names every cell.
    ArgumentError
        If the file name ends in something else, the file has a column that is none of an event
        table, or a line of a CSV file has another number of cells than its header.
    MissingFileError
        If there is no such file.
    MissingExtraError
        If the file is Parquet and pyarrow is not installed.
    UnreadableFileError
        If the file is damaged, or larger than a limit.

    Warns
    -----
    DataWarning
        If a CSV file is not in Unicode: the code page was guessed.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from multidim_poverty import review
    >>> text = "household_id;process;event;on\n001;periodic;listed;2023-09-05\n"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "events.csv"
    ...     _ = path.write_text(text, encoding="utf-8")
    ...     events = review.read_events(path)
    >>> events[["household_id", "event"]].values.tolist(), str(events["on"].dtype)
    ([['001', 'listed']], 'datetime64[s]')
    """
    path = Path(path)
    readers: dict[str, Callable[[], pd.DataFrame]] = {
        ".csv": lambda: _from_csv(path),
        ".xlsx": lambda: pd.read_excel(path, dtype=str, keep_default_na=False, engine="calamine"),
        ".parquet": lambda: pd.read_parquet(path),
        ".jsonl": lambda: pd.DataFrame(_from_json_lines(path), dtype=object),
    }
    read = readers[_suffix(path)]
    with optional_imports():
        table = read()
    strange = [name for name in map(str, table) if name.removesuffix(INTEGER_IDS) not in KINDS]
    if strange:
        raise ArgumentError(
            f"{path.name} has columns that are none of an event table: {', '.join(strange)}; "
            f"there are {', '.join(KINDS)}"
        )
    columns = {}
    for name in map(str, table):
        column = name.removesuffix(INTEGER_IDS)
        columns[column] = _from_text(table[name], KINDS[column], name.endswith(INTEGER_IDS))
    return as_events(pd.DataFrame(columns, index=range(len(table))))


def _suffix(path: Path) -> str:
    if path.suffix not in SUFFIXES:
        raise ArgumentError(f"{path.name}: the name of the file must end in {', '.join(SUFFIXES)}")
    return path.suffix


def _heading(column: pd.Series[Any]) -> str:
    name = str(column.name)
    whole = KINDS[name] == "id" and pd.api.types.is_integer_dtype(column.dtype)
    return f"{name}{INTEGER_IDS}" if whole else name


def _as_text(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column as texts; empty where missing."""
    if KINDS[str(column.name)] == "date":
        texts: pd.Series[Any] = column.dt.strftime("%Y-%m-%d").astype(object)
    else:
        texts = column.astype(object).map(str, na_action="ignore")
    return texts.where(column.notna(), "")


def _from_text(column: pd.Series[Any], kind: str, whole: bool) -> pd.Series[Any]:
    texts = column.astype(object).where(column.notna(), "")
    values = texts.where(texts != "", None)
    if kind == "date":
        days: pd.Series[Any] = values.map(_day, na_action="ignore")
        return days
    if kind == "integer" or whole:
        numbers = [_whole(value) for value in values]
        if whole and all(isinstance(number, int) for number in numbers):
            return pd.Series(numbers, index=column.index, dtype="int64")
        return pd.Series(numbers, index=column.index, dtype=object)
    return values


def _whole(value: Any) -> Any:
    """A text of digits as a number; anything else as it is, so that it is named."""
    if value is None:
        return None
    text = str(value).removesuffix(".0")
    return int(text) if text.lstrip("-").isdigit() else value


def _day(value: Any) -> Any:
    """A text YYYY-MM-DD as a day; anything else as it is, so that it is named."""
    try:
        return as_date(value)
    except ValueError:
        return value


def _write_xlsx(table: pd.DataFrame, path: Path) -> None:
    from multidim_poverty.base.files.xlsx_writing import write_rows

    write_rows(path, "events", [table.columns, *table.itertuples(index=False)])


def _json_lines(table: pd.DataFrame) -> str:
    rows = table.to_dict("records")
    kept = [{k: v for k, v in row.items() if v != ""} for row in rows]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in kept)


def _from_json_lines(path: Path) -> list[dict[str, Any]]:
    text = decode(InputFile.of(path, Limits())).text
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _from_csv(path: Path) -> pd.DataFrame:
    file = InputFile.of(path, Limits())
    rows = csv_rows(file, Limits())
    encoding = decode(file).encoding
    if not encoding.startswith("utf"):
        warnings.warn(
            f"{path.name} is not UTF-8; it was read as {encoding}: check some names, or save it "
            "as 'CSV UTF-8'",
            DataWarning,
            stacklevel=4,
        )
        rows = [[unicodedata.normalize("NFC", cell) for cell in row] for row in rows]
    header = rows[0] if rows else []
    lines = [row for row in rows[1:] if any(row)]
    if bad := [n for n, row in enumerate(rows[1:], 2) if any(row) and len(row) != len(header)]:
        raise ArgumentError(
            f"{path.name}: {len(bad)} line(s) have another number of cells than the header, such "
            f"as {bad[:5]}; put texts that hold the separator in quotes"
        )
    return pd.DataFrame(lines, columns=pd.Index(header, dtype=object), dtype=object)
