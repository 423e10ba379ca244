"""Dispositions: what the agent chooses at the end of a talk, and what that does to the lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .campaign import CampaignSettings, PrivateLeads
from .lead import LeadChange, LeadState
from .sentence import RefusedError


@dataclass(frozen=True, slots=True)
class Disposition:
    """One choice of the form. `name` is unique; `name_pl`, `name_en` are what readers of a language see instead.

    `retry_minutes`: the lead is called again after so many minutes; `retry_limit`: so many times in a row at most.
    `key`: the digit that presses the button; empty: by order. `position` orders the buttons (1 = first).
    """

    id: int
    name: str
    name_pl: str = ""
    name_en: str = ""
    asks_callback: bool = False
    private: bool = False
    do_not_call: bool = False
    success: bool = False
    retry_minutes: int | None = None
    retry_limit: int | None = None
    key: str = ""
    position: int = 0

    def label(self, language: str) -> str:
        """What a reader of this language sees."""
        return {"pl": self.name_pl, "en": self.name_en}.get(language) or self.name


KEYS = "123456789"


class CallbackTimeError(RefusedError):
    """The disposition and the callback time given with it do not go together."""


class DispositionError(RefusedError):
    """What the disposition should do contradicts itself."""


def check_disposition(disposition: Disposition) -> None:
    """Raise DispositionError when it would say two things about the next call."""
    if disposition.asks_callback and disposition.do_not_call:
        raise DispositionError("“{name}” cannot ask for the next call and forbid it.", name=disposition.name)
    if disposition.retry_minutes is None:
        if disposition.retry_limit is not None:
            raise DispositionError(
                "“{name}” has retry_limit and is not called again: set retry_minutes as well.", name=disposition.name
            )
        return
    if disposition.asks_callback:
        raise DispositionError(
            "“{name}” asks the agent for the next call: leave retry_minutes out.", name=disposition.name
        )
    if disposition.do_not_call:
        raise DispositionError("“{name}” forbids the next call: leave retry_minutes out.", name=disposition.name)


def keys(dispositions: Sequence[Disposition]) -> dict[int, str]:
    """The digit of each button by its id: its own, else the next one nobody has, in order; none are left after 9."""
    own = {disposition.id: disposition.key for disposition in dispositions if disposition.key}
    free = [key for key in KEYS if key not in own.values()]
    others = [disposition.id for disposition in dispositions if not disposition.key]
    return own | dict(zip(others, free, strict=False))


def check_callback(disposition: Disposition, callback_at: datetime | None, now: datetime) -> None:
    """Raise CallbackTimeError unless the time is given exactly when it is asked for, and lies ahead."""
    if disposition.asks_callback and callback_at is None:
        raise CallbackTimeError("“{name}” needs the date and time of the next call.", name=disposition.name)
    if not disposition.asks_callback and callback_at is not None:
        raise CallbackTimeError("“{name}” takes no date and time: leave them out.", name=disposition.name)
    if callback_at is not None and callback_at <= now:
        raise CallbackTimeError("The time of the next call is in the past: choose a later one.")


def lead_after(
    disposition: Disposition,
    callback_at: datetime | None,
    agent_id: int,
    settings: CampaignSettings,
    now: datetime,
    *,
    in_a_row: int = 0,
) -> LeadChange:
    """What saving this disposition does to the lead. in_a_row: how many of its last talks ended with it before.

    A private disposition makes the lead the agent's own, unless the campaign has private leads off. A private lead
    stays to be called: at the agreed time, else after the disposition's own minutes or the campaign's retry interval.
    A retry rule of its own has the lead called again, whatever the campaign's limits: a person chose it.
    """
    private = disposition.private and settings.private_leads is not PrivateLeads.OFF
    owner_id = agent_id if private else None
    if disposition.do_not_call:
        return LeadChange(LeadState.CLOSED, do_not_call=True)
    if callback_at is not None:
        return LeadChange(LeadState.CALLBACK, callback_at, counts=False, resets=True, owner_id=owner_id)
    own = disposition.retry_minutes
    if own is not None and disposition.retry_limit is not None and in_a_row >= disposition.retry_limit:
        return LeadChange(LeadState.CLOSED)
    due_at = now + timedelta(minutes=settings.retry_interval if own is None else own)
    if private:
        return LeadChange(LeadState.CALLBACK, due_at, counts=False, resets=True, owner_id=owner_id)
    if own is not None:
        return LeadChange(LeadState.RETRY, due_at, counts=False, resets=True)
    return LeadChange(LeadState.CLOSED)


def lead_set_aside(settings: CampaignSettings, now: datetime) -> LeadChange:
    """What becomes of the lead when a supervisor takes the agent away from an open form: it is called again."""
    due_at = now + timedelta(minutes=settings.retry_interval)
    return LeadChange(LeadState.RETRY, due_at, counts=False, resets=True)
