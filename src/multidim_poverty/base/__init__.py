"""What models and readers of files stand on: frozen models, identifiers, files within bounds."""

from multidim_poverty.base.models import Coerced, Count, FrozenDict, Identifier, Model, Record

__all__ = ["Coerced", "Count", "FrozenDict", "Identifier", "Model", "Record"]
