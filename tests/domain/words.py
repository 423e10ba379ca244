"""The lines of a trace that are events for the dialer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from minidialer.domain import events, listening
from minidialer.domain.agent import Agent
from minidialer.domain.calling_window import CallingWindow
from minidialer.domain.campaign import AgentConnection, ComplianceProfile, PacingMode, PrivateLeads, WhenAllBusy
from minidialer.domain.commands import (
    CancelAttempt,
    Claim,
    ClaimLead,
    ClaimPrivate,
    SaveAgent,
    SaveAttempt,
    StopCampaign,
)

STORE_COMMANDS = (Claim, ClaimPrivate, ClaimLead, SaveAttempt, CancelAttempt, SaveAgent, StopCampaign)
_TYPES: dict[str, Callable[[str], object]] = {
    "agent_connection": AgentConnection,
    "when_all_busy": WhenAllBusy,
    "private_leads": PrivateLeads,
    "pacing_mode": PacingMode,
    "compliance_profile": ComplianceProfile,
    "calling_window": CallingWindow.parse,
    "answer_wait": float,
    "answering_machine_detection": lambda text: text == "True",
}


class Stage(Protocol):
    """What the lines need of a scene."""

    now: datetime
    agent_ids: dict[str, int]
    campaign_ids: dict[str, int]

    def agent(self, name: str) -> Agent:
        """The agent of that name, on the floor."""


def setting(key: str, value: object) -> object:
    """A setting's value from its text."""
    return _TYPES.get(key, int)(str(value))


def _agent(build: Callable[..., events.Event]) -> Callable[..., events.Event]:
    return lambda stage, name, *rest: build(stage.agent_ids[name], *rest)


def _join(stage: Stage, name: str, campaign: str | None) -> events.Event:
    return events.Join(stage.agent_ids[name], stage.campaign_ids[campaign or "alpha"])


def _by_hand(stage: Stage, name: str, lead: str, campaign: str | None) -> events.Event:
    return events.CallByHand(stage.agent_ids[name], stage.campaign_ids[campaign or "alpha"], int(lead))


def _transfer(stage: Stage, name: str, target: str) -> events.Event:
    return events.Transfer(stage.agent_ids[name], f"PJSIP/{target}", target)


def _spy(stage: Stage, name: str, mode: str, extension: str) -> events.Event:
    return listening.Spy(stage.agent_ids[name], listening.SpyMode(mode), extension)


def _idle(stage: Stage, name: str, leg: str | None) -> events.Event:
    return events.PhoneIdle(stage.agent_ids[name], leg or stage.agent(name).phone.leg)


def _gone(stage: Stage, name: str, leg: str | None) -> events.Event:
    return events.PhoneGone(stage.agent_ids[name], leg or stage.agent(name).phone.leg, 16)


def _meets(stage: Stage, attempt: str, name: str, leg: str | None) -> events.Event:
    return events.Bridged(int(attempt), stage.agent_ids[name], leg or stage.agent(name).phone.leg)


def _deactivate(stage: Stage, name: str) -> events.Event:
    return events.AgentStored(replace(stage.agent(name), active=False))


def _block(stage: Stage, name: str) -> events.Event:
    return events.AgentStored(replace(stage.agent(name), blocked_lists=frozenset({1})))


def _customer(build: Callable[..., events.Event], *rest: object) -> Callable[..., events.Event]:
    return lambda _, attempt, *more: build(int(attempt), *rest, *(int(value) for value in more))


def _link_up(stage: Stage, legs: str | None) -> events.Event:
    if legs == "early":  # a list asked for before the last second's Originates
        return events.LinkUp((), stage.now - timedelta(seconds=1))
    tokens = (legs or "").split()
    found = [leg for token in tokens if not token.startswith("spy-") for leg in _legs(stage, token)]
    return events.LinkUp(tuple(found), stage.now, tuple(token for token in tokens if token.startswith("spy-")))


def _legs(stage: Stage, token: str) -> list[events.LiveLeg]:
    if "~" in token:
        customer, name = token[1:].split("~")
        leg = stage.agent(name).phone.leg if name in stage.agent_ids else name
        return [
            events.LiveLeg(customer, "minidialer-join", up=True, bridged_with=leg),
            events.LiveLeg(leg, "minidialer-agent", up=True, bridged_with=customer),
        ]
    who, _, how = token.partition(":")
    if who in stage.agent_ids or not who[1:].isdigit():
        leg = stage.agent(who).phone.leg if who in stage.agent_ids else who
        context = "minidialer-agent-held" if how == "held" else "minidialer-agent"
        return [events.LiveLeg(leg, context, up=how != "ringing")]
    context = {"hold": "minidialer-hold", "held": "minidialer-held"}.get(how, "minidialer-customer")
    return [events.LiveLeg(who[1:], context, up=how != "ringing", listening=how == "listening")]


EVENTS: tuple[tuple[str, Callable[..., Any]], ...] = (
    (r"tick", lambda _: events.Tick()),
    (r"drain", lambda _: events.Drain()),
    (r"link down", lambda _: events.LinkDown()),
    (r"link up(?: (.+))?", _link_up),
    (r"leads changed", lambda _: events.LeadsChanged(1)),
    (r"remove (\w+)", lambda stage, name: events.CampaignRemoved(stage.campaign_ids[name])),
    (r"deactivate (\w+)", _deactivate),
    (r"block (\w+)", _block),
    (r"c(\d+) rings", _customer(events.CustomerRinging)),
    (r"c(\d+) picks up", _customer(events.CustomerPickedUp)),
    (r"c(\d+) answers", _customer(events.CustomerAnswered)),
    (r"c(\d+) is a machine", _customer(events.MachineDetected)),
    (r"c(\d+) gone (\d+)", _customer(events.CustomerGone)),
    (r"c(\d+) refused", _customer(events.AttemptRefused, "no such endpoint")),
    (r"c(\d+) meets (\w+)(?: on (\S+))?", _meets),
    (r"(\w+) logs in", _agent(events.LogIn)),
    (r"(\w+) logs out", _agent(events.LogOut)),
    (r"(\w+) joins(?: (\w+))?", _join),
    (r"(\w+) leaves", _agent(events.Leave)),
    (r"(\w+) pauses (\w+)", _agent(events.Pause)),
    (r"(\w+) is paused now for (\w+)", lambda stage, name, why: events.Pause(stage.agent_ids[name], why, force=True)),
    (r"(\w+) is logged out now", lambda stage, name: events.LogOut(stage.agent_ids[name], force=True)),
    (r"(\w+) (listen|whisper|barge) from (\w+)", _spy),
    (r"listener up on (\S+)", lambda _, leg: listening.SpyUp(leg)),
    (r"listener gone on (\S+)", lambda _, leg: listening.SpyGone(leg)),
    (r"(\w+) resumes", _agent(events.Resume)),
    (r"(\w+) hangs up", _agent(events.HangUp)),
    (r"(\w+) holds", lambda stage, name: events.SetHold(stage.agent_ids[name], True)),
    (r"(\w+) talks on", lambda stage, name: events.SetHold(stage.agent_ids[name], False)),
    (r"(\w+) sends the customer to (\+?\w+)", _transfer),
    (r"(\w+) presses (\S+)", _agent(events.SendDigit)),
    (r"(\w+) calls (\d+)(?: for (\w+))?", _by_hand),
    (r"(\w+) page gone", _agent(events.PageGone)),
    (r"(\w+) page back", _agent(events.PageBack)),
    (r"(\w+) phone idle(?: on (\S+))?", _idle),
    (r"(\w+) phone gone(?: on (\S+))?", _gone),
)
