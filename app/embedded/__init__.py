"""The servers that Loket brings along, and what keeps them running.

Of the product this package knows the shape of its settings, in `stack`, and nothing else.
"""

from app.embedded.lock import DataFolderInUse
from app.embedded.stack import Stack, settings_of_running
from app.embedded.supervisor import Part, PartFailed

__all__ = ["DataFolderInUse", "Part", "PartFailed", "Stack", "settings_of_running"]
