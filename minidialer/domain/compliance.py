"""Compliance profiles: the bounds a country's regulator puts on a campaign's settings.

Sources: Ofcom, "Persistent misuse: a statement of policy" (UK): 3 % of live calls in 24 hours, an agent or a message
within 2 s, ringing at least 15 s. US 16 CFR 310.4(b)(4): 3 % of answered calls per campaign over 30 days, an agent
within 2 s, ringing at least 15 s or four rings.
"""

from dataclasses import dataclass

from .campaign import CampaignSettings, ComplianceProfile
from .sentence import Sentence, sentence


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds of a profile, and the span over which its abandon rate is counted."""

    abandon_target: float  # percent, at most
    answer_wait: float  # seconds, at most
    ring_timeout: int  # seconds, at least
    window_hours: int
    safe_message: bool  # a customer nobody took must hear a message


BOUNDS = {
    ComplianceProfile.OFCOM: Bounds(3.0, 2.0, 15, 24, safe_message=True),
    ComplianceProfile.FTC: Bounds(3.0, 2.0, 15, 30 * 24, safe_message=True),
}


def late_after(profile: ComplianceProfile) -> float | None:
    """Seconds after which a customer who was taken counts as abandoned all the same; None: never.

    FTC (16 CFR 310.4(b)(1)(iv)): whoever is not put through within two seconds. Ofcom and no profile: only who never
    got to speak to anybody.
    """
    return BOUNDS[profile].answer_wait if profile is ComplianceProfile.FTC else None


def violations(settings: CampaignSettings) -> list[Sentence]:
    """One sentence for each setting outside its compliance profile's bounds; empty when all are kept."""
    bounds = BOUNDS.get(settings.compliance_profile)
    if bounds is None:
        return []
    found = []
    if settings.abandon_target > bounds.abandon_target:
        found.append(sentence("abandon_target may be at most {limit:g} %.", limit=bounds.abandon_target))
    if settings.answer_wait > bounds.answer_wait:
        found.append(sentence("answer_wait may be at most {limit:g} s.", limit=bounds.answer_wait))
    if settings.ring_timeout < bounds.ring_timeout:
        found.append(sentence("ring_timeout must be at least {limit} s.", limit=bounds.ring_timeout))
    if bounds.safe_message and not settings.safe_message:
        found.append(sentence("safe_message must be set: a customer nobody takes has to hear who called."))
    return found
