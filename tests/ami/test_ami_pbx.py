"""The gateway and the checks on a real Asterisk, with the files a production PBX includes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from minidialer.ami import checks
from minidialer.ami.checks import Endpoint
from minidialer.ami.gateway import Gateway
from minidialer.ami.session import LoginRefusedError
from minidialer.ami.settings import AmiSettings
from minidialer.domain.campaign import CampaignSettings
from minidialer.domain.commands import (
    CallCustomer,
    CallPhone,
    HangUpLeg,
    HoldTalk,
    JoinLegs,
    LetGo,
    PhoneBack,
    PlayDigit,
    Resync,
    TransferTalk,
)
from minidialer.domain.events import (
    AttemptRefused,
    Bridged,
    CustomerAnswered,
    CustomerGone,
    CustomerPickedUp,
    CustomerRinging,
    Fate,
    LinkDown,
    LiveLeg,
    PhoneGone,
    PhoneIdle,
)
from minidialer.domain.leg import nailed_up_leg, ring_leg
from minidialer.domain.outcome import Outcome
from minidialer.domain.trunk import Trunk
from minidialer.lab import Behaviour, Lab

from .happened import LIMIT, Happened
from .linked import now

pytestmark = [pytest.mark.pbx, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = CampaignSettings(ring_timeout=20, caller_id="+48221112233")
IMPATIENT = replace(SETTINGS, ring_timeout=1)  # for who never answers


def access(lab: Lab) -> AmiSettings:
    """How to log in."""
    manager = lab.pbx.manager
    return AmiSettings(manager.user, manager.secret, manager.host, manager.port, reconnect_min=0.1)


class Line(Happened):
    """A gateway on the lab's PBX and what it told."""

    def __init__(self, lab: Lab) -> None:
        super().__init__()
        self.believed: tuple[int, ...] = ()
        self.gateway = Gateway(
            access(lab), self.take, Path(lab.home, "recordings"), now=now, believed=lambda: self.believed
        )


@asynccontextmanager
async def line_of(lab: Lab) -> AsyncIterator[Line]:
    """A line that is up; afterwards no channel is left."""
    line = Line(lab)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(line.gateway.run())
        try:
            await line.until(lambda: bool(line.link_ups()))
            yield line
        finally:
            task.cancel()
            await lab.pbx.rx("channel request hangup all")
            await lab.pbx.wait_for("core show channels count", "0 active channels")


def call(
    attempt_id: int, number: str, endpoint: str = "carrier", settings: CampaignSettings = SETTINGS
) -> CallCustomer:
    """A customer to call."""
    return CallCustomer(attempt_id, number, Trunk("trunk", f"PJSIP/{{number}}@{endpoint}"), settings)


async def test_every_way_a_call_can_fail(lab: Lab) -> None:
    causes = {Behaviour.BUSY: 17, Behaviour.NO_ANSWER: 19, Behaviour.INVALID: 1, Behaviour.CONGESTION: 34}
    async with line_of(lab) as line:
        gone = []
        for place, (behaviour, cause) in enumerate(causes.items()):
            number = f"+4860010030{place}"
            await lab.carrier.force(number, behaviour, ring=0.2)
            settings = IMPATIENT if behaviour is Behaviour.NO_ANSWER else SETTINGS
            line.gateway.execute(call(7400000000001 + place, number, settings=settings))
            gone.append(CustomerGone(7400000000001 + place, cause))
        line.gateway.execute(call(7400000000010, "+48600100200", "nowhere"))
        refused = AttemptRefused(
            7400000000010,
            "Asterisk could not call PJSIP/+48600100200@nowhere: the trunk or endpoint is unknown or cannot be used.",
        )
        await line.until_all(*gone, refused)
        await lab.pbx.wait_for("core show channels count", "0 active channels")
        await asyncio.sleep(0.1)
        ends = [event for event in line.events if isinstance(event, CustomerGone | AttemptRefused)]
        assert len(ends) == len(causes) + 1  # each ended once
        assert len(line.gateway._translator) == 0


