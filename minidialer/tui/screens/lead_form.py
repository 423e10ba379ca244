"""The form of one lead: the fields of its file, notes, and what the dialer goes by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from minidialer.control.models import agents, dispositions, leads
from minidialer.control.models.base import Nothing
from minidialer.control.models.leads import LeadDetail, LeadEdit, LeadKey
from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _
from minidialer.tui.form_page import FormPage
from minidialer.tui.text import plain
from minidialer.tui.widgets.fields import Field
from minidialer.tui.widgets.form import Form

_FIELD = "field "  # before the name of a field of the file, so that none is taken for one of ours
_WRITTEN = "%Y-%m-%d %H:%M"


class LeadFormPage(FormPage):
    """Closes with True once saved."""

    NAME = N_("Edit a lead")
    ABOUT = N_(
        "Fields as they came from the file, then notes and what the dialer goes by. `Ctrl+S` saves it all together; "
        "a lead that is being called is changed when its form is saved."
    )

    def __init__(self, lead_id: int) -> None:
        super().__init__()
        self._lead_id = lead_id
        self._detail: LeadDetail | None = None

    @property
    def heading(self) -> str:
        lead = self._shown.lead
        return f"{lead.number}  {lead.lead_list}"

    @property
    def _shown(self) -> LeadDetail:
        assert self._detail is not None  # noqa: S101  # `values` came first
        return self._detail

    async def values(self) -> Mapping[str, Any]:
        self._detail = await self.call(leads.SHOW, LeadKey(id=self._lead_id))
        lead = self._detail.lead
        return {
            **{f"{_FIELD}{name}": value for name, value in lead.fields.items()},
            "notes": lead.notes,
            "disposition": lead.disposition or "",
            "owner": lead.owner or "",
            "due_at": self.supervisor.local(lead.due_at, _WRITTEN),
        }

    async def fields(self) -> Sequence[Field]:
        text = TypeAdapter(leads.FieldText)
        named = [
            Field(f"{_FIELD}{name}", plain(name) or "?", group=N_("From the file"), adapter=text)
            for name in self._shown.lead.fields
        ]
        return [*named, *await self._own_fields(text)]

    async def _own_fields(self, text: TypeAdapter[Any]) -> list[Field]:
        known = (await self.call(dispositions.LIST, Nothing())).dispositions
        people = (await self.call(agents.LIST, Nothing())).agents
        lead = self._shown.lead
        outcomes = {"": _("none"), **{one.name: one.name for one in known}}
        owners = {"": _("everybody"), **{one.login: f"{one.login}  {one.name}".rstrip() for one in people}}
        for options, now in ((outcomes, lead.disposition), (owners, lead.owner)):
            options.setdefault(now or "", now or "")  # one that was deleted since
        group = N_("Of this lead")
        return [
            Field("notes", N_("Notes"), N_("What agents read and write."), lines=3, group=group, adapter=text),
            Field(
                "disposition",
                N_("Disposition"),
                N_("What it does after a talk it does now, but that no attempt is counted; none: forget the last one."),
                options=list(outcomes.items()),
                group=group,
            ),
            Field(
                "owner",
                N_("Owner"),
                N_("The agent whose own number it is: nobody else is called with it."),
                options=list(owners.items()),
                group=group,
            ),
            Field(
                "due_at",
                N_("Next call"),
                N_("When to call, like 2026-05-04 09:30, also for a closed lead; empty: in its turn."),
                parse=self._moment,
                group=group,
            ),
        ]

    def _moment(self, typed: str) -> str:
        """On the call centre's clock, as it travels; empty for none."""
        if not typed.strip():
            return ""
        try:
            moment = datetime.strptime(typed.strip(), _WRITTEN).replace(tzinfo=self.supervisor.zone)
        except ValueError:
            raise ControlError("has to be written like 2026-05-04 09:30") from None
        return moment.isoformat()

    async def save(self, form: Form) -> None:
        changes = form.changes()
        fields = {name.removeprefix(_FIELD): changes.pop(name) for name in list(changes) if name.startswith(_FIELD)}
        if fields:
            changes["fields"] = fields
        if "due_at" in changes:
            changes["due_at"] = changes["due_at"] or None
        if changes:
            await self.call(leads.EDIT, LeadEdit.model_validate({"id": self._lead_id, **changes}))
