"""Reconciliation: every call in the carrier's own record is one attempt in the store, and the reverse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from minidialer.domain.outcome import Outcome

from .call_record import CarrierCall
from .customer import Behaviour

_UNANSWERED = {
    Behaviour.BUSY: Outcome.BUSY,
    Behaviour.NO_ANSWER: Outcome.NO_ANSWER,
    Behaviour.INVALID: Outcome.INVALID,
    Behaviour.CONGESTION: Outcome.CONGESTION,
}


@dataclass(frozen=True)
class StoredAttempt:
    """An attempt as the store has it. Times are aware UTC."""

    id: int
    number: str
    outcome: Outcome | None
    agent: str | None
    dialled_at: datetime | None
    answered_at: datetime | None
    connected_at: datetime | None
    disposition: str | None

    @property
    def reached_carrier(self) -> bool:
        """A refused Originate never leaves the PBX, so the carrier cannot know of it."""
        return self.dialled_at is not None and self.outcome is not Outcome.FAILED


def differences(calls: Iterable[CarrierCall], attempts: Iterable[StoredAttempt]) -> list[str]:
    """One sentence for each call without its attempt, attempt without its call, and outcome that is not the same.

    The nth call to a number is its nth attempt, in the order of time on either side.
    """
    by_number: dict[str, list[StoredAttempt]] = defaultdict(list)
    for attempt in sorted(attempts, key=lambda item: item.id):
        if attempt.reached_carrier:
            by_number[attempt.number].append(attempt)
    calls_by_number: Mapping[str, list[CarrierCall]] = defaultdict(list)
    for call in sorted(calls, key=lambda item: item.started):
        calls_by_number[call.number].append(call)
    found = []
    for number in sorted(by_number.keys() | calls_by_number.keys()):
        pairs = zip_longest(calls_by_number[number], by_number[number])
        found += [text for call, attempt in pairs if (text := _difference(number, call, attempt))]
    return found


def _difference(number: str, call: CarrierCall | None, attempt: StoredAttempt | None) -> str:
    if call is None and attempt is not None:
        return f"Attempt {attempt.id} to {number} ({attempt.outcome}) is not in the carrier's record."
    if attempt is None and call is not None:
        return f"The carrier's call to {number} at {call.started:%H:%M:%S.%f} ({call.behaviour}) has no attempt."
    if call is None or attempt is None or attempt.outcome in expected_outcomes(call):
        return ""
    return f"Attempt {attempt.id} to {number} is {attempt.outcome}, the carrier says {call.behaviour}."


def expected_outcomes(call: CarrierCall) -> frozenset[Outcome]:
    """Outcomes that say the same as the carrier's record of the call."""
    if call.answered is None:
        return frozenset({_UNANSWERED.get(call.behaviour, Outcome.NO_ANSWER)})
    told = {Outcome.ANSWERED, Outcome.ABANDONED}
    return frozenset(told | {Outcome.MACHINE} if call.behaviour is Behaviour.MACHINE else told)


def forms_not_saved(attempts: Iterable[StoredAttempt]) -> list[str]:
    """One sentence for each talk that has no disposition."""
    return [
        f"Attempt {attempt.id} to {attempt.number} was answered by agent {attempt.agent} and has no disposition."
        for attempt in attempts
        if attempt.outcome is Outcome.ANSWERED and attempt.disposition is None
    ]
