"""Automatic private leads under a pacing that looks ahead: whom it must not count on.

Where calls are placed for agents before they are free, an owner is never spare. So an agent whose private leads are
likely to be due is kept out of the outlook until the store has said that none is: after joining, after a private lead
was found, after leads have changed, and again after a while, since an agreed time may have come.
"""

from datetime import datetime, timedelta

from minidialer.domain.campaign import Campaign, PacingMode, PrivateLeads
from minidialer.domain.floor import Floor

LOOK_AGAIN = timedelta(minutes=15)


def kept_for_private(floor: Floor, campaign: Campaign, now: datetime) -> frozenset[int]:
    """Agents of the campaign on whom no call for whoever is free may count."""
    settings = campaign.settings
    if settings.private_leads is not PrivateLeads.AUTOMATIC or settings.pacing_mode is not PacingMode.PREDICTIVE:
        return frozenset()
    dry = floor.private_dry_until
    return frozenset(
        agent_id
        for agent_id in floor.roll(campaign.id).joined
        if agent_id not in dry or now >= dry[agent_id] + LOOK_AGAIN
    )
