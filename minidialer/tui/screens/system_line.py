"""The state of the system in words: Asterisk, trunks, the daemon; alarms below, each on a line of its own."""

from rich.style import Style
from rich.text import Text
from textual.app import RenderResult
from textual.widget import Widget

from minidialer.control.models.system import Status
from minidialer.i18n import _
from minidialer.tui.text import plain, spoken


class SystemLine(Widget, can_focus=False):
    """`show(status)` as often as one likes."""

    COMPONENT_CLASSES = {"system--good", "system--bad", "system--dim"}  # noqa: RUF012  # as Textual declares it
    DEFAULT_CSS = """
    SystemLine { height: auto; min-height: 1; padding: 0 1;
        & > .system--good { color: $text-success; }
        & > .system--bad { color: $text-error; }
        & > .system--dim { color: $foreground 60%; }
    }
    """
    _status: Status | None = None

    def show(self, status: Status) -> None:
        """What the daemon says now."""
        self._status = status
        self.refresh(layout=True)

    def render(self) -> RenderResult:
        status = self._status
        if status is None:
            return ""
        line = self._line(status)
        for said in self._alarms(status):
            line.append(f"\n{said}", self._style("bad"))
        return line

    def _line(self, status: Status) -> Text:
        dim = self._style("dim")
        up = status.link.up
        line = Text(style=dim)
        line.append("● ", self._style("good" if up else "bad"))
        line.append(f"Asterisk {plain(status.link.asterisk)}".rstrip() if up else _("no link to Asterisk"))
        for trunk in status.trunks:
            full = trunk.in_use >= trunk.channels
            line.append("   ")
            line.append(
                _("{trunk}: {used} of {channels} channels").format(
                    trunk=plain(trunk.name), used=trunk.in_use, channels=trunk.channels
                ),
                self._style("bad") if full else "",
            )
        line.append(f"   miniDIALER {plain(status.version)}")
        return line

    def _alarms(self, status: Status) -> list[str]:
        said = [spoken(alarm) for alarm in status.alarms or ([status.alarm] if status.alarm is not None else [])]
        if status.link.problem is not None and spoken(status.link.problem) not in said:
            said.insert(0, spoken(status.link.problem))
        if status.draining:
            said.append(_("The daemon is stopping: nothing new is dialled."))
        return said

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"system--{name}", partial=name != "dim")
