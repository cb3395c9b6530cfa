"""Files from strangers: every reader names file and place, and nothing else leaks."""

import contextlib
import datetime as dt
import itertools
import tomllib
from pathlib import Path

import pytest
import tomli_w

import multidim_poverty as mdp
from multidim_poverty import excel, programmes
from multidim_poverty.errors import LawFileError
from multidim_poverty.law.days_off import DaysOff
from multidim_poverty.law.low_income_worker import LowIncomeCriterion
from multidim_poverty.law.point_rule import PointRule
from multidim_poverty.law.quick_form import QuickForm
from multidim_poverty.law.score_sheet import ScoreSheet
from multidim_poverty.schema.mapping import Mapping

READERS = {
    "standard": mdp.Standard.read,
    "procedure": mdp.Procedure.read,
    "score_sheet": ScoreSheet.read,
    "score_sheet_csv": ScoreSheet.read_csv,
    "quick_form": QuickForm.read,
    "point_rule": PointRule.read,
    "low_income": LowIncomeCriterion.read,
    "plan": programmes.read,
    "mapping": Mapping.read,
    "layouts": excel.WorkbookLayout.read,
}
FILES = {
    "mark of byte order alone": b"\xef\xbb\xbfname = 'x'\n",
    "utf-16": "name = 'hộ'\n".encode("utf-16"),
    "latin-1": "name = 'hé'".encode("latin-1"),
    "picture": b"\x89PNG\r\n\x1a\n\0\0\0",
    "5,000 digits": b"a = " + b"9" * 5000,
    "5,000 digits after the point": b"a = 0." + b"9" * 5000,
    "brackets": b"a = " + b"[" * 100_000,
    "tables in tables": b"a = " + b"{a=" * 100_000,
    "unclosed quote": b'a = "x',
    "unclosed long text": b'a = """x',
    "dotted key": b"a" + b".a" * 40_000 + b" = 1",
    "spaced dotted key": b"a" + b" . 'a'" * 40_000 + b" = 1",
    "dotted table": b"[" + b"a" + b".a" * 40_000 + b"]",
    "nothing": b"",
    "a thousand entries": b"[[rules]]\n" * 1000,
    "half a letter": b'a = "\\ud800"',
    "unclosed quote in a row": b'item,answer\n"x',
    "long cell": b"item," + b"x" * 200_000,
    "long cell in quotes": b'item,"' + b"x" * 200_000 + b'"',
    "no number": b"a = inf",
    "no moment": b"a = 9999-12-31T23:59:60",
}


@pytest.mark.parametrize("content", FILES)
@pytest.mark.parametrize("kind", READERS)
def test_a_strange_file_is_named(kind, content, tmp_path):
    path = tmp_path / "strange.toml"
    path.write_bytes(FILES[content])
    with pytest.raises(LawFileError) as caught:
        READERS[kind](path)
    assert str(caught.value).startswith(("strange.toml", str(path)))
    assert caught.value.problems
    assert len(str(caught.value)) < 20 * 700


def test_a_message_shows_twenty_problems_and_the_error_holds_all():
    error = LawFileError("a.toml", [f"problem {n}" for n in range(30)])
    assert "problem 19" in str(error)
    assert "problem 20" not in str(error)
    assert "and 10 more" in str(error)
    assert len(error.problems) == 30


def test_texts_with_many_points_are_no_keys(tmp_path):
    law = Path(mdp.law.__file__).parent / "decree_07_2021.toml"
    toml = law.read_text("utf-8")
    title = tomllib.loads(toml)["title"]["en"]
    dotted = toml.replace(title, "a." * 200 + "b")
    path = tmp_path / "own.toml"
    path.write_text(dotted, encoding="utf-8")
    assert mdp.Standard.read(path).title.en == "a." * 200 + "b"


LAW = Path(mdp.law.__file__).parent
SHIPPED = {
    "decree_07_2021.toml": mdp.Standard.parse,
    "decision_24_2021.toml": mdp.Procedure.parse,
    "circular_07_2021.toml": QuickForm.parse,
    "decree_30_2025.toml": LowIncomeCriterion.parse,
    "days_off.toml": DaysOff.parse,
    "../data/score_sheet_2016_partial.toml": ScoreSheet.parse,
    "../programmes/plan_740_dak_nong.toml": programmes.targets.Plan.parse,
}
STRANGE = [
    10**4000,
    -(2**63),
    1e308,
    float("inf"),
    float("nan"),
    -0.0,
    True,
    "",
    "x" * 100_000,
    "\u0000",
    dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.UTC),
    dt.date(1, 1, 1),
    dt.time(12),
    [],
    [[[]]],
    {},
    {"a": {"b": [1]}},
]


def places(value, path=()):
    """The path to every value of a content, tables and lists among them."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inner:
        yield (*path, key)
        if isinstance(one, dict | list):
            yield from places(one, (*path, key))


def with_value(content, path, value):
    if not path:
        return value
    copied = dict(content) if isinstance(content, dict) else list(content)
    copied[path[0]] = with_value(content[path[0]], path[1:], value)
    return copied


@pytest.mark.slow
@pytest.mark.parametrize("file", SHIPPED)
def test_a_strange_value_at_any_place_of_a_law_file_is_named_or_read(file):
    content = tomllib.loads((LAW / file).read_text("utf-8"))
    values = itertools.cycle(STRANGE)
    tried = 0
    for path in itertools.islice(places(content), 0, None, 7):  # all take six minutes
        for value in itertools.islice(values, 2):
            tried += 1
            try:
                toml = tomli_w.dumps(with_value(content, path, value))
            except (ValueError, TypeError):  # tomli_w writes fewer values than TOML has
                continue
            with contextlib.suppress(LawFileError):
                SHIPPED[file](toml, name="own.toml")
    assert tried > 5
