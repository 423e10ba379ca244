"""The daemon's own gauges while it works: its memory, files and tasks, and what waits in its queues."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from minidialer.control.models import base, system

from .centre import Centre

_PREFIX = "minidialer_"
QUEUES = (
    "unwritten_commands",
    "link_unanswered_actions",
    "link_unsent_bytes",
    "link_held_events",
    "watchers_lines",
)
"""What waits inside the daemon; near 0 whenever all is well."""


@dataclass(frozen=True)
class Reading:
    """The gauges at one moment. at: seconds of the monotonic clock; values: those without labels, and live_calls."""

    at: float
    values: dict[str, float]

    @property
    def memory(self) -> float:
        """Megabytes."""
        return self.values["resident_memory_bytes"] / 1e6


async def read_gauges(centre: Centre) -> Reading:
    """As `minidialer metrics` would show them now."""
    text = (await centre.ask(system.METRICS, base.Nothing())).text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    values = {sample.name.removeprefix(_PREFIX): float(sample.value) for sample in samples if not sample.labels}
    values["live_calls"] = sum(float(sample.value) for sample in samples if sample.name == f"{_PREFIX}calls")
    return Reading(time.monotonic(), values)


class Gauges:
    """Readings of a shift, one every so many seconds."""

    def __init__(self, centre: Centre, every: float) -> None:
        self.readings: list[Reading] = []
        self._centre, self._every = centre, every

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            self.readings.append(await read_gauges(self._centre))
            await asyncio.sleep(self._every)

    def keep_in(self, file: Path) -> None:
        """All readings, a JSON object a line, for whoever looks for the cause of something."""
        file.write_text("".join(json.dumps({"at": each.at, **each.values}) + "\n" for each in self.readings))

    def part(self, begin: float, end: float) -> Sequence[Reading]:
        """Those between two shares of the shift: 0.0 its beginning, 1.0 its end."""
        first, length = self.readings[0].at, self.readings[-1].at - self.readings[0].at
        return [each for each in self.readings if begin <= (each.at - first) / (length or 1.0) <= end]

    def most(self, name: str, begin: float = 0.0, end: float = 1.0) -> float:
        """The highest in a part of the shift."""
        return max(each.values[name] for each in self.part(begin, end))

    def usual(self, name: str, begin: float = 0.0, end: float = 1.0) -> float:
        """The median in a part of the shift."""
        ordered = sorted(each.values[name] for each in self.part(begin, end))
        return ordered[len(ordered) // 2]
