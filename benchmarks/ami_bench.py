"""Events per second from bytes to the dialer's events, as a ratio to the floor: splitting the bytes at blank lines.

Run: python -m benchmarks.ami_bench. The stream is a recorded call of tests/ami/recorded, repeated.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from minidialer.ami.message import Message
from minidialer.ami.protocol import Protocol
from minidialer.ami.translate import Translator

RECORDED = Path(__file__).parents[1] / "tests" / "ami" / "recorded" / "nailed_up.ami"
GREETING = b"Asterisk Call Manager/11.0.0\r\n"
REPEATS = 400
CHUNK = 65_536
ROUNDS = 5


def main() -> None:
    """Measure and print."""
    stream = RECORDED.read_bytes() * REPEATS
    chunks = [stream[start : start + CHUNK] for start in range(0, len(stream), CHUNK)]
    messages = stream.count(b"\r\n\r\n")
    floor = min(_timed(lambda: _split(chunks)) for _ in range(ROUNDS))
    ours = min(_timed(lambda: asyncio.run(_protocol_and_translate(chunks))) for _ in range(ROUNDS))
    print(f"{messages} messages, {len(stream) / messages:.0f} bytes each")
    print(f"floor (split at blank lines)  {messages / floor:12,.0f} messages/s")
    print(f"protocol and translation      {messages / ours:12,.0f} messages/s")
    print(f"ratio                         {ours / floor:12.1f}")


def _split(chunks: list[bytes]) -> None:
    rest = b""
    for chunk in chunks:
        *_, rest = (rest + chunk).split(b"\r\n\r\n")


async def _protocol_and_translate(chunks: list[bytes]) -> None:
    translator = Translator()
    count = 0

    def take(message: Message) -> None:
        nonlocal count
        count += len(translator.feed(message))

    protocol = Protocol(take, lambda _: None)
    protocol.data_received(GREETING)
    for chunk in chunks:
        protocol.data_received(chunk)
    assert count == 8 * REPEATS, count


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
