"""What goes on at the same time: a campaign that stops itself while it is changed, and two supervisors at once."""

import asyncio

import pytest

from minidialer.control.method import Method
from minidialer.control.models import base, campaigns, lists, system
from minidialer.control.sentences import ControlError
from minidialer.domain.campaign import CampaignStatus
from minidialer.domain.events import AttemptRefused

from .office import Office
from .test_control_methods import add_campaign
from .test_control_seat import open_shop


async def test_a_campaign_that_stopped_itself_stays_stopped(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, max_failures=1)
        attempt = next(iter(office.floor.attempts), None)
        while attempt is None:
            await asyncio.sleep(0.01)
            attempt = next(iter(office.floor.attempts), None)
        office.desk.engine.post(AttemptRefused(attempt, "no such endpoint"))
        (live,) = office.floor.campaigns.values()
        assert live.status is CampaignStatus.STOPPED
        params = campaigns.CampaignSet(name="Wiosna", settings={"ring_timeout": 33})
        changed = await client.call(campaigns.SET, params)
        assert changed.status == "stopped"
        assert "no such endpoint" in changed.status_reason
        assert next(iter(office.floor.campaigns.values())).status is CampaignStatus.STOPPED
        await office.desk.engine.flushed()
        stored = await client.call(campaigns.SHOW, base.Named(name="Wiosna"))
        assert (stored.status, stored.settings.ring_timeout) == ("stopped", 33)


async def test_two_supervisors_lose_nothing(office: Office) -> None:
    async with office.client() as first, office.client() as second:
        await add_campaign(first)
        keys = {"ring_timeout": 31, "max_retries": 7, "retry_interval": 9, "queue_wait": 44}
        await asyncio.gather(
            *(
                client.call(campaigns.SET, campaigns.CampaignSet(name="Wiosna", settings={key: value}))
                for client, (key, value) in zip((first, second) * 2, keys.items(), strict=True)
            )
        )
        settings = (await first.call(campaigns.SHOW, base.Named(name="Wiosna"))).settings
    assert {key: getattr(settings, key) for key in keys} == keys


async def test_an_answer_made_by_other_rules_is_one_sentence(office: Office) -> None:
    """A daemon of another version may allow what this client does not."""
    stricter = Method(system.STATUS.name, base.Nothing, lists.LeadList, "")
    async with office.client() as client:
        with pytest.raises(ControlError, match=r"answer to system\.status is not understood \(id: Field required\)"):
            await client.call(stricter, base.Nothing())