@pytest.mark.parametrize("nailed_up", [True, False])
async def test_a_talk_from_call_to_hang_up(lab: Lab, nailed_up: bool) -> None:
    attempt = 7400000000100 + nailed_up
    leg = nailed_up_leg(12, 1764000000000) if nailed_up else ring_leg(attempt, 12)
    async with line_of(lab) as line:
        line.gateway.execute(CallPhone(12, leg, lab.pbx.phones[0], 10, auto_answer=True, caller='Zima "2026", żółw'))
        line.gateway.execute(call(attempt, "+48600100201"))
        await line.until_all(
            CustomerRinging(attempt), CustomerPickedUp(attempt), CustomerAnswered(attempt), PhoneIdle(12, leg)
        )
        line.gateway.execute(JoinLegs(attempt, leg, nailed_up=nailed_up))
        await line.until_all(Bridged(attempt, 12, leg))
        line.gateway.execute(Resync())
        await line.until(lambda: len(line.link_ups()) == 2)
        context = "minidialer-join" if nailed_up else "minidialer-join-once"
        assert set(line.link_ups()[1].legs) == {
            LiveLeg(str(attempt), context, up=True, bridged_with=leg),
            LiveLeg(leg, "minidialer-agent", up=True, bridged_with=str(attempt)),
        }
        line.gateway.execute(HangUpLeg(str(attempt)))
        await line.until_all(CustomerGone(attempt, 16))
        assert await _fates(line, attempt) == (Fate(attempt, Outcome.ANSWERED, leg),)
        if nailed_up:
            await line.until(lambda: line.events.count(PhoneIdle(12, leg)) == 2)
            line.gateway.execute(HangUpLeg(leg))
        await line.until(lambda: any(isinstance(event, PhoneGone) for event in line.events))
        assert len(line.gateway._translator) == 0


async def test_asterisk_remembers_whom_nobody_took_and_nothing_of_those_who_did_not_answer(lab: Lab) -> None:
    waited, busy = 7400000000102, 7400000000103
    async with line_of(lab) as line:
        await lab.carrier.force("+48600100202", Behaviour.BUSY, ring=0.2)
        line.gateway.execute(call(waited, "+48600100201"))
        line.gateway.execute(call(busy, "+48600100202"))
        await line.until_all(CustomerAnswered(waited))
        line.gateway.execute(LetGo(waited))
        await line.until_all(CustomerGone(waited, 16), CustomerGone(busy, 17))
        assert await _fates(line, waited, busy) == (Fate(waited, Outcome.ABANDONED),)


async def _fates(line: Line, *believed: int) -> tuple[Fate, ...]:
    """What a resync finds out about attempts that are believed to be live."""
    line.believed = believed
    before = len(line.link_ups())
    line.gateway.execute(Resync())
    await line.until(lambda: len(line.link_ups()) > before)
    return line.link_ups()[-1].fates


async def _hold(line: Line, attempt: int, leg: str) -> None:
    """Hold the talk, and wait until Asterisk has both where they belong; an event tells of neither."""
    held = {
        LiveLeg(str(attempt), "minidialer-held", up=True),
        LiveLeg(leg, "minidialer-agent-held", up=True),
    }
    line.gateway.execute(HoldTalk(attempt, leg))
    async with asyncio.timeout(LIMIT):
        while True:
            await asyncio.sleep(0.1)
            await _fates(line)
            if set(line.link_ups()[-1].legs) == held:
                return


@pytest.mark.parametrize("nailed_up", [True, False])
async def test_hold_talk_on_keys_and_a_hang_up_on_hold(lab: Lab, nailed_up: bool) -> None:
    attempt = 7400000000110 + nailed_up
    leg = nailed_up_leg(15, 1764000000100) if nailed_up else ring_leg(attempt, 15)
    async with line_of(lab) as line:
        line.gateway.execute(CallPhone(15, leg, lab.pbx.phones[0], 10, auto_answer=True, caller="Zima"))
        line.gateway.execute(call(attempt, "+48600100201"))
        await line.until_all(CustomerAnswered(attempt), PhoneIdle(15, leg))
        for talk in (1, 2, 3):
            line.gateway.execute(JoinLegs(attempt, leg, nailed_up=nailed_up))
            await line.until(lambda talk=talk: line.events.count(Bridged(attempt, 15, leg)) == talk)  # type: ignore[misc]
            line.gateway.execute(PlayDigit(attempt, "5"))
            await _hold(line, attempt, leg)
        line.gateway.execute(HangUpLeg(str(attempt)))
        await line.until_all(CustomerGone(attempt, 16))
        assert line.events.count(PhoneIdle(15, leg)) == 1
        if nailed_up:
            line.gateway.execute(PhoneBack(leg))
            await line.until(lambda: line.events.count(PhoneIdle(15, leg)) == 2)
        line.gateway.execute(HangUpLeg(leg))
        await line.until(lambda: any(isinstance(event, PhoneGone) for event in line.events))


