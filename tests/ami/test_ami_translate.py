"""Streams recorded from an Asterisk 22 become the dialer's events, and leave nothing in the translator's tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from minidialer.ami import translate
from minidialer.ami.message import Message, parse_message
from minidialer.ami.reader import MessageReader
from minidialer.ami.resync import Snapshot, read_channels
from minidialer.ami.translate import Translator
from minidialer.domain.events import (
    AttemptRefused,
    Bridged,
    CustomerAnswered,
    CustomerGone,
    CustomerPickedUp,
    CustomerRinging,
    Event,
    LiveLeg,
    MachineDetected,
    PhoneGone,
    PhoneIdle,
)
from minidialer.domain.listening import SpyGone, SpyUp

RECORDED = Path(__file__).parent / "recorded"
GREETING = b"Asterisk Call Manager/11.0.0\r\n"
NAILED = "nailed-12-1764000000000"
RING = "ring-12-7300000000031"

SCENES: dict[str, list[Event]] = {
    "busy": [CustomerGone(7300000000003, 17)],
    "no_answer": [CustomerRinging(7300000000004), CustomerGone(7300000000004, 19)],  # the hang-up before the response
    "invalid": [CustomerGone(7300000000005, 1)],
    "congestion": [CustomerGone(7300000000006, 34)],
    "unknown_trunk": [
        AttemptRefused(
            7300000000020,
            "Asterisk could not call PJSIP/+48600100200@nowhere: the trunk or endpoint is unknown or cannot be used.",
        )
    ],
    "nailed_up": [
        PhoneIdle(12, NAILED),
        CustomerRinging(7300000000030),
        CustomerPickedUp(7300000000030),
        CustomerAnswered(7300000000030),
        Bridged(7300000000030, 12, NAILED),
        CustomerGone(7300000000030, 16),
        PhoneIdle(12, NAILED),
        PhoneGone(12, NAILED, 16, "Normal Clearing"),
    ],
    "ring": [
        CustomerRinging(7300000000031),
        CustomerPickedUp(7300000000031),
        CustomerAnswered(7300000000031),
        PhoneIdle(12, RING),
        Bridged(7300000000031, 12, RING),
        CustomerGone(7300000000031, 16),
        PhoneGone(12, RING, 16, "Normal Clearing"),
    ],
    "phone_not_answered": [PhoneGone(13, "ring-13-7300000000032", 19, "User alerting, no answer")],
    "machine": [
        CustomerRinging(7300000000033),
        CustomerPickedUp(7300000000033),
        MachineDetected(7300000000033),
        CustomerGone(7300000000033, 16),
    ],
    "queued_then_let_go": [
        CustomerRinging(7300000000034),
        CustomerPickedUp(7300000000034),
        CustomerAnswered(7300000000034),
        CustomerGone(7300000000034, 16),
    ],
}


def recorded(scene: str) -> list[Message]:
    """The messages of a recorded scene."""
    return MessageReader().feed(GREETING + (RECORDED / f"{scene}.ami").read_bytes())


def message(name: str, **headers: object) -> Message:
    """An event."""
    parsed = parse_message("\r\n".join([f"Event: {name}", *(f"{k}: {v}" for k, v in headers.items())]).encode())
    assert parsed is not None
    return parsed


def translated(translator: Translator, *messages: Message) -> list[Event]:
    """What the translator makes of them."""
    return [event for item in messages for event in translator.feed(item)]


@pytest.mark.parametrize("scene", SCENES)
def test_recorded_scene(scene: str) -> None:
    translator = Translator()
    assert translated(translator, *recorded(scene)) == SCENES[scene]
    assert len(translator) == 0


def test_every_recording_has_its_scene() -> None:
    assert {path.stem for path in RECORDED.iterdir()} == set(SCENES)


def test_refusal_of_an_originate_is_told_by_its_action_id_where_asterisk_names_no_channel() -> None:
    failure = {"Response": "Failure", "Reason": 0, "Uniqueid": "<null>", "Channel": "PJSIP/1"}
    events = translated(
        Translator(),
        message("OriginateResponse", ActionID="originate/730", **failure),
        message("OriginateResponse", ActionID="originate/ring-12-730", **failure),
        message("OriginateResponse", ActionID="somebody-elses", **failure),
    )
    detail = "Asterisk could not call PJSIP/1: the trunk or endpoint is unknown or cannot be used."
    assert events == [AttemptRefused(730, detail), PhoneGone(12, "ring-12-730", 0, detail)]


def test_failure_of_a_leg_that_had_a_channel_is_left_to_its_hang_up() -> None:
    born = message("Newchannel", Uniqueid=730)
    failed = message("OriginateResponse", Uniqueid=730, Response="Failure", Reason=0)
    hung_up = message("Hangup", Uniqueid=730, Cause=17)
    for order in ([born, failed, hung_up], [born, hung_up, failed]):
        translator = Translator()
        assert translated(translator, *order) == [CustomerGone(730, 17)]
        assert len(translator) == 0


def test_two_customers_or_two_agents_in_a_bridge_are_no_talk() -> None:
    translator = Translator()
    legs = ("730", "731", "ring-1-730")
    born = [message("Newchannel", Uniqueid=leg) for leg in legs]
    entered = [message("BridgeEnter", Uniqueid=leg, BridgeUniqueid="b") for leg in legs[:2]]
    assert translated(translator, *born, *entered) == []
    again = message("BridgeEnter", Uniqueid="731", BridgeUniqueid="b")
    assert translated(translator, again) == []


def test_leaving_a_bridge_and_coming_back_is_a_new_talk() -> None:
    translator = Translator()
    born = [message("Newchannel", Uniqueid=leg) for leg in ("730", "nailed-1-1")]
    enter = [message("BridgeEnter", Uniqueid=leg, BridgeUniqueid="b") for leg in ("nailed-1-1", "730")]
    leave = message("BridgeLeave", Uniqueid="730", BridgeUniqueid="b")
    talk = Bridged(730, 1, "nailed-1-1")
    assert translated(translator, *born, *enter, leave, enter[1]) == [talk, talk]


@pytest.mark.parametrize(
    "headers",
    [
        {"Uniqueid": "1764000000.12"},
        {"Uniqueid": ""},
        {},
        {"Uniqueid": "730\0"},
        {"Uniqueid": "٣٠"},
        {"Uniqueid": "1" * 30},
    ],
)
@pytest.mark.parametrize("name", ["Hangup", "Newchannel", "Newstate", "UserEvent", "BridgeEnter", "OriginateResponse"])
def test_channels_that_are_not_ours_are_passed_over(name: str, headers: dict[str, str]) -> None:
    translator = Translator()
    extra = {"UserEvent": "MinidialerAnswered", "Response": "Failure", "ChannelState": 5, "BridgeUniqueid": "b"}
    assert translated(translator, message(name, **headers, **extra)) == []
    assert len(translator) == 0


def test_a_header_of_a_user_event_cannot_claim_another_channel() -> None:
    forged = parse_message(b"Event: UserEvent\r\nUniqueid: 730\r\nUserEvent: MinidialerAnswered\r\nUniqueid: 999")
    assert forged is not None
    assert Translator().feed(forged) == [CustomerAnswered(730)]


@pytest.mark.parametrize("cause", ["", "x", "-1", "9" * 40, "²"])
def test_a_cause_that_is_no_number_is_none_given(cause: str) -> None:
    assert translated(Translator(), message("Hangup", Uniqueid=730, Cause=cause)) == [CustomerGone(730, 0)]


def test_channels_that_are_never_hung_up_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translate, "MOST_LEGS", 10)
    translator = Translator()
    for number in range(100):
        leg = f"ring-1-{number}"
        translated(
            translator, message("Newchannel", Uniqueid=leg), message("BridgeEnter", Uniqueid=leg, BridgeUniqueid=number)
        )
    assert len(translator) == 20  # ten legs, each in a bridge


def test_channel_list_of_a_talk() -> None:
    items = [item for item in recorded("ring") if item.name == "CoreShowChannel"]
    snapshot = read_channels(items)
    assert sorted(snapshot.legs, key=lambda leg: leg.name) == [
        LiveLeg("7300000000031", "minidialer-join-once", up=True, bridged_with=RING),
        LiveLeg(RING, "minidialer-agent", up=True, bridged_with="7300000000031"),
    ]
    assert [sorted(names) for names in snapshot.bridges.values()] == [["7300000000031", RING]]


def test_channel_list_with_a_monitor_in_the_bridge() -> None:
    def channel(leg: str, state: int = 6, bridge: str = "b") -> Message:
        return message("CoreShowChannel", Uniqueid=leg, ChannelState=state, Context="c", BridgeId=bridge)

    legs = read_channels(
        [channel("730"), channel("731"), channel("ring-1-730"), channel("732", 5, ""), channel("176.1"), message("X")]
    ).legs
    assert [(leg.name, leg.up, leg.bridged_with) for leg in legs] == [
        ("730", True, "ring-1-730"),
        ("731", True, "ring-1-730"),
        ("ring-1-730", True, "730"),
        ("732", False, ""),
    ]


@pytest.mark.parametrize(
    ("context", "application", "listening"),
    [
        ("minidialer-customer", "AMD", True),
        ("minidialer-customer", "Wait", False),
        ("minidialer-hold", "MusicOnHold", False),
    ],
)
def test_a_customer_who_may_be_a_machine_is_told_apart(context: str, application: str, listening: bool) -> None:
    item = message("CoreShowChannel", Uniqueid="730", ChannelState=6, Context=context, Application=application)
    (leg,) = read_channels([item]).legs
    assert leg.listening is listening


def test_adopted_legs_are_known_and_forgotten_at_their_hang_up() -> None:
    translator = Translator()
    snapshot = Snapshot(
        (LiveLeg("730", "c", up=True), LiveLeg("731", "c", up=False), LiveLeg("ring-1-730", "c", up=True)),
        {"b": ("ring-1-730",)},
    )
    translator.adopt(snapshot, gone={"731"})
    assert translated(translator, message("BridgeEnter", Uniqueid="730", BridgeUniqueid="b")) == [
        Bridged(730, 1, "ring-1-730")
    ]
    translated(translator, *(message("Hangup", Uniqueid=leg, Cause=16) for leg in ("730", "ring-1-730")))
    assert len(translator) == 0


SPY = "spy-7300000000001-1764000000000"


def test_of_a_supervisors_leg_only_matters_when_it_listens_and_its_end() -> None:
    told = translated(
        translator := Translator(),
        message("Newchannel", Uniqueid=SPY),
        message("Newstate", Uniqueid=SPY, ChannelState="6"),
        message("UserEvent", Uniqueid=SPY, UserEvent="MinidialerAgentIdle"),
        message("OriginateResponse", Uniqueid=SPY, Response="Success", ActionID=f"originate/{SPY}"),
        message("ChanSpyStart", SpyerUniqueid="1764000000.7", SpyeeUniqueid=SPY),
    )
    assert told == []
    told = translated(
        translator,
        message("ChanSpyStart", SpyerUniqueid=SPY, SpyeeUniqueid="ring-1-730"),
        message("Hangup", Uniqueid=SPY, Cause="16"),
        message("OriginateResponse", Response="Failure", ActionID=f"originate/{SPY}", Reason="0"),
        message("Hangup", Uniqueid="spy-1", Cause="16"),
    )
    assert told == [SpyUp(SPY), SpyGone(SPY), SpyGone(SPY)]
    assert len(translator) == 0


def test_supervisors_legs_in_the_list() -> None:
    found = read_channels([message("CoreShowChannel", Uniqueid=name) for name in (SPY, "730", "1764000.1")])
    assert found.spies == (SPY,)
    assert [leg.name for leg in found.legs] == ["730"]
