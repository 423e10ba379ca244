"""The audit trail, a page at a time."""

from minidialer.control.models import audit as models
from minidialer.domain.period import period
from minidialer.store import audit

from .desk import Actor, Desk

_ALWAYS = "2000-01-01"  # before there was a trail


async def page(desk: Desk, actor: Actor, params: models.AuditPage) -> models.AuditLines:
    """Who changed what and when, the newest first."""
    del actor
    since = until = None
    if params.since is not None or params.until is not None:
        time = period(params.since or _ALWAYS, params.until, desk.settings.zone, desk.clock())
        since, until = time.since, time.until
    asked = audit.Asked(since, until, params.actor, params.action, params.subject)
    async with desk.database.read() as conn:
        found = await audit.latest(conn, limit=params.limit + 1, before_id=params.after, asked=asked)
    lines = [
        models.AuditLine(
            id=key,
            at=line.at,
            actor=line.actor,
            uid=line.uid,
            action=line.action,
            subject=line.subject,
            before=dict(line.before) if line.before is not None else None,
            after=dict(line.after) if line.after is not None else None,
        )
        for key, line in found[: params.limit]
    ]
    return models.AuditLines(lines=lines, next=lines[-1].id if len(found) > params.limit else None)
