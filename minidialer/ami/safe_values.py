"""Values on their way into AMI headers, channel variables and caller ids: what is not plainly itself does not pass.

`protocol` keeps line breaks out of every header. Two places need more: Asterisk splits a `Variable` header at commas,
minding quotes and brackets, and its value later stands inside dialplan expressions; a caller id is parsed, too.
"""

import re
from collections.abc import Mapping

from .errors import UnsafeValueError

_NUMBER = re.compile(r"\+[1-9][0-9]{1,14}")  # E.164
_CALLER_NUMBER = re.compile(r"[0-9A-Za-z+*#._-]{1,40}")
_DIALLABLE = re.compile(r"\+?[0-9]{1,20}")
_CHANNEL = re.compile(r"[0-9A-Za-z]+/[0-9A-Za-z+*#@:;=?%._/-]{1,200}")
_DIGIT = re.compile(r"[0-9*#]")
_LOGIN = re.compile(r"[0-9A-Za-z_.-]{1,79}")
_IN_DIALPLAN = frozenset(",;\"'`\\()[]{}<>$&|^")
_IN_NAME = frozenset(" .+-_")
_LONGEST_NAME = 40


def number(value: str) -> str:
    """An E.164 number."""
    return _checked(_NUMBER, value, "a number to call")


def channel(value: str) -> str:
    """A channel to originate: technology, slash, resource."""
    return _checked(_CHANNEL, value, "a channel")


def digit(value: str) -> str:
    """A key of the telephone."""
    return _checked(_DIGIT, value, "a key of a telephone")


def login(value: str) -> str:
    """The name of an agent's PJSIP endpoint."""
    return _checked(_LOGIN, value, "an agent's login")


def variables(values: Mapping[str, str]) -> tuple[str, ...]:
    """Channel variables as `name=value`; empty ones are left out, which in the dialplan is the same."""
    return tuple(f"{name}={_plain(name, value)}" for name, value in values.items() if value)


def caller_number(value: str) -> str:
    """The caller id a customer sees: a number, or a word that the trunk knows; empty stays empty."""
    return f"<{_checked(_CALLER_NUMBER, value, 'a caller id')}>" if value else ""


def caller_shown(value: str) -> str:
    """The caller id an agent's phone shows: a number, else a name with every sign that could be syntax left out.

    A number stands in both places, because phones show the name; a name stands alone.
    """
    if _DIALLABLE.fullmatch(value):
        return f'"{value}" <{value}>'
    name = "".join(sign for sign in value if sign.isalnum() or sign in _IN_NAME)
    name = " ".join(name.split())[:_LONGEST_NAME].strip()
    return f'"{name}" <>' if name else ""


def _plain(name: str, value: str) -> str:
    bad = sorted({sign for sign in value if sign in _IN_DIALPLAN or not sign.isprintable()})
    if bad:
        raise UnsafeValueError(f"{name} cannot be {value[:60]!r}: leave out {' '.join(map(repr, bad))}.")
    return value


def _checked(pattern: re.Pattern[str], value: str, what: str) -> str:
    if pattern.fullmatch(value) is None:
        raise UnsafeValueError(f"{value[:60]!r} cannot be {what}.")
    return value
