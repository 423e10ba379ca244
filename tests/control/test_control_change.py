"""What goes on at the same time: a campaign that stops itself while it is changed, and two supervisors at once."""

import asyncio
import os
import pwd

import pytest

from minidialer.control.method import Method
from minidialer.control.models import agents, base, campaigns, lists, system
from minidialer.control.models.watch import SUBSCRIBE, WatchSubscribe
from minidialer.control.sentences import ControlError
from minidialer.domain.campaign import CampaignStatus
from minidialer.domain.events import AttemptRefused
from minidialer.domain.sentence import sentence

from .office import Office, until
from .test_control_methods import add_campaign
from .test_control_seat import open_shop

OWN_NAME = pwd.getpwuid(os.getuid()).pw_name


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


async def test_a_form_is_saved_whole_or_not_at_all(office: Office) -> None:
    async with office.client() as client:
        before = await add_campaign(client)
        await client.call(agents.ADD, agents.AgentAdd(login="1002"))
        settings = {"ring_timeout": 33}
        wrong = campaigns.CampaignSet(name="Wiosna", agents=["1002", "1003"], settings=settings)
        with pytest.raises(ControlError, match="There is no agent “1003”"):
            await client.call(campaigns.SET, wrong)
        assert await client.call(campaigns.SHOW, base.Named(name="Wiosna")) == before
        whole = campaigns.CampaignSet(
            name="Wiosna", new_name="Lato", lead_list="", agents=["1002"], settings=settings, revision=before.revision
        )
        after = await client.call(campaigns.SET, whole)
        assert (after.name, after.lead_list, after.agents) == ("Lato", None, ["1002"])
        assert (after.settings.ring_timeout, after.revision) == (33, before.revision + 1)


async def test_nobody_overwrites_what_somebody_else_changed(office: Office) -> None:
    async with office.client() as client:
        mine = await add_campaign(client)
        await client.call(campaigns.START, base.Named(name="Wiosna"))
        await client.call(campaigns.STOP, base.Named(name="Wiosna"))
        same = await client.call(campaigns.SET, campaigns.CampaignSet(name="Wiosna", settings={"ring_timeout": 30}))
        assert same.revision == mine.revision, "starting, stopping and a change to the same change no setting"
        theirs = await client.call(campaigns.SET, campaigns.CampaignSet(name="Wiosna", settings={"ring_timeout": 40}))
        stale = campaigns.CampaignSet(name="Wiosna", settings={"max_retries": 1}, revision=mine.revision)
        with pytest.raises(ControlError, match=rf"was changed by {OWN_NAME} meanwhile, at 20\d\d-") as told:
            await client.call(campaigns.SET, stale)
        assert told.value.code == "changed"
        off = campaigns.CampaignAgents(name="Wiosna", agents=["1001"], revision=mine.revision)
        for method in (campaigns.ASSIGN, campaigns.UNASSIGN):
            with pytest.raises(ControlError, match="was changed by"):
                await client.call(method, off)
        gone = await client.call(campaigns.UNASSIGN, off.model_copy(update={"revision": theirs.revision}))
        assert (gone.agents, gone.settings.ring_timeout, gone.revision) == ([], 40, theirs.revision + 1)


async def test_a_removed_agent_is_a_change_too(office: Office) -> None:
    async with office.client() as client:
        mine = await add_campaign(client)
        await client.call(agents.REMOVE, agents.AgentKey(login="1001"))
        with pytest.raises(ControlError, match="was changed"):
            await client.call(campaigns.SET, campaigns.CampaignSet(name="Wiosna", revision=mine.revision))


async def test_the_status_tells_of_trunks_and_every_alarm(office: Office) -> None:
    office.desk.alarms["pages"] = sentence("The pages are closed.")
    office.desk.alarms["socket"] = sentence("Nobody gets in.")
    async with office.client() as client:
        await open_shop(office, client)
        await until(lambda: bool(office.floor.attempts))
        status = await client.call(system.STATUS, base.Nothing())
        assert [(it.name, it.in_use, it.channels, it.calls_per_second) for it in status.trunks] == [
            ("carrier", 1, 30, 10),
            ("spare", 0, 30, 10),
        ]
        assert [alarm.text for alarm in status.alarms] == ["The pages are closed.", "Nobody gets in."]
        assert status.alarm == status.alarms[0]
        (panel,) = (await client.call(SUBSCRIBE, WatchSubscribe())).campaigns
        assert (panel.settings.pacing_mode, panel.settings.max_attempts_per_5s) == ("power", 10)


async def test_an_answer_made_by_other_rules_is_one_sentence(office: Office) -> None:
    """A daemon of another version may allow what this client does not."""
    stricter = Method(system.STATUS.name, base.Nothing, lists.LeadList, "")
    async with office.client() as client:
        with pytest.raises(ControlError, match=r"answer to system\.status is not understood \(id: Field required\)"):
            await client.call(stricter, base.Nothing())
