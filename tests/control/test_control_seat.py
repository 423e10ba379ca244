"""An agent's day through the socket: log in, take a call, save the form."""

from datetime import timedelta

import pytest

from minidialer.control.client import Client
from minidialer.control.models import agents, base, campaigns, dispositions, leads, lists, seat
from minidialer.control.sentences import ControlError

from .office import Office, noon, until

ANNA = seat.Seat(agent="1001")


async def open_shop(office: Office, client: Client, **settings: object) -> None:
    """A running campaign with one lead, and Anna ready for it."""
    await client.call(lists.ADD, base.Named(name="Poznań"))
    await client.call(dispositions.ADD, dispositions.DispositionAdd(name="sprzedaż", success=True))
    await client.call(dispositions.ADD, dispositions.DispositionAdd(name="później", asks_callback=True))
    await client.call(agents.ADD, agents.AgentAdd(login="1001", name="Anna"))
    patient: dict[str, object] = {"answer_wait": 60}  # the customer does not go while the machine stalls
    new = campaigns.CampaignAdd(name="Wiosna", lead_list="Poznań", agents=["1001"], settings=patient | settings)
    await client.call(campaigns.ADD, new)
    await office.import_numbers("Poznań", "+48600100200")
    office.link_up()
    await client.call(campaigns.START, base.Named(name="Wiosna"))
    await client.call(seat.LOG_IN, ANNA)
    await client.call(seat.JOIN, seat.SeatJoin(agent="1001", campaign="Wiosna"))


async def test_a_call_from_the_log_in_to_the_saved_form(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, script="Dzień dobry {IMIĘ}, dzwonię na {number}. {Nie ma}")
        (joined,) = (await client.call(seat.CAMPAIGNS, ANNA)).campaigns
        assert (joined.name, joined.joined, joined.running) == ("Wiosna", True, True)
        attempt, _agent = await office.connect_customer()
        form = (await client.call(seat.FORM, ANNA)).form
        assert form is not None
        assert (form.attempt_id, form.number, form.talking) == (attempt, "+48600100200", True)
        assert form.script == "Dzień dobry Osoba 200, dzwonię na +48600100200. {Nie ma}"
        assert [button.name for button in form.dispositions] == ["sprzedaż", "później"]
        office.customer_hangs_up(attempt)
        wrap_up = await client.call(seat.STATE, ANNA)
        assert (wrap_up.state, wrap_up.form_open) == ("wrap_up", True)
        saved = seat.SeatSave(
            agent="1001", attempt=attempt, disposition="sprzedaż", notes="miła pani", fields={"imię": "Ewa"}
        )
        assert (await client.call(seat.SAVE, saved)).state == "ready"
        assert (await client.call(seat.FORM, ANNA)).form is None
        (lead,) = (await client.call(leads.FIND, leads.LeadsFind(number="600100200"))).leads
        assert (lead.state, lead.disposition, lead.notes) == ("closed", "sprzedaż", "miła pani")
        assert lead.fields == {"imię": "Ewa", "miasto": "Łódź"}
        (line,) = (await client.call(leads.HISTORY, leads.LeadsFind(number="600100200"))).lines
        assert (line.outcome, line.agent, line.disposition, line.notes) == ("answered", "1001", "sprzedaż", "miła pani")


async def test_a_form_saved_in_the_talk_frees_the_agent_when_it_ends(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        attempt, _agent = await office.connect_customer()
        at = noon() + timedelta(hours=2)
        saved = seat.SeatSave(agent="1001", attempt=attempt, disposition="później", callback_at=at)
        assert (await client.call(seat.SAVE, saved)).state == "in_call"
        office.customer_hangs_up(attempt)
        assert (await client.call(seat.STATE, ANNA)).state == "ready"
        (lead,) = (await client.call(leads.FIND, leads.LeadsFind(number="600100200"))).leads
        assert (lead.state, lead.due_at) == ("callback", at)


SAVES = [
    ({"disposition": "później"}, "“później” needs the date and time of the next call."),
    ({"disposition": "sprzedaż", "callback_at": noon() + timedelta(days=1)}, "takes no date and time"),
    ({"disposition": "później", "callback_at": noon() - timedelta(days=1)}, "is in the past"),
    ({"disposition": "sprzedarz"}, "did you mean “sprzedaż”?"),
]


@pytest.mark.parametrize(("choice", "message"), SAVES)
async def test_a_form_that_does_not_fit_stays_open(office: Office, choice: dict[str, object], message: str) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        attempt, _agent = await office.connect_customer()
        params = seat.SeatSave.model_validate({"agent": "1001", "attempt": attempt, **choice})
        with pytest.raises(ControlError, match=message.replace("?", r"\?")):
            await client.call(seat.SAVE, params)
        assert (await client.call(seat.STATE, ANNA)).form_open


async def test_a_late_save_never_hits_another_call(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        attempt, _agent = await office.connect_customer()
        wrong = seat.SeatSave(agent="1001", attempt=attempt + 1, disposition="sprzedaż")
        with pytest.raises(ControlError, match="not open any more"):
            await client.call(seat.SAVE, wrong)
        right = seat.SeatSave(agent="1001", attempt=attempt, disposition="sprzedaż")
        await client.call(seat.SAVE, right)
        with pytest.raises(ControlError, match="not open any more"):
            await client.call(seat.SAVE, right)


async def test_the_form_saves_itself_after_the_wrap_up_limit(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client, wrap_up_limit=1, default_disposition="sprzedaż")
        attempt, agent = await office.connect_customer()
        office.customer_hangs_up(attempt)
        await until(lambda: office.floor.agents[agent].state == "ready")
        (lead,) = (await client.call(leads.FIND, leads.LeadsFind(number="600100200"))).leads
        assert lead.disposition == "sprzedaż"


async def test_pauses_leaves_and_log_outs(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        call = client.call
        assert (await call(seat.PAUSE, seat.SeatPause(agent="1001", reason="kawa"))).reason == "kawa"
        assert (await call(seat.RESUME, ANNA)).state == "ready"
        assert (await call(agents.PAUSE, agents.AgentPause(login="1001", reason="szkolenie"))).reason == "szkolenie"
        assert (await call(seat.LEAVE, ANNA)).campaign is None
        assert (await call(agents.LOG_OUT, agents.AgentLogOut(login="1001"))).state == "logged_out"
        with pytest.raises(ControlError, match="logged out"):
            await call(seat.JOIN, seat.SeatJoin(agent="1001", campaign="Wiosna"))
        with pytest.raises(ControlError, match="no call to hang up"):
            await call(seat.HANG_UP, ANNA)
        assert (await call(seat.LOG_OUT, ANNA)).state == "logged_out"


async def test_an_agent_who_works_is_not_removed(office: Office) -> None:
    async with office.client() as client:
        await open_shop(office, client)
        with pytest.raises(ControlError, match="is logged in: log the agent out first"):
            await client.call(agents.REMOVE, agents.AgentKey(login="1001"))
        off = await client.call(agents.SET, agents.AgentSet(login="1001", active=False))
        assert (off.active, off.state) == (False, "logged_out")
