"""Names of agents and campaigns for statistics: those of removed ones, too."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.domain.campaign import ComplianceProfile

from .schema import agent, campaign


@dataclass(frozen=True, slots=True)
class NamedAgent:
    """Who did it."""

    login: str
    name: str


@dataclass(frozen=True, slots=True)
class NamedCampaign:
    """What it was done for, and how its abandon rate is counted."""

    name: str
    profile: ComplianceProfile


async def agents(conn: AsyncConnection) -> dict[int, NamedAgent]:
    """Every agent there ever was."""
    rows = await conn.execute(sa.select(agent.c.id, agent.c.login, agent.c.name))
    return {row.id: NamedAgent(row.login, row.name) for row in rows}


async def campaigns(conn: AsyncConnection) -> dict[int, NamedCampaign]:
    """Every campaign there ever was."""
    rows = await conn.execute(sa.select(campaign.c.id, campaign.c.name, campaign.c.settings))
    return {row.id: NamedCampaign(row.name, _profile(row.settings)) for row in rows}


def _profile(settings: Mapping[str, str]) -> ComplianceProfile:
    """Nothing else is read of the settings: those of a removed campaign are of the version of its day."""
    return ComplianceProfile(settings.get("compliance_profile", ComplianceProfile.NONE))
