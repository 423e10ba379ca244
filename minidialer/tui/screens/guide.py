"""The way from an empty system to the first call, with what is done already."""

from dataclasses import dataclass

from minidialer.i18n import _
from minidialer.tui.text import thousands


@dataclass(frozen=True)
class Present:
    """How many of each there are."""

    agents: int
    lists: int
    dispositions: int
    leads: int


def guide(present: Present, *, read_only: bool) -> str:
    """Steps in order, keys between backticks, those done ticked."""
    if read_only:
        return _("No campaigns yet.")
    steps = [
        (present.agents, _("`F2` agents: the telephones that take the calls")),
        (present.lists, _("`F3` lists: an empty list for the numbers")),
        (present.dispositions, _("`F4` dispositions: what an agent can choose after a talk")),
        (present.leads, _("`F5` import: a file of numbers into the list")),
        (0, _("`n`  a campaign: which list, which agents")),
        (0, _("`s`  starts it; agents join it on their page")),
    ]
    lines = [_step(count, text) for count, text in steps]
    return "\n".join((_("No campaigns yet. The way to the first call:"), "", *lines))


def _step(count: int, text: str) -> str:
    return f"✓ {text} ({thousands(count)})" if count else f"  {text}"
