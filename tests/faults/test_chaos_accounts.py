"""What the faults look for is found when it is there: else their zeros would mean nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from minidialer.control.models.agents import Agent
from minidialer.control.models.base import WireSentence
from minidialer.control.models.watch import CallLine, CampaignPanel, Snapshot
from minidialer.domain.outcome import Outcome
from minidialer.lab import Behaviour, CarrierCall
from minidialer.lab.chaos import Findings
from minidialer.lab.chaos.accounts import BookedAttempt, Trouble, account_errors, compare, cut_off, doubled, unsaved
from minidialer.lab.chaos.books import left_behind
from minidialer.lab.chaos.convergence import disagreements
from minidialer.lab.chaos.ledger import Ledger, Saved, draft_serial, draft_text
from minidialer.lab.chaos.truth import Channels

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
NUMBER = "+48600100200"


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


CALL = CarrierCall(NUMBER, 1, Behaviour.ANSWER, at(0.1), at(1), at(8), "customer")
TALK = BookedAttempt(
    7, NUMBER, Outcome.ANSWERED, "1001", at(0), at(1), at(1.1), at(8), "sale", "rozmowa", saved_at=at(9)
)
UNKNOWN = replace(TALK, outcome=Outcome.UNKNOWN, connected_at=None, disposition=None, saved_at=None)


def compared(calls: list[CarrierCall], attempts: list[BookedAttempt], *troubles: Trouble) -> tuple[int, int]:
    findings = Findings()
    compare(calls, attempts, troubles, findings)
    outcome = findings.outcome("x", 1)
    return outcome.lost, outcome.doubled


def test_a_call_without_its_attempt_and_an_attempt_without_its_call() -> None:
    assert compared([CALL], [TALK]) == (0, 0)
    assert compared([CALL], []) == (1, 0)
    assert compared([], [TALK]) == (1, 0)
    assert compared([CALL, replace(CALL, started=at(2))], [TALK]) == (0, 1)
    assert compared([CALL], [replace(TALK, outcome=Outcome.BUSY)]) == (1, 0)
    assert compared([CALL], [replace(UNKNOWN, outcome=Outcome.FAILED)]) == (1, 0)
    assert compared([], [replace(UNKNOWN, outcome=Outcome.FAILED)]) == (0, 0)


def test_an_answer_may_hide_where_its_events_were_lost_only() -> None:
    hidden = replace(UNKNOWN, outcome=Outcome.NO_ANSWER)
    lossy = Trouble(at(0), at(9), events_lost=True)
    assert compared([CALL], [hidden], lossy) == (0, 0)
    assert compared([CALL], [hidden], replace(lossy, events_lost=False)) == (1, 0)
    assert compared([], [hidden], lossy) == (1, 0), "there was no call at all"
    assert compared([replace(CALL, behaviour=Behaviour.BUSY, answered=None)], [hidden], lossy) == (1, 0)
    assert compared([CALL], [replace(hidden, connected_at=at(2))], lossy) == (1, 0), "they talked"


def test_unknown_is_an_outcome_in_times_of_trouble_only() -> None:
    assert compared([CALL], [UNKNOWN]) == (1, 0)
    assert compared([], [UNKNOWN], Trouble(at(-9), at(-3))) == (1, 0)
    rang = replace(CALL, behaviour=Behaviour.NO_ANSWER, answered=None)
    assert compared([rang], [UNKNOWN], Trouble(at(3), at(5))) == (0, 0)
    assert compared([CALL], [UNKNOWN], Trouble(at(3), at(5))) == (1, 0), "a hidden abandoned call"
    assert compared([], [UNKNOWN], Trouble(at(3), at(5))) == (0, 0)


def test_a_number_called_twice() -> None:
    again = replace(CALL, nth=2, started=at(4), ended=at(9))
    assert len(list(doubled([CALL, again], [TALK]))) == 1
    assert list(doubled([CALL, replace(again, started=at(70), ended=at(75))], [TALK])) == []
    later = replace(UNKNOWN, id=8, claimed_at=at(100), ended_at=at(110))
    assert len(list(doubled([], [TALK, later]))) == 1, "its talk had a disposition that ends it"
    assert list(doubled([], [UNKNOWN, later])) == []
    assert len(list(doubled([], [UNKNOWN, replace(later, claimed_at=at(30))]))) == 1, "within the retry interval"


def test_a_form_that_was_promised() -> None:
    ledger = Ledger(saved={7: Saved("1001", "sale", "rozmowa")})
    assert list(unsaved(ledger, [TALK])) == []
    assert len(list(unsaved(ledger, [replace(TALK, notes="")]))) == 1
    assert len(list(unsaved(ledger, []))) == 1
    assert len(list(unsaved(Ledger(), [replace(TALK, disposition=None)]))) == 1
    assert draft_serial(draft_text(12)) == 12
    assert draft_serial("rozmowa 12") == 0


def test_a_talk_that_was_cut_off() -> None:
    cut = replace(CALL, ended_by="caller")
    assert list(cut_off([CALL], [TALK], Ledger())) == []
    assert len(list(cut_off([cut], [TALK], Ledger()))) == 1
    assert list(cut_off([cut], [TALK], Ledger(hung_up={7}))) == []
    assert list(cut_off([cut], [TALK], Ledger(), [Trouble(at(7), at(9))])) == []
    assert len(list(cut_off([cut], [TALK], Ledger(), [Trouble(at(9), at(12))]))) == 1, "before the trouble"


def test_channels_that_nobody_hung_up() -> None:
    assert list(left_behind(Channels(frozenset(), {}, {}))) == []
    assert len(list(left_behind(Channels(frozenset({7}), {}, {1: frozenset({"nailed-1-1"})})))) == 2


def test_an_abandon_account_that_is_wrong() -> None:
    abandoned = replace(UNKNOWN, id=8, outcome=Outcome.ABANDONED)
    assert list(account_errors(2, 1, [TALK, abandoned, replace(UNKNOWN, id=9)])) == []
    assert len(list(account_errors(2, 0, [TALK, abandoned]))) == 1
    assert len(list(account_errors(1, 1, [TALK, abandoned]))) == 1


def _floor(*, talking: bool = True, state: str = "in_call", phone: str = "busy") -> tuple[Snapshot, dict[int, Agent]]:
    call = CallLine(attempt_id=7, number=NUMBER, state="connected", seconds=1, seconds_in_state=1, agent="1001")
    panel = CampaignPanel(
        id=1,
        name="x",
        running=True,
        decision=WireSentence(template="", text=""),
        talking=[call] if talking else [],
    )
    agent = Agent(id=1, login="1001", name="", active=True, auto_answer=True, state=state, phone=phone)
    return Snapshot(link_up=True, draining=False, campaigns=[panel], agents=[]), {1: agent}


def test_a_daemon_that_believes_otherwise() -> None:
    phones = {1: frozenset({"nailed-1-1"})}
    talk = Channels(frozenset({7}), {7: 1}, phones)
    assert list(disagreements(talk, *_floor())) == []
    assert list(disagreements(Channels(frozenset(), {}, phones), *_floor(talking=False, state="ready"))) == []
    assert len(list(disagreements(Channels(frozenset(), {}, phones), *_floor()))) == 2, "a ghost"
    assert len(list(disagreements(talk, *_floor(talking=False, state="ready")))) == 2, "a call nobody knows"
    assert len(list(disagreements(Channels(frozenset({7}), {}, phones), *_floor()))) == 1, "not a talk"
    assert len(list(disagreements(talk, *_floor(phone="down")))) == 1
    assert len(list(disagreements(Channels(frozenset({7}), {7: 1}, {}), *_floor()))) == 1
    assert len(list(disagreements(Channels(frozenset(), {}, phones), *_floor(talking=False)))) == 1, "stuck in a call"
