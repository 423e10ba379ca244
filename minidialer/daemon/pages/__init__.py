"""The daemon behind the agents' pages: `PageServices` is what they are handed in."""

from .services import PageServices

__all__ = ["PageServices"]
