"""State machines as tables. An event that has no line for the state is an error and changes nothing."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from .sentence import RefusedError

State = TypeVar("State", bound=StrEnum)
Happening = TypeVar("Happening", bound=StrEnum)


class TransitionError(RefusedError):
    """This cannot happen in this state."""


def step(table: Mapping[tuple[State, Happening], State], state: State, happening: Happening) -> State:
    """The state that follows. Raises TransitionError when the table has no such line."""
    try:
        return table[state, happening]
    except KeyError:
        raise TransitionError(
            "“{happening}” cannot happen in state “{state}”.", happening=happening.value, state=state.value
        ) from None
