"""The lead stock: an endless list in memory, offered in the order of `domain/selection` at any size.

Fresh leads are made when they are asked for; those tried wait in heaps, so that a claim costs no pass over the list.
"""

import heapq
from datetime import datetime

from minidialer.domain.commands import CancelAttempt, Claim
from minidialer.domain.events import AttemptsClaimed, Pick
from minidialer.domain.lead import LeadChange, LeadState
from minidialer.domain.selection import is_exhausted

A_LIST = 1_000_000_000  # lead ids of one list


class LeadStock:
    """One list. `limit`: fresh leads there are, None for no end."""

    def __init__(self, list_id: int, limit: int | None = None) -> None:
        self.list_id = list_id
        self._limit = limit
        self._made = 0
        self._tries: dict[int, int] = {}  # by lead: attempts so far, of those tried and not closed
        self._later: list[tuple[datetime, int]] = []  # retries that are not due yet
        self._due: list[tuple[int, datetime, int]] = []  # retries in selection order
        self._returned: list[int] = []  # fresh leads whose attempt was taken back

    def claim(self, command: Claim, next_attempt_id: int) -> AttemptsClaimed:
        """Up to `count` leads that are due, their attempts numbered from `next_attempt_id`."""
        while self._later and self._later[0][0] <= command.now:
            due_at, lead_id = heapq.heappop(self._later)
            heapq.heappush(self._due, (self._tries[lead_id], due_at, lead_id))
        picks = []
        for attempt_id in range(next_attempt_id, next_attempt_id + command.count):
            pick = self._pick(attempt_id, command.max_retries)
            if pick is None:
                break
            picks.append(pick)
        return AttemptsClaimed(command.claim_id, tuple(picks))

    def _pick(self, attempt_id: int, max_retries: int) -> Pick | None:
        while self._due:
            tries, due_at, lead_id = heapq.heappop(self._due)
            if is_exhausted(LeadState.RETRY, tries, max_retries):
                del self._tries[lead_id]
                continue
            return Pick(attempt_id, lead_id, self.number(lead_id), LeadState.RETRY, due_at, attempts=tries)
        if self._returned:
            lead_id = heapq.heappop(self._returned)
        elif self._limit is None or self._made < self._limit:
            self._made += 1
            lead_id = self.list_id * A_LIST + self._made
        else:
            return None
        return Pick(attempt_id, lead_id, self.number(lead_id), LeadState.FRESH)

    def cancel(self, command: CancelAttempt) -> None:
        """The attempt never went out: the lead is as it was."""
        pick = command.pick
        if pick.lead_state is LeadState.FRESH or pick.due_at is None:
            heapq.heappush(self._returned, pick.lead_id)
        else:
            heapq.heappush(self._due, (pick.attempts, pick.due_at, pick.lead_id))

    def change(self, lead_id: int, change: LeadChange) -> None:
        """What an attempt's end did to its lead."""
        if change.state is not LeadState.RETRY or change.due_at is None:
            self._tries.pop(lead_id, None)
            return
        self._tries[lead_id] = self._tries.get(lead_id, 0) + (1 if change.counts else 0)
        heapq.heappush(self._later, (change.due_at, lead_id))

    def close(self, lead_id: int) -> None:
        """An agent talked with the lead and is done with it."""
        self._tries.pop(lead_id, None)

    @staticmethod
    def number(lead_id: int) -> str:
        """The number of a lead, no two alike in all lists."""
        return f"+48{lead_id}"

    @staticmethod
    def list_of(lead_id: int) -> int:
        """The list of a lead."""
        return lead_id // A_LIST
