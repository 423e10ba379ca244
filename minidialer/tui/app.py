"""The supervisor's terminal as a program: puts the parts together and knows none of their business."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.screen import Screen

from minidialer.control.sentences import ControlError, DaemonAwayError
from minidialer.i18n import N_, _

from .commands import Commands
from .help import HelpScreen, keys_of
from .page import Page
from .places import PLACES
from .preferences import Preferences
from .session import Session
from .theme import THEMES
from .widgets.dialogs import Choose, Confirm


def utc_now() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


class SupervisorApp(App[None]):
    """`await app.run_async()`; afterwards `fatal` says why it could not begin, if it could not."""

    TITLE = "miniDIALER"
    MODES = {place.name: place.open for place in PLACES}  # noqa: RUF012  # as Textual declares it
    DEFAULT_MODE = PLACES[0].name
    COMMANDS = {Commands}  # noqa: RUF012  # as Textual declares it
    CSS = """
    Page { background: $background; }
    Toast { width: 60; max-width: 90%; padding: 0 1; background: $panel; }
    SearchIcon { display: none; }
    Input.-textual-compact { background: $surface; }
    Page.-wide Row .about { display: block; }
    Page.-wide LineEditor, Page.-wide TextEditor, Page.-wide _Options { width: 46; }
    .heading { height: 1; padding: 0 1; text-style: bold; text-wrap: nowrap; text-overflow: ellipsis; }
    .line { height: 1; padding: 0 1; color: $foreground 60%; text-wrap: nowrap; text-overflow: ellipsis; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(place.key, f"go('{place.name}')", place.label, show=False) for place in PLACES),
        Binding("question_mark", "explain", N_("Help")),
        Binding("f9", "explain", N_("Help"), show=False),
        Binding("ctrl+p", "command_palette", N_("All commands"), show=False),
        Binding("q", "leave", N_("Quit"), show=False),
        Binding("ctrl+q", "leave", N_("Quit"), show=False, priority=True),
    ]

    def __init__(
        self,
        socket: Path,
        *,
        zone: tzinfo,
        clock: Callable[[], datetime] = utc_now,
        preferences: Preferences | None = None,
        notice: str = "",
    ) -> None:
        """`zone`: of the call centre, for every time that is shown; `notice`: a line on the overview."""
        super().__init__()
        self.session = Session(socket)
        self.session.changed = self._link_changed
        self.zone = zone
        self.now = clock
        self.notice = notice
        self.fatal: ControlError | None = None
        self.extension = ""  # the person's own telephone, once told
        self._preferences = preferences or Preferences(None)
        self._was_online = False

    # -- what pages use -----------------------------------------------------------------------------------------

    def local(self, moment: datetime | None, form: str = "%Y-%m-%d %H:%M") -> str:
        """A moment on the call centre's clock."""
        return moment.astimezone(self.zone).strftime(form) if moment is not None else ""

    def go(self, place: str) -> None:
        """Go to a place by its name (places.py); it is as it was left."""
        self.switch_mode(place)

    def open(self, page: Page) -> None:
        """Put a page over the present one; Esc comes back."""
        self.push_screen(page)

    # -- keys ---------------------------------------------------------------------------------------------------

    def action_go(self, place: str) -> None:
        self.go(place)

    def action_explain(self) -> None:
        page = self.screen
        if isinstance(page, Page):
            keys = keys_of(page.active_bindings.values())
            self.push_screen(HelpScreen(_(page.NAME), _(page.ABOUT), keys))

    def action_leave(self) -> None:
        pages = [page for place in PLACES for page in self._screen_stacks.get(place.name, ())]
        if any(isinstance(page, Page) and page.unsaved for page in pages):
            question = Confirm(
                _("Quit without saving?"), _("What you changed is not saved yet."), yes=_("Quit"), danger=True
            )
            self.push_screen(question, lambda yes: self.exit() if yes else None)
        else:
            self.exit()

    def action_help_quit(self) -> None:
        self.notify(_("Ctrl+Q ends the program."), markup=False)

    def action_theme(self) -> None:
        names = sorted(self.available_themes, key=lambda name: (not name.startswith("minidialer"), name))
        options = [(name, name) for name in names]
        self.push_screen(Choose(_("Theme"), options, value=self.theme), self._take_theme)

    def action_command_palette(self) -> None:
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=_("What do you want to do?"), id="--command-palette"))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers: the page's actions, the places, and what has no key."""
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.action != "back":
                run = partial(self.run_action, binding.action, active.node)
                yield SystemCommand(_(binding.description), "", run)
        for place in PLACES:
            yield SystemCommand(_("Go to: {place}").format(place=_(place.label)), "", partial(self.go, place.name))
        yield SystemCommand(_("Theme"), _("Other colours"), self.action_theme)
        yield SystemCommand(_("Quit"), "", self.action_leave)

    # -- wiring -------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        chosen = self._preferences.theme
        self.theme = chosen if chosen in self.available_themes else THEMES[0].name
        self.run_worker(self.session.run(), group="link")

    def _take_theme(self, name: str | None) -> None:
        if name is not None:
            self.theme = name
            self._preferences.keep_theme(name)

    def _link_changed(self) -> None:
        problem = self.session.problem
        if problem is not None and not self._was_online and not isinstance(problem, DaemonAwayError):
            self.fatal = problem  # no permission, another protocol: waiting would not help
            self.exit()
            return
        self._was_online = self._was_online or self.session.online
        if isinstance(self.screen, Page):
            self.screen.link_changed()
