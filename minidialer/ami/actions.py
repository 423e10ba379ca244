"""The dialer's commands as AMI actions (docs/call-flow.md). Channels are named by their Uniqueid, which is the leg."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath

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
    SteerSpy,
    TransferTalk,
)
from minidialer.domain.leg import customer_leg, is_ring_leg

from . import safe_values
from .protocol import Headers

SAFETY_MARGIN = 5
"""Seconds the dialplan's own limits lie beyond the daemon's: they end a wait only when the daemon is gone."""

ORIGINATE_TAG = "originate/"
"""Before the leg, the ActionID of its Originate: names the leg where an old Asterisk leaves out the Uniqueid."""

_AUTO_ANSWER = (
    # Each kind of desk phone knows one of the two.
    "PJSIP_HEADER(add,Call-Info)=<sip:localhost>;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)=<http://localhost>;info=alert-autoanswer;delay=0",
)


@dataclass(frozen=True, slots=True)
class Action:
    """One AMI action. `tag`, when set, is its ActionID."""

    name: str
    headers: Headers = field(default_factory=dict)
    tag: str = ""


def actions_for(command: Command, *, recording: str = "") -> tuple[Action, ...]:
    """The actions that do what a command for Asterisk asks, in this order.

    `recording`: absolute path for the talk's recording, empty for none. Raises UnsafeValueError when a value could be
    read as something else than itself, TypeError for a command that is not for Asterisk.
    """
    match command:
        case CallCustomer():
            return (_call_customer(command, recording),)
        case CallPhone():
            return (_call_phone(command),)
        case CallSpy():
            return (_call_spy(command),)
        case HangUpLeg(leg):
            return (Action("Hangup", {"Channel": leg}),)
        case TransferTalk(attempt_id, channel):
            return _transfer(customer_leg(attempt_id), channel)
        case PlayDigit(attempt_id, digit):
            return (Action("PlayDTMF", {"Channel": customer_leg(attempt_id), "Digit": safe_values.digit(digit)}),)
        case _:
            return (_steer(command),)


def _steer(command: Command) -> Action:
    """Commands that send a leg to another place of the dialplan."""
    match command:
        case JoinLegs(attempt_id, leg, nailed_up):
            return _redirect(customer_leg(attempt_id), "minidialer-join" if nailed_up else "minidialer-join-once", leg)
        case HoldTalk(attempt_id, leg):
            return _take_apart(customer_leg(attempt_id), leg)
        case SteerSpy(leg, mode):
            return _redirect(leg, "minidialer-spy", mode.value)
        case PhoneBack(leg):
            return _redirect(leg, "minidialer-agent")
        case Hold(attempt_id):
            return _redirect(customer_leg(attempt_id), "minidialer-hold")
        case LetGo(attempt_id):
            return _redirect(customer_leg(attempt_id), "minidialer-abandon")
        case _:
            raise TypeError(f"{type(command).__name__} is no command for Asterisk")


def recording_path(folder: PurePath, attempt_id: int, now: datetime) -> str:
    """Where the recording of an attempt goes: a folder for each day (UTC), a file for each attempt."""
    return str(folder / f"{now:%Y-%m-%d}" / f"{attempt_id}.wav")


def _call_customer(command: CallCustomer, recording: str) -> Action:
    settings = command.settings
    until_agent = settings.agent_ring_timeout + SAFETY_MARGIN
    variables = safe_values.variables(
        {
            "MD_ANSWER_WAIT": f"{settings.answer_wait + until_agent:.1f}",
            "MD_QUEUE_WAIT": str(settings.queue_wait + until_agent),
            "MD_HOLD_MUSIC": settings.hold_audio.music,
            "MD_HOLD_ANNOUNCEMENT": settings.hold_audio.announcement,
            "MD_SAFE_MESSAGE": settings.safe_message,
            "MD_AMD": "1" if settings.answering_machine_detection else "",
            "MD_RECORDING": recording if settings.recording else "",
        }
    )
    return _originate(
        customer_leg(command.attempt_id),
        channel=command.trunk.channel(safe_values.number(command.number)),
        context="minidialer-customer",
        ring_timeout=settings.ring_timeout,
        caller_id=safe_values.caller_number(settings.caller_id),
        variables=variables,
    )


def _call_phone(command: CallPhone) -> Action:
    return _originate(
        command.leg,
        channel=f"PJSIP/{safe_values.login(command.login)}",
        context="minidialer-agent",
        ring_timeout=command.ring_timeout,
        caller_id=safe_values.caller_shown(command.caller),
        variables=_AUTO_ANSWER if command.auto_answer else (),
    )


def _call_spy(command: CallSpy) -> Action:
    return _originate(
        command.leg,
        channel=f"PJSIP/{safe_values.login(command.extension)}",
        context="minidialer-spy",
        exten=command.mode.value,
        ring_timeout=command.ring_timeout,
        caller_id=safe_values.caller_shown(command.caller),
        variables=safe_values.variables({"MD_SPY": command.agent_leg}),
    )


def _originate(
    leg: str,
    *,
    channel: str,
    context: str,
    exten: str = "s",
    ring_timeout: int,
    caller_id: str,
    variables: tuple[str, ...],
) -> Action:
    headers: dict[str, str | tuple[str, ...]] = {
        "Channel": safe_values.channel(channel),
        "ChannelId": leg,
        "Context": context,
        "Exten": exten,
        "Priority": "1",
        "Timeout": str(ring_timeout * 1000),
        "Async": "true",
    }
    if caller_id:
        headers["CallerID"] = caller_id
    if variables:
        headers["Variable"] = variables
    return Action("Originate", headers, tag=ORIGINATE_TAG + leg)


def _redirect(leg: str, context: str, exten: str = "s") -> Action:
    return Action("Redirect", {"Channel": leg, "Context": context, "Exten": exten, "Priority": "1"})


def _take_apart(customer: str, agent: str) -> Action:
    """Both legs at once: whichever left the bridge alone would end the other, or send it back to wait."""
    headers = {
        "Channel": customer,
        "Context": "minidialer-held",
        "Exten": "s",
        "Priority": "1",
        "ExtraChannel": agent,
        "ExtraContext": "minidialer-agent-held",
        "ExtraExten": "once" if is_ring_leg(agent) else "again",
        "ExtraPriority": "1",
    }
    return Action("Redirect", headers)


def _transfer(leg: str, channel: str) -> tuple[Action, ...]:
    headers = {"Channel": leg, "Variable": "MD_TRANSFER", "Value": safe_values.channel(channel)}
    return Action("Setvar", headers), _redirect(leg, "minidialer-transfer")
