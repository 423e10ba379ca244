"""Advice about pacing modes: simulated in a process of its own, one at a time, and kept for who asks again."""

import asyncio
import logging
from collections import OrderedDict

from minidialer.control.models.pacing import AdviceRow
from minidialer.control.sentences import ControlError
from minidialer.simulation.advice import AdviceOrder

from .child_process import started

log = logging.getLogger(__name__)
PATIENCE = 120.0  # seconds; on a busy machine the simulation comes last
KEPT = 50
_MODULE = "minidialer.simulation.child"
_MODES = 3


class Adviser:
    """`await adviser.rows(order)`; who asks the same at the same time waits for the same simulation."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, list[AdviceRow]] = OrderedDict()
        self._one = asyncio.Lock()

    async def rows(self, campaign_id: int, order: AdviceOrder) -> list[AdviceRow]:
        """A row for each mode. Raises ControlError when it takes too long.

        What was learned in detail does not make it another question: its figures are in the order, rounded.
        """
        key = f"{campaign_id} {order.model_dump_json(exclude={'learned'})}"
        async with self._one:
            if key not in self._known:
                self._known[key] = await _simulated(order)
                while len(self._known) > KEPT:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
            return self._known[key]


async def _simulated(order: AdviceOrder) -> list[AdviceRow]:
    rows: list[AdviceRow] = []
    try:
        async with asyncio.timeout(PATIENCE), started(_MODULE, order) as child:
            rows = [AdviceRow.model_validate_json(line) async for line in child.lines()]
    except TimeoutError:
        log.warning("An advice about pacing took more than %.0f s", PATIENCE, extra={"action": "advice"})
    if len(rows) < _MODES:
        raise ControlError("The simulation did not come to its end: try again when the machine has less to do.")
    return rows
