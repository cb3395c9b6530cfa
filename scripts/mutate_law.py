"""Change every value of every law file once, and look whether the tests of the law notice it.

Run from the top of the repository (``make mutants`` does): ``python -m scripts.mutate_law [FILE
...]``, where FILE is the name of a law file without its suffix. A changed file is read in this
process. It is *refused* where it is no law any more; else it is compared with what a table of
``tests/law/pinned`` says, and what it decides with what the oracles of the tests decide, which
type every number again. Prints how the changes of each file ended, and each one that nothing
notices and ``docs/mutants.md`` does not explain. With ``--list``, prints every change.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import tomli_w
from tests.helpers import law_answers, law_pins

from multidim_poverty.errors import PovertyError

PAGE = Path("docs/mutants.md")
Key = str | int
OF_A_CITATION = {"document", "section", "article", "clause", "point", "confidence", "checked_on"}
CONFIDENCES = ["text", "secondary", "unconfirmed"]
ENDS = ("refused", "other answers, not pinned", "pins and answers", "pins alone", "survived")


class Change(NamedTuple):
    """One value of a law file, changed."""

    kind: str
    place: str
    before: Any
    after: Any
    content: dict[str, Any]

    def text(self) -> str:
        return f"{self.kind} {self.place}: {self.before!r} -> {self.after!r}"


def main(arguments: list[str]) -> int:
    names = [argument for argument in arguments if not argument.startswith("--")]
    explained = set(explanations(PAGE.read_text(encoding="utf-8")))
    ends: dict[str, Counter[str]] = {}
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    survivors = set()
    for file in law_pins.FILES:
        if names and file.name not in names:
            continue
        ends[file.path] = Counter()
        for change in changes(tomllib.loads(file.text())):
            end = end_of(file, change)
            ends[file.path][end] += 1
            kinds[change.kind][end] += 1
            if end == "survived":
                survivors.add((file.path, f"{change.kind} {change.place}"))
            if "--list" in arguments:
                print(f"{end}: {file.path}: {change.text()}")
    for counts in (ends, kinds):
        print(table_of(counts).to_string())
    new = survivors - explained
    gone = {(p, place) for p, place in explained - survivors if p in ends}
    print(f"{len(survivors)} changes survived; {len(survivors & explained)} are explained")
    for path, place in sorted(new):
        print(f"nothing notices: {path}: {place}")
    for path, place in sorted(gone):
        print(f"explained, but it did not survive: {path}: {place}")
    return 1 if new or gone else 0


def table_of(counts: dict[str, Counter[str]]) -> pd.DataFrame:
    """How the changes ended, in a row for each key and one for all."""
    table = pd.DataFrame.from_dict(counts, orient="index").reindex(columns=ENDS)
    table = table.fillna(0).astype(int)
    table.loc["all"] = table.sum()
    table.insert(0, "changes", table.sum(axis=1))
    return table


def end_of(file: law_pins.LawFile, change: Change) -> str:
    """Which of the tests of the law notices a change."""
    try:
        law = file.parse(tomli_w.dumps(change.content))
    except (PovertyError, ValueError):
        return "refused"
    pinned = bool(law_pins.differences(file.name, law))
    decides = change.kind not in ("label", "citation", "words")
    if decides and law_answers.differs(file.name, law):
        return "pins and answers" if pinned else "other answers, not pinned"
    return "pins alone" if pinned else "survived"


# -- the changes of a file ---------------------------------------------------------------------


def changes(content: dict[str, Any]) -> Iterator[Change]:
    """Every value changed once; lists without their last entry, and with one more."""
    siblings: dict[str, set[str]] = defaultdict(set)
    for path, value in values(content):
        if isinstance(value, str):
            siblings[key_of(path)].add(value)
    siblings["document"] |= set(content.get("documents", {})) | {
        "decree_07_2021",
        "labour_code_2019",
    }
    for path, value in values(content):
        if isinstance(value, list):
            shorter = value[:-1]
            longer = [*value, *another(value, siblings[key_of(path)])]
            kind = "list of words" if kind_of(path, value[-1]) == "words" else "list"
            yield changed(content, path, f"{kind}, shorter", value, shorter)
            if len(longer) > len(value):
                yield changed(content, path, f"{kind}, longer", value, longer)
        else:
            other = another_value(path, value, siblings[key_of(path)])
            yield changed(content, path, kind_of(path, value), value, other)


def changed(
    content: dict[str, Any], path: tuple[Key, ...], kind: str, before: Any, after: Any
) -> Change:
    copied = copy.deepcopy(content)
    inner: Any = copied
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = after
    return Change(kind, place_of(content, path), before, after, copied)


def values(value: Any, path: tuple[Key, ...] = ()) -> Iterator[tuple[tuple[Key, ...], Any]]:
    """Every value and every list of a content, with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from values(inner, (*path, key))
    elif isinstance(value, list):
        if value:
            yield path, value
        for number, inner in enumerate(value):
            yield from values(inner, (*path, number))
    else:
        yield path, value


def key_of(path: tuple[Key, ...]) -> str:
    """The key under which a value stands; that of its list, for an entry of one."""
    return next(str(key) for key in reversed(path) if isinstance(key, str))


def kind_of(path: tuple[Key, ...], value: Any) -> str:
    key = key_of(path)
    if key in ("vi", "en"):
        return "label"
    if key in OF_A_CITATION and not isinstance(value, int):
        return "citation"
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, dt.date):
        return "day"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str) and (" " in value or key in ("note", "notes", "source")):
        return "words"
    return "code"


def another_value(path: tuple[Key, ...], value: Any, siblings: set[str]) -> Any:
    """A value in the place of one: the next number or day, the opposite, that of a sibling."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=1)
    key = key_of(path)
    if key in ("vi", "en"):
        no = "Không " if key == "vi" else "Not "
        return value.removeprefix(no) if value.startswith(no) else no + value
    if key == "confidence" and value in CONFIDENCES:
        return CONFIDENCES[(CONFIDENCES.index(value) + 1) % 3]
    if kind_of(path, value) == "words":
        return f"not {value}"
    order = sorted(siblings)
    return order[(order.index(value) + 1) % len(order)] if len(order) > 1 else f"{value}x"


def another(entries: list[Any], siblings: set[str]) -> list[Any]:
    """One more entry for a list: one that it does not have."""
    if all(isinstance(entry, str) for entry in entries):
        return [*sorted(siblings - set(entries))[:1]] or [f"{entries[-1]}x"]
    if all(isinstance(entry, int) for entry in entries):
        return [max(entries) + 1]
    return []


def place_of(content: Any, path: tuple[Key, ...]) -> str:
    """A path in words: entries of lists by their ids."""
    words = ""
    for key in path:
        content = content[key]
        if isinstance(key, int):
            named = content if isinstance(content, dict) else {}
            ids = (
                named[k] for k in law_pins.NAMES if isinstance(named.get(k), str | int | dt.date)
            )
            words += f"[{next(ids, key + 1)}]"
        else:
            words += f".{key}" if words else key
    return words


def explanations(page: str) -> list[tuple[str, str]]:
    """The changes in the blocks of the page: a file, then the changes of it."""
    explained, path = [], ""
    for block in re.findall(r"```text\n(law mutants.*?)```", page, flags=re.DOTALL):
        for line in block.splitlines()[1:]:
            if line.startswith("  "):
                explained.append((path, line.strip()))
            else:
                path = line.strip()
    return explained


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
