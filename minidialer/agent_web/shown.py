"""The page's view as JSON: codes for programs, texts in the agent's language for people. docs/agent.md lists it all.

Times are ISO 8601 in UTC; names that end in `_text` or `_local` are the agent's language and time zone.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from minidialer.domain.disposition import Disposition, keys

from . import labels
from .i18n import Words
from .services import CallForm, CampaignChoice, Connections, PastAttempt, Seat, SeatView, Statistics

Json = dict[str, Any]
LOCAL = "%Y-%m-%dT%H:%M"  # what date and time fields of a browser take


class Shown:
    """One agent's view of things. `now` belongs to the request."""

    def __init__(self, seat: Seat, words: Words, now: datetime) -> None:
        self._seat = seat
        self._words = words
        self._zone = ZoneInfo(seat.time_zone)
        self._now = now

    def seat(self) -> Json:
        """Whose page it is."""
        seat = self._seat
        return {
            "login": seat.login,
            "name": seat.name,
            "language": self._words.language,
            "time_zone": seat.time_zone,
            "tabs": sorted(seat.tabs),
        }

    def view(self, view: SeatView) -> Json:
        """The whole page."""
        words = self._words
        headline, hint = labels.headline(view, words)
        return {
            "version": view.version,
            "language": words.language,
            "tabs": sorted(self._seat.tabs),
            "now": self._now.isoformat(),
            "state": view.state,
            "state_text": words.gettext(labels.STATES[view.state]),
            "reason": view.reason,
            "reason_text": labels.reason(view, words),
            "headline": headline,
            "hint": hint,
            "since": _iso(view.since),
            "after_call": view.after_call,
            "after_call_text": words.gettext(labels.AFTER_CALL.get(view.after_call, "")),
            "campaign": view.campaign,
            "phone": view.phone,
            "call_phone_again": labels.wants_phone(view),
            "campaigns": [_campaign(choice) for choice in sorted(view.campaigns, key=lambda item: not item.running)],
            "pause_reasons": [{"reason": reason, "text": words.gettext(reason)} for reason in view.pause_reasons],
            "today": self._today(view),
            "calling": None
            if view.calling is None
            else {"lead_id": view.calling.lead_id, "number": view.calling.number, "stage": view.calling.stage},
            "form": self._form(view.form) if view.form is not None else None,
            "notice": words.say(view.notice) if view.notice is not None else "",
        }

    def _today(self, view: SeatView) -> Json:
        today, words = view.today, self._words
        return {
            "calls": today.calls,
            "calls_text": words.plural("{count} call", "{count} calls", today.calls),
            "talk_seconds": round(today.talk_seconds),
            "talk_text": words.gettext("{duration} of talk").format(
                duration=labels.duration(today.talk_seconds, words)
            ),
            "successes": today.successes,
            "successes_text": words.plural("{count} success", "{count} successes", today.successes),
        }

    def _form(self, form: CallForm) -> Json:
        draft, digits = form.draft, keys(form.dispositions)
        label = {choice.name: choice.label(self._words.language) for choice in form.dispositions}
        return {
            "attempt_id": form.attempt_id,
            "number": form.number,
            "name": form.name,
            "campaign": form.campaign,
            "lead_list": form.lead_list,
            "talking": form.talking,
            "on_hold": form.on_hold,
            "connected_at": _iso(form.connected_at),
            "fields": [
                {"name": name, "value": value, "editable": name in form.editable} for name, value in form.fields.items()
            ],
            "notes": form.notes,
            "script": form.script,
            "history": [self._past(attempt, label) for attempt in form.history],
            "dispositions": [_disposition(choice, label, digits) for choice in form.dispositions],
            "autosave": form.autosave,
            "draft": None
            if draft is None
            else {
                "disposition_id": draft.disposition_id,
                "callback_at": draft.callback_at,
                "notes": draft.notes,
                "fields": dict(draft.fields),
            },
            "callback_local": self._local(form.suggested_callback),
            "today_local": self._local(self._now)[:10],
            "time_zone": self._seat.time_zone,
            "saved": form.saved,
            "wrap_up_ends_at": _iso(form.wrap_up_ends_at),
            "default_disposition": label.get(form.default_disposition, form.default_disposition),
            "transfer_targets": list(form.transfer_targets),
        }

    def _past(self, attempt: PastAttempt, label: Mapping[str, str]) -> Json:
        return {
            "at": _iso(attempt.at),
            "at_text": self._moment(attempt.at),
            "outcome": attempt.outcome,
            "outcome_text": self._words.gettext(labels.OUTCOMES.get(attempt.outcome, attempt.outcome)),
            "agent": attempt.agent,
            "disposition": label.get(attempt.disposition, attempt.disposition),
            "notes": attempt.notes,
        }

    def connections(self, connections: Connections) -> Json:
        """The Connections tab."""
        words = self._words
        return {
            "lines": [
                {
                    "lead_id": line.lead_id,
                    "number": line.number,
                    "name": line.name,
                    "kind": line.kind,
                    "kind_text": words.gettext(labels.KINDS.get(line.kind, line.kind)),
                    "due_at": _iso(line.due_at),
                    "due_text": self._due(line.due_at) if line.due_at is not None else "",
                    "due": line.due_at is not None and line.due_at <= self._now,
                    "campaign_id": line.campaign_id,
                    "campaign": line.campaign,
                    "last_disposition": self._label(line.last_disposition),
                }
                for line in connections.lines
            ],
            "count_text": words.plural("{count} number", "{count} numbers", len(connections.lines)),
            "may_take": connections.may_take,
            "may_take_text": words.plural(
                "You may have {count} more.", "You may have {count} more.", connections.may_take
            ),
            "campaigns": [_campaign(choice) for choice in connections.campaigns],
        }

    def statistics(self, statistics: Statistics) -> Json:
        """The My statistics tab. Seconds; `share` is of the time logged in."""
        words = self._words
        times: list[tuple[str, str, float]] = [
            ("ready", words.gettext("Waiting"), statistics.ready),
            ("reserved", words.gettext("Connecting"), statistics.reserved),
            ("talk", words.gettext("Talking"), statistics.talk),
            ("wrap_up", words.gettext("Forms after calls"), statistics.wrap_up),
            ("paused", words.gettext("Paused"), sum(statistics.paused.values())),
        ]
        return {
            "first": statistics.first.isoformat(),
            "last": statistics.last.isoformat(),
            "logged_in": round(statistics.logged_in),
            "logged_in_text": labels.duration(statistics.logged_in, words),
            "calls": statistics.calls,
            "calls_text": words.plural("{count} call", "{count} calls", statistics.calls),
            "successes": statistics.successes,
            "successes_text": words.plural("{count} success", "{count} successes", statistics.successes),
            "times": [self._time(code, text, seconds, statistics.logged_in) for code, text, seconds in times],
            "pauses": self._pauses(statistics.paused, statistics.logged_in),
            "dispositions": self._dispositions(statistics),
        }

    def _dispositions(self, statistics: Statistics) -> list[Json]:
        """By label, the commonest first: one that was removed and its successor may read the same."""
        counts: Counter[str] = Counter()
        for disposition, count in statistics.dispositions:
            counts[self._label(disposition)] += count
        return [{"name": name, "count": count} for name, count in counts.most_common()]

    def _label(self, disposition: Disposition | None) -> str:
        return disposition.label(self._words.language) if disposition is not None else ""

    def _pauses(self, paused: Mapping[str, float], whole: float) -> list[Json]:
        words = self._words
        return [
            self._time(reason, labels.pause(reason, words), seconds, whole)
            for reason, seconds in sorted(paused.items(), key=lambda item: -item[1])
        ]

    def _time(self, code: str, text: str, seconds: float, whole: float) -> Json:
        return {
            "code": code,
            "text": text,
            "seconds": round(seconds),
            "duration_text": labels.duration(seconds, self._words),
            "share": min(1.0, seconds / whole) if whole > 0 else 0.0,
        }

    def _moment(self, at: datetime) -> str:
        return self._words.moment(at.astimezone(self._zone))

    def _due(self, at: datetime) -> str:
        """When to call; the near days by their names."""
        local, gettext = at.astimezone(self._zone), self._words.gettext
        days = (local.date() - self._now.astimezone(self._zone).date()).days
        named = {0: gettext("today {time}"), 1: gettext("tomorrow {time}")}
        return named[days].format(time=f"{local:%H:%M}") if days in named else self._words.moment(local)

    def _local(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime(LOCAL)


def _campaign(choice: CampaignChoice) -> Json:
    return {
        "id": choice.id,
        "name": choice.name,
        "running": choice.running,
        "joined": choice.joined,
        "nailed_up": choice.nailed_up,
    }


def _disposition(choice: Disposition, label: Mapping[str, str], digits: Mapping[int, str]) -> Json:
    return {
        "id": choice.id,
        "name": label[choice.name],
        "key": digits.get(choice.id, ""),
        "asks_callback": choice.asks_callback,
        "private": choice.private,
        "success": choice.success,
        "do_not_call": choice.do_not_call,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
