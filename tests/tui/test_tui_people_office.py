"""Agents, dispositions and campaign settings on the real daemon: what the screens ask for, it understands."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from minidialer.control.models import agents, campaigns, dispositions, lists, seat
from minidialer.control.models.base import Named, Nothing
from minidialer.domain.commands import CallSpy
from minidialer.tui.app import SupervisorApp
from minidialer.tui.screens.campaign import CampaignPage
from tests.control.office import Office, open_office
from tests.control.test_control_seat import open_shop

from .harness import driven, notices, press, screen_text, settled, until


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as opened:
        yield opened


async def _go(pilot: Pilot[None], key: str) -> None:
    await press(pilot, key)


def _open(pilot: Pilot[None], name: str) -> None:
    assert isinstance(pilot.app, SupervisorApp)
    pilot.app.open(CampaignPage(name))


@pytest.mark.timeout(300)  # a hundred keys
async def test_from_nothing_to_a_campaign_that_may_start(office: Office) -> None:
    async with office.client() as client, driven(office, "agents") as pilot:
        await press(pilot, "n", *"101", "tab", *"Zofia", "ctrl+s")
        assert "The password of Zofia" in screen_text(pilot)
        await press(pilot, "enter")
        await press(pilot, "n", *"102", *["down"] * 4, "right", "ctrl+s")
        found = (await client.call(agents.LIST, Nothing())).agents
        assert [(one.login, one.name, one.has_password) for one in found] == [
            ("101", "Zofia", True),
            ("102", "", False),
        ]
        await _go(pilot, "f4")
        await press(pilot, "n", *"sold", "down", "down", "down", "left", "ctrl+s")
        await press(pilot, "n", *"no", *["down"] * 7, *"90", "ctrl+s", "u")
        await press(pilot, "e", *["down"] * 7, "backspace", "ctrl+s")
        kept = (await client.call(dispositions.LIST, Nothing())).dispositions
        assert [(one.name, one.success, one.retry_minutes, one.position) for one in kept] == [
            ("no", False, None, 1),
            ("sold", True, None, 2),
        ]
        await client.call(lists.ADD, Named(name="Klienci"))
        await client.call(campaigns.ADD, campaigns.CampaignAdd(name="Wiosna"))
        _open(pilot, "Wiosna")
        await settled(pilot)
        await press(pilot, "down", "right", *["down"] * 5, *"100", "ctrl+g")
        await pilot.press("space", "enter")
        await settled(pilot)
        await press(pilot, "f8", "y")
        one = await client.call(campaigns.SHOW, Named(name="Wiosna"))
        assert (one.status, one.lead_list, one.agents, one.settings.overdial_percent) == (
            "running",
            "Klienci",
            ["101"],
            100,
        )
        await press(pilot, "up", "up", "up", "s", "d", "y")
        assert (await client.call(campaigns.LIST, Nothing())).campaigns == []


async def test_settings_that_do_not_go_together_and_another_supervisor(office: Office) -> None:
    async with office.client() as client, driven(office) as pilot:
        await client.call(campaigns.ADD, campaigns.CampaignAdd(name="Wiosna"))
        _open(pilot, "Wiosna")
        await settled(pilot)
        await press(pilot, *["down"] * 5, *"20")
        await client.call(campaigns.SET, campaigns.CampaignSet(name="Wiosna", settings={"ring_timeout": 40}))
        await press(pilot, "ctrl+s")
        assert notices(pilot)[0].startswith("Campaign “Wiosna” was changed by ")
        assert "Somebody else made it 40 meanwhile" in screen_text(pilot)
        await press(pilot, "ctrl+s", "y")
        assert (await client.call(campaigns.SHOW, Named(name="Wiosna"))).settings.ring_timeout == 20
        await press(pilot, "ctrl+s")
        assert notices(pilot)[-1] == "There is nothing to save."
        await press(pilot, *["down"] * 19, *"30", "ctrl+s")
        assert notices(pilot)[-1].startswith("“Form open at most, s” needs “Saved at that limit”")
        await client.call(campaigns.REMOVE, Named(name="Wiosna"))
        await press(pilot, "ctrl+r")
        assert notices(pilot)[-1] == "Somebody else has deleted Wiosna."


async def test_orders_and_listening_reach_the_floor(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        async with driven(office, "agents") as pilot:
            await office.connect_customer()
            await until(lambda: "in a call" in screen_text(pilot))
            await press(pilot, "h", *"601", "enter")
            office.commands.clear()
            await press(pilot, "enter")
            assert notices(pilot)[-1].startswith("601 rings: pick it up")
            assert (await office.next_command(CallSpy)).extension == "601"
            await press(pilot, "p", "enter", "enter")
            assert "pause after this call" in screen_text(pilot)
            await press(pilot, "p")
            assert "pause after this call" not in screen_text(pilot)
            await press(pilot, "l", "down", "enter")
            state = await client.call(seat.STATE, seat.Seat(agent="1001"))
            assert state.after_call == "log_out"
