"""The JSON Schemas of the records, in the folder ``schemas``: for programs that are not Python.

``make snapshot`` (or ``python -m tests.helpers.json_schemas``) writes them; a test fails where a
record and its file differ.
"""

import json
from pathlib import Path

from tests.helpers.public import records

FOLDER = Path(__file__).parents[2] / "schemas"


def files() -> dict[str, str]:
    """Name and content of each file; the name is that in its ``$id``, with its version."""
    schemas = [record.model_json_schema() for record in records().values()]
    return {
        "{}.{}.json".format(*schema["$id"].split(":")[2:]): json.dumps(
            schema, ensure_ascii=False, indent=1
        )
        + "\n"
        for schema in schemas
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
