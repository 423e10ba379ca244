"""What a supervisor orders of a campaign, from whichever screen."""

from minidialer.control.models import campaigns
from minidialer.control.models.base import Named
from minidialer.i18n import _
from minidialer.tui.page import Page


async def switch(page: Page, name: str, *, running: bool) -> None:
    """Stop it if it runs, else start it, and tell. Raises ControlError with what is missing."""
    if running:
        await page.call(campaigns.STOP, Named(name=name))
        page.tell(_("{name} is stopped; calls under way go on.").format(name=name))
    else:
        started = await page.call(campaigns.START, Named(name=name))
        page.tell(_("{name} is running.").format(name=name))
        page.tell_notes(started)
