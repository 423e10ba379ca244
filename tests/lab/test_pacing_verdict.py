"""What a pacing trial says of its figures."""

from dataclasses import replace

import pytest

from minidialer.lab.decision_record import DecisionLine
from minidialer.lab.pacing_trial import ModeFigures, TrialOptions, TrialResult
from minidialer.lab.result import Delays, DemoResult

STEADY = ModeFigures(
    utilisation=0.4, talk_utilisation=0.3, attempts=900, answered=300, abandoned=0, abandon_rate=0.0, decisions=300,
    answer_rate=33.0, talk=9.0, wrap_up=3.0,
)  # fmt: skip
AHEAD = replace(STEADY, utilisation=0.7, answered=500, abandoned=20)
LAST = DecisionLine("", 1, 2, "", {"count": 2, "ready": 1, "in_flight": 3, "credit": 2.0})
BOOKS = DemoResult(
    asterisk_version="22.0.0", leads=3000, attempts=2400, outcomes={}, connected=780, abandoned=20, dispositions={},
    answer_to_agent_ms=Delays(), lost=0, stuck_agents=0, open_channels=0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("predictive", "said"),
    [
        (AHEAD, ""),
        (replace(AHEAD, abandoned=21), ""),
        (replace(AHEAD, abandoned=22), "predictive abandoned 22, and may 21.0 of 500 answered"),
        (replace(AHEAD, utilisation=0.4), "utilisation 0.4 in predictive, and 0.4 in progressive"),
    ],
)
def test_more_losses_than_can_be_and_idle_agents_break_the_promise(predictive: ModeFigures, said: str) -> None:
    """3 % of 500 answered, a credit of 2, and 5 calls under way at the last decision that called ahead; less one."""
    modes = {"predictive": predictive, "progressive": STEADY}
    found = TrialResult(TrialOptions(), 3.0, modes, {"predictive": [LAST], "progressive": []}, BOOKS)
    assert "; ".join(found.broken) == said
