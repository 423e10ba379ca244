"""The floor of this installation: what the store holds, under what the settings allow."""

from collections.abc import Iterable

from minidialer.domain.agent import Agent
from minidialer.domain.attempt import Attempt
from minidialer.domain.campaign import Campaign
from minidialer.domain.floor import Floor
from minidialer.importing.tolls import tolls
from minidialer.settings import Settings


def floor_of(
    settings: Settings, campaigns: Iterable[Campaign], agents: Iterable[Agent], attempts: Iterable[Attempt]
) -> Floor:
    """Campaigns, agents and live attempts as they were loaded, with the settings' trunks, time zone and limits."""
    numbers = settings.numbers
    return Floor(
        campaigns,
        agents,
        attempts,
        settings.domain_trunks(),
        settings.zone,
        tolls=tolls(numbers.region, numbers.foreign_prefixes, numbers.premium_prefixes),
        by_hand_per_hour=settings.web.calls_by_hand_per_hour,
    )
