"""Sentences on the wire and back."""

from collections.abc import Mapping
from typing import cast

from minidialer.domain.sentence import RefusedError, Sentence

from .models.base import WireSentence

Scalar = str | int | float | bool | None


def to_wire(said: Sentence) -> WireSentence:
    """The sentence as it travels: values that are no JSON scalars travel as their text."""
    return WireSentence(template=said.template, values=_values(said.values), text=str(said))


def from_wire(said: WireSentence) -> Sentence:
    """The sentence as it was."""
    values = {
        name: from_wire(value) if isinstance(value, WireSentence) else value for name, value in said.values.items()
    }
    return Sentence(said.template, values)


def _values(values: Mapping[str, object]) -> dict[str, Scalar | WireSentence]:
    return {name: _value(value) for name, value in values.items()}


def _value(value: object) -> Scalar | WireSentence:
    if isinstance(value, Sentence):
        return to_wire(value)
    if value is None or type(value) in (str, int, float, bool):
        return cast(Scalar, value)
    return str(value)


class ControlError(RefusedError):
    """What the daemon refused, or why it cannot be reached. `code` is a word scripts may compare."""

    def __init__(self, template: str, *, code: str = "refused", **values: object) -> None:
        super().__init__(template, **values)
        self.code = code


class DaemonAwayError(ControlError):
    """Nobody listens at the socket, or the connection was lost."""