@pytest.mark.parametrize(("nailed_up", "held"), [(True, False), (False, False), (True, True)])
async def test_a_transfer_reaches_another_phone(lab: Lab, nailed_up: bool, held: bool) -> None:
    attempt = 7400000000120 + nailed_up + 2 * held
    leg = nailed_up_leg(16, 1764000000200) if nailed_up else ring_leg(attempt, 16)
    other = lab.pbx.phones[1]
    async with line_of(lab) as line:
        line.gateway.execute(CallPhone(16, leg, lab.pbx.phones[0], 10, auto_answer=True, caller="Zima"))
        line.gateway.execute(call(attempt, "+48600100201"))
        await line.until_all(CustomerAnswered(attempt), PhoneIdle(16, leg))
        line.gateway.execute(JoinLegs(attempt, leg, nailed_up=nailed_up))
        await line.until_all(Bridged(attempt, 16, leg))
        if held:
            await _hold(line, attempt, leg)
        line.gateway.execute(TransferTalk(attempt, f"PJSIP/{other}"))
        await lab.pbx.wait_for("core show channels concise", f"PJSIP/{other}")
        if nailed_up and not held:
            await line.until(lambda: line.events.count(PhoneIdle(16, leg)) == 2)
        elif not nailed_up:
            await line.until(lambda: any(isinstance(event, PhoneGone) for event in line.events))
        await lab.pbx.wait_for("core show channels concise", "!Dial!")
        assert CustomerGone(attempt, 16) not in line.events


async def test_phone_that_nobody_picks_up_and_phone_that_is_unknown(lab: Lab) -> None:
    phone = lab.pbx.phones[1]
    await lab.carrier.phone_rings_on(phone)
    async with line_of(lab) as line:
        line.gateway.execute(CallPhone(13, "ring-13-740", phone, 1, auto_answer=False, caller="+48600100200"))
        line.gateway.execute(CallPhone(14, "ring-14-740", "9999", 1, auto_answer=False, caller="+48600100200"))
        await line.until_all(PhoneGone(13, "ring-13-740", 19, "User alerting, no answer"))
        await line.until(lambda: any(isinstance(event, PhoneGone) and event.agent_id == 14 for event in line.events))
    await lab.carrier.reset_phones()


async def test_asterisk_killed_in_a_talk_and_back_is_a_link_down_and_an_empty_list(lab: Lab) -> None:
    async with line_of(lab) as line:
        line.gateway.execute(call(7400000000300, "+48600100203"))
        await line.until_all(CustomerAnswered(7400000000300))
        await lab.pbx.kill()
        await line.until_all(LinkDown())
        assert not line.gateway.state.connected
        line.gateway.execute(call(7400000000301, "+48600100204"))  # not sent, now or later
        await lab.pbx.boot()
        await line.until(lambda: len(line.link_ups()) == 2)
        assert line.link_ups()[1].legs == ()
        assert line.events[-2:] == [LinkDown(), line.link_ups()[1]]
        assert line.events.count(LinkDown()) == 1
        await lab.pbx.wait_for_endpoints()


async def test_checks(lab: Lab) -> None:
    phone = lab.pbx.phones[0]
    async with checks.one_session(access(lab)) as session:
        assert await checks.asterisk_version(session) != ""
        assert await checks.missing_actions(session) == ()
        assert await checks.missing_entrances(session) == ()
        assert await checks.agents_endpoints(session, [phone, "9999"]) == {
            phone: Endpoint.REACHABLE,
            "9999": Endpoint.UNKNOWN,
        }
        assert await checks.endpoint(session, "PJSIP/carrier") == Endpoint.REACHABLE
        assert await checks.music_classes(session) is None  # our user may not ask


async def test_wrong_secret(lab: Lab) -> None:
    with pytest.raises(LoginRefusedError, match="refused the AMI user minidialer"):
        async with checks.one_session(replace(access(lab), secret="wrong")):
            pass


@pytest.mark.parametrize(
    ("dial", "device"),
    [
        ("PJSIP/{number}@carrier", "PJSIP/carrier"),
        ("PJSIP/carrier/sip:{number}@10.0.0.1", "PJSIP/carrier"),
        ("PJSIP/carrier", "PJSIP/carrier"),
        ("Local/{number}@out", None),
        ("DAHDI/g0/{digits}", None),
    ],
)
async def test_device_of_a_trunk(dial: str, device: str | None) -> None:
    assert checks.trunk_device(dial) == device
