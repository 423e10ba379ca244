"""Leads and attempts as they travel: names instead of ids. Removed things are shown as their number."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection

from minidialer.control.models import leads as models
from minidialer.domain.selection import is_exhausted
from minidialer.store import agents, attempts, campaigns, dispositions, leads, lists

EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id."""

    lists: dict[int, str]
    campaigns: dict[int, str]
    agents: dict[int, str]
    dispositions: dict[int, str]

    @classmethod
    async def read(cls, conn: AsyncConnection) -> Self:
        """As they are now."""
        return cls(
            lists=await lists.names(conn),
            campaigns={item.id: item.name for item in await campaigns.every(conn)},
            agents={item.id: item.login for item in await agents.every(conn)},
            dispositions={item.id: item.name for item in await dispositions.every(conn, removed=True)},
        )

    def lead(self, record: leads.LeadRecord, max_retries: int | None) -> models.Lead:
        """A lead; exhausted when `max_retries` (None: nobody dials the list) allows no more attempts."""
        lead = record.lead
        exhausted = max_retries is not None and is_exhausted(lead.state, lead.attempts, max_retries)
        return models.Lead.model_validate(
            {
                "id": lead.id,
                "number": lead.number,
                "lead_list": _name(self.lists, lead.list_id),
                "fields": dict(lead.fields),
                "state": EXHAUSTED if exhausted else lead.state.value,
                "attempts": lead.attempts,
                "due_at": lead.due_at,
                "owner": _name(self.agents, lead.owner_id),
                "do_not_call": lead.do_not_call,
                "disposition": _name(self.dispositions, record.disposition_id),
                "notes": record.notes,
            }
        )

    def attempt(self, record: attempts.AttemptRecord) -> models.HistoryLine:
        """An attempt with what the agent saved."""
        attempt = record.attempt
        return models.HistoryLine(
            attempt_id=attempt.id,
            number=attempt.number,
            lead_list=_name(self.lists, record.list_id) or "",
            campaign=_name(self.campaigns, attempt.campaign_id),
            agent=_name(self.agents, attempt.agent_id),
            state=attempt.state.value,
            outcome=attempt.outcome.value if attempt.outcome is not None else None,
            cause=attempt.cause,
            detail=attempt.detail,
            claimed_at=attempt.claimed_at,
            answered_at=attempt.answered_at,
            connected_at=attempt.connected_at,
            ended_at=attempt.ended_at,
            disposition=_name(self.dispositions, record.disposition_id),
            callback_at=record.callback_at,
            notes=record.notes,
        )


def _name(names: dict[int, str], key: int | None) -> str | None:
    return names.get(key, f"#{key}") if key is not None else None
