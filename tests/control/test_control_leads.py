"""Leads over the control socket: browsed, searched, looked at, edited, marked; lists removed with them."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from minidialer.control.caller import Caller
from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, dispositions, imports, leads, lists
from minidialer.daemon.purging import keep_purged
from minidialer.store import lists as stored_lists

from .office import LONGEST, Office, noon
from .test_control_methods import refused

FIRST, SECOND = "+48600100200", "+48600100201"


async def numbers_left(office: Office) -> list[str]:
    async with office.desk.database.read() as conn:
        return list((await conn.execute(sa.text("SELECT number FROM lead ORDER BY number"))).scalars())


async def purged(office: Office, left: list[str]) -> None:
    """Wait till only these are there."""
    async with asyncio.timeout(LONGEST):
        while True:
            if await numbers_left(office) == left:
                return
            await asyncio.sleep(0.01)


async def a_list(office: Office, client: Client) -> list[int]:
    """Two leads; their ids."""
    await client.call(lists.ADD, base.Named(name="Poznań"))
    await office.import_numbers("Poznań", FIRST, SECOND)
    page = await client.call(leads.PAGE, leads.LeadsSearch(lead_list="Poznań"))
    return [lead.id for lead in page.leads]


async def test_a_list_is_browsed_and_searched(office: Office) -> None:
    async with office.client() as client:
        first, second = await a_list(office, client)

        async def ids(**wanted: object) -> list[int]:
            params = leads.LeadsSearch.model_validate({"lead_list": "Poznań", **wanted})
            return [lead.id for lead in (await client.call(leads.PAGE, params)).leads]

        assert await ids(search="200") == [first]
        assert await ids(search="osoba 201") == [second]
        assert await ids(search="lodz") == [first, second]
        assert await ids(state="fresh", limit=1) == [first]
        assert await ids(backwards=True, limit=1) == [second]
        assert await ids(state="exhausted") == []
        page = await client.call(leads.PAGE, leads.LeadsSearch(lead_list="Poznań", search="600", limit=1))
        assert (page.searched, page.next) == ("number", 48600100200)
        assert "There is no agent" in await refused(
            client, leads.PAGE, leads.LeadsSearch(lead_list="Poznań", owner="x")
        )


async def test_a_lead_is_edited(office: Office) -> None:
    async with office.client() as client:
        first, _second = await a_list(office, client)
        await client.call(agents.ADD, agents.AgentAdd(login="1001"))
        await client.call(dispositions.ADD, dispositions.DispositionAdd(name="nie"))
        changes = {"imię": "Jan\nMaria", "miasto": None, "e-mail": "j@x.pl"}
        edit = leads.LeadEdit(id=first, fields=changes, notes="ważny", owner="1001", disposition="nie")
        after = await client.call(leads.EDIT, edit)
        assert after.lead.fields == {"imię": "Jan Maria", "e-mail": "j@x.pl"}
        assert (after.lead.state, after.lead.owner, after.lead.disposition) == ("closed", "1001", "nie")
        assert after.import_file == "x.csv"
        assert await client.call(leads.SHOW, leads.LeadKey(id=first)) == after
        moment = noon().replace(microsecond=0) + timedelta(hours=1)
        again = await client.call(leads.EDIT, leads.LeadEdit(id=first, due_at=moment, owner="", disposition=""))
        assert (again.lead.state, again.lead.due_at) == ("callback", moment)
        assert (again.lead.owner, again.lead.disposition, again.lead.notes) == (None, None, "ważny")
        found = await client.call(leads.PAGE, leads.LeadsSearch(lead_list="Poznań", search="wazny"))
        assert [lead.id for lead in found.leads] == [first]
    lines = [line for line in await office.audit_lines() if line.action == "lead.edit"]
    assert [line.subject for line in lines] == [FIRST, FIRST]
    assert lines[1].before == {
        "fields": {"imię": "Osoba 200", "miasto": "Łódź"},
        "state": "fresh",
        "owner": None,
        "disposition": None,
        "notes": "",
    }


async def test_a_lead_that_is_being_called_is_left_alone(office: Office) -> None:
    async with office.client() as client:
        office.link_up()
        first, _second = await a_list(office, client)
        await client.call(agents.ADD, agents.AgentAdd(login="1001"))
        await client.call(campaigns.ADD, campaigns.CampaignAdd(name="W", lead_list="Poznań", agents=["1001"]))
        from minidialer.control.models import seat

        await client.call(seat.LOG_IN, seat.Seat(agent="1001"))
        await client.call(seat.JOIN, seat.SeatJoin(agent="1001", campaign="W"))
        await client.call(campaigns.START, base.Named(name="W"))
        await office.connect_customer()
        edit = leads.LeadEdit(id=first, notes="x")
        assert await refused(client, leads.EDIT, edit) == f"{FIRST} is being called: change it when its form is saved."
        removal = await client.call(lists.REMOVE, lists.ListRemove(name="Poznań", dry=True))
        assert (removal.calls, removal.campaigns) == (1, ["W"])
        marked = await client.call(leads.DO_NOT_CALL, leads.DoNotCall(id=first))
        assert marked.count == 1


async def test_a_number_is_marked_in_every_list(office: Office) -> None:
    async with office.client() as client:
        await a_list(office, client)
        await client.call(lists.ADD, base.Named(name="inna"))
        await office.import_numbers("inna", FIRST)
        assert (await client.call(leads.DO_NOT_CALL, leads.DoNotCall(number="600 100 200"))).count == 2
        found = (await client.call(leads.FIND, leads.LeadsFind(number=FIRST))).leads
        assert [lead.do_not_call for lead in found] == [True, True]
        unmark = leads.DoNotCall(number=FIRST, lead_list="inna", on=False)
        assert (await client.call(leads.DO_NOT_CALL, unmark)).count == 1
        both = leads.DoNotCall(id=1, number=FIRST)
        assert await refused(client, leads.DO_NOT_CALL, both) == "Name a lead or a number, one of the two."
    marks = [line.after for line in await office.audit_lines() if line.action == "lead.do_not_call"]
    assert marks == [{"do_not_call": False, "leads": 1}, {"do_not_call": True, "leads": 2}]


async def test_a_list_goes_with_its_leads_by_force_only(office: Office) -> None:
    async with office.client() as client:
        await a_list(office, client)
        await client.call(leads.DO_NOT_CALL, leads.DoNotCall(number=SECOND))
        going = await client.call(lists.REMOVE, lists.ListRemove(name="Poznań", dry=True))
        assert (going.removed, going.leads, going.to_call, going.do_not_call, going.imports) == (False, 2, 1, 1, 1)
        kept = await refused(client, lists.REMOVE, lists.ListRemove(name="Poznań"))
        assert kept == "List “Poznań” is not empty (leads: 2): remove it by force if they may go."
        gone = await client.call(lists.REMOVE, lists.ListRemove(name="Poznań", force=True))
        assert gone.removed
        assert (await client.call(lists.LIST, base.Nothing())).lists == []
    await purged(office, [SECOND])  # the marked one stays


async def test_a_removal_that_was_cut_short_goes_on_at_the_next_start(office: Office) -> None:
    """The daemon stopped between the removal and the last of the leads."""
    async with office.client() as client:
        await a_list(office, client)
    async with office.desk.database.write() as conn:
        await stored_lists.remove(conn, (await stored_lists.find(conn, "Poznań")).id, noon())
    assert await numbers_left(office) == [FIRST, SECOND]
    async with asyncio.timeout(LONGEST), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(keep_purged(office.desk.database, asyncio.Event()))
        await purged(office, [])
        task.cancel()
    async with office.desk.database.read() as conn:
        assert await stored_lists.unpurged(conn) == []


async def test_the_command_line_waits_for_what_takes_minutes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(*_arguments: object) -> imports.Undone:
        await asyncio.sleep(0.5)
        return imports.Undone(id=1, removed=2, kept=0, updated=0)

    async with office.client() as client:
        await a_list(office, client)
    monkeypatch.setattr("minidialer.store.imports.undo", slow)

    def ask() -> imports.Undone:
        with Caller(office.desk.settings.socket_path) as caller:
            caller._timeout = 0.4  # not before: the greeting may take a busy machine longer
            return caller.call(imports.UNDO, imports.ImportKey(id=1))

    assert (await asyncio.to_thread(ask)).removed == 2
