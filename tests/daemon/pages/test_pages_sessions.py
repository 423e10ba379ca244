"""Signing in and out: passwords, one session an agent, what ends one, and what failed log-ins cost."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from minidialer.agent_web.services import Ended
from minidialer.control.models import agents
from minidialer.control.sentences import ControlError
from minidialer.daemon.pages import PageServices
from minidialer.daemon.pages.throttle import MOST, Throttle
from minidialer.domain.sentence import RefusedError
from minidialer.store.schema import agent as agent_table

from .desk_of_pages import PASSWORD, Shop, open_shop


async def test_a_right_password_opens_a_seat(shop: Shop) -> None:
    signed_in = await shop.services.sign_in("1001", PASSWORD, "127.0.0.1")
    assert signed_in.seat.login == "1001"
    assert set(signed_in.seat.tabs) == {"dialer", "connections", "statistics"}
    assert await shop.services.seat(signed_in.token) == signed_in.seat
    assert (await shop.view(signed_in.token)).state == "paused"
    line = (await shop.office.audit_lines())[0]
    assert (line.action, line.subject) == ("agent.sign_in", "1001")


@pytest.mark.parametrize(("login", "password"), [("1001", "wrong"), ("9999", PASSWORD), ("", ""), ("1001", "")])
async def test_what_is_wrong_says_not_what(shop: Shop, login: str, password: str) -> None:
    with pytest.raises(RefusedError, match="The account or the password is wrong"):
        await shop.services.sign_in(login, password, "127.0.0.1")


async def test_only_active_agents_sign_in(shop: Shop) -> None:
    await shop.client.call(agents.SET, agents.AgentSet(login="1001", active=False))
    with pytest.raises(RefusedError, match="not active"):
        await shop.services.sign_in("1001", PASSWORD, "127.0.0.1")
    with pytest.raises(RefusedError, match="is wrong"):
        await shop.services.sign_in("1001", "wrong", "127.0.0.1")


async def test_a_second_log_in_takes_over(shop: Shop) -> None:
    first = await shop.sign_in()
    second = await shop.sign_in()
    with pytest.raises(Ended) as ended:
        await shop.services.seat(first)
    assert ended.value.why == "taken_over"
    assert (await shop.services.seat(second)).login == "1001"


async def test_the_page_that_is_taken_over_hears_of_it(shop: Shop) -> None:
    changes = shop.services.changes(await shop.sign_in())
    await anext(changes)
    waiting = asyncio.ensure_future(anext(changes))  # noqa: TID251  # the test is its owner
    await asyncio.sleep(0)
    await shop.sign_in()
    with pytest.raises(Ended) as ended:
        await asyncio.wait_for(waiting, 10)
    assert ended.value.why == "taken_over"


async def test_signing_out_ends_the_session_and_logs_the_agent_out(shop: Shop) -> None:
    token = await shop.sign_in()
    await shop.services.sign_out(token)
    with pytest.raises(Ended) as ended:
        await shop.services.seat(token)
    assert ended.value.why == "signed_out"
    assert shop.office.floor.agents[shop.agent_id("1001")].state == "logged_out"


async def test_signing_out_in_a_talk_waits_for_the_form(shop: Shop) -> None:
    token = await shop.sign_in()
    form = await shop.talk(token)
    await shop.services.sign_out(token)
    assert (await shop.view(token)).after_call == "log_out"
    shop.office.customer_hangs_up(form.attempt_id)
    await shop.save(token)
    await asyncio.sleep(0)
    with pytest.raises(Ended) as ended:
        await shop.services.seat(token)
    assert ended.value.why == "signed_out"


async def test_a_supervisor_ends_a_session(shop: Shop) -> None:
    token = await shop.sign_in()
    await shop.client.call(agents.LOG_OUT, agents.AgentLogOut(login="1001"))
    with pytest.raises(Ended) as ended:
        await shop.services.seat(token)
    assert ended.value.why == "revoked"


async def test_a_new_password_ends_a_session_and_is_kept_nowhere_in_the_clear(
    shop: Shop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = await shop.sign_in()
    secret = "całkiem inne słowo"
    params = agents.AgentPassword.model_validate({"login": "1001", "password": secret})
    assert secret not in repr(params)
    agent = await shop.client.call(agents.PASSWORD, params)
    assert agent.has_password
    with pytest.raises(Ended):
        await shop.services.seat(token)
    await shop.services.sign_in("1001", secret, "127.0.0.1")
    assert secret not in caplog.text
    kept = b"".join(file.read_bytes() for file in (tmp_path / "data").glob("minidialer.sqlite*"))
    assert secret.encode() not in kept
    assert PASSWORD.encode() not in kept


async def test_a_short_password_is_refused_and_not_repeated(shop: Shop) -> None:
    with pytest.raises(ControlError, match="8 to 200 characters") as refused:
        await shop.client.call(
            agents.PASSWORD, agents.AgentPassword.model_validate({"login": "1001", "password": "kot"})
        )
    assert "kot" not in str(refused.value)


async def test_a_session_outlives_the_daemon_but_not_its_hours(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await shop.sign_in()
    old = await shop.sign_in("1002")
    await shop.sign_in("1002")
    await shop.services._sessions.flush()
    again = PageServices(shop.office.desk)
    await again.start()
    assert (await again.seat(token)).login == "1001"
    with pytest.raises(Ended) as ended:
        await again.seat(old)
    assert ended.value.why == "taken_over"
    with pytest.raises(Ended) as ended:
        await again.seat("made up")
    assert ended.value.why == "unknown"
    clock = again._sessions._clock
    monkeypatch.setattr(again._sessions, "_clock", lambda: clock() + timedelta(hours=17))
    with pytest.raises(Ended) as ended:
        await again.seat(token)
    assert ended.value.why == "expired"


@pytest.fixture
def standing_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's wait is over while a busy machine looks at passwords."""

    def at_the_same_moment(name: str) -> Callable[[Throttle, str, float], object]:
        method = getattr(Throttle, name)
        return lambda throttle, key, _now: method(throttle, key, 1000.0)

    for name in ("failed", "forgive", "wait"):
        monkeypatch.setattr(Throttle, name, at_the_same_moment(name))


