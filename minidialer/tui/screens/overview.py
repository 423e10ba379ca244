"""The overview: every campaign with what it is doing, and the state of the system in words."""

from textual.app import ComposeResult
from textual.widgets import Static

from minidialer.i18n import N_
from minidialer.tui.page import Page


class OverviewPage(Page):
    NAME = N_("Overview")

    def body(self) -> ComposeResult:
        yield Static("x")
