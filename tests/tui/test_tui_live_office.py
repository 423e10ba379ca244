"""The live panel on the real daemon: what it tells of a call, and of a campaign that changes under it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from minidialer.control.models import campaigns
from minidialer.control.models.base import Named
from minidialer.tui.app import SupervisorApp
from minidialer.tui.screens.live import LivePage
from minidialer.tui.screens.overview import OverviewPage
from tests.control.office import Office, open_office
from tests.control.test_control_seat import open_shop

from .harness import driven, notices, press, screen_text, settled, until


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as opened:
        yield opened


async def test_a_call_from_the_talk_to_the_open_form(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        async with driven(office, size=(140, 40)) as pilot:
            await press(pilot, "enter")
            assert isinstance(pilot.app.screen, LivePage)
            attempt_id, _agent = await office.connect_customer()
            number = office.floor.attempts[attempt_id].number
            await until(lambda: "1 talking" in screen_text(pilot))
            assert number in screen_text(pilot)
            await press(pilot, "enter")
            assert "imię" in screen_text(pilot)
            await press(pilot, "escape")
            office.customer_hangs_up(attempt_id)
            await until(lambda: "form 1" in screen_text(pilot))
            await press(pilot, "p", "enter", "enter")
            await press(pilot, "s")
            await until(lambda: "● stopped" in screen_text(pilot))
            assert notices(pilot)[-1].endswith("is stopped; calls under way go on.")


async def test_a_campaign_that_is_renamed_and_then_deleted(office: Office) -> None:
    async with office.client() as client, driven(office) as pilot:
        await client.call(campaigns.ADD, campaigns.CampaignAdd(name="Wiosna"))
        assert isinstance(pilot.app, SupervisorApp)
        pilot.app.open(LivePage("Wiosna"))
        await settled(pilot)
        await client.call(campaigns.SET, campaigns.CampaignSet(name="Wiosna", new_name="Lato"))
        await until(lambda: "Lato" in screen_text(pilot))
        await press(pilot, "ctrl+r", "s")
        assert len(notices(pilot)) == 1  # refused: it has no list
        await client.call(campaigns.REMOVE, Named(name="Lato"))
        await until(lambda: isinstance(pilot.app.screen, OverviewPage))
        assert "Lato was deleted." in notices(pilot)
