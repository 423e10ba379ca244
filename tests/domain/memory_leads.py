"""An in-memory store by the rules of the domain: leads, attempts and agents, as the dialer's store commands leave them.

It is strict where the real store is lenient: what the dialer must never ask for raises AssertionError.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from minidialer.domain.agent import Agent
from minidialer.domain.attempt import Attempt
from minidialer.domain.campaign import CampaignSettings
from minidialer.domain.commands import (
    CancelAttempt,
    Claim,
    ClaimLead,
    ClaimPrivate,
    Command,
    SaveAgent,
    SaveAttempt,
    StopCampaign,
)
from minidialer.domain.disposition import Disposition, check_callback, lead_after
from minidialer.domain.events import AttemptsClaimed, Pick
from minidialer.domain.lead import Lead, LeadChange, LeadState
from minidialer.domain.selection import is_due, rank


@dataclass(slots=True)
class Row:
    """An attempt and what became of it. `settled`: what it does to its lead is stored."""

    attempt: Attempt
    settled: bool = False
    saved: bool = False


class MemoryLeads:
    """Leads by id, attempts by id, and the agents as last saved."""

    def __init__(self, leads: Iterable[Lead] = (), *, first_attempt_id: int = 1) -> None:
        self.leads = {lead.id: lead for lead in leads}
        self.attempts: dict[int, Row] = {}
        self.agents: dict[int, Agent] = {}
        self.stopped: dict[int, str] = {}  # campaigns that stopped themselves, with the reason
        self._next_attempt_id = first_attempt_id

    # -- the dialer's commands -----------------------------------------------------------------------------------

    def apply(self, commands: Sequence[Command]) -> list[AttemptsClaimed]:
        """Do the store commands in order, as one transaction would; returns the answers to the claims."""
        answers = []
        for command in commands:
            match command:
                case Claim() | ClaimPrivate():
                    answers.append(AttemptsClaimed(command.claim_id, self._claim(command)))
                case ClaimLead():
                    answers.append(AttemptsClaimed(command.claim_id, self._claim_lead(command)))
                case SaveAttempt(attempt, change):
                    self._save_attempt(attempt, change)
                case CancelAttempt(pick):
                    self._cancel(pick)
                case SaveAgent(agent):
                    self.agents[agent.id] = agent
                case StopCampaign(campaign_id, reason, _now):
                    self.stopped[campaign_id] = reason
                case _:
                    raise AssertionError(f"{command} is no command for the store")
        return answers

    def _claim(self, command: Claim | ClaimPrivate) -> tuple[Pick, ...]:
        if isinstance(command, Claim):
            leads = self.due(command, None, command.count)
        else:
            leads = [lead for owner_id in command.owner_ids for lead in self.due(command, owner_id, 1)]
        return tuple(self._pick(command, lead) for lead in leads)

    def _claim_lead(self, command: ClaimLead) -> tuple[Pick, ...]:
        lead = self.leads[command.lead_id]
        numbers = {row.attempt.number for row in self.attempts.values() if row.attempt.live}
        free = lead.state in (LeadState.FRESH, LeadState.RETRY, LeadState.CALLBACK) and not lead.do_not_call
        mine = lead.list_id == command.list_id and lead.owner_id in (None, command.agent_id)
        if not free or not mine or lead.number in numbers:
            return ()
        return (replace(self._pick(command, lead), owner_id=command.agent_id),)

    def due(self, command: Claim | ClaimPrivate, owner_id: int | None, count: int) -> list[Lead]:
        """Up to `count` leads of this owner to be called now, in selection order; no number that is being called."""
        numbers = {row.attempt.number for row in self.attempts.values() if row.attempt.live}
        candidates = (
            lead
            for lead in self.leads.values()
            if lead.list_id == command.list_id
            and lead.owner_id == owner_id
            and lead.number not in numbers
            and is_due(lead, command.max_retries, command.now)
        )
        return heapq.nsmallest(count, candidates, key=rank)

    def _pick(self, command: Claim | ClaimPrivate | ClaimLead, lead: Lead) -> Pick:
        attempt = Attempt(
            id=self._next_attempt_id,
            campaign_id=command.campaign_id,
            lead_id=lead.id,
            number=lead.number,
            owner_id=command.agent_id if isinstance(command, ClaimLead) else lead.owner_id,
            claimed_at=command.now,
            state_since=command.now,
            by_hand=isinstance(command, ClaimLead),
        )
        self._next_attempt_id += 1
        self.attempts[attempt.id] = Row(attempt)
        self.leads[lead.id] = replace(lead, state=LeadState.LIVE)
        return Pick(attempt.id, lead.id, lead.number, lead.state, lead.due_at, lead.owner_id, lead.attempts)

    def _save_attempt(self, attempt: Attempt, change: LeadChange | None) -> None:
        row = self.attempts[attempt.id]
        assert row.attempt.live, f"attempt {attempt.id} has ended and is saved again"
        assert attempt.live == (attempt.outcome is None or attempt.ended_at is None)
        row.attempt = attempt
        if change is not None:
            assert not attempt.live, f"attempt {attempt.id} changes its lead before its end"
            assert not row.settled, f"attempt {attempt.id} changes its lead twice"
            row.settled = True
            self._change(attempt.lead_id, change)

    def _cancel(self, pick: Pick) -> None:
        row = self.attempts.pop(pick.attempt_id)
        assert row.attempt.dialled_at is None, f"attempt {pick.attempt_id} went out and is cancelled"
        lead = self.leads[pick.lead_id]
        self.leads[pick.lead_id] = replace(lead, state=pick.lead_state, due_at=pick.due_at)

    def _change(self, lead_id: int, change: LeadChange) -> None:
        lead = self.leads[lead_id]
        attempts = 0 if change.resets else lead.attempts + (1 if change.counts else 0)
        self.leads[lead_id] = replace(
            lead,
            state=change.state,
            attempts=attempts,
            due_at=change.due_at,
            do_not_call=lead.do_not_call or change.do_not_call,
            owner_id=lead.owner_id if change.owner_id is None else change.owner_id,
        )

    # -- people --------------------------------------------------------------------------------------------------

    def save_form(
        self,
        attempt_id: int,
        disposition: Disposition,
        settings: CampaignSettings,
        now: datetime,
        callback_at: datetime | None = None,
    ) -> None:
        """What an agent saves at the end of a talk, or during it."""
        row = self.attempts[attempt_id]
        agent_id = row.attempt.agent_id
        assert row.attempt.connected_at is not None, f"attempt {attempt_id} was no talk"
        assert agent_id is not None
        assert not row.saved, f"the form of attempt {attempt_id} is saved twice"
        check_callback(disposition, callback_at, now)
        row.saved = row.settled = True
        self._change(row.attempt.lead_id, lead_after(disposition, callback_at, agent_id, settings, now))
        agent = self.agents[agent_id]
        if agent.attempt_id == attempt_id:
            self.agents[agent_id] = replace(agent, saved=True)

    # -- what a restart finds ------------------------------------------------------------------------------------

    def live_attempts(self) -> list[Attempt]:
        """Copies of the attempts that have not ended."""
        return [replace(row.attempt) for row in self.attempts.values() if row.attempt.live]

    def stored_agents(self) -> list[Agent]:
        """Copies of the agents as last saved."""
        return [replace(agent, phone=replace(agent.phone)) for agent in self.agents.values()]
