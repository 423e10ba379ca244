"""Decisions on record: what the daemon logs of them is read back, and a wrong one is told from a right one."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from minidialer.daemon.decision_log import log
from minidialer.daemon.log import LineFormatter
from minidialer.domain import events
from minidialer.domain.campaign import PacingMode
from minidialer.domain.commands import CallCustomer
from minidialer.lab.decision_record import DecisionLine, faults, read_decisions, write_decisions
from tests.daemon.engine_room import SETTINGS, Office, running


@pytest.fixture
def daemon_log(tmp_path: Path) -> Iterator[Path]:
    """What a daemon of level debug writes on standard error."""
    file = tmp_path / "daemon.log"
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(LineFormatter(journal=False))
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    yield file
    log.removeHandler(handler)
    log.setLevel(before)
    handler.close()


@pytest.mark.parametrize(("mode", "explained"), [(PacingMode.PREDICTIVE, True), (PacingMode.PROGRESSIVE, False)])
async def test_what_the_daemon_logs_is_read_back(
    daemon_log: Path, tmp_path: Path, mode: PacingMode, explained: bool
) -> None:
    async with running(Office(leads=1)) as office:
        campaign = office.dialer.floor.campaigns[1]
        office.engine.post(events.CampaignStored(replace(campaign, settings=replace(SETTINGS, pacing_mode=mode))))
        await office.sit_down()
        await office.until(lambda: office.sent(CallCustomer))
    first, *_ = read_decisions(daemon_log)
    assert (first.campaign, first.count, first.ahead) == (1, 1, False)
    assert first.reason.startswith("1 ready")
    assert (first.why is not None) == explained
    if first.why is not None:
        assert (first.why["limit"], first.why["ready"], first.why["room"]) == ("learning", 1, 0.0)
    assert list(faults(first)) == []
    write_decisions([first], tmp_path / "decisions.jsonl")
    assert '"count": 1' in (tmp_path / "decisions.jsonl").read_text()


WHY: dict[str, Any] = {
    "ready": 4,
    "soon_free": 1.5,
    "in_flight": 3,
    "waiting": 0,
    "answer_rate": 0.3,
    "answer_rate_error": 0.05,
    "risk": 0.04,
    "admitted_risk": 0.02,
    "count": 5,
    "limit": "risk",
    "room": 1.5,
    "credit": 0.5,
}
AHEAD = DecisionLine("", 1, 5, "4 ready, 1.5 soon free, 3 under way, 30±5 % answer; 5 more", WHY)


def test_a_sound_decision_has_no_fault_and_its_calls_are_counted() -> None:
    assert list(faults(AHEAD)) == []
    assert AHEAD.ahead
    assert AHEAD.under_way == 8
    assert not replace(AHEAD, count=1, why=WHY | {"count": 1}).ahead


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"limit": "budget"}, "one call for each ready agent is all"),
        ({"limit": "learning"}, "one call for each ready agent is all"),
        ({"room": 0.99}, "would break the budget"),
        ({"admitted_risk": 0.0}, "would break the budget"),
        ({"admitted_risk": 0.0, "count": 1}, "places more"),
        ({"count": 4}, "places more"),
        ({"risk": 1.1}, "a chance is none"),
        ({"waiting": -1}, "negative"),
        ({"ready": 5}, "differ"),
        ({"in_flight": 4}, "differ"),
    ],
)
def test_a_wrong_decision_is_found(change: dict[str, object], fault: str) -> None:
    assert fault in "; ".join(faults(replace(AHEAD, why=WHY | change)))
