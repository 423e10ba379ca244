"""Dialogs: a question with two answers, a choice out of many, one line of text."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Static

from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _, say
from minidialer.tui.text import keyed, plain

from .columns import Column
from .table import Table

V = TypeVar("V")
R = TypeVar("R")
_CSS = """
{name} {{ align: center middle; background: $background 60%; }}
{name} > Vertical {{ width: 64; max-width: 94%; height: auto; max-height: 90%; padding: 1 2;
    background: $surface; border: round $border; }}
{name} .title {{ text-style: bold; width: 100%; }}
{name} .text {{ width: 100%; margin-top: 1; color: $foreground; }}
{name} .fault {{ width: 100%; color: $text-error; height: auto; }}
{name} .keys {{ width: 100%; margin-top: 1; color: $foreground 60%; }}
{name} Horizontal {{ height: auto; margin-top: 1; }}
{name} Button {{ margin-right: 2; }}
{name} Input {{ margin-top: 1; }}
{name} Table {{ margin-top: 1; background: $surface; }}
"""


class Dialog(ModalScreen[R], Generic[R]):
    """What all dialogs share: a title, texts, and Esc that leaves without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", N_("Cancel"))]

    def __init__(self, title: str, text: str = "") -> None:
        super().__init__()
        self._title, self._said = plain(title), "\n".join(plain(line) for line in text.splitlines())

    def action_leave(self) -> None:
        self.dismiss(None)

    def _heading(self) -> ComposeResult:
        yield Label(Text(self._title), classes="title")
        if self._said:
            yield Static(Text(self._said), classes="text")


class Confirm(Dialog[bool]):
    """A question; the answer that changes nothing has the focus. Gives True for yes."""

    DEFAULT_CSS = _CSS.format(name="Confirm")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,t", "answer(True)", N_("Yes"), show=False),
        Binding("n", "answer(False)", N_("No"), show=False),
        Binding("left,right,up,down", "other", show=False),
    ]

    def __init__(self, title: str, text: str = "", *, yes: str, danger: bool = False) -> None:
        super().__init__(title, text)
        self._yes, self._danger = yes, danger

    def compose(self) -> ComposeResult:
        with Vertical():
            yield from self._heading()
            with Horizontal():
                yield Button(Text(_("Cancel")), id="no", compact=True)
                yield Button(
                    Text(plain(self._yes)), id="yes", compact=True, variant="error" if self._danger else "primary"
                )

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)

    def action_other(self) -> None:
        self.focus_next()

    def action_leave(self) -> None:
        self.dismiss(False)


class Ask(Dialog[str | None]):
    """One line of text. `fault` says what is wrong with it, as it is typed; None: nothing."""

    DEFAULT_CSS = _CSS.format(name="Ask")

    def __init__(
        self,
        title: str,
        text: str = "",
        *,
        value: str = "",
        fault: Callable[[str], ControlError | None] = lambda _text: None,
        secret: bool = False,
    ) -> None:
        super().__init__(title, text)
        self._value, self._fault, self._secret = value, fault, secret

    def compose(self) -> ComposeResult:
        with Vertical():
            yield from self._heading()
            yield Input(self._value, compact=True, password=self._secret)
            yield Static("", classes="fault")
            yield Static(keyed(_("`Enter` takes it, `Esc` leaves all as it is.")), classes="keys")

    def on_input_changed(self, event: Input.Changed) -> None:
        error = self._fault(event.value) if event.value else None
        self.query_one(".fault", Static).update(Text(plain(say(error.sentence)) if error is not None else ""))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value and self._fault(event.value) is None:
            self.dismiss(event.value)


class _Option(NamedTuple):
    place: int
    label: str


class _FromTable(Dialog[Any]):
    """A list to choose from; typing a letter goes to the next that begins with it."""

    MARKS: ClassVar[bool] = False
    KEYS: ClassVar[str] = N_("`Enter` takes it, `Esc` leaves all as it is.")

    def __init__(self, title: str, labels: Sequence[str], *, text: str, at: int, marked: set[int]) -> None:
        super().__init__(title, text)
        self._rows = [_Option(place, label) for place, label in enumerate(labels)]
        self._at, self._marked = at, marked

    def compose(self) -> ComposeResult:
        with Vertical():
            yield from self._heading()
            column = Column[_Option]("", lambda row: row.label, width=10, grow=1)
            yield Table([column], key=lambda row: row.place, marks=self.MARKS, titles=False)
            yield Static(keyed(_(self.KEYS)), classes="keys")

    def on_mount(self) -> None:
        table = self.query_one(Table)
        table.styles.height = min(14, max(1, len(self._rows)))
        table.marked |= self._marked
        table.show(self._rows)
        table.go_to(self._at)

    def on_key(self, event: Key) -> None:
        if event.character and event.character.isalnum():
            event.stop()
            self._go_to(event.character.lower())

    def _go_to(self, letter: str) -> None:
        table = self.query_one(Table)
        here = table.current.place + 1 if table.current is not None else 0
        for row in (*self._rows[here:], *self._rows[:here]):
            if row.label.lower().startswith(letter):
                table.go_to(row.place)
                return


class Choose(_FromTable, Generic[V]):
    """One out of many: values with what is shown for them."""

    DEFAULT_CSS = _CSS.format(name="Choose")

    def __init__(self, title: str, options: Sequence[tuple[V, str]], *, value: V | None = None, text: str = "") -> None:
        self._values = [one for one, _label in options]
        at = self._values.index(value) if value in self._values else 0
        super().__init__(title, [label for _value, label in options], text=text, at=at, marked=set())

    def on_table_chosen(self, event: Table.Chosen) -> None:
        self.dismiss(self._values[event.row.place])


class ChooseMany(_FromTable, Generic[V]):
    """Any number out of many. Gives the list of values chosen, or None."""

    MARKS = True
    KEYS = N_("`Space` marks, `Enter` takes it, `Esc` leaves all as it is.")
    DEFAULT_CSS = _CSS.format(name="ChooseMany")

    def __init__(self, title: str, options: Sequence[tuple[V, str]], chosen: Sequence[V], *, text: str = "") -> None:
        self._values = [one for one, _label in options]
        marked = {place for place, value in enumerate(self._values) if value in chosen}
        super().__init__(title, [label for _value, label in options], text=text, at=0, marked=marked)

    def on_table_chosen(self) -> None:
        marked = self.query_one(Table).marked
        self.dismiss([value for place, value in enumerate(self._values) if place in marked])
