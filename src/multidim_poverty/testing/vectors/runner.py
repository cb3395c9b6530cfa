"""Asks a command all questions, and compares what it answers."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, ClassVar

import pandas as pd

from multidim_poverty.errors import ArgumentError, PovertyError
from multidim_poverty.testing.vectors.case import VectorCase

__all__ = ["OUTCOMES", "CommandError", "run"]

OUTCOMES = ("passed", "failed", "skipped")
Questions = list[dict[str, Any]]


class CommandError(PovertyError):
    """A command that was asked did not answer: it failed, took too long, or wrote no JSON."""

    code: ClassVar[str] = "vectors_command"


def run(
    command: str | Sequence[str] | Callable[[Questions], Iterable[Any]],
    cases: Iterable[VectorCase],
    *,
    batch: int = 5_000,
    timeout: float = 600,
) -> pd.DataFrame:
    """Ask an implementation all cases.

    Parameters
    ----------
    command : str, sequence of str or callable
        A command that reads questions as JSON lines and writes answers so, started once for
        each batch; or a function of a list of questions.
    cases : iterable of VectorCase
        From `cases`, or from `read`.
    batch : int
        How many questions it is given at once.
    timeout : float
        Seconds for one batch.

    Returns
    -------
    pandas.DataFrame
        One row per case, in order: ``id``, ``kind``, ``law``, ``confidence``, ``outcome``
        (category ``passed``, ``failed``, ``skipped``), ``difference`` (text; missing unless it
        failed): the first value that differs, what was expected and what was answered.

    Raises
    ------
    CommandError
        If the command cannot be started, fails, takes too long, or writes what is no answer.
    ArgumentError
        If `batch` is not 1 or more.

    Notes
    -----
    Every value of ``expected`` must be in the answer, which may hold more. Numbers are equal by
    value (2 and 2.0), all else by type too: 1 is not true, and null is not an absent value.

    Examples
    --------
    >>> from multidim_poverty.testing import vectors
    >>> def wrong(questions):
    ...     return [{"id": q["id"], "answer": {"percent": 0, "en": "0", "vi": "0"}}
    ...             for q in questions]
    >>> results = vectors.run(wrong, vectors.cases(["rates"])[:2])
    >>> results["outcome"].tolist(), results["difference"].iloc[1]
    (['passed', 'failed'], 'percent: expected 33.33, answered 0')
    """
    if batch < 1:
        raise ArgumentError(f"batch is {batch}; give 1 or more")
    rows = []
    remaining = iter(cases)
    while asked := list(islice(remaining, batch)):
        answers = _answers(command, asked, timeout)
        rows += [_row(case, answers.get(case.id)) for case in asked]
    columns = ["id", "kind", "law", "confidence", "outcome", "difference"]
    results = pd.DataFrame(rows, columns=columns, dtype="string")
    return results.assign(outcome=pd.Categorical(results["outcome"], categories=OUTCOMES))


def _answers(command: Any, asked: list[VectorCase], timeout: float) -> dict[str, Any]:
    questions = [case.question() for case in asked]
    if callable(command):
        answered = list(command(questions))
    else:
        answered = list(_lines(_output(command, questions, timeout)))
    for each in answered:
        if not isinstance(each, dict) or not isinstance(each.get("id"), str):
            raise CommandError(f"an answer is an object with an id; one was {_short(each)}")
    return {each["id"]: each for each in answered}


def _output(command: str | Sequence[str], questions: Questions, timeout: float) -> str:
    words = shlex.split(command) if isinstance(command, str) else list(command)
    text = "".join(f"{json.dumps(question, ensure_ascii=False)}\n" for question in questions)
    try:
        done = subprocess.run(
            words, input=text.encode(), capture_output=True, timeout=timeout, check=False
        )
    except OSError as error:
        raise CommandError(f"the command {words[0]!r} cannot be started: {error}") from error
    except subprocess.TimeoutExpired as error:
        raise CommandError(f"{words[0]!r} took longer than {timeout:g} s for a batch") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip()[-1_000:]
        raise CommandError(f"{words[0]!r} ended with status {done.returncode}: {last}")
    return done.stdout.decode(errors="replace")


def _lines(output: str) -> Iterator[Any]:
    for line in filter(None, map(str.strip, output.split("\n"))):
        try:
            yield json.loads(line)
        except (ValueError, RecursionError) as error:
            raise CommandError(f"a line of the answers is no JSON: {_short(line)}") from error


def _row(case: VectorCase, answered: dict[str, Any] | None) -> tuple[str | None, ...]:
    outcome, difference = "passed", None
    if answered is None:
        outcome, difference = "failed", "no answer"
    elif answered.get("skip") is True:
        outcome = "skipped"
    else:
        difference = next(_differences(case.expected, answered.get("answer"), ""), None)
        outcome = "passed" if difference is None else "failed"
    return case.id, case.kind, case.law, case.confidence, outcome, difference


def _differences(expected: Any, answered: Any, place: str) -> Iterator[str]:
    """Where an answer differs, with both values."""
    if isinstance(expected, dict) and isinstance(answered, dict):
        for name, value in expected.items():
            inner = f"{place}.{name}" if place else name
            if name not in answered:
                yield f"{inner}: expected {_short(value)}, not answered"
            else:
                yield from _differences(value, answered[name], inner)
    elif isinstance(expected, list) and isinstance(answered, list):
        for at, (one, other) in enumerate(zip(expected, answered, strict=False)):
            yield from _differences(one, other, f"{place}[{at}]")
        if len(expected) != len(answered):
            yield f"{place}: expected {len(expected)} values, answered {len(answered)}"
    elif not _same(expected, answered):
        yield f"{place or 'answer'}: expected {_short(expected)}, answered {_short(answered)}"


def _same(expected: Any, answered: Any) -> bool:
    numbers = [
        isinstance(v, (int, float)) and not isinstance(v, bool) for v in (expected, answered)
    ]
    if all(numbers):
        return bool(expected == answered)
    return type(expected) is type(answered) and bool(expected == answered)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 120 else f"{text[:117]}..."
