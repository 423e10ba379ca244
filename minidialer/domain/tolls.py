"""Tolls: which numbers the dialer may call at all, so that nobody can make it run up a bill.

Numbers of the own country are called, those at a premium and those abroad are not, unless the settings allow the
beginning of the number. What a number is, the importing side says: the rules of a country need a library.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from .sentence import RefusedError, Sentence, sentence


class Toll(StrEnum):
    """What calling a number costs, as far as its digits tell."""

    OWN = "own"
    FOREIGN = "foreign"
    PREMIUM = "premium"


WHY = {
    Toll.FOREIGN: sentence("numbers abroad are not dialled, unless [numbers] foreign_prefixes allows them"),
    Toll.PREMIUM: sentence("premium-rate numbers are not dialled, unless [numbers] premium_prefixes allows them"),
}


def _all_own(_number: str) -> Toll:
    return Toll.OWN


@dataclass(frozen=True, slots=True)
class Tolls:
    """Numbers are E.164, `foreign` and `premium` beginnings of them. Allowing a country allows no premium in it.

    `kind` says what a number is; without it every number may be called, which is for simulations only.
    """

    foreign: tuple[str, ...] = ()
    premium: tuple[str, ...] = ()
    kind: Callable[[str], Toll] = _all_own

    def refusal(self, number: str) -> Toll | None:
        """Why this number may not be called; None: it may."""
        toll = self.kind(number)
        if toll is Toll.OWN or number.startswith(self.premium if toll is Toll.PREMIUM else self.foreign):
            return None
        return toll

    def check(self, number: str) -> None:
        """Raise RefusedError for a number that may not be called."""
        toll = self.refusal(number)
        if toll is not None:
            raise RefusedError("{number} is not called: {reason}.", number=number, reason=why(toll))


def why(toll: Toll) -> Sentence:
    """The reason as a supervisor reads it."""
    return WHY[toll]
