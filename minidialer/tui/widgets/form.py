"""A form: fields under each other, each checked by the model as it is typed, saved together.

Below them stands what the field with the focus means, and what is wrong with it. A field that was changed has a dot
before it, one that is wrong a cross. What somebody else changed meanwhile is taken over where nothing was typed here;
where something was, the person's own text stays and the other value is told.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Static

from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _
from minidialer.tui.text import plain

from .editors import ChoiceEditor, Edited, Editor, editor_for
from .fields import Field

_LONGEST_LABEL = 32


class Row(Horizontal):
    """One field: mark, label, editor, and on a wide terminal its explanation."""

    DEFAULT_CSS = """
    Row { height: auto; }
    Row .mark { width: 2; }
    Row .about { display: none; width: 1fr; color: $foreground 60%; height: 1; margin-left: 2;
        text-wrap: nowrap; text-overflow: ellipsis; }
    Row LineEditor, Row TextEditor, Row _Options { width: 1fr; }
    Row .label { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Row:focus-within .label { text-style: bold; }
    """

    def __init__(self, field: Field, width: int, value: Any) -> None:
        super().__init__()
        self.field = field
        self.base = value
        self.theirs: Any = None  # what somebody else made of it while it was being edited here
        self.refusal = ""  # what the daemon said about it
        self.editor: Editor = editor_for(field)
        self._width = width

    def compose(self) -> ComposeResult:
        yield Static(classes="mark")
        label = Static(Text(_(self.field.label)), classes="label")
        label.styles.width = self._width
        yield label
        yield self.editor
        yield Static(Text(_(self.field.about)), classes="about")

    def on_mount(self) -> None:
        self.editor.put(self.base)

    @property
    def fault(self) -> str:
        """What is wrong with what stands there."""
        return self.refusal or (self.field.fault(self.editor.entered) if self.dirty else "")

    @property
    def dirty(self) -> bool:
        """Was it changed?"""
        entered = self.editor.entered
        if isinstance(entered, list):
            return set(entered) != set(self.base or ())
        if self.field.options is not None:
            return bool(entered != self.base)
        return bool(entered != self.field.show(self.base))

    def put(self, value: Any) -> None:
        """A new value to begin from; what was typed is gone."""
        self.base, self.theirs, self.refusal = value, None, ""
        self.editor.put(value)
        self.mark()

    def mark(self) -> None:
        """Dot, cross or nothing."""
        sign = "✗ " if self.fault else "≠ " if self.theirs is not None else "• " if self.dirty else ""
        self.query_one(".mark", Static).update(Text(sign, "bold red" if self.fault else "bold"))


class _Rows(VerticalScroll, can_focus=False, inherit_bindings=False):
    """The rows; without the keys to scroll, which go from field to field here."""


class Form(Vertical):
    """`Form(fields, values)`; `form.changes()` is what to save, then `form.saved(values)`."""

    DEFAULT_CSS = """
    Form { height: 1fr; }
    Form > _Rows { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    Form .group { height: 2; padding: 1 0 0 2; color: $text-accent; }
    Form > .explained { height: 3; padding: 0 1 0 3; border-top: solid $border; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "go(1)", N_("Next field"), show=False),
        Binding("up", "go(-1)", N_("Field before"), show=False),
        Binding("ctrl+z", "undo", N_("This field as it was"), show=False, priority=True),
    ]

    class Changed(Message):
        """Something was typed or chosen in the form."""

        def __init__(self, form: "Form") -> None:
            super().__init__()
            self.form = form

        @property
        def control(self) -> "Form":
            return self.form

    def __init__(
        self,
        fields: Sequence[Field],
        values: Mapping[str, Any],
        *,
        id: str | None = None,  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        width = min(_LONGEST_LABEL, max((cell_len(_(field.label)) for field in fields), default=0)) + 2
        self._rows = {field.name: Row(field, width, _plain_value(values.get(field.name))) for field in fields}

    def compose(self) -> ComposeResult:
        with _Rows():
            group = ""
            for row in self._rows.values():
                if row.field.group != group:
                    group = row.field.group
                    yield Static(Text(_(group)), classes="group")
                yield row
        yield Static(classes="explained")

    # -- what callers use ---------------------------------------------------------------------------------------

    @property
    def dirty(self) -> bool:
        """Is there something to save?"""
        return any(row.dirty for row in self._rows.values())

    def values(self) -> dict[str, Any]:
        """All values as they travel. Raises ControlError for the first wrong one, which gets the focus."""
        return {name: self._read(row) for name, row in self._rows.items()}

    def changes(self) -> dict[str, Any]:
        """Those that were changed; likewise."""
        return {name: self._read(row) for name, row in self._rows.items() if row.dirty}

    def saved(self, values: Mapping[str, Any]) -> None:
        """These are the daemon's values now: nothing is changed any more."""
        for name, row in self._rows.items():
            if name in values:
                row.put(_plain_value(values[name]))
        self._explain()

    def theirs(self, values: Mapping[str, Any]) -> list[str]:
        """The daemon's values now, while the form is open. Gives the labels of fields that both sides changed."""
        both = []
        for name, row in self._rows.items():
            value = _plain_value(values.get(name, row.base))
            if value == row.base:
                continue
            if not row.dirty:
                row.put(value)
            elif row.field.show(value) == row.field.show(row.editor.entered):
                row.put(value)  # both made the same change
            else:
                row.theirs = row.base = value
                both.append(_(row.field.label))
                row.mark()
        self._explain()
        return both

    @property
    def conflicts(self) -> list[tuple[str, str]]:
        """Fields that somebody else changed as well and that are not saved yet: label, and what they made of it."""
        return [
            (_(row.field.label), _shown(row, row.theirs))
            for row in self._rows.values()
            if row.theirs is not None and row.dirty
        ]

    def in_labels(self, said: str) -> tuple[str, str]:
        """A sentence of the daemon with labels for the names of fields, and the first field it names."""
        named = sorted((name for name in self._rows if "_" in name and name in said), key=said.index)
        for name in sorted(named, key=len, reverse=True):
            said = said.replace(name, f"“{_(self._rows[name].field.label)}”")
        return said, named[0] if named else ""

    def has(self, name: str) -> bool:
        """Is there a field of this name?"""
        return name in self._rows

    def label(self, name: str) -> str:
        """What the field is called, in the reader's language."""
        return _(self._rows[name].field.label)

    def refuse(self, name: str, said: str) -> None:
        """The daemon refused this field."""
        row = self._rows[name]
        row.refusal = said
        row.mark()
        row.editor.focus()
        self._explain()

    def focus_field(self, name: str) -> None:
        """Put the focus there."""
        self._rows[name].editor.focus()

    @property
    def focused_field(self) -> str:
        """The name of the field with the focus; empty: none."""
        row = self._row_of_focus()
        return row.field.name if row is not None else ""

    def value(self, name: str) -> Any:
        """One value as it travels, as it stands there now. Raises ControlError."""
        row = self._rows[name]
        return row.field.read(row.editor.entered)

    # -- how it works -------------------------------------------------------------------------------------------

    def _read(self, row: Row) -> Any:
        try:
            return row.field.read(row.editor.entered)
        except ControlError as error:
            row.editor.focus()
            raise ControlError(
                "{label}: it {allowed}.", code=error.code, label=_(row.field.label), allowed=error.sentence
            ) from None

    def on_edited(self, event: Edited) -> None:
        event.stop()
        row = self._row_of_focus()
        if row is not None:
            row.refusal = ""
            row.mark()
        self._explain()
        self.post_message(self.Changed(self))

    def on_descendant_focus(self) -> None:
        self._explain()

    def on_resize(self) -> None:
        self.call_after_refresh(self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        """The field with the focus is to be seen, however little room is left."""
        row = self._row_of_focus()
        if row is not None:
            row.scroll_visible(animate=False)

    def action_go(self, by: int) -> None:
        rows = list(self._rows.values())
        row = self._row_of_focus()
        at = rows.index(row) + by if row is not None else 0
        if 0 <= at < len(rows):
            rows[at].editor.focus()

    def action_undo(self) -> None:
        row = self._row_of_focus()
        if row is not None:
            row.put(row.base)
            self._explain()
            self.post_message(self.Changed(self))

    def _row_of_focus(self) -> Row | None:
        return next((row for row in self._rows.values() if row.editor.has_focus), None)

    def _explain(self) -> None:
        row = self._row_of_focus()
        if row is None or not self.is_mounted:
            return
        shown = Text(_(row.field.about))
        if row.fault:
            color = self.app.theme_variables.get("text-error", "red")
            fault = row.fault if row.refusal else _("It {allowed}.").format(allowed=row.fault)
            shown = Text(plain(fault[:1].upper() + fault[1:]), style=color if color.startswith("#") else "red")
        elif row.theirs is not None:
            value = _shown(row, row.theirs)
            shown = Text(_("Somebody else made it {value} meanwhile; Ctrl+Z takes that.").format(value=value))
        self.query_one(".explained", Static).update(shown)


def _shown(row: Row, value: Any) -> str:
    labels = dict(row.field.options or ()) if isinstance(row.editor, ChoiceEditor) else {}
    return plain(str(labels.get(value, row.field.show(value)))) or _("empty")


def _plain_value(value: Any) -> Any:
    """As it travels: a list of its own, an enum's value."""
    if isinstance(value, list | tuple | set):
        return list(value)
    return getattr(value, "value", value)
