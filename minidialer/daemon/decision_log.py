"""Decisions that place calls, a line each, at level debug: a supervisor's terminal shows each for a moment only."""

import json
import logging
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from minidialer.domain.campaign import PacingMode
from minidialer.domain.commands import Claim, Command
from minidialer.domain.floor import Floor

log = logging.getLogger(__name__)

ACTION = "pacing.decision"


def note(floor: Floor, commands: Iterable[Command], now: datetime) -> None:
    """Write down why leads are asked for. `why`, the last value of the line, is JSON."""
    if not log.isEnabledFor(logging.DEBUG):
        return
    for claim in commands:
        if isinstance(claim, Claim):
            values = {"at": now.isoformat(), "campaign": claim.campaign_id, "count": claim.count}
            why = json.dumps(_why(floor, claim.campaign_id))
            log.debug("%s", floor.run(claim.campaign_id).decision, extra={"action": ACTION, **values, "why": why})


def _why(floor: Floor, campaign_id: int) -> dict[str, object] | None:
    """The explanation, and the plan of the budget it goes by; None where the mode does not look ahead."""
    run = floor.run(campaign_id)
    if run.explanation is None or floor.campaigns[campaign_id].settings.pacing_mode is not PacingMode.PREDICTIVE:
        return None
    plan = run.pacing.predictive.plan
    return asdict(run.explanation) | ({"room": plan.room, "credit": plan.credit} if plan is not None else {})