@pytest.mark.usefixtures("standing_still")
async def test_failed_log_ins_are_slowed_down_and_noted(shop: Shop) -> None:
    for _ in range(4):
        with pytest.raises(RefusedError, match="is wrong"):
            await shop.services.sign_in("1001", "wrong", "10.0.0.1")
    with pytest.raises(RefusedError, match=r"Too many failed log-ins: try again in 3 s"):
        await shop.services.sign_in("1001", PASSWORD, "10.0.0.2")
    assert (await shop.services.sign_in("1002", PASSWORD, "10.0.0.1")).seat.login == "1002"
    noted = [line for line in await shop.office.audit_lines() if line.action == "agent.sign_in_refused"]
    assert len(noted) == 4
    assert noted[0].after == {"address": "10.0.0.1"}


@pytest.mark.usefixtures("standing_still")
@pytest.mark.parametrize("others", ["10.0.0.1", "2001:db8:0:1::77"])
async def test_failed_log_ins_are_slowed_down_by_address_too(shop: Shop, others: str) -> None:
    """Whoever tries one account after the other; of IPv6 the network counts."""
    address = others.replace("::77", "::1")
    for index in range(21):
        with pytest.raises(RefusedError, match="is wrong"):
            await shop.services.sign_in(f"{index}", "wrong", address)
    with pytest.raises(RefusedError, match="Too many failed log-ins"):
        await shop.services.sign_in("1001", PASSWORD, others)
    assert (await shop.services.sign_in("1001", PASSWORD, "2001:db8:0:2::1")).seat.login == "1001"


async def test_an_agent_without_a_password_cannot_sign_in(shop: Shop) -> None:
    await shop.client.call(agents.PASSWORD, agents.AgentPassword(login="1001", password=None))
    for guess in ("", PASSWORD, "None"):
        with pytest.raises(RefusedError, match="is wrong"):
            await shop.services.sign_in("1001", guess, "127.0.0.1")


async def test_a_page_hears_of_other_tabs_at_once(shop: Shop) -> None:
    changes = shop.services.changes(await shop.sign_in())
    await anext(changes)
    await shop.client.call(agents.SET, agents.AgentSet(login="1001", tabs=["dialer"]))
    await asyncio.wait_for(anext(changes), 10)
    await changes.aclose()  # type: ignore[attr-defined]


async def test_an_agent_made_inactive_is_signed_out(shop: Shop) -> None:
    token = await shop.sign_in()
    await shop.client.call(agents.SET, agents.AgentSet(login="1001", active=False))
    with pytest.raises(Ended) as ended:
        await shop.services.seat(token)
    assert ended.value.why == "revoked"


async def test_a_password_typed_as_the_account_is_not_noted(shop: Shop) -> None:
    with pytest.raises(RefusedError):
        await shop.services.sign_in("moje tajne hasło", "1001", "10.0.0.1")
    assert (await shop.office.audit_lines())[0].subject == ""


def test_waits_grow_and_end() -> None:
    throttle = Throttle(free=3, longest=60)
    waits = []
    for now in range(10):
        throttle.failed("x", now * 1000.0)
        waits.append(throttle.wait("x", now * 1000.0))
    assert waits == [0, 0, 0, 2, 4, 8, 16, 32, 60, 60]
    assert throttle.wait("x", 9000.0 + 59) == 1
    assert throttle.wait("x", 9000.0 + 3601) == 0
    throttle.succeeded("x")
    assert throttle.wait("x", 9000.0) == 0


