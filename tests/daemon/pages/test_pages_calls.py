"""A call on the page: the form, drafts, hold, transfer, Save; nobody reaches what is another's."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.agent_web.i18n import Words
from minidialer.agent_web.services import Draft, Ended
from minidialer.control.models import campaigns, leads
from minidialer.daemon.pages import PageServices
from minidialer.daemon.pages.holding import SETTLES
from minidialer.daemon.use_cases import seat
from minidialer.domain.commands import Command, HoldTalk, JoinLegs, PlayDigit, TransferTalk
from minidialer.domain.events import AttemptsClaimed, Join
from minidialer.domain.sentence import RefusedError
from minidialer.store.errors import StoreUnavailableError
from tests.control.office import now, until

from .desk_of_pages import NUMBERS, Shop, open_shop


async def test_the_form_opens_with_everything(shop: Shop) -> None:
    script = campaigns.CampaignSet(name="Wiosna", settings={"script": "Dzień dobry {imię}!"})
    await shop.client.call(campaigns.SET, script)
    token, before = await shop.sign_in(), now()
    form = await shop.talk(token)
    assert (form.number, form.name, form.talking) == (NUMBERS[0], "Osoba 200", True)
    assert form.fields == {"imię": "Osoba 200", "miasto": "Łódź"}
    assert form.editable == {"imię", "miasto"}
    assert form.script == "Dzień dobry Osoba 200!"
    assert [button.name for button in form.dispositions] == ["sprzedaż", "później", "mój"]
    assert before + timedelta(hours=1) <= form.suggested_callback < now() + timedelta(hours=1, minutes=16)


async def test_a_page_is_woken_at_once(shop: Shop) -> None:
    """In the next turns of the loop: neither a clock nor the disk is waited for."""
    token = await shop.sign_in()
    changes = shop.services.changes(token)
    await anext(changes)
    await shop.office.desk.engine.flushed()
    waiting = asyncio.ensure_future(anext(changes))  # noqa: TID251  # the test is its owner
    await asyncio.sleep(0)
    shop.office.desk.engine.post(Join(shop.agent_id("1001"), shop.campaign_id()))
    assert not waiting.done()
    for _ in range(5):
        await asyncio.sleep(0)
    assert waiting.done()
    await waiting
    await changes.aclose()  # type: ignore[attr-defined]


async def test_what_is_typed_is_kept_and_saved_by_itself(tmp_path: Path) -> None:
    async with open_shop(tmp_path, wrap_up_limit=1, default_disposition="sprzedaż") as shop:
        token = await shop.sign_in()
        form = await shop.talk(token)
        typed = Draft(await shop.disposition("później"), "2026-12-", "miła pa", {"imię": "Ewa"})
        await shop.services.keep_draft(token, form.attempt_id, typed)
        again = PageServices(shop.office.desk)
        await again.start()
        view = await again.view(token)
        assert view.form is not None
        assert view.form.draft == typed
        shop.office.customer_hangs_up(form.attempt_id)
        assert (await shop.form(token)).wrap_up_ends_at is not None
        agent = shop.office.floor.agents[shop.agent_id("1001")]
        await until(lambda: agent.state == "ready")
        (lead,) = (await shop.client.call(leads.FIND, leads.LeadsFind(number=NUMBERS[0]))).leads
        assert (lead.disposition, lead.notes, lead.fields["imię"]) == ("sprzedaż", "miła pa", "Ewa")
        with pytest.raises(RefusedError, match="not open any more"):
            await shop.services.keep_draft(token, form.attempt_id, typed)


async def test_without_autosave_nothing_but_save_keeps(tmp_path: Path) -> None:
    async with open_shop(tmp_path, autosave=False) as shop:
        token = await shop.sign_in()
        form = await shop.talk(token)
        await shop.services.keep_draft(token, form.attempt_id, Draft(notes="gone"))
        assert (await shop.form(token)).draft is None


async def test_a_saved_form_leaves_no_draft(shop: Shop) -> None:
    token = await shop.sign_in()
    form = await shop.talk(token)
    await shop.services.keep_draft(token, form.attempt_id, Draft(notes="typed"))
    await shop.save(token, notes="saved", fields={"imię": "Ewa"})
    assert (await shop.form(token)).saved
    assert (await shop.form(token)).draft is None
    shop.office.customer_hangs_up(form.attempt_id)
    assert (await shop.view(token)).form is None
    assert (await shop.view(token)).today.calls == 1


async def test_hostile_fields_are_saved_unharmed(shop: Shop) -> None:
    token = await shop.sign_in()
    await shop.talk(token)
    hostile = "<script>alert('\"')</script>\u202e\U0001f600" + "ż" * 10_000
    await shop.save(token, notes=hostile, fields={"imię": hostile})
    (lead,) = (await shop.client.call(leads.FIND, leads.LeadsFind(number=NUMBERS[0]))).leads
    assert (lead.notes, lead.fields["imię"]) == (hostile, hostile)


async def test_only_personal_fields_can_be_changed(shop: Shop) -> None:
    token = await shop.sign_in()
    await shop.talk(token)
    with pytest.raises(RefusedError, match="“umowa” cannot be changed"):
        await shop.save(token, fields={"umowa": "1"})


async def test_a_time_outside_the_window_is_warned_of(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        token = await shop.sign_in()
        form = await shop.talk(token)
        await shop.client.call(
            campaigns.SET, campaigns.CampaignSet(name="Wiosna", settings={"calling_window": "mon-sun 9:00-9:15"})
        )
        zone = shop.office.desk.settings.zone
        inside = (now() + timedelta(days=1)).astimezone(zone).replace(hour=9, minute=5)
        assert await shop.services.check_callback(token, form.attempt_id, inside) is None
        warned = await shop.services.check_callback(token, form.attempt_id, inside.replace(hour=12))
        assert warned is not None
        assert str(warned).endswith("does not call at that time, only Mon–Sun 9:00-9:15.")
        assert Words("pl").say(warned).endswith("nie dzwoni o tej porze, tylko pon.–niedz. 9:00-9:15.")
        suggested = (await shop.form(token)).suggested_callback.astimezone(zone)
        assert (suggested.hour, suggested.minute) == (9, 0)
        with pytest.raises(RefusedError, match="in the past"):
            await shop.services.check_callback(token, form.attempt_id, now() - timedelta(minutes=1))


async def test_another_agent_reaches_nothing(shop: Shop) -> None:
    """Ids of others are refused, whatever is asked for."""
    anna, bert = await shop.sign_in(), await shop.sign_in("1002")
    form = await shop.talk(anna)
    sale = await shop.disposition("sprzedaż")
    ask = shop.services
    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: ask.keep_draft(bert, form.attempt_id, Draft(notes="mine now")),
        lambda: ask.check_callback(bert, form.attempt_id, now() + timedelta(days=1)),
        lambda: ask.save(bert, form.attempt_id, disposition_id=sale, callback_at=None, notes="", fields={}),
        lambda: ask.hang_up(bert),
        lambda: ask.hold(bert, True),
        lambda: ask.send_digit(bert, "1"),
        lambda: ask.transfer(bert, "200"),
        lambda: ask.call(bert, 1, shop.campaign_id()),
        lambda: ask.release(bert, 1),
        lambda: ask.save(anna, form.attempt_id + 1, disposition_id=sale, callback_at=None, notes="", fields={}),
        lambda: ask.save(anna, form.attempt_id, disposition_id=999, callback_at=None, notes="", fields={}),
        lambda: ask.take_leads(anna, 999, 5),
        lambda: ask.join(bert, 999),
    ]
    for attempt in attempts:
        with pytest.raises(RefusedError):
            await attempt()
    assert (await shop.view(bert)).form is None
    assert (await shop.form(anna)).draft is None


async def test_hold_keys_and_transfer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_shop(tmp_path) as shop:
        web = shop.office.desk.settings.web.model_copy(
            update={"transfer_extensions": ("200",), "transfer_prefixes": ("+4822", "+49", "+48700")}
        )
        monkeypatch.setitem(shop.office.desk.settings.__dict__, "web", web)
        token = await shop.sign_in()
        form = await shop.talk(token)
        assert form.transfer_targets == ("200",)
        began = asyncio.get_running_loop().time()
        await shop.services.hold(token, True)
        assert (await shop.office.next_command(HoldTalk)).attempt_id == form.attempt_id
        assert (await shop.form(token)).on_hold
        await shop.services.hold(token, False)
        assert asyncio.get_running_loop().time() - began > SETTLES - 0.01, "Asterisk is still moving the legs"
        await shop.office.next_command(JoinLegs)
        await shop.services.send_digit(token, "#")
        assert (await shop.office.next_command(PlayDigit)).digit == "#"
        for target, problem in {
            "201": "neither an extension",
            "600100200": r"may not be transferred to \+48600100200",
            "+33123456789": "may not be transferred",
            "+48700123456": "costs a premium",
            "200&PJSIP/1002": "neither",
        }.items():
            with pytest.raises(RefusedError, match=problem):
                await shop.services.transfer(token, target)
        await shop.services.transfer(token, "22 123 45 67")
        assert (await shop.office.next_command(TransferTalk)).channel == "PJSIP/+48221234567@carrier"
        view = await shop.view(token)
        assert view.state == "wrap_up"
        assert view.form is not None
        assert not view.form.talking


async def test_pauses_are_those_of_the_settings(shop: Shop) -> None:
    token = await shop.sign_in()
    await shop.services.join(token, shop.campaign_id())
    with pytest.raises(RefusedError, match="one of the reasons"):
        await shop.services.pause(token, "page_gone")
    await shop.services.pause(token, "lunch")
    assert (await shop.view(token)).reason == "lunch"
    await shop.services.resume(token)
    assert (await shop.view(token)).state in ("ready", "reserved")


async def test_a_page_gone_for_longer_than_the_grace_pauses(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await shop.sign_in()
    agent = shop.office.floor.agents[shop.agent_id("1001")]
    changes = shop.services.changes(token)
    await anext(changes)
    await shop.services.join(token, shop.campaign_id())
    await changes.aclose()  # type: ignore[attr-defined]
    shop.services._watch.tick()
    assert agent.state == "ready"
    monkeypatch.setattr(shop.services._watch, "_grace", 0.0)
    shop.services._watch.tick()
    assert (agent.state, agent.reason) == ("paused", "page_gone")
    changes = shop.services.changes(token)
    await anext(changes)
    assert agent.state == "ready"
    await changes.aclose()  # type: ignore[attr-defined]


async def test_the_grace_of_a_silent_page_began_when_it_fell_silent(shop: Shop) -> None:
    token = await shop.sign_in()
    agent = shop.office.floor.agents[shop.agent_id("1001")]
    changes = shop.services.changes(token)
    await anext(changes)
    await shop.services.join(token, shop.campaign_id())
    await changes.aclose()  # type: ignore[attr-defined]
    await shop.services.was_silent(token, 5.0)
    shop.services._watch.tick()
    assert agent.state == "ready"
    await shop.services.was_silent(token, 10.0)
    shop.services._watch.tick()
    assert (agent.state, agent.reason) == ("paused", "page_gone")


async def test_a_page_gone_in_a_talk_pauses_after_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shop.office.desk.settings.web.page_grace == 15
    token = await shop.sign_in()
    form = await shop.talk(token)
    changes = shop.services.changes(token)
    await anext(changes)
    await changes.aclose()  # type: ignore[attr-defined]
    monkeypatch.setattr(shop.services._watch, "_grace", 0.0)
    shop.services._watch.tick()
    assert (await shop.form(token)).talking
    shop.office.customer_hangs_up(form.attempt_id)
    await shop.save(token)
    assert ((await shop.view(token)).state, (await shop.view(token)).reason) == ("paused", "page_gone")


async def test_a_page_that_does_not_come_back_after_a_restart_is_gone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await shop.sign_in()
    await shop.services.join(token, shop.campaign_id())
    agent = shop.office.floor.agents[shop.agent_id("1001")]
    again = PageServices(shop.office.desk)
    await again.start()
    assert agent.state == "ready"
    monkeypatch.setattr(again._watch, "_grace", 0.0)
    again._watch.tick()
    assert (agent.state, agent.reason) == ("paused", "page_gone")


async def test_a_form_waits_while_the_store_is_not_written_and_says_so(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal is behind: the store knows nothing of this talk yet, and must not be asked whose it is."""
    monkeypatch.setattr(seat, "_STORED_AFTER", 0.05)
    token = await shop.sign_in()
    engine, writable = shop.office.desk.engine, asyncio.Event()
    apply = engine._apply
    form = await shop.talk(token)

    async def later(commands: Sequence[Command]) -> list[AttemptsClaimed]:
        await writable.wait()
        return await apply(commands)

    monkeypatch.setattr(engine, "_apply", later)
    shop.office.customer_hangs_up(form.attempt_id)
    for refused in (shop.save(token), shop.services.keep_draft(token, form.attempt_id, Draft(notes="szkic"))):
        with pytest.raises(RefusedError, match="store cannot be written now: the form stays open"):
            await refused
    writable.set()
    await engine.flushed()
    await shop.save(token, notes="zapisane")
    assert (await shop.view(token)).form is None


async def test_a_session_that_ended_while_the_store_is_not_written_is_not_open_again_afterwards(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await shop.sign_in()
    database = shop.office.desk.database

    @contextlib.asynccontextmanager
    async def full() -> AsyncIterator[AsyncConnection]:
        raise StoreUnavailableError("The disk is full.")
        yield

    with monkeypatch.context() as patched:
        patched.setattr(database, "write", full)
        shop.services._sessions.end(shop.agent_id("1001"), "revoked")
        with pytest.raises(StoreUnavailableError):
            await shop.services._sessions.flush()
    await shop.services._sessions.flush()
    again = PageServices(shop.office.desk)
    await again.start()
    with pytest.raises(Ended):
        await again.seat(token)
