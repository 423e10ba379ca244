"""Trunks: carriers' endpoints and what they can carry."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trunk:
    """A carrier's endpoint. `dial`: channel to originate, `{number}` is E.164, `{digits}` the same without `+`."""

    name: str
    dial: str
    channels: int = 30
    calls_per_second: int = 10

    def channel(self, number: str) -> str:
        """The channel that calls this E.164 number."""
        return self.dial.format(number=number, digits=number.lstrip("+"))
