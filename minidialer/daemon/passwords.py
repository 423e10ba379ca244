"""Agents' passwords: argon2, in a thread, two at a time, and as slow for an account that is not there."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from minidialer.domain.sentence import RefusedError

SHORTEST, LONGEST = 8, 200
_AT_ONCE = 2  # each takes 64 MiB and a core
_hasher = PasswordHasher()
_CLEAR = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, o, 0, 1


def generated() -> str:
    """A password to read to somebody: 60 bits, no sign that looks like another one."""
    return "-".join("".join(secrets.choice(_CLEAR) for _ in range(4)) for _ in range(3))


class Passwords:
    """Hashes and checks. Passwords are never logged and never part of a message."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._nobody: str | None = None

    async def hashed(self, password: str) -> str:
        """What the store keeps. Raises RefusedError when it is too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise RefusedError(
                "A password has {shortest} to {longest} characters: choose another one.",
                shortest=SHORTEST,
                longest=LONGEST,
            )
        async with self._turn:
            return await asyncio.to_thread(_hasher.hash, password)

    async def fits(self, password: str, kept: str | None) -> bool:
        """Is it the right one? `kept` None: there is no such account or it has no password, which takes as long."""
        async with self._turn:
            if self._nobody is None:
                self._nobody = await asyncio.to_thread(_hasher.hash, secrets.token_urlsafe(24))
            right = await asyncio.to_thread(_verified, kept or self._nobody, password[: LONGEST + 1])
        return right and kept is not None


def _verified(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
