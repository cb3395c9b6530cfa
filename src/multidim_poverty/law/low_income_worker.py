"""Who is a low-income worker: the criterion, read from TOML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pydantic import Field

from multidim_poverty.base import Identifier
from multidim_poverty.base.files.toml import parse_toml
from multidim_poverty.errors import NotCoveredError
from multidim_poverty.law.citation import Citation
from multidim_poverty.law.documents import law_text
from multidim_poverty.law.law_object import LawObject
from multidim_poverty.law.parts import LawPart
from multidim_poverty.law.poverty_standard import Standard
from multidim_poverty.law.reading import checked, text_of
from multidim_poverty.law.standard_parts import Line
from multidim_poverty.law.tables import CitedValue
from multidim_poverty.vocabulary import EmploymentStatus, PovertyClass

__all__ = [
    "HouseholdClause",
    "IncomeClause",
    "LowIncomeCriterion",
    "WorkerClause",
    "low_income_criterion",
]

SHIPPED = "decree_30_2025"


class WorkerClause(LawPart):
    """Who is a worker: a member with one of these answers on employment."""

    employment_status: tuple[EmploymentStatus, ...] = Field(min_length=1)
    citation: Citation


class HouseholdClause(LawPart):
    """A household of one of these classes has no low-income workers."""

    not_of_class: tuple[PovertyClass, ...]
    citation: Citation


class IncomeClause(LawPart):
    """Income per head is at most a line of the standard, the line included."""

    at_most_line: Identifier
    citation: Citation


class LowIncomeCriterion(LawObject):
    """The criterion for low-income workers; all three clauses must hold.

    Take the shipped one from `low_income_criterion`, read one with `read`, change one with
    `replace`. It is frozen, and every value in it carries its citation.

    Attributes
    ----------
    name : str
    title : Label
    worker : WorkerClause
    household : HouseholdClause
    income : IncomeClause
    notes : tuple of str
        What a user of this criterion must know.

    Examples
    --------
    >>> from multidim_poverty.law.low_income_worker import low_income_criterion
    >>> criterion = low_income_criterion()
    >>> criterion.income.at_most_line, str(criterion.worker.citation)
    ('average_ceiling', 'Decree 30/2025/ND-CP [unconfirmed]')
    """

    worker: WorkerClause
    household: HouseholdClause
    income: IncomeClause

    def ceiling(self, standard: Standard) -> Line:
        """The line of a standard that income per head may reach [VND/person/month].

        Raises
        ------
        NotCoveredError
            If the standard has no such line, or ended before the criterion was signed.
        """
        # An older standard may have a line of the same name, for another purpose.
        signed, last = self.income.citation.document.signed, standard.periods[-1].last
        if signed is not None and last < signed:
            raise NotCoveredError(
                f"{self.name} does not apply to {standard.name}: the standard ended on {last}, "
                f"and the criterion was signed on {signed}"
            )
        for line in standard.lines:
            if line.id == self.income.at_most_line:
                return line
        lines = ", ".join(line.id for line in standard.lines) or "no lines"
        raise NotCoveredError(
            f"{self.name} needs the line {self.income.at_most_line!r}, which {standard.name} does "
            f"not have (it has {lines}); use a standard "
            f"with that line, or replace at_most_line in the criterion"
        )

    def values(self) -> Iterator[CitedValue]:
        """Part, name, value in words, and citation of everything that has a source."""
        statuses, classes = self.worker.employment_status, self.household.not_of_class
        yield "worker", "employment_status", ", ".join(map(str, statuses)), self.worker.citation
        yield "household", "not_of_class", ", ".join(map(str, classes)), self.household.citation
        yield "income", "at_most_line", self.income.at_most_line, self.income.citation

    # -- making one ---------------------------------------------------------------------

    @classmethod
    def read(cls, path: str | Path) -> LowIncomeCriterion:
        """Read a criterion from a TOML file of the layout of ``law/decree_30_2025.toml``.

        Raises
        ------
        LawFileError
            Names every problem: unknown keys, classes or answers, missing citations.
        """
        path = Path(path)
        return cls.parse(text_of(path), name=path.name)

    @classmethod
    def parse(cls, toml: str, *, name: str = "criterion") -> LowIncomeCriterion:
        """Read a criterion from the text of a TOML file; see `read`."""
        raw = parse_toml(toml, name)
        return checked(cls, raw, raw.pop("documents", {}), name)

    @classmethod
    def _shipped_as(cls, name: str) -> tuple[LowIncomeCriterion, ...]:
        return (low_income_criterion(),) if name == SHIPPED else ()

    def replace(
        self,
        *,
        name: str,
        why: str,
        employment_status: Iterable[str] | None = None,
        not_of_class: Iterable[str] | None = None,
        at_most_line: str | None = None,
    ) -> LowIncomeCriterion:
        """A variant of the criterion, such as one with another reading of who is a worker.

        Parameters
        ----------
        name : str
            Name of the variant.
        why : str
            What it is and where its values come from; every replaced value is cited as a
            variant with these words.
        employment_status, not_of_class : iterable of str, optional
        at_most_line : str, optional
            Id of a line of the standard.

        Returns
        -------
        LowIncomeCriterion

        Raises
        ------
        LawFileError
            If the result would not be a criterion.

        Examples
        --------
        >>> from multidim_poverty.law.low_income_worker import low_income_criterion
        >>> ours = low_income_criterion().replace(
        ...     name="wages_only", why="wage workers alone",
        ...     employment_status=["wage_with_contract", "wage_without_contract"])
        >>> str(ours.worker.citation)
        'Variant (wage workers alone) of Decree 30/2025/ND-CP'
        """
        changed = {
            "worker": ("employment_status", employment_status, self.worker.citation),
            "household": ("not_of_class", not_of_class, self.household.citation),
            "income": ("at_most_line", at_most_line, self.income.citation),
        }
        raw = self._variant(name, why)
        for clause, (key, value, citation) in changed.items():
            if value is not None:
                raw[clause] = {
                    key: value if isinstance(value, str) else tuple(value),
                    "citation": citation.as_variant(why).model_dump(),
                }
        return self._validated(raw)


@cache
def low_income_criterion() -> LowIncomeCriterion:
    """The shipped criterion, of Decree 30/2025/ND-CP."""
    return LowIncomeCriterion.parse(law_text(SHIPPED), name=f"{SHIPPED}.toml")
