"""From a line to its answer: JSON-RPC checked, parameters checked, the use case called, refusals told."""

import json
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from minidialer.control import wire
from minidialer.control.explain import explained
from minidialer.control.protocol import BATCH_LIMIT, METHODS
from minidialer.control.sentences import ControlError
from minidialer.domain.nearest import nearest
from minidialer.domain.sentence import RefusedError

log = logging.getLogger(__name__)
Handler = Callable[[Any], Awaitable[BaseModel]]


class Dispatcher:
    """Answers the messages of one connection with these handlers; `read_only`: with those that change nothing."""

    def __init__(self, handlers: Mapping[str, Handler], *, read_only: bool = False) -> None:
        self._handlers = handlers
        self._read_only = read_only

    async def answer(self, text: bytes) -> bytes | None:
        """The line to send back; None when nothing is to be answered."""
        try:
            message = json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            return wire.line(wire.failure(None, _error("The message is not JSON.", "parse_error")))
        if isinstance(message, list):
            return await self._batch(message)
        answer = await self._one(message)
        return wire.line(answer) if answer is not None else None

    async def _batch(self, messages: list[Any]) -> bytes | None:
        if not messages or len(messages) > BATCH_LIMIT:
            refusal = ControlError("A batch holds 1 to {limit} requests.", code="invalid_request", limit=BATCH_LIMIT)
            return wire.line(wire.failure(None, refusal))
        answers = [answer for message in messages if (answer := await self._one(message)) is not None]
        return wire.line(answers) if answers else None

    async def _one(self, message: object) -> dict[str, Any] | None:
        try:
            identity, method, params = _request(message)
        except ControlError as error:
            identity = message.get("id") if isinstance(message, dict) else None
            return wire.failure(identity if _is_id(identity) else None, error)
        wants_answer = isinstance(message, dict) and "id" in message
        try:
            result = await self._call(method, params)
        except RefusedError as error:
            return wire.failure(identity, error) if wants_answer else None
        except Exception:
            log.exception("The method %s failed", method, extra={"action": "control", "method": method})
            refusal = ControlError("The daemon failed at {method}: look at its log.", code="internal", method=method)
            return wire.failure(identity, refusal) if wants_answer else None
        return wire.success(identity, result) if wants_answer else None

    async def _call(self, name: str, params: dict[str, Any]) -> BaseModel:
        method, handler = METHODS.get(name), self._handlers.get(name)
        if method is None or handler is None:
            raise _unknown(name)
        if self._read_only and not method.reads:
            raise ControlError(
                "You may look and change nothing: {method} needs the other control socket.",
                code="forbidden",
                method=name,
            )
        try:
            given = method.params.model_validate(params)
        except ValidationError as error:
            raise explained(error, method.params.model_fields) from None
        return await handler(given)


def _request(message: object) -> tuple[wire.Id, str, dict[str, Any]]:
    if not isinstance(message, dict) or message.get("jsonrpc") != "2.0":
        raise _error("The message is not a JSON-RPC 2.0 request.", "invalid_request")
    if not _is_id(message.get("id")):
        raise _error("The id of a request is text, a number or null.", "invalid_request")
    method = message.get("method")
    if not isinstance(method, str):
        raise _error("The request names no method.", "invalid_request")
    params = message.get("params", {})
    if not isinstance(params, dict):
        raise _error("Parameters are given by name, as an object.", "invalid_params")
    return message.get("id"), method, params


def _is_id(identity: object) -> bool:
    if isinstance(identity, float):
        return math.isfinite(identity)  # 1e999 is JSON, and what becomes of it is not
    return identity is None or (isinstance(identity, str | int) and not isinstance(identity, bool))


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


def _error(template: str, code: str) -> ControlError:
    return ControlError(template, code=code)


def _unknown(name: str) -> ControlError:
    shown = name if name.isprintable() and len(name) <= 80 else repr(name[:80])
    near = nearest(name[:80], METHODS)
    if near is None:
        return ControlError(
            "There is no method {method}: docs/control.md lists them.", code="unknown_method", method=shown
        )
    return ControlError(
        "There is no method {method}: did you mean {near}?", code="unknown_method", method=shown, near=near
    )
