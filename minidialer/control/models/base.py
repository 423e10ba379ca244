"""Bases and kinds of text that all models share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from minidialer.domain.allowed import LINE, LOGIN

LARGEST = 2**63 - 1  # what the store can hold


class Params(BaseModel):
    """Parameters of a method: an unknown key is an error, so that a typing mistake is never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Result(BaseModel):
    """A method's result: a client ignores keys that a newer daemon adds."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Nothing(Params):
    """No parameters."""


class WireSentence(Result):
    """A sentence as template and values, for the client to say in its reader's language; `text` is the English."""

    template: str
    values: dict[str, "str | int | float | bool | WireSentence | None"] = Field(default_factory=dict)
    text: str = ""


class Done(Result):
    """It is done. `notes`: what the person who asked should know all the same."""

    notes: list[WireSentence] = Field(default_factory=list)


class Count(Result):
    """How many were changed."""

    count: int


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=LINE)]
Login = Annotated[str, StringConstraints(pattern=LOGIN)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=LINE)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=LINE)]


class Named(Params):
    """One thing, by its name."""

    name: Name
