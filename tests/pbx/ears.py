"""Who hears what: the audio that reaches a telephone or a customer, and the tone of the lab's phones in it."""

from __future__ import annotations

import asyncio
import math
import wave
from pathlib import Path
from typing import NamedTuple

from minidialer.lab import Lab

TONE = 1004.0  # Hz; what Milliwatt() plays
RATE = 8000
CUSTOMER = "a customer"
_SILENT_PHONE = "[phone-hush]\nexten => s,1,Answer(0,i)\n same => n,Wait(600)\n"


class Sound(NamedTuple):
    """Root mean square (of 32767), and the share of the tone in it (0 to 1)."""

    loudness: float
    tone: float


async def hush(lab: Lab, phone: str) -> None:
    """Let a phone answer and say nothing: the tone is then nobody's but another one's."""
    file = lab.carrier.etc / "tests.conf"
    if not file.exists() or _SILENT_PHONE not in file.read_text():
        with file.open("a") as added:
            added.write(_SILENT_PHONE)
        await lab.carrier.rx("dialplan reload")
    await lab.carrier.rx(f"database put phone {phone} hush")


async def heard(lab: Lab, folder: Path, *whom: str, seconds: float = 1.0) -> dict[str, Sound]:
    """What each of them (a phone's number, or CUSTOMER) hears now."""
    channels = await _channels(lab)
    files = {who: folder / f"{index}-{asyncio.get_running_loop().time():.3f}.wav" for index, who in enumerate(whom)}
    for who, file in files.items():
        await lab.carrier.rx(f"mixmonitor start {channels[who]} {file}.mix.wav,r({file})")
    await asyncio.sleep(seconds)
    for who in files:
        await lab.carrier.rx(f"mixmonitor stop {channels[who]}")
    await asyncio.sleep(0.1)
    return {who: _measured(file) for who, file in files.items()}


async def _channels(lab: Lab) -> dict[str, str]:
    found = {}
    for line in (await lab.carrier.rx("core show channels concise")).splitlines():
        channel, *_, account = line.split("!")[:9]
        if channel.startswith("PJSIP/"):
            found[account.removeprefix("phone") or CUSTOMER] = channel
    return found


def _measured(file: Path) -> Sound:
    """By Goertzel's algorithm."""
    if not file.exists() or not file.stat().st_size:
        return Sound(0.0, 0.0)
    with wave.open(str(file)) as sound:
        raw = sound.readframes(sound.getnframes())
    samples = memoryview(raw).cast("h").tolist()
    energy = sum(sample * sample for sample in samples)
    if not energy:
        return Sound(0.0, 0.0)
    turn = 2 * math.cos(2 * math.pi * TONE / RATE)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    power = last * last + before * before - turn * last * before
    return Sound(math.sqrt(energy / len(samples)), 2 * power / (energy * len(samples)))
