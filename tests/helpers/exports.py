"""Exports as KoboToolbox and ODK Central write them, of the two tables of a survey."""

import csv
import io
import zipfile
from itertools import count

import openpyxl
import pandas as pd

from multidim_poverty.forms.wording import wording
from multidim_poverty.schema.definitions import column_of

DEVICES = wording().multiple["devices"].columns
SECTION = {name: section.id for section in wording().sections for name in section.questions}


def cell(value, table, name, words):
    """One answer as an export has it; `words` is "codes", "vi" or "en"."""
    if value is None or value is pd.NaT or pd.isna(value):
        return ""
    column = column_of(table, name)
    if column is not None and column.kind == "boolean":
        code = "yes" if value else "no"
        return code if words == "codes" else wording().answers[code].text(words)
    if column is not None and column.kind == "category" and words != "codes":
        term = next(term for term in column.terms if term == value)
        return getattr(term, words)
    if column is not None and column.kind == "date":
        return pd.Timestamp(value).date().isoformat()
    if column is not None and column.kind in ("integer", "number"):
        number = float(value)
        return int(number) if number.is_integer() else number
    return value


def heading(name, groups, separator):
    return f"section_{SECTION[name]}{separator}{name}" if groups and name in SECTION else name


def records(tables, *, words="codes", groups=True, multiple="joined", separator="/"):
    """The rows of both tables as a list of dicts each, with keys `_n` for the household."""
    homes, people = [], []
    known = [name for name in DEVICES if name in tables.households]
    for n, (id, row) in zip(count(1), tables.households.iterrows(), strict=False):
        home = {heading("household_id", groups, separator): id}
        for name, value in row.items():
            if name not in known:
                home[heading(name, groups, separator)] = cell(value, "households", name, words)
        devices = heading("devices", groups, separator)
        truths = row[known]
        if multiple == "joined" and known:
            chosen = [name for name in known if pd.notna(truths[name]) and truths[name]]
            home[devices] = "" if truths.isna().all() else " ".join(chosen) or "none"
        elif known:
            for name in known:
                value = truths[name]
                home[f"{devices}/{name}"] = "" if pd.isna(value) else int(value)
        homes.append({"_n": n, **home})
        for _, member in tables.members[tables.members["household_id"] == id].iterrows():
            answers = {
                name if not groups else f"members{separator}{name}": cell(
                    value, "members", name, words
                )
                for name, value in member.items()
                if name != "household_id"
            }
            people.append({"_n": n, **answers})
    return homes, people


def kobo(tables, **options):
    """The workbook that KoboToolbox exports."""
    homes, people = records(tables, **options)
    book = openpyxl.Workbook()
    main = book.active
    main.title = "Phiếu"
    extra = {home["_n"]: {"_uuid": f"u-{home['_n']}", "_index": home["_n"]} for home in homes}
    write(main, [without(home) | extra[home["_n"]] for home in homes])
    rows = [
        without(member)
        | {
            "_index": n,
            "_parent_table_name": "Phiếu",
            "_parent_index": member["_n"],
            "_submission__uuid": f"u-{member['_n']}",
        }
        for n, member in enumerate(people, start=1)
    ]
    write(book.create_sheet("members"), rows or [{"_parent_index": ""}])
    return saved(book)


def without(record):
    return {name: value for name, value in record.items() if name != "_n"}


def write(sheet, rows):
    names = list(dict.fromkeys(name for row in rows for name in row))
    sheet.append(names)
    for row in rows:
        sheet.append([None if row.get(name, "") == "" else row[name] for name in names])


def saved(book):
    buffer = io.BytesIO()
    book.save(buffer)
    return io.BytesIO(buffer.getvalue())


def central(tables, **options):
    """The zip of CSV files that ODK Central exports."""
    homes, people = records(tables, separator="-", **options)
    files = {
        "form.csv": [
            {"SubmissionDate": "2023-10-02T03:00:00.000Z"}
            | without(home)
            | {"meta-instanceID": f"uuid:{home['_n']}", "KEY": f"uuid:{home['_n']}"}
            for home in homes
        ],
        "form-members.csv": [
            without(member)
            | {
                "PARENT_KEY": f"uuid:{member['_n']}",
                "KEY": f"uuid:{member['_n']}/members[{n}]",
            }
            for n, member in enumerate(people, start=1)
        ]
        or [{"PARENT_KEY": "", "KEY": ""}],
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, rows in files.items():
            text = io.StringIO()
            names = list(dict.fromkeys(name for row in rows for name in row))
            writer = csv.DictWriter(text, names, restval="")
            writer.writeheader()
            writer.writerows(rows)
            parts.writestr(name, text.getvalue())
    return io.BytesIO(buffer.getvalue())
