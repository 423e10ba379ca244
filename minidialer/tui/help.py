"""Help: what a screen is for, and every key on it, made from its bindings."""

from collections.abc import Iterable
from typing import ClassVar

from rich.table import Table as Grid
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from minidialer.i18n import N_, _

from .places import PLACES
from .text import keyed
from .widgets.bars import key_name


def keys_of(bindings: Iterable[ActiveBinding]) -> list[tuple[str, str]]:
    """Keys and what they do in the reader's language: those of the key bar first, keys of one action together."""
    keys: dict[tuple[str, str], list[str]] = {}
    places = {place.key for place in PLACES}
    for active in sorted(bindings, key=lambda active: not active.binding.show):
        binding = active.binding
        if active.enabled and binding.description and binding.key not in places:
            keys.setdefault((binding.action, binding.description), []).append(key_name(binding.key))
    return [(", ".join(dict.fromkeys(names)), _(description)) for (_action, description), names in keys.items()]


class HelpScreen(ModalScreen[None]):
    """Shown over the screen it is about."""

    DEFAULT_CSS = """
    HelpScreen { align: center middle; background: $background 60%; }
    HelpScreen > VerticalScroll { width: 76; max-width: 96%; height: auto; max-height: 94%; padding: 1 2;
        background: $surface; border: round $border; }
    HelpScreen Static { margin-bottom: 1; }
    HelpScreen .title { text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,f9,enter", "dismiss_help", N_("Close the help")),
    ]

    def __init__(self, title: str, text: str, keys: list[tuple[str, str]]) -> None:
        super().__init__()
        self._title, self._text, self._keys = title, text, keys

    def compose(self) -> ComposeResult:
        accent = self.app.theme_variables.get("text-accent", "blue")
        style = accent if accent.startswith("#") else "bold"
        with VerticalScroll():
            yield Static(Text(self._title), classes="title")
            if self._text:
                yield Static(keyed(self._text, style))
            yield Static(_grid(self._keys, style))
            places = [(key_name(place.key), _(place.label)) for place in PLACES]
            yield Static(_grid(places, style))

    def action_dismiss_help(self) -> None:
        self.dismiss(None)


def _grid(pairs: list[tuple[str, str]], style: str) -> Grid:
    grid = Grid.grid(padding=(0, 2))
    grid.add_column(width=18)
    grid.add_column()
    for keys, what in pairs:
        grid.add_row(Text(keys, style=style), Text(what))
    return grid
