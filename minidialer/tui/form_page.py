"""A page that is a form: loads what is edited, saves it together, minds what others change meanwhile."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _, say

from .page import Page, doing
from .text import plain
from .widgets.fields import Field
from .widgets.form import Form

CHANGED = "changed"  # the code of a refusal because somebody else was faster


class FormPage(Page):
    """Subclasses give `heading`, `fields`, `values` and `save`. It closes with True once saved, if CLOSES."""

    CHANGES: ClassVar[frozenset[str]] = frozenset(("save",))
    CLOSES: ClassVar[bool] = True
    EVERY: ClassVar[float] = 5
    DEFAULT_CSS = "FormPage > #form-place { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "save", N_("Save"), priority=True)]

    # -- what subclasses give -----------------------------------------------------------------------------------

    @property
    def heading(self) -> str:
        """What is edited, in the reader's language."""
        raise NotImplementedError

    async def fields(self) -> Sequence[Field]:
        """The fields; may ask the daemon what there is to choose from. Asked once."""
        raise NotImplementedError

    async def values(self) -> Mapping[str, Any]:
        """The daemon's values of now; for something new, those to begin with."""
        raise NotImplementedError

    async def save(self, form: Form) -> Mapping[str, Any] | None:
        """Save `form.changes()` (or `form.values()`); gives the values as the daemon has them now, if it stays open."""
        raise NotImplementedError

    # -- how it works -------------------------------------------------------------------------------------------

    @property
    def form(self) -> Form | None:
        """The form, once it is there."""
        return next(iter(self.query(Form)), None)

    @property
    def unsaved(self) -> bool:
        return self.form is not None and self.form.dirty

    def body(self) -> ComposeResult:
        yield Static(classes="heading")
        yield Vertical(id="form-place")

    async def load(self) -> None:
        values = await self.values()
        self.query_one(".heading", Static).update(Text(plain(self.heading)))
        if self.form is None:
            fields = await self.fields()
            form = Form(fields, values)
            form.disabled = self.read_only
            await self.query_one("#form-place").mount(form)
            if fields and not self.read_only:
                form.focus_field(fields[0].name)
        else:
            self._tell_both(self.form.theirs(values))

    @doing
    async def action_save(self) -> None:
        if not self.CLOSES and not self.unsaved:
            self.tell(_("There is nothing to save."))
        elif await self.save_now():
            if self.CLOSES:
                self.dismiss(True)
            else:
                self.tell(_("Saved."))

    async def save_now(self) -> bool:
        """Save; False when that was refused, which is told, or not wanted after all."""
        form = self.form
        if form is None or not await self._over_theirs(form):
            return False
        try:
            values = await self.save(form)
        except ControlError as error:
            await self._mind(form, error)
            return False
        form.saved(values or {})
        return True

    async def _over_theirs(self, form: Form) -> bool:
        """Ask before what somebody else changed meanwhile is overwritten."""
        theirs = [_("{label} is {value} now.").format(label=label, value=value) for label, value in form.conflicts]
        return not theirs or await self.confirm(
            _("Save over what somebody else changed meanwhile?"), "\n".join(theirs), yes=_("Save mine"), danger=True
        )

    async def _mind(self, form: Form, error: ControlError) -> None:
        """A refusal: say it, at the field it is about; after somebody else's change show what it is now."""
        said, named = form.in_labels(say(error.sentence))
        if named:
            self.notify(plain(said), severity="error", markup=False)
        else:
            self.refused(error)
        key = str(error.sentence.values.get("key", "")).rpartition(".")[2] or named
        if form.has(key):
            form.refuse(key, said)
        if error.code == CHANGED:
            self._tell_both(form.theirs(await self.values()))

    def _tell_both(self, labels: list[str]) -> None:
        if labels:
            self.notify(
                _("Somebody else changed this meanwhile: {fields}. Yours is kept until you save.").format(
                    fields=", ".join(labels)
                ),
                severity="warning",
                markup=False,
            )
