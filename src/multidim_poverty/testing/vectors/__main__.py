"""The command line: writes the vectors, asks a command, or answers with the library."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from multidim_poverty.testing.vectors.collection import KINDS, cases
from multidim_poverty.testing.vectors.library import answers
from multidim_poverty.testing.vectors.published import read, write
from multidim_poverty.testing.vectors.runner import OUTCOMES, CommandError, run


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say; 1 where a case failed, 2 where the command did not answer."""
    parser = argparse.ArgumentParser(prog="python -m multidim_poverty.testing.vectors")
    actions = parser.add_subparsers(dest="action", required=True)
    writing = actions.add_parser("write", help="write all files into a folder")
    writing.add_argument("folder", type=Path)
    running = actions.add_parser("run", help="ask a command all questions")
    running.add_argument("command", help="reads questions as JSON lines, writes answers")
    running.add_argument("--vectors", type=Path, help="a folder; made now where none is given")
    running.add_argument("--kind", action="append", choices=KINDS, help="may be repeated")
    running.add_argument("--batch", type=int, default=5_000, help="questions at once")
    running.add_argument("--first", type=int, default=5, help="differences shown of each file")
    actions.add_parser("answer", help="answer questions with this library")
    chosen = parser.parse_args(arguments)
    if chosen.action == "write":
        chosen.folder.mkdir(parents=True, exist_ok=True)
        sys.stdout.write(f"{len(write(chosen.folder))} files in {chosen.folder}\n")
        return 0
    if chosen.action == "answer":
        questions = [json.loads(line) for line in sys.stdin if line.strip()]
        for each in answers(questions):
            sys.stdout.write(json.dumps(each, ensure_ascii=False) + "\n")
        return 0
    kinds = chosen.kind or KINDS
    asked = cases(kinds) if chosen.vectors is None else read(chosen.vectors)
    try:
        results = run(
            chosen.command, [case for case in asked if case.kind in kinds], batch=chosen.batch
        )
    except CommandError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(_told(results, chosen.first))
    return int((results["outcome"] == "failed").any())


def _told(results: pd.DataFrame, first: int) -> str:
    """Outcomes by kind and law, and the first differences of each."""
    counts = pd.crosstab([results["kind"], results["law"]], results["outcome"].astype("string"))
    counts = counts.reindex(columns=list(OUTCOMES), fill_value=0)
    counts = counts.reindex(results[["kind", "law"]].drop_duplicates().apply(tuple, axis=1))
    lines = [counts.to_string(), ""]
    failed = results[results["outcome"] == "failed"]
    for _, of_file in failed.groupby(["kind", "law"], sort=False):
        lines += (of_file["id"] + ": " + of_file["difference"]).head(first).tolist()
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
