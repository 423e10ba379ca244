"""What every screen shares."""

from minidialer.tui.form_page import FormPage
from minidialer.control.models.campaign_settings import CampaignSettingsModel
from minidialer.tui.widgets.fields import fields_of
from minidialer import i18n
from .world import SETTINGS
from .harness import *
from .stand_in import StandIn


class P(FormPage):
    NAME = "Kampania"
    ABOUT = "Tu się ustawia."
    heading = "Kampania Wiosna"

    async def fields(self):
        return fields_of(
            CampaignSettingsModel,
            {n: n.replace("_", " ").capitalize() for n in CampaignSettingsModel.model_fields},
            lines={"script": 4},
        )

    async def values(self):
        return SETTINGS.model_dump()

    async def save(self, form):
        form.changes()
        return None


async def test_x(daemon: StandIn) -> None:
    i18n.set_language("pl")
    async with driven(daemon) as pilot:
        pilot.app.open(P())
        await settled(pilot)
        await press(pilot, "down", "down", "down", "down", "5", "0", "9")
        print(screen_text(pilot))
        pilot.app.save_screenshot("/tmp/tuif/t.svg")
        await press(pilot, "ctrl+s")
        pilot.app.save_screenshot("/tmp/tuif/t2.svg")
        await press(pilot, "escape")
        pilot.app.save_screenshot("/tmp/tuif/t3.svg")
    i18n.set_language("en")
    async with driven(daemon, size=LARGE) as pilot:
        pilot.app.open(P())
        await settled(pilot)
        pilot.app.save_screenshot("/tmp/tuif/t4.svg")
