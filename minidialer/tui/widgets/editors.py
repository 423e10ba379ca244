"""What a field is edited with: a line or lines of text, one of some options, any number of them."""

from typing import Any, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from minidialer.i18n import N_, _
from minidialer.tui.text import fitted, plain

from .dialogs import Choose, ChooseMany
from .fields import Field

_GAP = 2


class Edited(Message):
    """Something was typed or chosen."""


class LineEditor(Input):
    """One line."""

    def __init__(self, field: Field) -> None:
        super().__init__(compact=True, password=field.secret)
        self.field = field

    @property
    def entered(self) -> Any:
        return self.value

    def put(self, value: Any) -> None:
        with self.prevent(Input.Changed):
            self.value = self.field.show(value)

    def on_input_changed(self) -> None:
        self.post_message(Edited())


class TextEditor(TextArea):
    """Several lines. Tab goes to the next field."""

    def __init__(self, field: Field) -> None:
        super().__init__(compact=True, tab_behavior="focus")
        self.field = field
        self.styles.height = field.lines

    @property
    def entered(self) -> Any:
        return self.text

    def put(self, value: Any) -> None:
        with self.prevent(TextArea.Changed):
            self.load_text(self.field.show(value))

    def on_text_area_changed(self) -> None:
        self.post_message(Edited())


class _Options(Widget, can_focus=True):
    """One line of options."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"options--chosen", "options--under-cursor", "options--other"}
    DEFAULT_CSS = """
    _Options { height: 1;
        & > .options--chosen { text-style: bold; color: $text-accent; }
        & > .options--under-cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > .options--other { color: $foreground 60%; }
    }
    """

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.options = [(value, plain(label)) for value, label in field.options or ()]

    def _take(self, value: Any) -> None:
        raise NotImplementedError

    def _style(self, name: str) -> Any:
        return self.get_component_rich_style(f"options--{name}", partial=name != "other")


class ChoiceEditor(_Options):
    """One out of some: all in a row where they fit, else the chosen one; arrows go on, Enter shows them all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "next(1)", N_("Next option"), show=False),
        Binding("left", "next(-1)", N_("Option before"), show=False),
        Binding("enter", "list", N_("All options"), show=False),
    ]
    _value: Any = None

    @property
    def entered(self) -> Any:
        return self._value

    def put(self, value: Any) -> None:
        self._value = value
        self.refresh()

    def _take(self, value: Any) -> None:
        if value != self._value:
            self.put(value)
            self.post_message(Edited())

    def action_next(self, by: int) -> None:
        values = [value for value, _label in self.options]
        if values:
            at = values.index(self._value) + by if self._value in values else 0
            self._take(values[at % len(values)])

    def action_list(self) -> None:
        title = _(self.field.label)
        self.app.push_screen(Choose(title, self.options, value=self._value), self._listed)

    def _listed(self, value: Any) -> None:
        if value is not None:
            self._take(value)

    def render(self) -> RenderResult:
        chosen = self._style("under-cursor" if self.has_focus else "chosen")
        line = Text(no_wrap=True, overflow="ellipsis")
        if not self._in_a_row:
            label = next(
                (label for value, label in self.options if value == self._value), plain(str(self._value or ""))
            )
            line.append(f"‹ {label} ›", chosen)
            return line
        for value, label in self.options:
            mine = value == self._value
            line.append(f" {label} ", chosen if mine else self._style("other"))
            line.append(" " * (_GAP - 1))
        return line

    @property
    def _in_a_row(self) -> bool:
        return sum(cell_len(label) + 1 + _GAP for _value, label in self.options) <= self.size.width

    def on_click(self, event: Click) -> None:
        left = 0
        for value, label in self.options if self._in_a_row else ():
            width = cell_len(label) + 1 + _GAP
            if left <= event.x < left + width:
                self._take(value)
                return
            left += width
        if not self._in_a_row:
            self.action_list()


class ManyEditor(_Options):
    """Any number of options: how many and which; Enter opens the list to mark them."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "list", N_("Choose"), show=False)]
    _values: tuple[Any, ...] = ()

    @property
    def entered(self) -> Any:
        return list(self._values)

    def put(self, value: Any) -> None:
        self._values = tuple(value or ())
        self.refresh()

    def action_list(self) -> None:
        options = [*self.options, *((value, str(value)) for value in self._values if value not in dict(self.options))]
        self.app.push_screen(ChooseMany(_(self.field.label), options, list(self._values)), self._listed)

    def _listed(self, values: Any) -> None:
        if values is not None and set(values) != set(self._values):
            self.put(values)
            self.post_message(Edited())

    def on_click(self) -> None:
        self.action_list()

    def render(self) -> RenderResult:
        labels = dict(self.options)
        shown = ", ".join(plain(str(labels.get(value, value))) for value in self._values) or _("none")
        style = self._style("under-cursor" if self.has_focus else "chosen")
        return Text(
            fitted(f" {shown} ", self.size.width) if cell_len(shown) > self.size.width - 2 else f" {shown} ", style
        )


Editor = LineEditor | TextEditor | ChoiceEditor | ManyEditor


def editor_for(field: Field) -> Editor:
    """The editor that goes with the field."""
    if field.many:
        return ManyEditor(field)
    if field.options is not None:
        return ChoiceEditor(field)
    return TextEditor(field) if field.lines > 1 else LineEditor(field)
