"""Own columns and answers, mapped to those of the schema: proposed, edited by a person, applied."""

from multidim_poverty.schema.mapping.application import Mapped
from multidim_poverty.schema.mapping.mapped_column import MappedColumn
from multidim_poverty.schema.mapping.model import Mapping
from multidim_poverty.schema.mapping.proposal import propose

__all__ = ["Mapped", "MappedColumn", "Mapping", "propose"]


def __dir__() -> list[str]:
    return __all__