def test_a_right_password_leaves_its_address_as_it_was() -> None:
    throttle = Throttle(free=3, longest=60)
    for now in (0.0, 1.0, 2.0, 3.0, 4.0):
        throttle.failed("x", now)
    for now in (100.0, 3000.0):
        throttle.failed("x", now)
        throttle.forgive("x", now)
        assert throttle.wait("x", 4.0) == 4
        assert throttle.wait("x", now) == 0
    throttle.failed("x", 3700.0)  # an hour after what really failed
    assert throttle.wait("x", 3700.0) == 0
    throttle.forgive("x", 3700.0)
    assert len(throttle) == 0


def test_of_two_looked_at_at_once_the_wrong_one_stays() -> None:
    throttle = Throttle(free=0, longest=60)
    throttle.failed("x", 10.0)
    throttle.failed("x", 11.0)
    throttle.forgive("x", 10.0)
    assert throttle.wait("x", 11.0) == 2
    throttle.forgive("x", 10.0)  # of a record that was dropped meanwhile
    assert throttle.wait("x", 11.0) == 2


def test_an_account_of_ones_own_does_not_wash_the_address_clean() -> None:
    """An hour of guesses at other accounts, with a right log-in after each."""
    throttle, now, guesses = Throttle(free=20, longest=60), 0.0, 0
    while now < 3600:
        throttle.failed("x", now)
        guesses += 1
        now += max(1.0, throttle.wait("x", now))
        throttle.failed("x", now)
        throttle.forgive("x", now)
        now += max(1.0, throttle.wait("x", now))
    assert 60 < guesses < 20 + 6 + 60


async def test_whose_password_is_right_makes_nobody_wait(tmp_path: Path) -> None:
    """Typos of the early ones, and then everybody signs in behind the same address."""
    async with open_shop(tmp_path) as shop:
        async with shop.office.desk.database.write() as conn:  # as cheap as argon2 can: dozens of them are looked at
            cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
            await conn.execute(sa.update(agent_table).values(password_hash=cheap))
        throttle = shop.services._signing_in._addresses = Throttle(free=20)
        long_ago = asyncio.get_running_loop().time() - 70
        for _ in range(30):
            throttle.failed("10.0.0.1", long_ago)
        everybody = (shop.services.sign_in(login, PASSWORD, "10.0.0.1") for login in ("1001", "1002") * 4)
        for signed_in in await asyncio.gather(*everybody):
            assert signed_in.token
        assert (await shop.services.sign_in("1001", PASSWORD, "10.0.0.1")).token
        with pytest.raises(RefusedError, match="is wrong"):
            await shop.services.sign_in("1002", "wrong", "10.0.0.1")
        with pytest.raises(RefusedError, match=r"try again in (60|5\d) s"):
            await shop.services.sign_in("1001", PASSWORD, "10.0.0.1")


def test_a_flood_of_accounts_takes_no_more_memory() -> None:
    throttle = Throttle(free=0)
    for index in range(MOST + 500):
        throttle.failed(str(index), float(index))
    assert len(throttle) == MOST


@pytest.mark.usefixtures("standing_still")
async def test_many_tries_at_once_gain_nothing(tmp_path: Path) -> None:
    async with open_shop(tmp_path) as shop:
        tries = (shop.services.sign_in("1001", f"guess {index}", "10.0.0.1") for index in range(20))
        answers = await asyncio.gather(*tries, return_exceptions=True)
        slowed = [answer for answer in answers if "Too many" in str(answer)]
        assert len(slowed) == 16


async def test_an_office_behind_one_address_signs_in_at_the_same_moment(tmp_path: Path) -> None:
    """More at once than may fail from one address: none of them has failed."""
    async with open_shop(tmp_path) as shop:
        async with shop.office.desk.database.write() as conn:  # as cheap as argon2 can: dozens of them are looked at
            cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
            await conn.execute(sa.update(agent_table).values(password_hash=cheap))
        everybody = (shop.services.sign_in(login, PASSWORD, "10.0.0.1") for login in ("1001", "1002") * 12)
        for signed_in in await asyncio.gather(*everybody):
            assert signed_in.token
        assert "guessing" not in shop.office.desk.alarms


async def test_who_talks_hears_of_a_change_first_and_the_others_a_few_at_a_time(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of views at once would keep a customer waiting for the join."""
    talking, idle = await shop.sign_in("1001"), await shop.sign_in("1002")
    await shop.talk(talking)
    pages = shop.services._watch
    before = [pages.page(shop.agent_id(login)).version for login in ("1001", "1002")]

    def changes() -> list[int]:
        now = [pages.page(shop.agent_id(login)).version for login in ("1001", "1002")]
        return [after - was for after, was in zip(now, before, strict=True)]

    monkeypatch.setattr("minidialer.daemon.pages.watch._AT_ONCE", 0)
    shop.office.desk.tell_pages()
    shop.office.desk.tell_pages()  # twice the same news
    assert changes() == [2, 0]
    monkeypatch.setattr("minidialer.daemon.pages.watch._AT_ONCE", 25)
    pages.tick()
    pages.tick()
    assert changes() == [2, 1]
    assert (await shop.view(idle)).version > before[1]
