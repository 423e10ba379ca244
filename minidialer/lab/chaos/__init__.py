"""Faults on purpose: what may break is broken while calls flow, and the books are held against the carrier's record."""

from .context import Context, Progress
from .fault import Fault
from .findings import Findings
from .outcome import Outcome
from .registry import every_fault
from .trying import try_fault

__all__ = ["Context", "Fault", "Findings", "Outcome", "Progress", "every_fault", "try_fault"]
