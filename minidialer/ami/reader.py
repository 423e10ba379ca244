"""Bytes from Asterisk to messages: any chunking gives the same ones, and no peer can make it hold much."""

from __future__ import annotations

import logging

from .message import Message, parse_message

log = logging.getLogger(__name__)

LARGEST_MESSAGE = 262_144
"""Bytes; a larger message is skipped. Asterisk's largest events are a hundredth of it."""
_LONGEST_GREETING = 256
_GREETING = b"Asterisk Call Manager/"
_END = b"\r\n\r\n"


class NotAsteriskError(ValueError):
    """The peer's first line is not that of an Asterisk manager."""


class MessageReader:
    """Fed with bytes, gives messages. `version` is the protocol's, from the greeting; empty before."""

    def __init__(self) -> None:
        self.version = ""
        self._buffer = bytearray()
        self._searched = 0  # no end of a message begins before this
        self._skipping = False  # inside a message that is too large
        self._warned = False

    def feed(self, data: bytes) -> list[Message]:
        """Take the next bytes; the messages they complete. Raises NotAsteriskError on the first line only."""
        self._buffer += data
        if not self.version and not self._greet():
            return []
        if self._buffer.find(_END, self._searched) < 0:
            self._bound()
            return []
        *blocks, rest = bytes(self._buffer).split(_END)
        self._buffer = bytearray(rest)
        if self._skipping:
            del blocks[0]
            self._skipping = False
        messages = []
        for block in blocks:
            if len(block) > LARGEST_MESSAGE:
                self._warn()
                continue
            message = parse_message(block)
            if message is not None:
                messages.append(message)
        self._bound()
        return messages

    def _greet(self) -> bool:
        """Take the greeting off the buffer when it is complete; refuse any other."""
        line, end, rest = self._buffer.partition(b"\r\n")
        begun = line[: len(_GREETING)]
        if len(line) > _LONGEST_GREETING or not _GREETING.startswith(begun) or (end and begun != _GREETING):
            said = bytes(line[:40]).decode("utf-8", "replace")
            raise NotAsteriskError(f"it said {said!r}")
        if not end:
            return False
        self.version = bytes(line).removeprefix(_GREETING).decode("utf-8", "replace").strip() or "unknown"
        self._buffer = rest
        return True

    def _bound(self) -> None:
        """Keep the unfinished message, unless it is too large already: then only what may begin its end."""
        if len(self._buffer) > LARGEST_MESSAGE + len(_END) - 1:
            self._skipping = True
            self._warn()
        if self._skipping:
            del self._buffer[: -(len(_END) - 1)]
        self._searched = max(0, len(self._buffer) - len(_END) + 1)

    def _warn(self) -> None:
        if not self._warned:
            self._warned = True
            log.warning("a message larger than %d bytes was skipped", LARGEST_MESSAGE, extra={"action": "read"})
