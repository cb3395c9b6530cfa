"""Compare the mutants that survived ``make mutants`` with those that ``docs/mutants.md`` explains.

Run from the top of the repository, in the environment of mutmut. Prints how the mutants of each
module ended, and each survivor that the page does not explain, in the form that the page wants.
With ``--all``, prints every survivor.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

PAGE = Path("docs/mutants.md")
Change = tuple[str, str, str]  # function, lines before, lines after


def main(arguments: list[str]) -> int:
    explained = set(explanations(PAGE.read_text(encoding="utf-8")))
    survivors: dict[Change, str] = {}
    ends = {}
    for path in sorted(walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        results = {name: status_by_exit_code[code] for name, code in data.exit_code_by_key.items()}
        if results:
            ends[str(path.relative_to("src/multidim_poverty"))] = Counter(results.values())
        for name, status in results.items():
            if status == "survived":
                survivors[change_of(name, path)] = name
    table = pd.DataFrame.from_dict(ends, orient="index").fillna(0).astype(int)
    table.loc["all"] = table.sum()
    print(table.assign(mutants=table.sum(axis=1)).to_string())
    print(f"{len(survivors)} changes survived; {len(explained)} are explained in {PAGE}")
    new, gone = set(survivors) - explained, explained - set(survivors)
    for change in survivors if "--all" in arguments else sorted(new):
        print(f"\n# {survivors[change]}", *written(change), sep="\n")
    for change in sorted(gone):
        print("\nexplained, but it did not survive:", *written(change), sep="\n")
    other = set(table) - {"killed", "survived", "timeout", "segfault"}
    return 1 if new or gone or other else 0


def change_of(name: str, path: Path) -> Change:
    """What a mutant changes."""
    lines = get_diff_for_mutant(name, path=path).splitlines()[2:]
    before, after = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    function = re.sub(r"__mutmut_\d+$", "", name).removeprefix("multidim_poverty.")
    return re.sub(r"\.x[_ǁ]", ".", function).replace("ǁ", "."), before, after


def written(change: Change) -> tuple[str, str, str]:
    """A change as the page shows it."""
    return change[0], f"- {change[1]}", f"+ {change[2]}"


def explanations(page: str) -> list[Change]:
    """The changes in the blocks of the page: a function, a line of - and lines of +."""
    found, function, before = [], "", ""
    for block in re.findall(r"```diff\n(.*?)```", page, flags=re.DOTALL):
        for line in block.splitlines():
            match line[:2]:
                case "- ":
                    before = line[2:]
                case "+ ":
                    found.append((function, before, line[2:]))
                case _:
                    function = line.strip()
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
