"""Any chunking gives the same messages, and no bytes can raise."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minidialer.ami import message as message_module
from minidialer.ami import reader as reader_module
from minidialer.ami.message import Message, parse_message
from minidialer.ami.protocol import Protocol
from minidialer.ami.reader import MessageReader, NotAsteriskError

from .test_ami_translate import GREETING, RECORDED

STREAM = GREETING + (RECORDED / "ring.ami").read_bytes() + (RECORDED / "busy.ami").read_bytes()
_PIECES = st.sampled_from(
    [b"\r\n", b"\r", b"\n", b"\r\n\r\n", b": ", b":", b"Event: X", b"Response: Success", b"ActionID: 1", b"\0", b"\xc5"]
)
ANY_BYTES = st.one_of(st.binary(), st.lists(st.one_of(_PIECES, st.binary(max_size=8))).map(b"".join))


def read(stream: bytes, cuts: list[int]) -> list[Message]:
    """The messages of a stream that arrives cut at these places."""
    reader = MessageReader()
    places = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    return [message for early, late in pairwise(places) for message in reader.feed(stream[early:late])]


@given(st.lists(st.integers(min_value=0)))
def test_recorded_stream_at_any_chunking(cuts: list[int]) -> None:
    assert read(STREAM, cuts) == read(STREAM, [])


def test_recorded_stream_byte_by_byte() -> None:
    assert read(STREAM, list(range(len(STREAM)))) == read(STREAM, [])
    assert len(read(STREAM, [])) == STREAM.count(b"\r\n\r\n")


@given(ANY_BYTES, st.lists(st.integers(min_value=0), max_size=5))
def test_any_bytes_at_any_chunking(garbage: bytes, cuts: list[int]) -> None:
    assert read(GREETING + garbage, cuts) == read(GREETING + garbage, [])


@given(st.lists(ANY_BYTES, max_size=5), st.booleans())
@settings(deadline=None)
def test_no_bytes_raise_out_of_data_received(pieces: list[bytes], greeted: bool) -> None:
    async def feed() -> None:
        told: list[Message | str] = []
        protocol = Protocol(told.append, told.append)
        if greeted:
            protocol.data_received(GREETING)
        for piece in pieces:
            protocol.data_received(piece)
        assert greeted == (protocol.greeted.done() and protocol.greeted.exception() is None) or not greeted

    asyncio.run(feed())


@pytest.mark.parametrize("size", [200, 1000, 5000])
def test_too_large_a_message_is_skipped_at_any_chunking(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(reader_module, "LARGEST_MESSAGE", 100)
    stream = GREETING + b"Event: A\r\n\r\nEvent: Huge\r\nX: " + b"x" * size + b"\r\n\r\nEvent: B\r\n\r\n"
    for step in (1, 2, 3, 50, 99, 101, 10_000):
        assert [message.name for message in read(stream, list(range(0, len(stream), step)))] == ["A", "B"]


def test_too_long_a_line_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_module, "LONGEST_LINE", 100)
    message = parse_message(b"Event: A\r\nLong: " + b"x" * 200 + b"\r\nShort: y")
    assert message is not None
    assert (message.text("Long"), message.text("Short")) == ("", "y")


@pytest.mark.parametrize("said", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400", b"\r\n", b"A" * 300, b"\xff\xfe"])
def test_another_greeting_is_refused(said: bytes) -> None:
    with pytest.raises(NotAsteriskError):
        MessageReader().feed(said)


def test_headers() -> None:
    message = parse_message(b"Event: X\r\nEmpty:\r\nTight:1\r\nTwice: a\r\ntwice: b\r\nno header\r\nUrl: sip:a@b")
    assert message is not None
    assert message.is_event
    assert message.values("TWICE") == ["a", "b"]
    assert message.values("none") == []
    assert [message.text(name) for name in ("empty", "tight", "twice", "url", "none")] == ["", "1", "a", "sip:a@b", ""]
    assert parse_message(b"Something: else") is None
