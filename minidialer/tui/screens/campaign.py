"""A campaign's settings: all of them in one form, its agents beside it, saved together."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from minidialer.control.models import agents, campaigns, dispositions, lists, system
from minidialer.control.models.base import Named, Nothing
from minidialer.control.models.campaign_settings import KEYS
from minidialer.control.models.campaigns import Campaign, CampaignSet
from minidialer.control.sentences import ControlError
from minidialer.control.words import word
from minidialer.i18n import N_, _
from minidialer.tui.form_page import FormPage
from minidialer.tui.page import doing
from minidialer.tui.places import page_class
from minidialer.tui.text import plain, spoken
from minidialer.tui.widgets.fields import Field
from minidialer.tui.widgets.form import Form
from minidialer.tui.widgets.table import Table

from .advice import AdviceBox, Question
from .assigned import Assigned
from .campaign_fields import campaign_fields
from .campaign_orders import switch


class _GoneError(ControlError):
    """The campaign is there no more."""


class CampaignPage(FormPage):
    """`CampaignPage(name)`: it follows the campaign when somebody else renames it, and leaves when it is deleted."""

    NAME = N_("Campaign")
    ABOUT = N_(
        "All settings of a campaign, and the agents who may join it on the left. What a setting means stands below. "
        "`Ctrl+S` saves everything together; a running campaign obeys at once.\n"
        "Where the pacing is chosen stands what each mode would give: how much of their time agents talk or fill in a "
        "form, how long they wait between calls, and how many of those who answer find no agent. It is simulated with "
        "the agents who are here, else those assigned, and with what the dialer has learned of the list.\n"
        "What somebody else changes meanwhile comes in by itself; where you have typed, yours is kept and marked ≠."
    )
    CHANGES = frozenset(("save", "switch", "assign", "take_off", "delete"))
    CLOSES = False
    EVERY = 3
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,f8", "switch", N_("Start/stop")),
        Binding("l,ctrl+l", "live", N_("Live")),
        Binding("a,ctrl+g", "assign", N_("Agents")),
        Binding("r,space", "take_off", N_("Take off")),
        Binding("d,delete", "delete", N_("Delete")),
    ]
    DEFAULT_CSS = """
    CampaignPage > Horizontal { height: 1fr; }
    CampaignPage #form-side { width: 1fr; }
    CampaignPage #form-place { height: 1fr; }
    CampaignPage Form > .explained { height: 4; }
    CampaignPage.-wide Assigned { width: 34; }
    """
    # Over the app's own rules: beside the agents there is no room for explanations on each line.
    CSS = """
    CampaignPage.-wide LineEditor, CampaignPage.-wide TextEditor, CampaignPage.-wide _Options { width: 1fr; }
    CampaignPage.-wide Row .about { display: none; }
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._campaign = name
        self._seen: Campaign | None = None

    def body(self) -> ComposeResult:
        yield Static(classes="heading")
        yield Static(classes="line")
        with Horizontal():
            yield Assigned()
            with Vertical(id="form-side"):
                yield Vertical(id="form-place")
                yield AdviceBox()

    # -- the form -----------------------------------------------------------------------------------------------

    @property
    def heading(self) -> str:
        return self._campaign

    @property
    def unsaved(self) -> bool:
        return super().unsaved or self._assigned.dirty

    @property
    def _assigned(self) -> Assigned:
        return self.query_one(Assigned)

    async def fields(self) -> Sequence[Field]:
        found = (await self.call(lists.LIST, Nothing())).lists
        trunks = (await self.call(system.STATUS, Nothing())).trunks
        buttons = (await self.call(dispositions.LIST, Nothing())).dispositions
        return campaign_fields(
            [one.name for one in found],
            [one.name for one in trunks],
            [(one.name, one.name) for one in buttons if not one.asks_callback],
        )

    async def load(self) -> None:
        before, form = self._seen, self.form
        try:
            await super().load()
        except _GoneError as error:
            self.refused(error)
            if self.is_current:
                self.dismiss(None)
            return
        if form is None and self.form is not None and not self.read_only:
            self.form.focus_field("private_leads")  # not the name: there the letters would not be keys
        if form is not None and before is not None and self._seen is not None:
            self._tell_theirs(form, before, self._seen)

    async def values(self) -> Mapping[str, Any]:
        found = await self._found()
        self._campaign, self._seen = found.name, found
        self._assigned.show(found.agents, (await self.call(agents.LIST, Nothing())).agents)
        self._show_status(found)
        return _flat(found)

    async def _found(self) -> Campaign:
        """As it is now, under whatever name. Raises _GoneError."""
        if self._seen is None:
            return await self.call(campaigns.SHOW, Named(name=self._campaign))
        for one in (await self.call(campaigns.LIST, Nothing())).campaigns:
            if one.id == self._seen.id:
                return one
        raise _GoneError("Somebody else has deleted {name}.", name=self._campaign)

    async def save(self, form: Form) -> Mapping[str, Any]:
        changes = form.changes()
        asked = CampaignSet(
            name=self._campaign,
            new_name=changes.get("name"),
            lead_list=changes.get("lead_list"),
            agents=self._assigned.logins if self._assigned.dirty else None,
            settings={name: value for name, value in changes.items() if name in KEYS},
            revision=self._seen.revision if self._seen is not None else None,
        )
        saved = await self.call(campaigns.SET, asked)
        self._campaign, self._seen = saved.name, saved
        self._assigned.saved(saved.agents)
        self.query_one(".heading", Static).update(Text(plain(self.heading)))
        return _flat(saved)

    # -- advice -------------------------------------------------------------------------------------------------

    def on_descendant_focus(self) -> None:
        self.call_after_refresh(self._advise)

    def on_form_changed(self) -> None:
        self._advise()

    def _advise(self) -> None:
        """What the modes would give is shown where the mode is chosen."""
        if not self.is_mounted or self._seen is None:
            return
        form, box = self.form, self.query_one(AdviceBox)
        if form is None or form.focused_field != "pacing_mode":
            box.hide()
            return
        agents = len(self._assigned.logins) if self._assigned.dirty else None
        try:
            percent = form.value("overdial_percent")
        except ControlError:
            percent = None  # what stands there is wrong: the daemon's own
        box.ask(self.supervisor.session, Question(self._campaign, agents or None, percent, self._seen.revision))

    def _tell_theirs(self, form: Form, before: Campaign, now: Campaign) -> None:
        """A notice of what somebody else has changed since; the form has taken it over, or kept both."""
        if before.revision == now.revision:
            return
        was, is_now = _flat(before), _flat(now)
        both = {label for label, _value in form.conflicts}
        labels = [form.label(name) for name in is_now if was[name] != is_now[name] and form.has(name)]
        labels = [label for label in labels if label not in both]
        if before.agents != now.agents:
            labels.append(_("Agents"))
        if labels:
            self.tell(_("Somebody else has changed: {fields}.").format(fields=", ".join(labels)))

    def _show_status(self, found: Campaign) -> None:
        running = found.status == "running"
        colors = self.app.theme_variables
        line = Text(no_wrap=True, overflow="ellipsis")
        color = colors.get("text-success" if running else "text-warning", "")
        line.append("● " if running else "○ ", style=color if color.startswith("#") else "bold")
        line.append(word(found.status), style="bold")
        why = found.status_reason or (spoken(found.decision) if running else "")
        line.append(f"  {plain(why)}" if why else "")
        self.query_one(".line", Static).update(line)

    # -- keys ---------------------------------------------------------------------------------------------------

    @doing
    async def action_switch(self) -> None:
        seen = self._seen
        if seen is None:
            return
        running = seen.status == "running"
        if running or await self._ready_to_start():
            await switch(self, self._campaign, running=running)
            await self.load()

    async def _ready_to_start(self) -> bool:
        """Saved, and with all a campaign needs; else say what is missing, and go there."""
        if self.unsaved and not (
            await self.confirm(_("Save what you changed, and start?"), yes=_("Save and start"))
            and await self.save_now()
        ):
            return False
        seen = self._seen
        if seen is not None and not seen.lead_list and self.form is not None:
            self.form.refuse("lead_list", _("Choose the list whose numbers are dialled, and save: then it can start."))
            return False
        if seen is not None and not seen.agents:
            self._assigned.query_one(Table).focus()
            self.tell(_("Nobody may join yet: press a to assign agents, save, and start."))
            return False
        return True

    def action_live(self) -> None:
        self.supervisor.open(page_class("live:LivePage")(self._campaign))

    @doing
    async def action_assign(self) -> None:
        assigned = self._assigned
        if not assigned.options:
            self.tell(_("There are no agents yet: F2 is where they are added."))
            return
        title = _("Who may join {name}?").format(name=self._campaign)
        chosen = await self.choose_many(title, assigned.options, assigned.logins)
        if chosen is not None:
            assigned.want(chosen)

    def action_take_off(self) -> None:
        self._assigned.turn()

    @doing
    async def action_delete(self) -> None:
        if await self.confirm(
            _("Delete the campaign {name}?").format(name=self._campaign),
            _("Its settings and assigned agents go; its list, the calls and statistics stay."),
            yes=_("Delete"),
            danger=True,
        ):
            self.tell_notes(await self.call(campaigns.REMOVE, Named(name=self._campaign)))
            self.dismiss(True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take_off" and not self._on_agents:
            return False
        return super().check_action(action, parameters)

    @property
    def _on_agents(self) -> bool:
        return self.is_mounted and self.focused is not None and self.focused.parent is self._assigned


def _flat(campaign: Campaign) -> dict[str, Any]:
    settings = campaign.settings.model_dump(mode="json")
    return {**settings, "name": campaign.name, "lead_list": campaign.lead_list or ""}
