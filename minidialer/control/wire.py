"""JSON-RPC 2.0, one message a line: reading and writing it, for both ends."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from minidialer.domain.sentence import RefusedError

from .method import Method
from .models.base import WireSentence
from .sentences import ControlError, from_wire, to_wire

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL = -32700, -32600, -32601, -32602, -32603
REFUSED = -32000  # the first code JSON-RPC leaves to applications
NUMBERS = {
    "parse_error": PARSE_ERROR,
    "invalid_request": INVALID_REQUEST,
    "too_large": INVALID_REQUEST,
    "unknown_method": METHOD_NOT_FOUND,
    "invalid_params": INVALID_PARAMS,
    "internal": INTERNAL,
}
Id = str | int | float | None
P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)


def line(message: object) -> bytes:
    """One message as its line. Newlines within are escaped by JSON."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def request(identity: Id, method: str, params: BaseModel) -> bytes:
    """A request; parameters left out travel not at all."""
    body = params.model_dump(mode="json", exclude_unset=True)
    return line({"jsonrpc": "2.0", "id": identity, "method": method, "params": body})


def notification(method: str, params: BaseModel) -> bytes:
    """What the daemon tells a subscriber; made four times a second for each, so the model writes its JSON itself."""
    return f'{{"jsonrpc":"2.0","method":{json.dumps(method)},"params":{params.model_dump_json()}}}\n'.encode()


def success(identity: Id, content: BaseModel) -> dict[str, Any]:
    """An answer."""
    return {"jsonrpc": "2.0", "id": identity, "result": content.model_dump(mode="json")}


def failure(identity: Id, error: RefusedError) -> dict[str, Any]:
    """A refusal: the English sentence, and what it is made of for clients that speak another language."""
    code = error.code if isinstance(error, ControlError) else "refused"
    said = to_wire(error.sentence)
    data = {"code": code, **said.model_dump(mode="json", exclude={"text"})}
    return {
        "jsonrpc": "2.0",
        "id": identity,
        "error": {"code": NUMBERS.get(code, REFUSED), "message": said.text, "data": data},
    }


def result(method: Method[P, R], content: object) -> R:
    """What a client makes of an answer's `result`. Raises ControlError for one that other rules were written for."""
    try:
        return method.result.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ControlError(
            "The daemon's answer to {method} is not understood ({key}: {problem}): use the client of its version.",
            method=method.name,
            key=".".join(str(part) for part in first["loc"]),
            problem=first["msg"],
        ) from None


def raised(error: dict[str, Any]) -> ControlError:
    """The error a client raises for an answer's `error`."""
    data = error.get("data")
    if not isinstance(data, dict) or "template" not in data:
        return ControlError("The daemon refused: {message}", message=str(error.get("message", "")))
    said = from_wire(WireSentence.model_validate({**data, "text": ""}))
    refusal = ControlError(said.template, code=str(data.get("code", "refused")))
    refusal.sentence = said
    return refusal
