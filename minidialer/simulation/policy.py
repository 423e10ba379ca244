"""Policies: what decides how many calls are placed, by the names of the command line.

progressive, power:P (percent of calls beyond one for each free agent) and predictive are the product's own modes.
vicidial:MODE[:MAX] (HARD_LIMIT, AVERAGE or TAPERED; the highest level, 3 as shipped), webitel and issabel are what
other open dialers do.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from minidialer.domain.campaign import PacingMode
from minidialer.domain.floor import Floor
from minidialer.domain.sentence import RefusedError

from .baselines.baseline import Baseline
from .baselines.issabel import Issabel
from .baselines.vicidial import SHIPPED_MAX, DropMode, Vicidial
from .baselines.webitel import Webitel

KNOWN = "progressive, power:P, predictive, vicidial:HARD_LIMIT|AVERAGE|TAPERED[:MAX], webitel, issabel"
_PERCENT, _LEVEL = re.compile(r"[0-9]{1,4}"), re.compile(r"[0-9]{1,2}(\.[0-9]{1,6})?")
HoursLeft = Callable[[datetime], float]
MakeBaseline = Callable[[Floor, int, HoursLeft], Baseline]


@dataclass(frozen=True, slots=True)
class Policy:
    """A pacing mode of the product, or a baseline in its place. `tick`: seconds between looks without an event."""

    name: str
    mode: PacingMode = PacingMode.PROGRESSIVE
    overdial_percent: int = 0
    baseline: MakeBaseline | None = None
    tick: float = 1.0

    def take_seat(self, floor: Floor, hours_left: HoursLeft) -> None:
        """Put a baseline where the dialer looks for the campaigns' pacing; the product's modes are there already."""
        if self.baseline is not None:
            for campaign_id in floor.campaigns:
                floor.run(campaign_id).pacing = self.baseline(floor, campaign_id, hours_left)


def policy_of(text: str) -> Policy:
    """The policy of that name. Raises RefusedError."""
    kind, _, value = text.partition(":")
    if kind in ("progressive", "predictive") and not value:
        return Policy(text, PacingMode(kind))
    if kind == "power" and _PERCENT.fullmatch(value) and int(value) <= 1000:
        return Policy(text, PacingMode.POWER, int(value))
    if kind == "webitel" and not value:
        return Policy(text, baseline=lambda floor, campaign_id, _left: Webitel(floor, campaign_id))
    if kind == "issabel" and not value:
        return Policy(text, baseline=lambda floor, campaign_id, _left: Issabel(floor, campaign_id))
    if kind == "vicidial" and (found := _vicidial(value)) is not None:
        return Policy(text, baseline=found, tick=0.5)
    raise RefusedError("There is no policy “{policy}”: use one of {known}.", policy=text, known=KNOWN)


def _vicidial(value: str) -> MakeBaseline | None:
    name, colon, text = value.partition(":")
    if colon and not _LEVEL.fullmatch(text):
        return None
    try:
        mode, level = DropMode(name.upper()), float(text) if colon else SHIPPED_MAX
    except ValueError:
        return None
    if not 1 <= level <= 20:
        return None
    return lambda floor, campaign_id, left: Vicidial(floor, campaign_id, mode, level, time_left=left)
