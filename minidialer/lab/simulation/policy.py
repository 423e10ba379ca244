"""Policies: what decides how many calls are placed. `progressive`, `power:80`, `predictive` are the product's modes."""

from dataclasses import dataclass

from minidialer.domain.campaign import PacingMode
from minidialer.domain.floor import Floor
from minidialer.domain.sentence import RefusedError


@dataclass(frozen=True, slots=True)
class Policy:
    """A pacing mode of the product."""

    name: str
    mode: PacingMode
    overdial_percent: int = 0

    def take_seat(self, floor: Floor) -> None:
        """Put its pacers where the dialer looks for them; the product's modes bring their own."""


def policy_of(text: str) -> Policy:
    """The policy of that name. Raises RefusedError."""
    kind, _, value = text.partition(":")
    if kind == "progressive" and not value:
        return Policy(text, PacingMode.PROGRESSIVE)
    if kind == "power" and value.isdigit():
        return Policy(text, PacingMode.POWER, int(value))
    raise RefusedError("There is no policy “{policy}”.", policy=text)
