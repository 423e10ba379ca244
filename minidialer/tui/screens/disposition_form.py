"""The form of one disposition, new or present."""

from collections.abc import Mapping, Sequence
from typing import Any

from minidialer.control.models import dispositions
from minidialer.control.models.base import Nothing
from minidialer.control.models.dispositions import Disposition, DispositionAdd, DispositionSet
from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _
from minidialer.tui.form_page import FormPage
from minidialer.tui.widgets.fields import Field, fields_of
from minidialer.tui.widgets.form import Form

_LABELS = {
    "name": N_("Name"),
    "name_pl": N_("In Polish"),
    "name_en": N_("In English"),
    "success": N_("Success"),
    "asks_callback": N_("Asks when to call again"),
    "private": N_("Private"),
    "do_not_call": N_("Never call again"),
    "retry_minutes": N_("Call again after, min"),
    "retry_limit": N_("At most, times in a row"),
    "key": N_("Key"),
}
_ABOUTS = {
    "name": N_("What it is called here, in files and in statistics; agents see it unless a label is given below."),
    "name_pl": N_("What agents with a Polish page see; empty: the name."),
    "name_en": N_("What agents with an English page see; empty: the name."),
    "success": N_("Talks that end so are counted as successes."),
    "asks_callback": N_("The agent gives day and hour of the next call; the dialer keeps it."),
    "private": N_(
        "The number becomes the agent's own: nobody else gets it. Only where the campaign has private numbers on."
    ),
    "do_not_call": N_("The number is never called again in this list."),
    "retry_minutes": N_(
        "The dialer calls the number again after so many minutes, whoever is free; empty: it does not."
    ),
    "retry_limit": N_("So many such calls one after the other, then the number is closed; empty: no limit."),
    "key": N_("Digit from 1 to 9 that presses its button on the agent's page; empty: given by order."),
}
_RULES = ("retry_minutes", "retry_limit")


class DispositionPage(FormPage):
    """`DispositionPage(None)`: a new one. Closes with True once saved."""

    NAME = N_("Disposition")
    ABOUT = N_("What agents see, and what happens to the number once they choose it. `Ctrl+S` saves it all together.")

    def __init__(self, present: Disposition | None) -> None:
        super().__init__()
        self._present = present

    @property
    def heading(self) -> str:
        return _("New disposition") if self._present is None else self._present.name

    async def fields(self) -> Sequence[Field]:
        return fields_of(DispositionAdd, _LABELS, abouts=_ABOUTS)

    async def values(self) -> Mapping[str, Any]:
        if self._present is None:
            return DispositionAdd(name="-").model_dump(mode="json") | {"name": ""}
        return (await self._found(self._present)).model_dump(mode="json")

    async def _found(self, present: Disposition) -> Disposition:
        """As it is now, even if somebody else has renamed it. Raises ControlError when it is gone."""
        for one in (await self.call(dispositions.LIST, Nothing())).dispositions:
            if one.id == present.id:
                self._present = one
                return one
        raise ControlError("Somebody else has deleted this disposition: leave this form.", code="not_found")

    async def save(self, form: Form) -> None:
        if self._present is None:
            await self.call(dispositions.ADD, DispositionAdd(**form.values()))
            return
        changes = form.changes()
        changes |= {rule: 0 for rule in _RULES if rule in changes and changes[rule] is None}
        if "name" in changes:
            changes["new_name"] = changes.pop("name")
        if changes:
            await self.call(dispositions.SET, DispositionSet(name=self._present.name, **changes))
