"""Connections: private leads, callbacks, leads handed out, and calls by hand; access; statistics."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from minidialer.agent_web.services import Draft, LeadLine
from minidialer.control.models import agents, base, campaigns, leads
from minidialer.daemon.pages import PageServices, connections
from minidialer.domain.commands import CallCustomer, CallPhone
from minidialer.domain.days import end_of_today, today
from minidialer.domain.events import CustomerGone, PhoneGone, PhoneIdle
from minidialer.domain.sentence import RefusedError
from tests.control.office import now, until

from .desk_of_pages import NUMBERS, Shop, open_shop


async def lines(shop: Shop, token: str, search: str = "") -> list[LeadLine]:
    return list((await shop.services.connections(token, search)).lines)


async def lead(shop: Shop, number: str) -> leads.Lead:
    (found,) = (await shop.client.call(leads.FIND, leads.LeadsFind(number=number))).leads
    return found


async def test_leads_are_handed_out_and_nobody_else_calls_them(tmp_path: Path) -> None:
    async with open_shop(tmp_path, NUMBERS) as shop:
        anna, bert = await shop.sign_in(), await shop.sign_in("1002")
        assert await shop.services.take_leads(anna, shop.campaign_id(), 3) == 3
        mine = await lines(shop, anna)
        assert [(line.number, line.kind, line.campaign) for line in mine] == [
            (number, "handed_out", "Wiosna") for number in NUMBERS[:3]
        ]
        assert [line.name for line in await lines(shop, anna, "osoba 201")] == ["Osoba 201"]
        assert [line.number for line in await lines(shop, anna, "(600) 100-202")] == [NUMBERS[2]]
        assert await lines(shop, anna, "--") == []
        assert await lines(shop, bert) == []
        await shop.services.join(bert, shop.campaign_id())
        call = await shop.office.next_command(CallCustomer)
        assert call.number == NUMBERS[3]
        with pytest.raises(RefusedError, match="not yours to call"):
            await shop.services.call(bert, mine[0].lead_id, shop.campaign_id())
        with pytest.raises(RefusedError, match="not in your hand"):
            await shop.services.release(bert, mine[0].lead_id)
        await shop.services.release(anna, mine[0].lead_id)
        assert (await lead(shop, NUMBERS[0])).state == "fresh"


async def test_no_more_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_shop(tmp_path, NUMBERS) as shop:
        web = shop.office.desk.settings.web.model_copy(update={"most_handed_out": 2})
        monkeypatch.setitem(shop.office.desk.settings.__dict__, "web", web)
        token = await shop.sign_in()
        assert await shop.services.take_leads(token, shop.campaign_id(), 50) == 2
        assert (await shop.services.connections(token, "")).may_take == 0
        with pytest.raises(RefusedError, match="you have 2 of 2"):
            await shop.services.take_leads(token, shop.campaign_id(), 1)


async def test_unused_ones_go_back_at_the_end_of_the_day_also_after_a_restart(tmp_path: Path) -> None:
    async with open_shop(tmp_path, NUMBERS) as shop:
        token = await shop.sign_in()
        await shop.services.take_leads(token, shop.campaign_id(), 2)
        await connections.release_over(shop.office.desk)
        assert len(await lines(shop, token)) == 2, "the day is not over"
        tomorrow = end_of_today(now(), shop.office.desk.settings.zone) + timedelta(seconds=1)
        desk = replace(shop.office.desk, clock=lambda: tomorrow)
        again = PageServices(desk)
        await again.start()
        await again._look()
        assert await lines(shop, token) == []
        assert {(await lead(shop, number)).state for number in NUMBERS} == {"fresh"}


def test_a_day_ends_at_midnight_on_the_clock_of_the_call_centre() -> None:
    warsaw = ZoneInfo("Europe/Warsaw")
    late = datetime(2026, 3, 28, 22, 59, tzinfo=UTC)
    assert end_of_today(late, warsaw) == datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert end_of_today(late + timedelta(minutes=2), warsaw) == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)


async def test_click_to_call_a_lead_handed_out(tmp_path: Path) -> None:
    """The agent is in no campaign, and in none afterwards."""
    async with open_shop(tmp_path, NUMBERS) as shop:
        token = await shop.sign_in()
        await shop.services.take_leads(token, shop.campaign_id(), 2)
        (first, second) = await lines(shop, token)
        await shop.services.call(token, second.lead_id, second.campaign_id)
        view = await shop.view(token)
        assert view.calling is not None
        assert (view.state, view.calling.number, view.calling.stage) == ("reserved", NUMBERS[1], "phone")
        with pytest.raises(RefusedError, match="Finish the present call"):
            await shop.services.call(token, first.lead_id, first.campaign_id)
        attempt = await shop.answer_call_by_hand()
        form = await shop.form(token)
        assert (form.attempt_id, form.number, form.talking) == (attempt, NUMBERS[1], True)
        shop.office.customer_hangs_up(attempt)
        await shop.save(token)
        view = await shop.view(token)
        assert (view.state, view.reason, view.campaign) == ("paused", "not_joined", "")
        assert [line.number for line in await lines(shop, token)] == [NUMBERS[0]]
        assert (await lead(shop, NUMBERS[1])).disposition == "sprzedaż"


async def test_a_phone_that_is_not_picked_up_leaves_the_lead_in_hand(tmp_path: Path) -> None:
    async with open_shop(tmp_path, NUMBERS) as shop:
        token = await shop.sign_in()
        await shop.services.take_leads(token, shop.campaign_id(), 1)
        (line,) = await lines(shop, token)
        await shop.services.call(token, line.lead_id, line.campaign_id)
        phone = await shop.office.next_command(CallPhone)
        shop.office.desk.engine.post(PhoneGone(phone.agent_id, phone.leg, 19))
        await shop.office.desk.engine.flushed()
        view = await shop.view(token)
        assert (view.state, view.reason) == ("paused", "phone_no_answer")
        assert await lines(shop, token) == [line]
        assert (await shop.client.call(leads.HISTORY, leads.LeadsFind(number=NUMBERS[0]))).lines == []
        await shop.services.call(token, line.lead_id, line.campaign_id)


async def test_a_customer_who_is_busy_is_said_so_and_retried_by_rule(tmp_path: Path) -> None:
    async with open_shop(tmp_path, NUMBERS) as shop:
        token = await shop.sign_in()
        await shop.services.take_leads(token, shop.campaign_id(), 1)
        (line,) = await lines(shop, token)
        await shop.services.call(token, line.lead_id, line.campaign_id)
        post = shop.office.desk.engine.post
        phone = await shop.office.next_command(CallPhone)
        post(PhoneIdle(phone.agent_id, phone.leg))
        call = await shop.office.next_command(CallCustomer)
        await until(lambda: shop.services._watch.page(phone.agent_id).calling is not None)
        post(CustomerGone(call.attempt_id, 17))
        await shop.office.desk.engine.flushed()
        await until(lambda: shop.services._watch.page(phone.agent_id).notice is not None)
        assert str((await shop.view(token)).notice) == f"{NUMBERS[0]} was not reached: busy."
        assert (await lead(shop, NUMBERS[0])).state == "retry"
        assert await lines(shop, token) == []


async def test_private_leads_and_due_callbacks(tmp_path: Path) -> None:
    async with open_shop(tmp_path, NUMBERS[:2], private_leads="manual") as shop:
        anna, bert = await shop.sign_in(), await shop.sign_in("1002")
        form = await shop.talk(anna)
        await shop.save(anna, "mój", callback_at=now() + timedelta(days=1))
        shop.office.customer_hangs_up(form.attempt_id)
        (private,) = await lines(shop, anna)
        assert (private.number, private.kind) == (NUMBERS[0], "private")
        assert private.last_disposition is not None
        assert private.last_disposition.name == "mój"
        assert await lines(shop, bert) == []
        with pytest.raises(RefusedError, match="not yours"):
            await shop.services.call(bert, private.lead_id, private.campaign_id)
        await shop.services.pause(anna, "lunch")
        view = await shop.view(anna)
        assert view.after_call in ("", "pause")


async def test_a_blocked_list_is_neither_shown_nor_joined(tmp_path: Path) -> None:
    async with open_shop(tmp_path, NUMBERS) as shop:
        token = await shop.sign_in()
        await shop.services.take_leads(token, shop.campaign_id(), 1)
        (line,) = await lines(shop, token)
        agent = await shop.client.call(agents.SET, agents.AgentSet(login="1001", blocked_lists=["Poznań"]))
        assert agent.blocked_lists == ["Poznań"]
        assert await lines(shop, token) == []
        assert (await shop.view(token)).campaigns == []
        for refused in (
            lambda: shop.services.join(token, shop.campaign_id()),
            lambda: shop.services.take_leads(token, shop.campaign_id(), 1),
            lambda: shop.services.call(token, line.lead_id, line.campaign_id),
        ):
            with pytest.raises(RefusedError):
                await refused()
        await shop.client.call(agents.SET, agents.AgentSet(login="1001", blocked_lists=[]))
        assert await lines(shop, token) == [line]


async def test_tabs_are_closed_for_real(shop: Shop) -> None:
    await shop.client.call(agents.SET, agents.AgentSet(login="1001", tabs=["dialer"], language="pl"))
    token = await shop.sign_in()
    seat = await shop.services.seat(token)
    assert (set(seat.tabs), seat.language) == ({"dialer"}, "pl")
    day = today(now(), shop.office.desk.settings.zone)
    for closed in (
        lambda: shop.services.connections(token, ""),
        lambda: shop.services.take_leads(token, shop.campaign_id(), 1),
        lambda: shop.services.statistics(token, day, day),
    ):
        with pytest.raises(RefusedError, match="closed to you"):
            await closed()


async def test_states_add_up_to_the_time_logged_in(shop: Shop) -> None:
    token = await shop.sign_in()
    form = await shop.talk(token)
    await shop.services.keep_draft(token, form.attempt_id, Draft(notes="x"))
    shop.office.customer_hangs_up(form.attempt_id)
    await shop.save(token)
    await shop.services.pause(token, "lunch")
    await shop.services.resume(token)
    day = today(now(), shop.office.desk.settings.zone)
    told = await shop.services.statistics(token, day - timedelta(days=1), day)
    states = told.ready + told.talk + told.wrap_up + told.reserved + sum(told.paused.values())
    assert told.logged_in > 0
    assert states == pytest.approx(told.logged_in)
    assert (told.calls, told.successes) == (1, 1)
    assert [(saved.name, count) for saved, count in told.dispositions] == [("sprzedaż", 1)]
    assert set(told.paused) == {"not_joined", "lunch"}
    with pytest.raises(RefusedError, match="before the first"):
        await shop.services.statistics(token, day, day - timedelta(days=1))


async def test_long_sums_of_agents_are_counted_one_after_the_other(shop: Shop) -> None:
    """And those of one agent, with a page that asks without end, are not even waiting."""
    anna, bert = await shop.sign_in(), await shop.sign_in("1002")
    day = today(now(), shop.office.desk.settings.zone)
    year = day - timedelta(days=365)
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        async with shop.office.desk.counting:
            asked = [
                tasks.create_task(shop.services.statistics(token, first, day))
                for token, first in ((anna, year), (anna, day), (bert, year))
            ]
            await until(lambda: shop.services._counting._asked.total() == 3)
            with pytest.raises(RefusedError, match="still being counted"):
                await shop.services.statistics(anna, year, day)
            await shop.view(anna)  # today's small figures wait for nobody
            assert not any(task.done() for task in asked)
        assert [(await task).first for task in asked] == [year, day, year]
    assert (await shop.services.statistics(anna, year, day)).last == day


async def test_a_stopped_campaign_calls_nobody_by_hand(tmp_path: Path) -> None:
    async with open_shop(tmp_path, NUMBERS) as shop:
        token = await shop.sign_in()
        await shop.services.take_leads(token, shop.campaign_id(), 1)
        (line,) = await lines(shop, token)
        await shop.client.call(campaigns.STOP, base.Named(name="Wiosna"))
        with pytest.raises(RefusedError, match="stopped"):
            await shop.services.call(token, line.lead_id, line.campaign_id)
