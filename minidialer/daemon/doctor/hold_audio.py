"""Hold audio, checked by listening: AMI has no list of music classes for a user with few privileges.

A Local channel that nobody hears is sent into the dialplan's hold context for a moment. Music that plays raises an
event; an announcement that is missing leaves PLAYBACKSTATUS=FAILED on the channel.
"""

import asyncio
import contextlib
import os
from collections.abc import Iterable

from minidialer.ami.errors import AmiDownError, AmiRefusedError, AmiTimeoutError, UnsafeValueError
from minidialer.ami.message import Message
from minidialer.ami.session import Session
from minidialer.domain.campaign import HoldAudio
from minidialer.domain.sentence import sentence

from .check import Check, failed, ok

_WAIT = 1.5  # seconds until music has surely begun, or an announcement has failed
_ERRORS = (AmiDownError, AmiRefusedError, AmiTimeoutError, UnsafeValueError)


class Listener:
    """Hears which music plays on which of doctor's channels."""

    def __init__(self) -> None:
        self._music: dict[str, str] = {}
        self._heard = asyncio.Event()

    def hear(self, message: Message) -> None:
        """An event of Asterisk."""
        if message.name == "MusicOnHoldStart":
            self._music[message.text("Uniqueid")] = message.text("Class")
            self._heard.set()

    async def music_on(self, channel: str) -> str | None:
        """The class that plays there; None when none has begun in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_WAIT):
                while channel not in self._music:
                    self._heard.clear()
                    await self._heard.wait()
        return self._music.get(channel)


async def hold_audio_check(session: Session, listener: Listener, wanted: Iterable[HoldAudio]) -> Check:
    """Does everything that campaigns name play?"""
    silent = []
    names = []
    for number, audio in enumerate(sorted(wanted, key=lambda item: (item.music, item.announcement))):
        name = audio.announcement or audio.music or "default"
        names.append(name)
        try:
            if not await _plays(session, listener, audio, f"minidialer-doctor-{os.getpid()}-{number}"):
                silent.append(name)
        except _ERRORS as error:
            return failed("hold_audio", sentence("{problem}", problem=error), sentence("Look at Asterisk's log."))
    if silent:
        return failed(
            "hold_audio",
            sentence("{names} cannot be played", names=", ".join(silent)),
            sentence("Add the class to musiconhold.conf, or the sound file to Asterisk's sounds folder, and reload."),
        )
    return ok("hold_audio", sentence("{names}", names=", ".join(names)))


async def _plays(session: Session, listener: Listener, audio: HoldAudio, channel: str) -> bool:
    other = f"{channel}-b"
    variables = [f"__MD_HOLD_MUSIC={audio.music}", "__MD_QUEUE_WAIT=3"]
    if audio.announcement:
        variables.append(f"__MD_HOLD_ANNOUNCEMENT={audio.announcement}")
    await session.action(
        "Originate",
        {
            "Channel": "Local/s@minidialer-hold/n",
            "ChannelId": channel,
            "OtherChannelId": other,
            "Application": "Wait",
            "Data": "3",
            "Variable": tuple(variables),
            "Async": "true",
        },
    )
    try:
        if not audio.announcement:
            # A class that is missing is replaced by `default` without a word.
            return await listener.music_on(other) == (audio.music or "default")
        await asyncio.sleep(_WAIT)
        answer = await session.action("Getvar", {"Channel": other, "Variable": "PLAYBACKSTATUS"})
        return answer.text("Value") != "FAILED"
    finally:
        with contextlib.suppress(*_ERRORS):
            await session.action("Hangup", {"Channel": channel})
