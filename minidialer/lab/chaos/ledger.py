"""What the pages said was saved, and what the robots asked of the calls: the other side of the books."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Saved:
    """A form the page said was saved."""

    login: str
    disposition: str
    notes: str


@dataclass
class Ledger:
    """All robots' notes, by attempt. `drafts`: the serial of the last one the page said was kept."""

    saved: dict[int, Saved] = field(default_factory=dict)
    drafts: dict[int, int] = field(default_factory=dict)
    hung_up: set[int] = field(default_factory=set)  # the agent asked for it: such a talk was not cut off


def draft_text(serial: int) -> str:
    """The notes of a draft, from which `draft_serial` reads its serial again."""
    return f"szkic {serial}"


def draft_serial(notes: str) -> int:
    """The serial; 0 when it is no robot's draft."""
    word, _, serial = notes.partition(" ")
    return int(serial) if word == "szkic" and serial.isdecimal() else 0
