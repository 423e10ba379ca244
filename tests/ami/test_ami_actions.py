"""Commands become the actions of docs/call-flow.md, and nothing a person typed becomes more than a value."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidialer.ami.actions import Action, actions_for, recording_path
from minidialer.ami.errors import UnsafeValueError
from minidialer.ami.protocol import check_headers
from minidialer.ami.safe_values import caller_shown
from minidialer.domain.campaign import CampaignSettings, HoldAudio
from minidialer.domain.commands import (
    CallCustomer,
    CallPhone,
    CallSpy,
    Command,
    HangUpLeg,
    Hold,
    HoldTalk,
    JoinLegs,
    LetGo,
    PhoneBack,
    PlayDigit,
    Resync,
    SteerSpy,
    TransferTalk,
)
from minidialer.domain.leg import nailed_up_leg, ring_leg
from minidialer.domain.listening import SpyMode
from minidialer.domain.trunk import Trunk

TRUNK = Trunk("main", "PJSIP/{number}@carrier")
SETTINGS = CampaignSettings(
    ring_timeout=25, caller_id="+48221112233", agent_ring_timeout=15, queue_wait=60, hold_audio=HoldAudio("jazz")
)
CALL = CallCustomer(7300000000001, "+48600100200", TRUNK, SETTINGS)
PHONE = CallPhone(12, ring_leg(7300000000001, 12), "1001", 15, auto_answer=False, caller="+48600100200")
INJECTIONS = [
    "x\r\nAction: Hangup",
    "x\nVariable: A=1",
    "x\0y",
    "x,MD_AMD=1",
    'x"y',
    "x;y",
    "x)y",
    "${SHELL(id)}",
    "a&b",
    "a|b",
    "a\\b",
    "a`b",
    "a\u2028b",
]


def action_for(command: Command, *, recording: str = "") -> Action:
    (action,) = actions_for(command, recording=recording)
    return action


def test_customer() -> None:
    assert action_for(CALL, recording="/ignored.wav") == Action(
        "Originate",
        {
            "Channel": "PJSIP/+48600100200@carrier",
            "ChannelId": "7300000000001",
            "Context": "minidialer-customer",
            "Exten": "s",
            "Priority": "1",
            "Timeout": "25000",
            "Async": "true",
            "CallerID": "<+48221112233>",
            "Variable": ("MD_ANSWER_WAIT=22.0", "MD_QUEUE_WAIT=80", "MD_HOLD_MUSIC=jazz"),
        },
        tag="originate/7300000000001",
    )


def test_customer_with_everything() -> None:
    settings = replace(
        SETTINGS,
        caller_id="",
        answer_wait=1.5,
        hold_audio=HoldAudio(music="", announcement="custom/please wait"),
        safe_message="custom/przepraszamy_żółć",
        answering_machine_detection=True,
        recording=True,
    )
    action = action_for(replace(CALL, settings=settings), recording="/srv/rec/2026-11-23/7300000000001.wav")
    assert "CallerID" not in action.headers
    assert action.headers["Variable"] == (
        "MD_ANSWER_WAIT=21.5",
        "MD_QUEUE_WAIT=80",
        "MD_HOLD_ANNOUNCEMENT=custom/please wait",
        "MD_SAFE_MESSAGE=custom/przepraszamy_żółć",
        "MD_AMD=1",
        "MD_RECORDING=/srv/rec/2026-11-23/7300000000001.wav",
    )


def test_recording_path_is_by_day_and_attempt() -> None:
    path = recording_path(PurePosixPath("/srv/rec"), 7300000000001, datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    assert path == "/srv/rec/2026-11-23/7300000000001.wav"


def test_phone() -> None:
    assert action_for(PHONE) == Action(
        "Originate",
        {
            "Channel": "PJSIP/1001",
            "ChannelId": "ring-12-7300000000001",
            "Context": "minidialer-agent",
            "Exten": "s",
            "Priority": "1",
            "Timeout": "15000",
            "Async": "true",
            "CallerID": '"+48600100200" <+48600100200>',
        },
        tag="originate/ring-12-7300000000001",
    )


def test_phone_that_answers_by_itself() -> None:
    action = action_for(replace(PHONE, auto_answer=True, caller="Zima 2026"))
    assert action.headers["CallerID"] == '"Zima 2026" <>'
    assert action.headers["Variable"] == (
        "PJSIP_HEADER(add,Call-Info)=<sip:localhost>;answer-after=0",
        "PJSIP_HEADER(add,Alert-Info)=<http://localhost>;info=alert-autoanswer;delay=0",
    )


def _redirect(context: str, exten: str = "s") -> Action:
    return Action("Redirect", {"Channel": "730", "Context": context, "Exten": exten, "Priority": "1"})


def test_steering() -> None:
    nailed, rung = nailed_up_leg(12, 1), ring_leg(730, 12)
    assert action_for(JoinLegs(730, nailed, nailed_up=True)) == _redirect("minidialer-join", nailed)
    assert action_for(JoinLegs(730, rung, nailed_up=False)) == _redirect("minidialer-join-once", rung)
    assert action_for(Hold(730)) == _redirect("minidialer-hold")
    assert action_for(LetGo(730)) == _redirect("minidialer-abandon")
    assert action_for(HangUpLeg(rung)) == Action("Hangup", {"Channel": rung})
    with pytest.raises(TypeError):
        action_for(Resync())


@pytest.mark.parametrize("value", INJECTIONS)
@pytest.mark.parametrize("setting", ["safe_message", "music", "announcement", "recording"])
def test_injection_by_a_setting_is_refused(setting: str, value: str) -> None:
    settings = SETTINGS
    if setting == "safe_message":
        settings = replace(settings, safe_message=value)
    elif setting != "recording":
        settings = replace(settings, hold_audio=HoldAudio(**{setting: value}))
    settings = replace(settings, recording=setting == "recording")
    with pytest.raises(UnsafeValueError, match="leave out"):
        action_for(replace(CALL, settings=settings), recording=value)


@pytest.mark.parametrize("value", [*INJECTIONS, "", "600100200", "+", "+48 600", "+48600100200;x", "٤٨٦٠٠١٠٠٢٠٠"])
def test_what_is_no_number_is_not_called(value: str) -> None:
    with pytest.raises(UnsafeValueError):
        action_for(replace(CALL, number=value))


@pytest.mark.parametrize("value", [*INJECTIONS, "Jan Nowak", '"x" <600>', "+48<600>"])
def test_what_is_no_caller_id_is_not_shown_to_a_customer(value: str) -> None:
    with pytest.raises(UnsafeValueError):
        action_for(replace(CALL, settings=replace(SETTINGS, caller_id=value)))


@pytest.mark.parametrize("value", [*INJECTIONS, "", "a/b", "1001@evil", "1001 "])
def test_what_is_no_login_is_not_rung(value: str) -> None:
    with pytest.raises(UnsafeValueError):
        action_for(replace(PHONE, login=value))


@pytest.mark.parametrize("dial", ["PJSIP/{number}@a b", 'PJSIP/"{number}', "PJSIP/{number},30", "{number}", ""])
def test_what_is_no_channel_is_not_called(dial: str) -> None:
    with pytest.raises(UnsafeValueError):
        action_for(replace(CALL, trunk=Trunk("bad", dial)))


@pytest.mark.parametrize(
    ("caller", "header"),
    [
        ("+48600100200", '"+48600100200" <+48600100200>'),
        ("600", '"600" <600>'),
        ("Zima", '"Zima" <>'),
        ("Kampania Żółw", '"Kampania Żółw" <>'),
        ('Kampania "Zima", <b>;\r\nAction: x', '"Kampania Zima bAction x" <>'),
        ("a b" * 100, f'"{("a b" * 14)[:40]}" <>'),
        ("", ""),
        ('",;\r\n\0', ""),
    ],
)
def test_caller_shown_to_an_agent(caller: str, header: str) -> None:
    assert caller_shown(caller) == header


@given(st.text())
def test_no_caller_name_becomes_anything_else(text: str) -> None:
    header = caller_shown(text)
    inside = header.removeprefix('"').removesuffix(" <>")
    if header.startswith('"') and header.endswith("<>"):
        assert set(inside.removesuffix('"')).isdisjoint("\"'<>,;\\\r\n\0${}()[]|&`")


@given(st.one_of(st.just(""), st.text()), st.one_of(st.just(""), st.text(max_size=3)))
def test_no_text_adds_a_line_to_an_action(message: str, music: str) -> None:
    settings = replace(SETTINGS, safe_message=message, hold_audio=HoldAudio(music=music))
    try:
        action = action_for(replace(CALL, settings=settings))
        headers = check_headers(action.name, action.headers)
    except UnsafeValueError:
        return
    for value in headers.values():
        for line in value if isinstance(value, list) else [value]:
            assert not {"\r", "\n", "\0"} & set(line)
    names = [line.partition("=")[0] for line in headers["Variable"]]
    assert names == [name for name in names if name.startswith("MD_")]


def test_hold_moves_both_legs_at_once() -> None:
    action = action_for(HoldTalk(730, nailed_up_leg(12, 5)))
    assert (action.headers["Context"], action.headers["ExtraContext"]) == ("minidialer-held", "minidialer-agent-held")
    assert (action.headers["Channel"], action.headers["ExtraChannel"]) == ("730", "nailed-12-5")
    assert action.headers["ExtraExten"] == "again"
    assert action_for(HoldTalk(730, ring_leg(730, 12))).headers["ExtraExten"] == "once"
    assert action_for(PhoneBack("nailed-12-5")).headers["Context"] == "minidialer-agent"


def test_transfer_and_keys() -> None:
    named, moved = actions_for(TransferTalk(730, "PJSIP/200"))
    assert named == Action("Setvar", {"Channel": "730", "Variable": "MD_TRANSFER", "Value": "PJSIP/200"})
    assert moved.headers["Context"] == "minidialer-transfer"
    assert action_for(PlayDigit(730, "#")) == Action("PlayDTMF", {"Channel": "730", "Digit": "#"})


@pytest.mark.parametrize("value", [*INJECTIONS, "PJSIP/a,30,g", "PJSIP/a&PJSIP/b"])
def test_a_transfer_is_to_one_channel(value: str) -> None:
    with pytest.raises(UnsafeValueError):
        actions_for(TransferTalk(730, value))
    with pytest.raises(UnsafeValueError):
        actions_for(PlayDigit(730, value))


SPY = CallSpy(
    7300000000001, "spy-7300000000001-1764000000000", ring_leg(7300000000001, 12), SpyMode.WHISPER, "900", 30, "Anna"
)


def test_a_supervisors_phone_is_called_into_the_mode() -> None:
    (action,) = actions_for(SPY)
    assert action.name == "Originate"
    wanted = {
        "Channel": "PJSIP/900",
        "ChannelId": SPY.leg,
        "Context": "minidialer-spy",
        "Exten": "whisper",
        "Timeout": "30000",
        "Variable": ("MD_SPY=ring-12-7300000000001",),
    }
    assert wanted.items() <= dict(action.headers).items()
    (moved,) = actions_for(SteerSpy(SPY.leg, SpyMode.BARGE))
    assert moved == Action(
        "Redirect", {"Channel": SPY.leg, "Context": "minidialer-spy", "Exten": "barge", "Priority": "1"}
    )


@pytest.mark.parametrize("hostile", [*INJECTIONS, "", "900/1", "900@carrier"])
def test_a_supervisors_extension_is_nothing_but_an_account(hostile: str) -> None:
    with pytest.raises(UnsafeValueError):
        actions_for(replace(SPY, extension=hostile))
