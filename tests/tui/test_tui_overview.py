from .conftest import Snap
from .harness import *
from .stand_in import StandIn
from .world import World
from minidialer import i18n


async def test_x(daemon: StandIn, world: World) -> None:
    for n, (lang, size) in enumerate([("en", SMALL), ("pl", LARGE)]):
        i18n.set_language(lang)
        async with driven(daemon, size=size) as pilot:
            pilot.app.save_screenshot(f"/tmp/tuif/o{n}.svg")
            await press(pilot, "down", "a")
            pilot.app.save_screenshot(f"/tmp/tuif/p{n}.svg")
    world.campaigns = []
    world.lists = []
    async with driven(daemon) as pilot:
        pilot.app.save_screenshot(f"/tmp/tuif/q.svg")
