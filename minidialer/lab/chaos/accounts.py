"""What does not add up between the carrier's record, the store's attempts and the robots' ledger."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from minidialer.domain.outcome import Outcome
from minidialer.lab.call_record import CarrierCall
from minidialer.lab.reconcile import expected_outcomes

from .findings import Findings
from .ledger import Ledger

RETRY_MINUTES = 1
"""The retry interval of the campaign."""

_SLACK = timedelta(seconds=0.5)  # between the clocks of a row here and of the carrier's record


@dataclass(frozen=True)
class Trouble:
    """From when to when the daemon could not know what happened to calls. events_lost: not even that some happened."""

    begin: datetime
    end: datetime
    events_lost: bool = False


@dataclass(frozen=True)
class BookedAttempt:
    """An attempt as the store has it."""

    id: int
    number: str
    outcome: Outcome | None
    agent: str | None
    claimed_at: datetime
    answered_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    disposition: str | None
    notes: str
    saved_at: datetime | None
    by_hand: bool = False


# -- calls and attempts ----------------------------------------------------------------------------------------------


def compare(
    calls: Sequence[CarrierCall],
    attempts: Sequence[BookedAttempt],
    troubles: Sequence[Trouble],
    findings: Findings,
    *,
    answers_known: bool = True,
) -> None:
    """Each call belongs to the last attempt to its number that was claimed before it; attempts never overlap.

    answers_known: Asterisk lived on, so that whoever answered is known to have answered.
    """
    by_number: dict[str, list[BookedAttempt]] = defaultdict(list)
    for item in attempts:
        by_number[item.number].append(item)
    call_of: dict[int, CarrierCall] = {}
    for call in sorted(calls, key=lambda item: item.started):
        mine = by_number[call.number]
        place = bisect_right(mine, call.started + _SLACK, key=lambda item: item.claimed_at)
        if place == 0:
            findings.lost(f"the carrier's call to {call.number} at {call.started:%H:%M:%S.%f} has no attempt")
        elif mine[place - 1].id in call_of:
            findings.doubled(f"attempt {mine[place - 1].id} called {call.number} twice")
        else:
            call_of[mine[place - 1].id] = call
    for item in attempts:
        findings.lost(*_told_wrong(item, call_of.get(item.id), troubles, answers_known=answers_known))


def _told_wrong(
    item: BookedAttempt, call: CarrierCall | None, troubles: Sequence[Trouble], *, answers_known: bool
) -> Iterator[str]:
    unknown = item.outcome is Outcome.UNKNOWN and any(_touches(item, trouble) for trouble in troubles)
    if unknown and answers_known and call is not None and call.answered is not None:
        yield f"attempt {item.id} to {item.number} was answered, and is {item.outcome}"
    if item.outcome is None or unknown or (item.outcome is Outcome.FAILED and call is None):
        return
    if _hidden(item, call) and any(each.events_lost and _touches(item, each) for each in troubles):
        return
    if call is None:
        yield f"attempt {item.id} to {item.number} is {item.outcome}, and the carrier knows of no such call"
    elif item.outcome not in expected_outcomes(call):
        yield f"attempt {item.id} to {item.number} is {item.outcome}, the carrier says {call.behaviour}"


def _hidden(item: BookedAttempt, call: CarrierCall | None) -> bool:
    """Could it look so to whom an event was lost? Without the answer's, as nobody who answered; without the channel's,
    as a call that never left the PBX."""
    if call is None or item.connected_at is not None:
        return False
    return item.outcome is (Outcome.FAILED if call.answered is None else Outcome.NO_ANSWER)


def _touches(item: BookedAttempt, trouble: Trouble) -> bool:
    ended = item.ended_at or trouble.begin
    return item.claimed_at <= trouble.end and ended >= trouble.begin


def doubled(calls: Sequence[CarrierCall], attempts: Sequence[BookedAttempt]) -> Iterator[str]:
    """Calls to a number that was being called, that was called too short a time ago, or whose talk is done with."""
    calls_to: dict[str, list[CarrierCall]] = defaultdict(list)
    for call in sorted(calls, key=lambda item: item.started):
        calls_to[call.number].append(call)
    for number, mine in calls_to.items():
        for before, after in itertools.pairwise(mine):
            if after.started < before.ended and after.started - before.started < timedelta(minutes=RETRY_MINUTES):
                yield f"{number} was called while it was being called, at {after.started:%H:%M:%S.%f}"
    done: dict[str, BookedAttempt] = {}
    ended: dict[str, BookedAttempt] = {}
    for item in attempts:
        if item.number in done:
            yield f"{item.number} was called again after its disposition “{done[item.number].disposition}”"
        last = ended.get(item.number)
        if last is not None and last.ended_at is not None and last.outcome is not Outcome.ANSWERED:
            soon = last.ended_at + timedelta(minutes=RETRY_MINUTES) - _SLACK
            if item.claimed_at < soon:
                yield f"{item.number} was called again {item.claimed_at - last.ended_at} after the last try"
        ended[item.number] = item
        if item.saved_at is not None:
            done[item.number] = item


def account_errors(answered: int, abandoned: int, attempts: Sequence[BookedAttempt]) -> Iterator[str]:
    """The abandon account that pacing keeps, against the attempts it is about."""
    dialled = [item for item in attempts if not item.by_hand]
    lost = sum(item.outcome is Outcome.ABANDONED for item in dialled)
    taken = sum(item.connected_at is not None for item in dialled)
    if (answered, abandoned) != (taken + lost, lost):
        yield (
            f"the abandon account says {abandoned} of {answered} who answered were abandoned, "
            f"the attempts say {lost} of {taken + lost}"
        )


# -- talks and forms -------------------------------------------------------------------------------------------------


def unsaved(ledger: Ledger, attempts: Sequence[BookedAttempt]) -> Iterator[str]:
    """What a page said was saved, and is not; and talks without a disposition."""
    by_id = {item.id: item for item in attempts}
    for attempt_id, saved in ledger.saved.items():
        item = by_id.get(attempt_id)
        if item is None or (item.agent, item.disposition, item.notes) != (saved.login, saved.disposition, saved.notes):
            yield f"the form of attempt {attempt_id}, saved by {saved.login}, is not in the store as it was saved"
    for item in attempts:
        if item.outcome is Outcome.ANSWERED and item.disposition is None:
            yield f"attempt {item.id} to {item.number} was a talk with {item.agent} and has no disposition"


def cut_off(
    calls: Sequence[CarrierCall], attempts: Sequence[BookedAttempt], ledger: Ledger, ends: Sequence[Trouble] = ()
) -> Iterator[str]:
    """Talks that neither the customer nor the agent ended. ends: troubles in which talks may end by themselves."""
    talks = {(item.number, item.id): item for item in attempts if item.connected_at is not None}
    calls_to: dict[str, list[CarrierCall]] = defaultdict(list)
    for call in calls:
        calls_to[call.number].append(call)
    for (number, attempt_id), item in talks.items():
        for call in calls_to[number]:
            mine = call.started >= item.claimed_at - _SLACK
            if mine and item.connected_at and item.connected_at <= call.ended and call.ended_by == "caller":
                excused = any(each.begin <= call.ended <= each.end for each in ends)
                if attempt_id not in ledger.hung_up and not excused:
                    yield f"the talk of attempt {attempt_id} to {number} was cut off at {call.ended:%H:%M:%S.%f}"
                break
