"""Dialogs: a question with two answers, a choice out of many, one line of text."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, OptionList, SelectionList, Static
from textual.widgets.option_list import Option
from textual.widgets.selection_list import Selection

from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _, say
from minidialer.tui.text import keyed, plain

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
{name} OptionList, {name} SelectionList {{ height: auto; max-height: 14; margin-top: 1; border: none; padding: 0;
    background: $surface; }}
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


class Choose(Dialog[Any], Generic[V]):
    """One out of many: values with what is shown for them. Typing a letter goes to the next that begins with it."""

    DEFAULT_CSS = _CSS.format(name="Choose")

    def __init__(self, title: str, options: Sequence[tuple[V, str]], *, value: V | None = None, text: str = "") -> None:
        super().__init__(title, text)
        self._options, self._value = list(options), value

    def compose(self) -> ComposeResult:
        with Vertical():
            yield from self._heading()
            chooser = OptionList(*(Option(Text(plain(label) or " ")) for _value, label in self._options))
            values = [value for value, _label in self._options]
            chooser.highlighted = values.index(self._value) if self._value in values else 0
            yield chooser

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._options[event.option_index][0])

    def on_key(self, event: Any) -> None:
        if event.character and event.character.isalnum():
            self._go_to(event.character.lower())

    def _go_to(self, letter: str) -> None:
        chooser = self.query_one(OptionList)
        start = (chooser.highlighted or 0) + 1
        order = [*range(start, len(self._options)), *range(start)]
        found = (index for index in order if self._options[index % len(self._options)][1].lower().startswith(letter))
        chooser.highlighted = next(found, chooser.highlighted)


class ChooseMany(Dialog[Any], Generic[V]):
    """Any number out of many. Gives the list of values chosen, or None."""

    DEFAULT_CSS = _CSS.format(name="ChooseMany")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "take", N_("Take"), priority=True)]

    def __init__(self, title: str, options: Sequence[tuple[V, str]], chosen: Sequence[V], *, text: str = "") -> None:
        super().__init__(title, text)
        self._options, self._chosen = list(options), set(chosen)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield from self._heading()
            yield SelectionList(
                *(
                    Selection(Text(plain(label) or " "), index, value in self._chosen)
                    for index, (value, label) in enumerate(self._options)
                )
            )
            yield Static(keyed(_("`Space` marks, `Enter` takes it, `Esc` leaves all as it is.")), classes="keys")

    def action_take(self) -> None:
        chosen = set(self.query_one(SelectionList).selected)
        self.dismiss([value for index, (value, _label) in enumerate(self._options) if index in chosen])
