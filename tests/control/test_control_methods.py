"""Every method through the real socket, store and engine."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, dispositions, imports, leads, lists, system
from minidialer.control.protocol import METHODS
from minidialer.control.sentences import ControlError
from minidialer.daemon.control.handlers import HANDLERS
from minidialer.store.errors import StoreUnavailableError

from .office import Office

CONNECTIONS_OWN = {"system.hello", "watch.subscribe", "watch.unsubscribe"}


def test_every_method_has_a_use_case() -> None:
    assert set(HANDLERS) | CONNECTIONS_OWN == set(METHODS)


async def refused(client: Client, method: Any, params: Any) -> str:
    with pytest.raises(ControlError) as caught:
        await client.call(method, params)
    return str(caught.value)


async def add_campaign(client: Client, **settings: object) -> campaigns.Campaign:
    await client.call(lists.ADD, base.Named(name="Poznań"))
    await client.call(agents.ADD, agents.AgentAdd(login="1001", name="Anna"))
    new = campaigns.CampaignAdd(name="Wiosna", lead_list="Poznań", agents=["1001"], settings=settings)
    return await client.call(campaigns.ADD, new)


async def test_agents(office: Office) -> None:
    async with office.client() as client:
        added = await client.call(agents.ADD, agents.AgentAdd(login="1001", name="Anna", auto_answer=True))
        assert (added.login, added.state, added.active, added.auto_answer) == ("1001", "logged_out", True, True)
        changed = await client.call(agents.SET, agents.AgentSet(login="1001", name="Anna Nowak"))
        assert (changed.name, changed.auto_answer) == ("Anna Nowak", True)
        assert office.floor.agents[added.id].name == "Anna Nowak"
        twice = await refused(client, agents.ADD, agents.AgentAdd(login="1001"))
        assert twice == "There is an agent “1001” already: choose another login."
        near = await refused(client, agents.REMOVE, agents.AgentKey(login="101"))
        assert near == "There is no agent “101”: did you mean “1001”?"
        await client.call(agents.REMOVE, agents.AgentKey(login="1001"))
        assert (await client.call(agents.LIST, base.Nothing())).agents == []
        assert office.floor.agents == {}
    assert [(line.action, line.subject) for line in await office.audit_lines()] == [
        ("agent.remove", "1001"),
        ("agent.set", "1001"),
        ("agent.add", "1001"),
    ]


async def test_a_change_is_kept_with_its_author_before_and_after(office: Office) -> None:
    import os
    import pwd

    async with office.client() as client:
        await client.call(agents.ADD, agents.AgentAdd(login="1001", name="Anna"))
        await client.call(agents.SET, agents.AgentSet(login="1001", name="Ania"))
    line = (await office.audit_lines())[0]
    assert (line.uid, line.actor) == (os.getuid(), pwd.getpwuid(os.getuid()).pw_name)
    assert (line.before, line.after) == ({"name": "Anna"}, {"name": "Ania"})


async def test_lists(office: Office) -> None:
    async with office.client() as client:
        await client.call(lists.ADD, base.Named(name="Poznań"))
        await office.import_numbers("Poznań", "+48600100200", "+48600100201")
        await client.call(lists.CHANGED, base.Named(name="Poznań"))
        shown = await client.call(lists.SHOW, base.Named(name="poznań"))
        assert (shown.leads, shown.states["fresh"], shown.states["exhausted"]) == (2, 2, 0)
        renamed = await client.call(lists.RENAME, lists.ListRename(name="Poznań", new_name="Poznań 2"))
        assert renamed.name == "Poznań 2"
        await client.call(campaigns.ADD, campaigns.CampaignAdd(name="W", lead_list="Poznań 2"))
        assert "is dialled by “W”" in await refused(client, lists.REMOVE, lists.ListRemove(name="Poznań 2", force=True))
        await client.call(campaigns.REMOVE, base.Named(name="W"))
        await client.call(lists.REMOVE, lists.ListRemove(name="Poznań 2", force=True))
        assert (await client.call(lists.LIST, base.Nothing())).lists == []


async def test_dispositions(office: Office) -> None:
    async with office.client() as client:
        for name in ("sprzedaż", "zrezygnował"):
            await client.call(dispositions.ADD, dispositions.DispositionAdd(name=name))
        await client.call(dispositions.SET, dispositions.DispositionSet(name="zrezygnował", position=1, private=True))
        await client.call(dispositions.SET, dispositions.DispositionSet(name="sprzedaż", position=2, success=True))
        found = (await client.call(dispositions.LIST, base.Nothing())).dispositions
        assert [(item.name, item.private, item.success) for item in found] == [
            ("zrezygnował", True, False),
            ("sprzedaż", False, True),
        ]
        await client.call(dispositions.REMOVE, base.Named(name="sprzedaż"))
        assert "did you mean" not in await refused(client, dispositions.REMOVE, base.Named(name="xyz"))


async def test_a_campaign_from_birth_to_removal(office: Office) -> None:
    async with office.client() as client:
        added = await add_campaign(client, ring_timeout="20", calling_window="mon-fri 9:00-20:00")
        assert (added.status, added.lead_list, added.agents) == ("stopped", "Poznań", ["1001"])
        assert added.settings.ring_timeout == 20
        started = await client.call(campaigns.START, base.Named(name="Wiosna"))
        assert started.campaign.status == "running"
        assert "There is no link to Asterisk" in started.notes[0].text
        assert office.floor.campaigns[added.id].running
        running = await refused(client, campaigns.REMOVE, base.Named(name="Wiosna"))
        assert running == "Campaign “Wiosna” is running: stop it first."
        params = campaigns.CampaignSet(name="wiosna", new_name="Lato", settings={"overdial_percent": 100})
        changed = await client.call(campaigns.SET, params)
        assert (changed.name, changed.status, changed.settings.overdial_percent) == ("Lato", "running", 100)
        assert office.floor.campaigns[added.id].settings.overdial_percent == 100
        assert (await client.call(campaigns.STOP, base.Named(name="Lato"))).status == "stopped"
        assert (await client.call(campaigns.COUNTS, base.Named(name="Lato"))).exhausted == 0
        await client.call(campaigns.REMOVE, base.Named(name="Lato"))
        assert (await client.call(campaigns.LIST, base.Nothing())).campaigns == []
        assert office.floor.campaigns == {}


REFUSED_SETTINGS = [
    ({"ring_timeot": 20}, "There is no ring_timeot: did you mean ring_timeout?"),
    ({"ring_timeout": 4}, "ring_timeout = 4: it must be 5 or more."),
    ({"overdial_percent": "much"}, "overdial_percent = much: it must be a whole number."),
    ({"trunk": "carier"}, "trunk = carier: no such trunk: did you mean carrier?"),
    ({"trunk": "qqq"}, "trunk = qqq: no such trunk: use one of carrier, spare."),
    ({"pacing_mode": "fast"}, "pacing_mode = fast: it must be one of 'manual', 'progressive', 'power', 'predictive'."),
    ({"calling_window": "mon 20:00-9:00"}, "calling_window = mon 20:00-9:00: “mon 20:00-9:00” ends before it starts"),
    ({"caller_id": "1\r\nX: 1"}, "caller_id = '1\\r\\nX: 1': it must be at most 40 letters"),
    ({"caller_id": "Jan Nowak"}, "caller_id = Jan Nowak: it must be at most 40 letters"),
    ({"safe_message": "one&two"}, "safe_message = one&two: it must be one name of letters"),
    ({"hold_audio": "moh"}, "hold_audio = moh: it must be music:CLASS or announcement:SOUND."),
    ({"wrap_up_limit": 30}, "wrap_up_limit needs default_disposition"),
    ({"default_disposition": "nie ma"}, "There is no disposition “nie ma”"),
    ({"default_disposition": "później", "wrap_up_limit": 30}, "it asks for a date, so it cannot be saved by itself."),
    ({"compliance_profile": "ofcom", "abandon_target": 5}, "ofcom is not kept: abandon_target may be at most 3 %."),
]


@pytest.mark.parametrize(("settings", "message"), REFUSED_SETTINGS)
async def test_settings_outside_their_limits_are_refused(
    office: Office, settings: dict[str, object], message: str
) -> None:
    async with office.client() as client:
        await client.call(dispositions.ADD, dispositions.DispositionAdd(name="później", asks_callback=True))
        before = await add_campaign(client)
        said = await refused(client, campaigns.SET, campaigns.CampaignSet(name="Wiosna", settings=settings))
        assert message in said
        assert (await client.call(campaigns.SHOW, base.Named(name="Wiosna"))).settings == before.settings


async def test_starting_says_what_is_missing(office: Office) -> None:
    async with office.client() as client:
        await client.call(campaigns.ADD, campaigns.CampaignAdd(name="W"))
        assert "has no list" in await refused(client, campaigns.START, base.Named(name="W"))
        await client.call(lists.ADD, base.Named(name="L"))
        await client.call(campaigns.SET, campaigns.CampaignSet(name="W", lead_list="L"))
        assert "has no agents" in await refused(client, campaigns.START, base.Named(name="W"))
        await client.call(agents.ADD, agents.AgentAdd(login="1"))
        await client.call(campaigns.ASSIGN, campaigns.CampaignAgents(name="W", agents=["1"]))
        await client.call(campaigns.START, base.Named(name="W"))
        off = await client.call(campaigns.UNASSIGN, campaigns.CampaignAgents(name="W", agents=["1"]))
        assert off.agents == []


async def test_leads_page_by_page(office: Office) -> None:
    async with office.client() as client:
        await add_campaign(client)
        await office.import_numbers("Poznań", *(f"+486001002{number:02}" for number in range(7)))
        seen: list[leads.Lead] = []
        after: int | None = 0
        while after is not None:
            page = await client.call(leads.LIST, leads.LeadsPage(lead_list="Poznań", limit=3, after=after))
            seen += page.leads
            after = page.next
        assert [lead.number for lead in seen] == [f"+486001002{number:02}" for number in range(7)]
        assert list(seen[0].fields) == ["imię", "miasto"]
        none = await client.call(leads.LIST, leads.LeadsPage(lead_list="Poznań", state="exhausted"))
        assert none.leads == []
        fresh = await client.call(leads.LIST, leads.LeadsPage(lead_list="Poznań", state="fresh", limit=7))
        assert len(fresh.leads) == 7


async def test_a_number_is_found_however_it_is_written(office: Office) -> None:
    async with office.client() as client:
        await add_campaign(client)
        await office.import_numbers("Poznań", "+48600100200")
        for written in ("600100200", "0048 600-100-200", "+48 (600) 100 200"):
            found = (await client.call(leads.FIND, leads.LeadsFind(number=written))).leads
            assert [(lead.number, lead.lead_list) for lead in found] == [("+48600100200", "Poznań")]
        history = await client.call(leads.HISTORY, leads.LeadsFind(number="600100200"))
        assert (history.number, history.lines) == ("+48600100200", [])
        said = await refused(client, leads.FIND, leads.LeadsFind(number="12"))
        assert said == "“12” is not a number that can be dialled: the number has too few digits."


async def test_imports_are_listed_and_undone(office: Office) -> None:
    async with office.client() as client:
        await add_campaign(client)
        await office.import_numbers("Poznań", "+48600100200", "+48600100201")
        (made,) = (await client.call(imports.LIST, base.Nothing())).imports
        assert (made.lead_list, made.file, made.added) == ("Poznań", "x.csv", 2)
        undone = await client.call(imports.UNDO, imports.ImportKey(id=made.id))
        assert (undone.removed, undone.kept) == (2, 0)
        assert "There is no import 99" in await refused(client, imports.UNDO, imports.ImportKey(id=99))


async def test_resetting_wants_a_list_or_a_number(office: Office) -> None:
    async with office.client() as client:
        assert "Name a list or a number" in await refused(client, leads.RESET, leads.LeadsReset())
        await add_campaign(client)
        done = await client.call(leads.RESET, leads.LeadsReset(lead_list="Poznań"))
        assert done.count == 0


async def test_status_tells_the_link_and_the_campaigns(office: Office) -> None:
    async with office.client() as client:
        await add_campaign(client)
        seen = await client.call(system.STATUS, base.Nothing())
        assert (seen.link.up, seen.agents, seen.attempts) == (False, {"logged_out": 1}, {})
        assert seen.link.problem is not None
        assert seen.link.problem.text == "Asterisk is not running: start it."
        assert [(line.name, line.status, line.lead_list) for line in seen.campaigns] == [
            ("Wiosna", "stopped", "Poznań")
        ]
        office.link_up()
        assert (await client.call(system.STATUS, base.Nothing())).link.up


async def test_another_protocol_is_refused(office: Office) -> None:
    async with office.client() as client:
        said = await refused(client, system.HELLO, system.HelloParams(protocol=99))
        assert said == "This daemon speaks protocol 1, the client 99: use the client of the same version."


async def test_the_status_is_told_when_the_store_can_be_neither_read_nor_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who looks for the cause must not be told that looking failed."""

    @contextlib.asynccontextmanager
    async def gone() -> AsyncIterator[AsyncConnection]:
        raise StoreUnavailableError("The disk of the store is full: free some space.")
        yield

    async with office.client() as client:
        await add_campaign(client)
        monkeypatch.setattr(office.desk.database, "read", gone)
        monkeypatch.setattr(office.desk.database, "write", gone)
        seen = await client.call(system.STATUS, base.Nothing())
        assert [alarm.text for alarm in seen.alarms] == ["The disk of the store is full: free some space."]
        assert [campaign.name for campaign in seen.campaigns] == ["Wiosna"]
        told = await refused(client, lists.ADD, base.Named(name="Kraków"))
        assert told == "The disk of the store is full: free some space."
