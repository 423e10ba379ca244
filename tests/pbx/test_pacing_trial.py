"""Predictive beside progressive, with 20 robots each."""

from pathlib import Path

import pytest

from minidialer.lab.decision_record import faults, write_decisions
from minidialer.lab.pacing_trial import PacingTrial, TrialOptions

pytestmark = [pytest.mark.pbx, pytest.mark.timeout(420)]


async def test_predictive_keeps_agents_busier_and_its_budget(tmp_path: Path) -> None:
    """Not the abandon rate of a hundred answers is held against the target, but what the method promises of it."""
    result = await PacingTrial(TrialOptions(warm_up=20, measured=100), tmp_path).run()
    ahead, steady = result.modes["predictive"], result.modes["progressive"]
    assert result.books.differences == []
    assert ahead.answered > 0 < steady.answered
    assert ahead.abandoned <= result.allowed("predictive"), result.as_dict()
    assert ahead.utilisation > steady.utilisation, result.as_dict()

    lines = result.decisions["predictive"]
    assert any(line.ahead for line in lines), "it never called ahead"
    assert [(line, fault) for line in lines for fault in faults(line)] == []
    assert not any(line.ahead for line in result.decisions["progressive"])
    record = tmp_path / "decisions.jsonl"
    write_decisions(lines, record)
    assert len(record.read_text().splitlines()) == len(lines) == ahead.decisions
