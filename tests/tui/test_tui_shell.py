"""What every screen shares."""

from .harness import *
from .stand_in import StandIn


async def test_x(daemon: StandIn) -> None:
    async with driven(daemon) as pilot:
        print(screen_text(pilot))
        await press(pilot, "question_mark")
        print(screen_text(pilot))
        pilot.app.save_screenshot("/tmp/t.svg")
