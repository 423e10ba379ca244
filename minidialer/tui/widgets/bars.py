"""The lines at the edges of every screen: where one can go, what is wrong with the link, what keys do here."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text
from textual.app import RenderResult
from textual.binding import ActiveBinding
from textual.dom import DOMNode
from textual.events import Click
from textual.screen import Screen
from textual.widget import Widget

from minidialer.i18n import N_, _, say
from minidialer.tui.places import PLACES
from minidialer.tui.text import plain

KEYS = {
    "question_mark": "?", "escape": "Esc", "enter": "Enter", "delete": "Del", "space": N_("Space"), "slash": "/",
    "pageup": "PgUp", "pagedown": "PgDn", "plus": "+", "minus": "-", "up": "↑", "down": "↓", "left": "←",
    "right": "→", "home": "Home", "end": "End", "tab": "Tab", "insert": "Ins", "backspace": "Backspace",
}  # fmt: skip


def key_name(key: str) -> str:
    """What stands on the key: F1, Ctrl+S, Del."""
    parts = key.split("+")
    if len(parts) > 1:
        last = parts[-1].upper() if len(parts[-1]) == 1 else key_name(parts[-1])
        return "+".join((*(part.title() for part in parts[:-1]), last))
    return _(KEYS.get(key, key.upper() if key.startswith("f") and key[1:].isdigit() else key))


class KeyPart(NamedTuple):
    """A key, what it does, and whether that is so now."""

    key: str
    label: str
    action: str
    node: DOMNode  # whose action it is
    active: bool = False

    def width(self, space: int) -> int:
        """Cells it takes with so many between key and label."""
        return cell_len(self.key) + space + cell_len(self.label)


class KeyLine(Widget, can_focus=False):
    """One line of keys and labels; a click on one does what the key does."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"bar--key", "bar--active"}  # noqa: RUF012  # as Textual declares it
    DEFAULT_CSS = """
    KeyLine { height: 1; background: $panel; color: $foreground;
        & > .bar--key { color: $text-accent; }
        & > .bar--active { text-style: bold; background: $block-cursor-background;
            color: $block-cursor-foreground; }
    }
    """

    def parts(self) -> Iterable[KeyPart]:
        """What the line has, in order."""
        raise NotImplementedError

    def _fitting(self) -> Iterator[tuple[int, KeyPart]]:
        """What fits, whole, with its place."""
        left = 0
        space, gap = self._spacing
        for part in self.parts():
            width = part.width(space)
            if left + width > self.size.width:
                return
            yield left, part
            left += width + gap

    @property
    def _spacing(self) -> tuple[int, int]:
        """Cells between key and label, and between two of them: closer together where that lets more fit."""
        parts = list(self.parts())
        for space, gap in ((1, 2), (1, 1)):
            if sum(part.width(space) + gap for part in parts) - gap <= self.size.width:
                return space, gap
        return 0, 1

    def render(self) -> RenderResult:
        key = self.get_component_rich_style("bar--key", partial=True)
        active = self.get_component_rich_style("bar--active", partial=True)
        space, _gap = self._spacing
        line = Text(no_wrap=True, overflow="crop")
        for left, part in self._fitting():
            line.append(" " * (left - line.cell_len))
            line.append(part.key, key + active if part.active else key)
            line.append(" " * space + part.label, active if part.active else "")
        return line

    async def on_click(self, event: Click) -> None:
        for left, part in self._fitting():
            if left <= event.x < left + part.width(self._spacing[0]):
                await self.app.run_action(part.action, part.node)
                return


class NavBar(KeyLine):
    """The first line: the places and their keys, the present one marked."""

    def parts(self) -> Iterable[KeyPart]:
        for place in PLACES:
            active = self.app.current_mode == place.name
            yield KeyPart(key_name(place.key), _(place.label), f"go('{place.name}')", self.app, active)


class KeyBar(KeyLine):
    """The last line: what keys do on this screen, the most important first; help always. Cut where it is full."""

    DEFAULT_CSS = "KeyBar { dock: bottom; }"

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def parts(self) -> Iterable[KeyPart]:
        helping = [_part(active) for active in self._active() if active.binding.action == "explain"][:1]
        room = self.size.width - sum(part.width(1) + 1 for part in helping)
        for part in self._shown():
            room -= part.width(1) + 1
            if room < 0:
                break
            yield part
        yield from helping

    def _shown(self) -> Iterator[KeyPart]:
        seen = {"explain"}
        for active in self._active():
            binding = active.binding
            if binding.show and active.enabled and binding.action not in seen:
                seen.add(binding.action)
                yield _part(active)

    def _active(self) -> Iterable[ActiveBinding]:
        return self.screen.active_bindings.values()


def _part(active: ActiveBinding) -> KeyPart:
    binding = active.binding
    return KeyPart(key_name(binding.key), _(binding.description), binding.action, active.node)


class Banner(Widget, can_focus=False):
    """One line while something is wrong with the link, or nothing may be changed; else not there."""

    DEFAULT_CSS = """
    Banner { height: auto; padding: 0 1; display: none; }
    Banner.-away { display: block; background: $error-muted; color: $text-error; }
    Banner.-read-only { display: block; color: $text-warning; }
    """

    def show(self, problem: Exception | None, *, read_only: bool) -> None:
        """What the line to the daemon is like now."""
        self._text = ""
        if problem is not None:
            sentence = getattr(problem, "sentence", None)
            self._text = plain(say(sentence)) if sentence is not None else plain(str(problem))
        elif read_only:
            self._text = _("You may look, but change nothing.")
        self.set_class(problem is not None, "-away")
        self.set_class(problem is None and read_only, "-read-only")
        self.refresh(layout=True)

    _text = ""

    def render(self) -> RenderResult:
        return Text(self._text)
