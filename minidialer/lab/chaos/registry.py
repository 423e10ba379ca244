"""Every fault there is: what the modules of `faults/` name in `FAULTS`."""

from __future__ import annotations

import importlib
import pkgutil

from . import faults
from .fault import Fault


def every_fault() -> dict[str, Fault]:
    """By name, in the order of the modules' names."""
    found: dict[str, Fault] = {}
    for module in sorted(pkgutil.iter_modules(faults.__path__), key=lambda item: item.name):
        for fault in importlib.import_module(f"{faults.__name__}.{module.name}").FAULTS:
            if fault.name in found:
                raise ValueError(f"Two faults have the name {fault.name}: rename one.")
            found[fault.name] = fault
    return found
