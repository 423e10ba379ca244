"""Commands in a few words, as the traces of tests write them. See `trace` for the grammar."""

from collections.abc import Callable
from datetime import datetime

from minidialer.domain.agent import Agent, AgentState
from minidialer.domain.commands import (
    CallCustomer,
    CallPhone,
    CallSpy,
    CancelAttempt,
    Command,
    HangUpLeg,
    Hold,
    HoldTalk,
    JoinLegs,
    LetGo,
    PhoneBack,
    PlayDigit,
    Resync,
    SaveAgent,
    SaveAttempt,
    SaveDefaultForm,
    SteerSpy,
    StopCampaign,
    TransferTalk,
)
from minidialer.domain.lead import LeadChange
from minidialer.domain.leg import parse_leg, spied_attempt


class Wording:
    """Says commands in the names of one scene. An agent is mentioned only when state or reason changed."""

    def __init__(self, names: dict[int, str]) -> None:
        self._names = names
        self._said: dict[int, str] = {}

    def begin(self, agent: Agent) -> None:
        """What is known of the agent before the scene."""
        self._said[agent.id] = self._state(agent)

    def say(self, commands: list[Command], now: datetime) -> list[str]:
        """One phrase a command; commands that only keep what is already known say nothing."""
        return [phrase for command in commands if (phrase := self._phrase(command, now))]

    def _phrase(self, command: Command, now: datetime) -> str:
        match command:
            case SaveAgent(agent):
                return self._agent(agent)
            case SaveAttempt(attempt, change):
                return (
                    ""
                    if attempt.outcome is None or attempt.live
                    else f"c{attempt.id} {attempt.outcome}" + _lead(change, now)
                )
            case _:
                return self._other(command)

    def _other(self, command: Command) -> str:
        phrases: dict[type[Command], Callable[..., str]] = {
            CallCustomer: lambda it: f"call c{it.attempt_id}",
            CallPhone: lambda it: f"{'ring' if it.leg.startswith('ring-') else 'phone'} {self._names[it.agent_id]}",
            JoinLegs: lambda it: f"join{'' if it.nailed_up else ' once'} c{it.attempt_id} {self._leg(it.leg)}",
            Hold: lambda it: f"hold c{it.attempt_id}",
            LetGo: lambda it: f"let go c{it.attempt_id}",
            HangUpLeg: lambda it: f"hang up {self._leg(it.leg)}",
            HoldTalk: lambda it: f"take apart c{it.attempt_id} {self._leg(it.leg)}",
            PhoneBack: lambda it: f"back {self._leg(it.leg)}",
            TransferTalk: lambda it: f"send c{it.attempt_id} to {it.channel}",
            PlayDigit: lambda it: f"press {it.digit} c{it.attempt_id}",
            Resync: lambda _: "resync",
            SaveDefaultForm: lambda it: (
                f"{'save' if it.disposition_id is not None else 'set aside'} c{it.attempt_id}"
                f" for {self._names[it.agent_id]}"
            ),
            CancelAttempt: lambda it: f"cancel c{it.pick.attempt_id}",
            StopCampaign: lambda it: f"stop: {it.reason}",
            CallSpy: lambda it: f"{it.mode} to {self._leg(it.agent_leg)} in c{it.attempt_id} from {it.extension}",
            SteerSpy: lambda it: f"{it.mode} on {self._leg(it.leg)}",
        }
        say = phrases.get(type(command))
        return say(command) if say else ""

    def _agent(self, agent: Agent) -> str:
        said = self._state(agent)
        if self._said.get(agent.id) == said:
            return ""
        self._said[agent.id] = said
        return f"{self._names[agent.id]} {said}"

    @staticmethod
    def _state(agent: Agent) -> str:
        return f"{agent.state}: {agent.reason}" if agent.state is AgentState.PAUSED else agent.state.value

    def _leg(self, name: str) -> str:
        if spied_attempt(name) is not None:
            return f"spy of c{spied_attempt(name)}"
        leg = parse_leg(name)
        assert leg is not None, name
        return f"c{leg.attempt_id}" if leg.agent_id is None else self._names.get(leg.agent_id, name)


def _lead(change: LeadChange | None, now: datetime) -> str:
    if change is None:
        return ""
    due = f" in {(change.due_at - now).total_seconds() / 60:g} min" if change.due_at is not None else ""
    return f", {change.state}{due}" + ("" if change.counts else " uncounted")
