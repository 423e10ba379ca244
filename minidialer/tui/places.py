"""The places a key of its own leads to, in the order of the steps from an empty system to a dialling campaign."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from minidialer.i18n import N_

if TYPE_CHECKING:
    from .page import Page


@dataclass(frozen=True)
class Place:
    """`page`: module and class within `minidialer.tui.screens`, imported when it is first gone to."""

    name: str
    key: str
    label: str
    page: str

    def open(self) -> "Page":
        """Its page, new."""
        return page_class(self.page)()


def page_class(name: str) -> "Callable[..., Page]":
    """A screen by `module:class`; screens are imported when they are first gone to, which keeps the start quick."""
    module, _, cls = name.partition(":")
    return cast("Callable[..., Page]", getattr(import_module(f"minidialer.tui.screens.{module}"), cls))


PLACES = (
    Place("overview", "f1", N_("Overview"), "overview:OverviewPage"),
    Place("agents", "f2", N_("Agents"), "agents:AgentsPage"),
    Place("lists", "f3", N_("Lists"), "lists:ListsPage"),
    Place("dispositions", "f4", N_("Dispositions"), "dispositions:DispositionsPage"),
    Place("import", "f5", N_("Import"), "imports:ImportsPage"),
    Place("statistics", "f6", N_("Statistics"), "statistics:StatisticsPage"),
    Place("audit", "f7", N_("Audit"), "audit:AuditPage"),
)
