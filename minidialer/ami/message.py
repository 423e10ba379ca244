"""AMI messages as received: an event or a response, with its headers."""

from __future__ import annotations

LONGEST_LINE = 65_536
"""Bytes of one header line received; a longer one is left out of its message."""


class Message:
    """Headers by their name in lower case. Of a repeated header, the first is `text`: Asterisk's own come first.

    That order is why a UserEvent cannot claim another channel's Uniqueid with a header of its own.
    """

    __slots__ = ("_headers", "_repeated", "is_event", "size")

    def __init__(self, headers: dict[str, str], repeated: dict[str, list[str]], size: int) -> None:
        self._headers = headers
        self._repeated = repeated
        self.is_event = "event" in headers
        self.size = size  # bytes on the wire

    def __repr__(self) -> str:
        return f"Message({self._headers!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self._headers == other._headers and self._repeated == other._repeated

    __hash__ = None  # type: ignore[assignment]  # compared by value, as a dict is

    @property
    def name(self) -> str:
        """The event's name; empty for a response."""
        return self._headers.get("event", "")

    @property
    def action_id(self) -> str:
        """The ActionID of the action this answers, or of the action that caused this event; else empty."""
        return self._headers.get("actionid", "")

    def text(self, header: str) -> str:
        """The header's first value, empty when it is absent."""
        return self._headers.get(header.lower(), "")

    def number(self, header: str, default: int = 0) -> int:
        """The header's value as a whole number; `default` when it is none."""
        value = self.text(header)
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else default

    def values(self, header: str) -> list[str]:
        """All values of a header, in order."""
        key = header.lower()
        if key not in self._headers:
            return []
        return [self._headers[key], *self._repeated.get(key, ())]


def parse_message(block: bytes) -> Message | None:
    """The message in the bytes between two blank lines; None when it is neither event nor response.

    UTF-8 that is not is replaced, lines without a colon are left out.
    """
    headers: dict[str, str] = {}
    repeated: dict[str, list[str]] = {}
    lines = block.decode("utf-8", "replace").split("\r\n")
    if len(block) > LONGEST_LINE:
        lines = [line for line in lines if len(line) <= LONGEST_LINE]
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            continue
        key = name.lower()
        value = value.removeprefix(" ")
        if key in headers:
            repeated.setdefault(key, []).append(value)
        else:
            headers[key] = value
    if "event" in headers or "response" in headers:
        return Message(headers, repeated, len(block))
    return None
