"""What is wrong with parameters, as one sentence that names the key and what is allowed."""

from collections.abc import Iterable

from pydantic import ValidationError

from minidialer.domain.allowed import allowed
from minidialer.domain.nearest import nearest
from minidialer.domain.sentence import RefusedError, Sentence

from .sentences import ControlError

INVALID = "invalid_params"


def explained(error: ValidationError, keys: Iterable[str]) -> ControlError:
    """The first mistake; a key typed wrong comes before the right one that is missing."""
    first = min(error.errors(include_url=False), key=lambda item: item["type"] != "extra_forbidden")
    key = ".".join(str(part) for part in first["loc"])
    known = tuple(keys)
    if first["type"] == "extra_forbidden":
        near = nearest(key, known)
        if near is not None:
            return ControlError("There is no {key}: did you mean {near}?", code=INVALID, key=key, near=near)
        return ControlError("There is no {key}: use one of {keys}.", code=INVALID, key=key, keys=", ".join(known))
    if first["type"] == "missing":
        return ControlError("{key} is missing: give it.", code=INVALID, key=key)
    value = _short(first["input"])
    problem = first.get("ctx", {}).get("error")
    if isinstance(problem, RefusedError):
        return ControlError("{key} = {value}: {problem}", code=INVALID, key=key, value=value, problem=problem.sentence)
    predicate = allowed(first["type"], first.get("ctx", {}), first["msg"])
    return ControlError("{key} = {value}: it {allowed}.", code=INVALID, key=key, value=value, allowed=predicate)


def fault(error: ValidationError) -> Sentence:
    """The first mistake of one value, as what would follow its name: “must be 5 or more”."""
    first = error.errors(include_url=False)[0]
    problem = first.get("ctx", {}).get("error")
    if isinstance(problem, RefusedError):
        return problem.sentence
    return allowed(first["type"], first.get("ctx", {}), first["msg"])


def _short(value: object) -> str:
    text = str(value) if str(value).isprintable() else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
