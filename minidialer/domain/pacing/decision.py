"""The pacing decision: pure arithmetic on a view of the campaign.

Overdial is the original's: for each free agent 1 + P % calls, those under way included, floored over all free agents.
"""

from dataclasses import dataclass

from minidialer.domain.campaign import PacingMode
from minidialer.domain.sentence import Sentence, sentence

from .view import PacingView


@dataclass(frozen=True, slots=True)
class Decision:
    """How many calls to place now, and the one line that explains it."""

    count: int
    reason: Sentence


def wanted(view: PacingView) -> int:
    """Calls there should be for the ready agents, limits apart."""
    if view.mode is PacingMode.MANUAL:
        return 0
    percent = 100 + (view.overdial_percent if view.mode is PacingMode.POWER else 0)
    return view.ready * percent // 100


def spare(view: PacingView) -> int:
    """Free agents who can be kept for one lead each, the others still being enough for the calls under way."""
    if view.mode is PacingMode.MANUAL:
        return 0
    percent = 100 + (view.overdial_percent if view.mode is PacingMode.POWER else 0)
    needed = -(-view.in_flight * 100 // percent)
    return max(0, view.ready - needed)


def decide(view: PacingView) -> Decision:
    """How many calls to place now: never more than any limit allows, never negative."""
    if view.mode is PacingMode.MANUAL:
        return Decision(0, sentence("manual: agents call for themselves"))
    gap = max(0, wanted(view) - view.in_flight)
    count = min(gap, view.starts_left, view.trunk_left)
    return Decision(count, _reason(view, gap, count))


def _reason(view: PacingView, gap: int, count: int) -> Sentence:
    percent = view.overdial_percent if view.mode is PacingMode.POWER else 0
    values = {
        "ready": view.ready,
        "percent": percent,
        "in_flight": view.in_flight,
        "gap": gap,
        "starts_left": view.starts_left,
        "trunk_left": view.trunk_left,
        "count": count,
    }
    if count == gap:
        return sentence(
            "{ready} ready × (1+{percent} %) − {in_flight} under way = {gap}; limit 5 s: {starts_left} left", **values
        )
    if view.starts_left <= view.trunk_left:
        return sentence(
            "{ready} ready × (1+{percent} %) − {in_flight} under way = {gap}; limit 5 s holds it at {count}", **values
        )
    return sentence(
        "{ready} ready × (1+{percent} %) − {in_flight} under way = {gap}; the trunk holds it at {count}", **values
    )
