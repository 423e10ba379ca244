"""An agent's password for the page: set, made up and shown once, or taken away."""

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from minidialer.control.models import agents
from minidialer.control.models.agents import AgentPassword
from minidialer.control.sentences import ControlError
from minidialer.i18n import _
from minidialer.tui.page import Page
from minidialer.tui.text import plain
from minidialer.tui.widgets.dialogs import Dialog

_SHORTEST, _LONGEST = 8, 200  # the daemon's own bounds; it has the last word


class ShownOnce(Dialog[None]):
    """A password that is told once; it stays until it is confirmed."""

    DEFAULT_CSS = """
    ShownOnce { align: center middle; background: $background 60%; }
    ShownOnce > Vertical { width: 64; max-width: 94%; height: auto; padding: 1 2;
        background: $surface; border: round $border; }
    ShownOnce .title, ShownOnce .password { text-style: bold; width: 100%; }
    ShownOnce .text, ShownOnce .password { width: 100%; margin-top: 1; }
    ShownOnce .password { color: $text-accent; text-align: center; }
    ShownOnce Horizontal { height: auto; margin-top: 1; }
    """

    def __init__(self, who: str, password: str) -> None:
        super().__init__(
            _("The password of {who}").format(who=who),
            _("Write it down or tell it now: it is not kept anywhere and cannot be shown again."),
        )
        self._password = password

    def compose(self) -> ComposeResult:
        with Vertical():
            yield from self._heading()
            yield Static(Text(plain(self._password)), classes="password")
            with Horizontal():
                yield Button(Text(_("I have it")), compact=True, variant="primary")

    def on_button_pressed(self) -> None:
        self.dismiss(None)


async def change_password(page: Page, login: str, who: str) -> None:
    """Ask how, and do it. Within an action only. Raises ControlError."""
    ways = [
        ("generate", _("make one up and show it once")),
        ("type", _("type one")),
        ("none", _("take it away: no log-in on the page")),
    ]
    title = _("Password of {who} for the agent's page").format(who=who)
    way = await page.choose(
        title, ways, text=_("It is not the SIP account's. Whoever is logged in there is logged off.")
    )
    if way == "generate":
        await generate(page, login, who)
    elif way == "type":
        await _typed(page, login, who, title)
    elif way == "none":
        await page.call(agents.PASSWORD, AgentPassword(login=login))
        page.tell(_("{who} has no password any more.").format(who=who))


async def generate(page: Page, login: str, who: str) -> None:
    """Have one made, and show it."""
    made = await page.call(agents.PASSWORD, AgentPassword(login=login, generate=True))
    if made.password is not None:
        await page.app.push_screen_wait(ShownOnce(who, made.password))


async def _typed(page: Page, login: str, who: str, title: str) -> None:
    first = await page.ask(title, _("At least 8 characters."), secret=True, fault=_length)
    if first is None:
        return
    again = await page.ask(title, _("The same again."), secret=True, fault=lambda text: _same(text, first))
    if again is not None:
        await page.call(agents.PASSWORD, AgentPassword.model_validate({"login": login, "password": first}))
        page.tell(_("The password of {who} is changed.").format(who=who))


def _length(text: str) -> ControlError | None:
    if _SHORTEST <= len(text) <= _LONGEST:
        return None
    return ControlError(
        "A password has {shortest} to {longest} characters: choose another one.", shortest=_SHORTEST, longest=_LONGEST
    )


def _same(text: str, first: str) -> ControlError | None:
    return None if text == first else ControlError("It is not the same yet.")
