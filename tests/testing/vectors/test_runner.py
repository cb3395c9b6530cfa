"""How a command is asked, compared and reported."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from multidim_poverty.testing import vectors
from multidim_poverty.testing.vectors.__main__ import main

ROOT = Path(__file__).parents[3]
RATES = vectors.cases(["rates"])[:10]
LIBRARY = f"{sys.executable} -W ignore -m multidim_poverty.testing.vectors answer"
BY_ID = {case.id: case for case in RATES}


def answering(**values):
    return lambda questions: [{"id": q["id"], "answer": BY_ID[q["id"]].expected | values}
                              for q in questions]  # fmt: skip


def script(tmp_path, text):
    path = tmp_path / "answers.py"
    path.write_text(text, encoding="utf-8")
    return [sys.executable, str(path)]


def outcomes(command, **more):
    return vectors.run(command, RATES, **more)["outcome"].tolist()


def test_an_answer_may_hold_more_and_may_come_in_any_order():
    assert outcomes(lambda qs: answering(more=1)(qs)[::-1]) == ["passed"] * 10


@pytest.mark.parametrize("value", [None, "0", True, False, [0], {}])
def test_a_value_of_another_type_is_another_value(value):
    results = vectors.run(answering(percent=value), RATES[:1])
    assert results["difference"].tolist() == [
        f"percent: expected 0.0, answered {json.dumps(value)}"
    ]


def test_numbers_are_equal_by_value():
    assert vectors.run(answering(percent=0), RATES[:1])["outcome"].tolist() == ["passed"]
    assert vectors.run(answering(percent=0.01), RATES[:1])["outcome"].tolist() == ["failed"]


def test_what_is_not_answered_fails_and_what_is_skipped_is_counted():
    assert outcomes(lambda qs: []) == ["failed"] * 10
    assert outcomes(lambda qs: [{"id": q["id"], "skip": True} for q in qs]) == ["skipped"] * 10
    assert outcomes(lambda qs: [{"id": q["id"], "skip": False} for q in qs]) == ["failed"] * 10


def test_lists_are_compared_to_their_ends():
    case = next(case for case in vectors.cases(["review"]) if case.expected["faults"])
    for change in (lambda values: values[:-1], lambda values: [*values, [0, "late", True]]):
        wrong = case.expected | {"faults": change(case.expected["faults"])}
        results = vectors.run(lambda qs, w=wrong: [{"id": case.id, "answer": w}], [case])
        assert results["difference"].iloc[0].startswith("faults: expected ")


@pytest.mark.parametrize("batch", [1, 3, 10, 99])
def test_batches_hold_no_more_than_asked(batch):
    sizes = []

    def command(questions):
        sizes.append(len(questions))
        return answering()(questions)

    assert outcomes(command, batch=batch) == ["passed"] * 10
    assert sum(sizes) == 10
    assert max(sizes) == min(batch, 10)


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(ValueError, match="batch is 0; give 1 or more"):
        vectors.run(answering(), RATES, batch=0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import sys; sys.exit('out of order')", "ended with status 1: out of order"),
        ("print('{')", "a line of the answers is no JSON: "),
        ("print('[1]')", "an answer is an object with an id; one was"),
        ("print('{\"answer\": {}}')", "an answer is an object with an id; one was"),
        ("import time; time.sleep(60)", "took longer than 1 s for a batch"),
    ],
)
def test_a_command_that_does_not_answer_is_an_error(tmp_path, text, message):
    with pytest.raises(vectors.CommandError, match=re.escape(message)) as caught:
        vectors.run(script(tmp_path, text), RATES, timeout=1 if "sleep" in text else 60)
    assert caught.value.code == "vectors_command"


def test_a_command_that_is_not_there_is_named():
    with pytest.raises(vectors.CommandError, match="'no-such-command' cannot be started"):
        vectors.run("no-such-command --all", RATES)


@pytest.mark.slow
def test_the_command_line_asks_answers_and_tells(tmp_path, capsys):
    assert main(["run", LIBRARY, "--kind", "rates", "--kind", "deadlines"]) == 0
    told = capsys.readouterr().out
    assert "deadlines decision_24_2021" in told
    wrong = script(
        tmp_path,
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    print(json.dumps({'id': json.loads(line)['id'], 'answer': {'percent': 0}}))\n",
    )
    assert main(["run", " ".join(wrong), "--kind", "rates", "--first", "2"]) == 1
    told = capsys.readouterr().out
    assert told.count("rates/printed_rates/") == 2
    assert 'rates/printed_rates/0001: en: expected "0", not answered' in told
    assert main(["run", "no-such-command", "--kind", "rates"]) == 2
    assert "cannot be started" in capsys.readouterr().err
    assert main(["write", str(tmp_path / "new")]) == 0
    assert main(["run", LIBRARY, "--vectors", str(tmp_path / "new"), "--kind", "rates"]) == 0


@pytest.mark.slow
def test_the_plug_in_has_a_test_for_each_file(tmp_path):
    (tmp_path / "rates").mkdir()
    index = json.loads((ROOT / "vectors" / "index.json").read_text("utf-8"))
    index["files"] = [entry for entry in index["files"] if entry["kind"] == "rates"]
    (tmp_path / "index.json").write_text(json.dumps(index), encoding="utf-8")
    lines = (ROOT / "vectors" / "rates" / "printed_rates.jsonl").read_text("utf-8")
    file = tmp_path / "rates" / "printed_rates.jsonl"

    def pytest_output(text):
        file.write_text(text, encoding="utf-8")
        command = [
            sys.executable, "-m", "pytest", "-p", "multidim_poverty.testing.vectors.plugin",
            "--mdp-vectors", LIBRARY, str(tmp_path / "index.json"), "-p", "no:cacheprovider",
        ]  # fmt: skip
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    passed = pytest_output(lines)
    assert passed.returncode == 0, passed.stdout
    assert "1 passed" in passed.stdout
    failed = pytest_output(lines.replace('"vi":"33,33"', '"vi":"33.33"'))
    assert failed.returncode == 1
    assert 'vi: expected "33.33", answered "33,33"' in failed.stdout
