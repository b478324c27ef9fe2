"""Files that residents hand in: told apart, made harmless, and turned into pictures."""

from app.adapters.inspection.inspect import inspect
from app.adapters.inspection.outcome import DEFAULT, Bounds, Inspected, Refused

__all__ = ["DEFAULT", "Bounds", "Inspected", "Refused", "inspect"]
