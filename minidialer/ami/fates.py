"""What became of customers whose channels are gone: the dialplan notes it for a daemon that was away."""

from __future__ import annotations

from collections.abc import Iterable

from minidialer.domain.events import Fate
from minidialer.domain.leg import customer_leg
from minidialer.domain.outcome import Outcome

from .errors import AmiRefusedError
from .link import AmiLink

_FAMILY = "minidialer"
_OUTCOMES = {outcome.value: outcome for outcome in (Outcome.ANSWERED, Outcome.ABANDONED, Outcome.MACHINE)}


async def read_fates(link: AmiLink, attempts: Iterable[int]) -> tuple[Fate, ...]:
    """Of those whose customer had answered. Raises AmiDownError or AmiTimeoutError."""
    found: list[Fate] = []
    for attempt in attempts:
        try:
            noted = await link.list_action("DBGet", {"Family": _FAMILY, "Key": customer_leg(attempt)[-4:]})
        except AmiRefusedError:  # there is no such entry
            continue
        found += [fate for item in noted if (fate := parse_fate(item.text("Val"), attempt)) is not None]
    return tuple(found)


def parse_fate(noted: str, attempt: int) -> Fate | None:
    """What [minidialer-ended] noted: leg, outcome, and after a talk the agent's leg. None when it is another's."""
    leg, _, rest = noted.strip().partition(" ")
    word, _, agent_leg = rest.partition(" ")
    if leg != customer_leg(attempt) or word not in _OUTCOMES:
        return None
    return Fate(attempt, _OUTCOMES[word], agent_leg)
