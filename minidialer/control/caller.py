"""A plain client: one call at a time, no event loop. For the command line."""

import itertools
import json
import os
import socket
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from pydantic import BaseModel

from . import wire
from .connecting import connected_socket
from .method import Method
from .models.system import HELLO, HelloParams
from .protocol import PROTOCOL
from .sentences import DaemonAwayError

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
_LONG = 3600.0  # seconds for what takes minutes


class Caller:
    """`with Caller(path) as caller: caller.call(METHOD, params)`. Raises ControlError."""

    def __init__(self, path: Path, *, name: str = "", timeout: float = 60.0) -> None:
        self._path = path
        self._name = name or f"pid {os.getpid()}"
        self._timeout = timeout
        self._ids = itertools.count(1)
        self._socket: socket.socket | None = None
        self._file: Any = None

    def __enter__(self) -> Self:
        self._socket = connected_socket(self._path)
        self._socket.settimeout(self._timeout)
        self._file = self._socket.makefile("rb")
        try:
            self.call(HELLO, HelloParams(client=self._name, protocol=PROTOCOL))
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        if self._socket is not None:
            self._socket.close()

    def call(self, method: Method[P, R], params: P) -> R:
        """The method's result. Raises ControlError with the daemon's refusal, DaemonAwayError when it is gone."""
        if self._socket is None:
            raise RuntimeError("a Caller is used inside its `with` block only")
        identity = next(self._ids)
        patience = _LONG if method.long else self._timeout
        self._socket.settimeout(patience)
        try:
            self._socket.sendall(wire.request(identity, method.name, params))
            answer = self._answer(identity)
        except TimeoutError:
            raise DaemonAwayError(
                "The daemon did not answer {method} for {seconds:g} s: look at its log.",
                code="daemon_away",
                method=method.name,
                seconds=patience,
            ) from None
        except OSError:
            raise _gone() from None
        if "error" in answer:
            raise wire.raised(answer["error"])
        return wire.result(method, answer["result"])

    def _answer(self, identity: int) -> dict[str, Any]:
        while True:
            text = self._file.readline()
            if not text:
                raise _gone()
            message = json.loads(text)
            if isinstance(message, dict) and message.get("id") == identity:
                return message
            if isinstance(message, dict) and "error" in message and message.get("id") is None:
                raise wire.raised(message["error"])


def _gone() -> DaemonAwayError:
    return DaemonAwayError("The daemon closed the connection: it is stopping, or look at its log.", code="daemon_away")
