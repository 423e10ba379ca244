"""What a browser posts: hostile until checked. Everything that is wrong raises BadInputError, one sentence."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from minidialer.domain.sentence import RefusedError

from .services import Draft

LINE, TEXT = 200, 20_000  # characters of a line, of notes and of a field
FIELDS = 500
LARGEST_ID = 2**63 - 1
LONGEST_SPAN = timedelta(days=366)


class BadInputError(RefusedError):
    """The request is not what the page sends."""


class Fields:
    """The object of a JSON body. Each `take_…` checks one value; `done` refuses what nobody asked for."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    @classmethod
    def parse(cls, body: bytes) -> "Fields":
        """The fields of a body; an empty body has none."""
        try:
            values = json.loads(body or b"{}")
        except (ValueError, RecursionError):
            raise BadInputError("The request is not valid JSON: reload the page.") from None
        if not isinstance(values, dict):
            raise BadInputError("The request is not a JSON object: reload the page.")
        return cls(cast(dict[str, Any], values))

    def take_id(self, name: str) -> int:
        """A number that names something."""
        return _whole(name, self._values.pop(name, None), LARGEST_ID)

    def take_count(self, name: str, most: int) -> int:
        """From 1 to `most`."""
        return _whole(name, self._values.pop(name, None), most)

    def take_optional_id(self, name: str) -> int | None:
        """A number that names something, or null."""
        value = self._values.pop(name, None)
        return None if value is None else _whole(name, value, LARGEST_ID)

    def take_flag(self, name: str) -> bool:
        """True or false."""
        value = self._values.pop(name, None)
        if not isinstance(value, bool):
            raise BadInputError("“{name}” is not true or false: reload the page.", name=name)
        return value

    def take_line(self, name: str, most: int = LINE) -> str:
        """One line, without blanks around it; "" when it is left out."""
        text = _text(name, self._values.pop(name, ""), most).strip()
        if any(ord(letter) < 32 for letter in text):
            raise BadInputError("“{name}” cannot hold control characters: type it again.", name=name)
        return text

    def take_text(self, name: str) -> str:
        """Any text; line ends become \\n."""
        return _text(name, self._values.pop(name, ""), TEXT)

    def take_texts(self, name: str) -> dict[str, str]:
        """An object of texts."""
        values = self._values.pop(name, {})
        if not isinstance(values, dict) or len(values) > FIELDS:
            raise BadInputError("“{name}” is not an object of at most {limit} texts.", name=name, limit=FIELDS)
        return {_text(name, key, LINE): _text(str(key)[:LINE], value, TEXT) for key, value in values.items()}

    def take_draft(self) -> Draft:
        """What was typed so far."""
        return Draft(
            disposition_id=self.take_optional_id("disposition_id"),
            callback_at=self.take_line("callback_at", 40),
            notes=self.take_text("notes"),
            fields=self.take_texts("fields"),
        )

    def take_moment(self, name: str, zone: ZoneInfo) -> datetime | None:
        """A date and time: the agent's local one, or with an offset; None when it is left out. Gives UTC."""
        text = self.take_line(name, 40)
        return moment(text, zone) if text else None

    def done(self) -> None:
        """Nothing else was sent."""
        if self._values:
            name = str(next(iter(self._values)))[:LINE].encode(errors="replace").decode()
            raise BadInputError("Nobody knows “{name}” here: reload the page.", name=name)


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A typed date and time as UTC. Raises BadInputError, also for a time the clocks leave out."""
    try:
        at = datetime.fromisoformat(text)
        local = at if at.tzinfo is not None else at.replace(tzinfo=zone)
        known = local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInputError("The date and time are not complete: give both.") from None
    if len(text) <= len("2026-01-31"):
        raise BadInputError("The date and time are not complete: give both.")
    if known.astimezone(zone).replace(tzinfo=None) != local.astimezone(zone).replace(tzinfo=None) or (
        at.tzinfo is None and known.astimezone(zone).replace(tzinfo=None) != at
    ):
        raise BadInputError("That hour does not exist: the clocks are put forward then; choose another.")
    return known


def days(first: str, last: str, today: date) -> tuple[date, date]:
    """The first and last day of a statistics query; "" is today. Raises BadInputError."""
    try:
        begin, end = (date.fromisoformat(text) if text else today for text in (first, last))
    except ValueError:
        raise BadInputError("A day is written like 2026-01-31: choose it again.") from None
    if not begin <= end or end - begin > LONGEST_SPAN:
        raise BadInputError("The last day comes before the first, or more than a year after it: choose again.")
    return begin, end


def _whole(name: str, value: object, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise BadInputError("“{name}” is not a number from 1 to {most}.", name=name, most=most)
    return value


def _text(name: str, value: object, most: int) -> str:
    if not isinstance(value, str):
        raise BadInputError("“{name}” is not a text: reload the page.", name=name)
    if len(value) > most:
        raise BadInputError("“{name}” has more than {most} characters: shorten it.", name=name, most=most)
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise BadInputError("“{name}” holds characters that are not text: type it again.", name=name)
    return value.replace("\r\n", "\n").replace("\r", "\n")
