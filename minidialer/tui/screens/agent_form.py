"""The form of one agent, new or present."""

from collections.abc import Mapping, Sequence
from typing import Any

from minidialer.control.models import agents, lists
from minidialer.control.models.agents import Agent, AgentAdd, AgentSet
from minidialer.control.models.base import Nothing
from minidialer.control.sentences import ControlError
from minidialer.i18n import N_, _
from minidialer.tui.form_page import FormPage
from minidialer.tui.widgets.fields import Field, fields_of
from minidialer.tui.widgets.form import Form

from .agent_password import generate
from .agent_rows import LANGUAGES, TABS

_ACCOUNT = {"login": N_("SIP account")}
_PERSON = {
    "name": N_("Name"),
    "active": N_("May log in"),
    "auto_answer": N_("Phone answers itself"),
}
_PAGE = {
    "language": N_("Language of the page"),
    "tabs": N_("Tabs of the page"),
    "blocked_lists": N_("Blocked lists"),
}
_ABOUTS = {
    "login": N_("The account of the agent's phone at Asterisk, like 101. The agent logs in to the page with it."),
    "name": N_("The person's name, as supervisors and statistics show it."),
    "active": N_("Whether the agent may log in to the page. Switching it off logs the agent out."),
    "auto_answer": N_("The phone is asked to answer by itself; it has to allow that in its own settings."),
    "language": N_("In which language the agent's page speaks."),
    "tabs": N_("What the agent's page has: Dialer, Connections (private numbers, calls by hand), Statistics."),
    "blocked_lists": N_("Lists whose numbers and campaigns this agent never meets."),
    "password": N_("The agent needs a password of their own for the page; it is not the SIP account's."),
}
_NEW = {"name": "", "login": "", "active": True, "auto_answer": False, "language": "", "password": "generate"}
_ADDED = ("login", "name", "active", "auto_answer")


class AgentPage(FormPage):
    """`AgentPage(None)`: a new one. Closes with the login once saved."""

    NAME = N_("Agent")
    ABOUT = N_(
        "One agent: name, log-in, what the page shows. `Ctrl+S` saves it all together.\n"
        "How the phone is reached (rings for each call, or is called once and stays on) is a setting of the campaign."
    )

    def __init__(self, present: Agent | None) -> None:
        super().__init__()
        self._present = present
        self._generate = False

    @property
    def heading(self) -> str:
        if self._present is None:
            return _("New agent")
        return f"{self._present.login}  {self._present.name}".rstrip()

    async def fields(self) -> Sequence[Field]:
        known = (await self.call(lists.LIST, Nothing())).lists
        options = {
            "language": [(code, _(said)) for code, said in LANGUAGES.items()],
            "tabs": [(tab, _(said)) for tab, said in TABS.items()],
            "blocked_lists": [(one.name, one.name) for one in known],
        }
        page = fields_of(AgentSet, _PAGE, abouts=_ABOUTS, options=options)
        if self._present is not None:
            return [*fields_of(AgentAdd, _PERSON, abouts=_ABOUTS), *page]
        ways = [("generate", _("make one up")), ("", _("later"))]
        password = Field("password", N_("Password"), _ABOUTS["password"], options=ways)
        return [*fields_of(AgentAdd, _ACCOUNT | _PERSON, abouts=_ABOUTS), password, *page]

    async def values(self) -> Mapping[str, Any]:
        if self._present is None:
            return {**_NEW, "tabs": list(TABS), "blocked_lists": []}
        for one in (await self.call(agents.LIST, Nothing())).agents:
            if one.id == self._present.id:
                self._present = one
                return one.model_dump(mode="json")
        raise ControlError("Somebody else has removed this agent: leave this form.", code="not_found")

    async def save(self, form: Form) -> None:
        changes = form.changes()
        if self._present is None:
            values = form.values()
            self._generate = bool(values["password"])
            self._present = await self.call(agents.ADD, AgentAdd(**{name: values[name] for name in _ADDED}))
            changes = {name: value for name, value in changes.items() if name not in _ADDED}
        changes = {name: value for name, value in changes.items() if name not in {"login", "password"}}
        if changes:
            await self.call(agents.SET, AgentSet(login=self._present.login, **changes))
        if self._generate:
            self._generate = False
            await generate(self, self._present.login, self._present.name or self._present.login)
