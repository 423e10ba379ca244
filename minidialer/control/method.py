"""One method of the protocol: its name, what it takes and what it gives."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True)
class Method(Generic[P, R]):
    """A method; `summary` is its line in docs/control.md.

    `reads`: it changes nothing and tells no secret, so the read-only socket takes it, too.
    `long`: on a list of a million it takes minutes.
    """

    name: str
    params: type[P]
    result: type[R]
    summary: str
    reads: bool = False
    long: bool = False
