"""Sphinx settings. Build with ``make docs``; every code cell runs, without a network."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin

from docutils import nodes
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import multidim_poverty
from multidim_poverty.vocabulary import Term

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_extensions"))

project = "multidim_poverty"
author = "the multidim_poverty authors"
copyright = f"2026, {author}"
version = release = multidim_poverty.__version__
language = "en"

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
    "sphinx_copybutton",
    "facts",
    "picture_words",
    "two_languages",
]
exclude_patterns = ["_build", "_templates", "_extensions", "_kernel", "**.ipynb_checkpoints"]
templates_path = ["_templates"]
default_role = "autolink"
smartquotes = False
nitpicky = True
# The build needs no network, so there are no inventories of other projects: `other_project` links
# the names of pandas and numpy by the addresses of their pages, and the rest stays plain text.
nitpick_ignore_regex = [
    ("py:.*", r"(pandera|pydantic|matplotlib|datetime|pathlib|fractions|geopandas)\..*"),
]
OTHER_PROJECTS = {
    "pandas": "https://pandas.pydata.org/docs/reference/api/{name}.html",
    "numpy": "https://numpy.org/doc/stable/reference/generated/{name}.html",
}

# -- Markdown pages and their cells ------------------------------------------------------------

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_in_temp = True  # as a reader runs it: no file of the project lies beside
nb_execution_timeout = 120
nb_merge_streams = True

# The kernels start with the look of tables and pictures; a copy, for IPython writes beside it.
shutil.copytree(HERE / "_kernel", ipython := tempfile.mkdtemp(), dirs_exist_ok=True)
os.environ["IPYTHONDIR"] = ipython

copybutton_exclude = ".linenos, .gp, .go"

# -- the reference -----------------------------------------------------------------------------

autosummary_generate = True
autodoc_typehints = "none"  # the docstrings give the types, with units
numpydoc_show_class_members = False
numpydoc_xref_param_type = True
numpydoc_xref_ignore = "all"  # but for these, which link to the pages of pandas and numpy
numpydoc_xref_aliases = {
    "DataFrame": "pandas.DataFrame",
    "Series": "pandas.Series",
    "Index": "pandas.Index",
    "Timestamp": "pandas.Timestamp",
    "ndarray": "numpy.ndarray",
}

# -- the look ----------------------------------------------------------------------------------

html_theme = "pydata_sphinx_theme"
html_title = "multidim_poverty"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_show_sourcelink = False
html_copy_source = False
# Pages that stand alone have no list of their section beside them.
SECTIONS = {"api", "developers", "testing", "speed", "planted_bugs", "mutants", "changelog"}
html_sidebars = {page.stem: [] for page in HERE.glob("*.md") if page.stem not in SECTIONS}
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "navbar_persistent": ["language-switch", "search-button"],
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_prev_next": True,
}


# -- models and enumerations, made readable ----------------------------------------------------


def plain_type(annotation: Any) -> str:
    """A type in words: ``tuple of Line``, ``int or None``, a code where it is a literal."""
    if isinstance(annotation, type) and not get_args(annotation):
        return "None" if annotation is type(None) else annotation.__name__
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        return f"tuple of {plain_type(arguments[0])}"
    if str(origin) == "typing.Literal":
        return "{" + ", ".join(repr(argument) for argument in arguments) + "}"
    if origin is UnionType or str(origin) == "typing.Union":
        parts = [plain_type(argument) for argument in arguments]
        return "one of the rules" if len(parts) > 3 else " or ".join(parts)
    if hasattr(annotation, "__metadata__"):
        return plain_type(arguments[0])
    return str(annotation)


def default_in_words(field: FieldInfo) -> str:
    return "" if field.is_required() else f", default {field.get_default()!r}"


def list_fields(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Add the fields of a model whose docstring does not list them."""
    if what != "class" or not issubclass(obj, BaseModel) or "Parameters" in lines:
        return
    fields = {name: field for name, field in obj.model_fields.items() if name != "citations"}
    if fields:
        while lines and not lines[-1].strip():
            lines.pop()
        lines += ["", "Parameters", "----------"]
        for field_name, field in fields.items():
            lines.append(f"{field_name} : {plain_type(field.annotation)}{default_in_words(field)}")


def list_terms(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Add the codes of a glossary entry, with both labels."""
    if what != "class" or not issubclass(obj, Term) or obj is Term:
        return
    lines += ["", ".. list-table::", "   :header-rows: 1", "", "   * - Code"]
    lines += ["     - Vietnamese", "     - English"]
    for term in obj:
        lines += [f"   * - ``{term}``", f"     - {term.vi}", f"     - {term.en}"]
    lines.append("")


def no_signature(app: Any, what: str, name: str, obj: Any, *rest: Any) -> tuple[str, None] | None:
    """Nobody calls an enumeration: leave its signature out."""
    return ("", None) if what == "class" and issubclass(obj, Enum) else None


def public_home(app: Any, env: Any, node: Any, contnode: Any) -> Any:
    """A name that a module imports is described where users find it, at the top."""
    if node.get("refdomain") != "py" or node["reftarget"].startswith("multidim_poverty."):
        return None
    target = f"multidim_poverty.{node['reftarget']}"
    domain, page = env.get_domain("py"), node.get("refdoc", "")
    return domain.resolve_xref(env, page, app.builder, node["reftype"], target, node, contnode)


def other_project(app: Any, env: Any, node: Any, contnode: Any) -> Any:
    """A link to the page of a class or function of pandas or numpy."""
    if node["reftarget"].startswith(("python:", "numpy:")):  # types in general: plain text
        contnode.children = [nodes.Text(node["reftarget"].partition(":")[2])]
        return contnode
    root, dot, _ = node["reftarget"].partition(".")
    if node.get("refdomain") != "py" or not dot or root not in OTHER_PROJECTS:
        return None
    address = OTHER_PROJECTS[root].format(name=node["reftarget"])
    return nodes.reference("", "", contnode, internal=False, refuri=address)


def setup(app: Any) -> None:
    app.connect("missing-reference", other_project)
    app.connect("missing-reference", public_home)
    app.connect("autodoc-process-docstring", list_fields, priority=100)  # before numpydoc
    app.connect("autodoc-process-docstring", list_terms, priority=900)  # after it
    app.connect("autodoc-process-signature", no_signature)
