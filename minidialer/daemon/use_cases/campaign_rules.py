"""What a campaign's settings must keep, beyond the limits of each."""

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.models import campaigns as models
from minidialer.control.sentences import ControlError
from minidialer.domain.campaign import Campaign, CampaignSettings
from minidialer.domain.compliance import violations
from minidialer.domain.disposition import Disposition
from minidialer.domain.nearest import nearest
from minidialer.domain.sentence import RefusedError, Sentence, sentence
from minidialer.store import audit

from .desk import Desk

_CHANGES = ("campaign.add", "campaign.set", "campaign.assign", "campaign.unassign")


def check_settings(desk: Desk, settings: CampaignSettings, default: Disposition | None) -> None:
    """Raise RefusedError with the first rule that is not kept."""
    _check_trunk(desk, settings.trunk)
    if settings.wrap_up_limit and default is None:
        raise RefusedError(
            "wrap_up_limit needs default_disposition, which is saved when it passes: set both, or wrap_up_limit=0."
        )
    if default is not None and default.asks_callback:
        raise RefusedError(
            "default_disposition = {name}: it asks for a date, so it cannot be saved by itself.", name=default.name
        )
    for violation in violations(settings):
        raise RefusedError(
            "The compliance profile {profile} is not kept: {violation}",
            profile=settings.compliance_profile.value,
            violation=violation,
        )


def check_startable(desk: Desk, campaign: Campaign, default: Disposition | None) -> None:
    """Raise RefusedError with what is missing to dial."""
    if campaign.list_id is None:
        raise RefusedError(
            "Campaign “{name}” has no list: give it one with `minidialer campaigns set`.", name=campaign.name
        )
    if not campaign.agent_ids:
        raise RefusedError(
            "Campaign “{name}” has no agents: add some with `minidialer campaigns assign`.", name=campaign.name
        )
    if not desk.trunks:
        raise RefusedError("No trunk is configured: add a [[trunks]] section to the configuration, and restart.")
    check_settings(desk, campaign.settings, default)


async def check_revision(desk: Desk, conn: AsyncConnection, present: models.Campaign, revision: int | None) -> None:
    """Raise ControlError (`changed`) when somebody has changed the campaign since it was read; says who and when."""
    if revision is None or revision == present.revision:
        return
    change = await audit.last_change(conn, present.name, _CHANGES)
    if change is None:
        raise ControlError(
            "Campaign “{name}” was changed meanwhile: look at it again.", code="changed", name=present.name
        )
    raise ControlError(
        "Campaign “{name}” was changed by {actor} meanwhile, at {at}: look at it again.",
        code="changed",
        name=present.name,
        actor=change.actor,
        at=f"{change.at.astimezone(desk.settings.zone):%Y-%m-%d %H:%M}",
    )


def notes_on_start(desk: Desk) -> list[Sentence]:
    """What keeps a campaign that was started from dialling for now."""
    link = desk.link()
    if link.connected:
        return []
    problem = link.error or ""
    return [sentence("There is no link to Asterisk: dialling begins when it is back. {problem}", problem=problem)]


def _check_trunk(desk: Desk, name: str) -> None:
    known = [trunk.name for trunk in desk.trunks]
    if not name or name in known:
        return
    near = nearest(name, known)
    if near is not None:
        raise ControlError(
            "trunk = {name}: no such trunk: did you mean {near}?", code="not_found", name=name, near=near
        )
    if not known:
        raise ControlError("trunk = {name}: no trunk is configured.", code="not_found", name=name)
    raise ControlError(
        "trunk = {name}: no such trunk: use one of {known}.", code="not_found", name=name, known=", ".join(known)
    )
