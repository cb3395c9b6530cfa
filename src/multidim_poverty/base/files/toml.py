"""TOML texts from strangers: bounded, with one error for all that can be wrong with them."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from multidim_poverty.errors import LawFileError

__all__ = ["parse_toml"]

LONGEST_TEXT = 4 << 20  # characters; the longest shipped file has 60,000
DEEPEST_KEY = 32  # parts of a dotted key; each costs memory for all before it
TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'")
DEEP_KEY = re.compile(r"[\w-]+(?:[ \t]*\.[ \t]*[\w-]+){" + str(DEEPEST_KEY) + "}")


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """The content of a TOML text; `name` is that of the file in messages.

    Raises
    ------
    LawFileError
        If it is no TOML, too long, or nested too deeply to be read.
    """
    if len(text) > LONGEST_TEXT:
        problem = f"it has {len(text):,} characters; at most {LONGEST_TEXT:,} are read"
        raise LawFileError(name, [problem])
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") >= DEEPEST_KEY and DEEP_KEY.search(TEXT.sub("text", line)):
            problem = f"line {number}: a key of more than {DEEPEST_KEY} parts is not read"
            raise LawFileError(name, [problem])
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LawFileError(name, [f"not valid TOML: {error}"]) from error
    except RecursionError:
        problem = "not valid TOML: brackets are nested too deeply to be read"
        raise LawFileError(name, [problem]) from None
    except ValueError as error:  # a number of thousands of digits
        raise LawFileError(name, [f"not valid TOML: {error}"]) from error
