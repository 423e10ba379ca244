"""What the dialplan and the telephones do in the scripted PBX: each leg's way from the dialling to the hang-up."""

from __future__ import annotations

import asyncio
import csv
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import time

from minidialer.lab.customer import Behaviour, Customer, Mix, decide

from .scripted_wire import RINGING, UP, Leg, Received, block, bridge_event, event

_CAUSES = {Behaviour.BUSY: 17, Behaviour.INVALID: 1, Behaviour.CONGESTION: 34}
_NETWORK = 0.02  # seconds a refusal, or the news of ringing, is under way
_NO_ANSWER, _NORMAL = 19, 16


@dataclass
class Call:
    """A customer's call. Times are epoch seconds, 0 when it did not come to it."""

    leg: Leg
    nth: int
    customer: Customer
    ring_limit: float
    started: float
    answered: float = 0.0
    told_at: float | None = None  # by the loop's clock: when the answer was written to the daemon
    timer: asyncio.TimerHandle | None = None
    by_customer: bool = False
    talked_with: str = ""


class Dialplan:
    """`send` writes events to whoever listens.

    joins: attempt, and seconds from the answer told to the join asked for. waits: how many seconds customers nobody
    took had waited.
    """

    def __init__(self, seed: int, mix: Mix, record: Path, send: Callable[[bytes], None]) -> None:
        self.legs: dict[str, Leg] = {}
        self.fates: dict[str, str] = {}
        self.joins: list[tuple[int, float]] = []
        self.waits: list[float] = []  # seconds that customers nobody took had waited
        self.late: list[float] = []  # seconds by which something was done too late: the machine was busy
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()
        self.most_live = 0
        self._seed, self._mix, self._send = seed, mix, send
        self._calls: dict[str, Call] = {}
        self._live_numbers: set[str] = set()
        self._nth: Counter[str] = Counter()
        self._serials = itertools.count(1)
        self._record = record.open("a", newline="", buffering=1)
        self._rows = csv.writer(self._record)
        self._loop = asyncio.get_running_loop()

    @property
    def live(self) -> int:
        """Customers' calls now, those that ring included."""
        return len(self._calls)

    def close(self) -> None:
        """Write nothing down any more."""
        self._record.close()

    # -- dialling ------------------------------------------------------------------------------------------------

    def originate(self, action: Received) -> bool:
        """Take an Originate; False when its ChannelId is in use."""
        name, dialled = action["channelid"], action["channel"].removeprefix("PJSIP/").partition("@")[0]
        if name in self.legs:
            self.faults.append(f"leg {name} was asked for twice")
            return False
        leg = self.legs[name] = Leg(name, f"PJSIP/{dialled}-{next(self._serials):08x}", dialled)
        leg.variables = {key.removeprefix("variable/"): v for key, v in action.items() if key.startswith("variable/")}
        self._send(event("Newchannel", leg))
        if leg.is_agent:
            self._send(event("NewCallerid", leg, **{"CID-CallingPres": "0 (Presentation Allowed, Not Screened)"}))
            self._send(event("NewConnectedLine", leg))
        self._send(event("DialBegin", leg, prefix="Dest", DialString=dialled))
        if leg.is_agent:
            self._loop.call_later(_NETWORK, self._agent_up, leg)
        else:
            self._dial(leg, int(action["timeout"]) / 1000)
        return True

    def _dial(self, leg: Leg, ring_limit: float) -> None:
        if leg.far in self._live_numbers:
            self.faults.append(f"{leg.far} was called while it was being called")
        self._live_numbers.add(leg.far)
        self._nth[leg.far] += 1
        nth = self._nth[leg.far]
        call = Call(leg, nth, decide(self._seed, leg.far, nth, self._mix), ring_limit, time())
        self._calls[leg.name] = call
        self.counts["calls"] += 1
        self.most_live = max(self.most_live, len(self._calls))
        refused = call.customer.behaviour in _CAUSES
        self._later(call, _NETWORK, self._refuse if refused else self._ring)

    def _refuse(self, call: Call) -> None:
        cause = _CAUSES[call.customer.behaviour]
        status = {17: "BUSY", 34: "CONGESTION"}.get(cause, "NOANSWER")
        self._send(event("HangupRequest", call.leg, Cause=cause))
        self._send(event("DialEnd", call.leg, prefix="Dest", DialStatus=status))
        self._originated(call.leg, "minidialer-customer", "Failure", 0)
        self._hang_up(call.leg, cause)

    def _ring(self, call: Call) -> None:
        call.leg.state = RINGING
        self._send(event("Newstate", call.leg))
        self._send(event("DialState", call.leg, prefix="Dest", DialStatus="RINGING"))
        answers = call.customer.behaviour is not Behaviour.NO_ANSWER and call.customer.ring < call.ring_limit
        if answers:
            self._later(call, call.customer.ring, self._answer)
        else:
            self._later(call, call.ring_limit, self._rung_out)

    def _rung_out(self, call: Call) -> None:
        self._hang_up(call.leg, _NO_ANSWER)
        self._originated(call.leg, "minidialer-customer", "Failure", 3)

    def _answer(self, call: Call) -> None:
        leg = call.leg
        leg.state, call.answered = UP, time()
        self.counts["answered"] += 1
        self._send(event("Newstate", leg))
        self._send(event("DialEnd", leg, prefix="Dest", DialStatus="ANSWER"))
        self._originated(leg, "minidialer-customer", "Success", 4)
        leg.place, leg.application = ("minidialer-customer", "s"), "Wait"
        self._send(event("UserEvent", leg, UserEvent="MinidialerAnswered"))
        call.told_at = self._loop.time()
        self._later(call, float(leg.variables.get("MD_ANSWER_WAIT", "2")), self._forsaken)

    def _forsaken(self, call: Call) -> None:
        self.faults.append(f"the dialplan had to let {call.leg.far} go: the daemon did nothing about them")
        self._soft_hang_up(call.leg)

    # -- agents' phones ------------------------------------------------------------------------------------------

    def _agent_up(self, leg: Leg) -> None:
        if self.legs.get(leg.name) is not leg:
            return
        leg.state = UP
        self._send(event("Newstate", leg))
        self._send(event("DialEnd", leg, prefix="Dest", DialStatus="ANSWER"))
        self._idle(leg)
        self._originated(leg, "minidialer-agent", "Success", 4)

    def _idle(self, leg: Leg) -> None:
        leg.place, leg.application = ("minidialer-agent", "s"), "MusicOnHold"
        self._send(event("UserEvent", leg, UserEvent="MinidialerAgentIdle"))
        self._send(event("MusicOnHoldStart", leg, Class="minidialer-idle"))

    # -- steering ------------------------------------------------------------------------------------------------

    def redirect(self, leg: Leg, context: str, exten: str) -> None:
        """Send a leg to another place of the dialplan."""
        call = self._calls.get(leg.name)
        if context.startswith("minidialer-join") and call is not None:
            self._join(call, self.legs.get(exten), context, exten)
        elif context == "minidialer-hold" and call is not None:
            leg.place, leg.application, call.told_at = (context, exten), "MusicOnHold", None
            self._send(event("MusicOnHoldStart", leg, Class="minidialer-queue"))
            self._later(call, float(leg.variables.get("MD_QUEUE_WAIT", "60")), self._forsaken)
        elif context == "minidialer-agent" and leg.is_agent:
            self._idle(leg)
        else:
            leg.place = (context, exten)
            if call is not None:
                self.waits.append(time() - call.answered)
            self._soft_hang_up(leg)

    def _join(self, call: Call, agent: Leg | None, context: str, exten: str) -> None:
        if call.told_at is not None:
            self.joins.append((int(call.leg.name), self._loop.time() - call.told_at))
            call.told_at = None
        if agent is None or agent.partner is not None:
            self.faults.append(f"{call.leg.far} was joined with {exten}, which {'talks' if agent else 'is gone'}")
            return
        leg = call.leg
        leg.place, leg.application = (context, exten), "Bridge"
        leg.bridge = agent.bridge = f"bridge-{next(self._serials)}"
        leg.partner, agent.partner, call.talked_with = agent, leg, agent.name
        self.counts["joined"] += 1
        self._send(bridge_event("BridgeCreate", leg, 0))
        self._send(event("MusicOnHoldStop", agent))
        self._send(event("BridgeEnter", agent))
        self._send(event("BridgeEnter", leg))
        self._send(event("NewConnectedLine", leg))
        self._send(event("NewConnectedLine", agent))
        self._later(call, call.customer.talk, self._customer_hangs_up)

    def _customer_hangs_up(self, call: Call) -> None:
        call.by_customer = True
        self._soft_hang_up(call.leg)

    # -- the end -------------------------------------------------------------------------------------------------

    def hang_up(self, leg: Leg) -> None:
        """As the action Hangup does."""
        self._soft_hang_up(leg)

    def _soft_hang_up(self, leg: Leg) -> None:
        if leg.partner is not None:
            self._send(event("BridgeLeave", leg))
        if leg.state == UP:
            self._send(event("SoftHangupRequest", leg, Cause=_NORMAL))
        self._hang_up(leg, _NORMAL)

    def _hang_up(self, leg: Leg, cause: int) -> None:
        agent = leg.partner
        self.legs.pop(leg.name, None)
        self._send(event("Hangup", leg, **{"Cause": str(cause), "Cause-txt": "Normal Clearing"}))
        if agent is not None:
            self._send(event("BridgeLeave", agent))
            self._send(bridge_event("BridgeDestroy", leg, 0))
            agent.partner, agent.bridge = None, ""
            if agent.is_agent:
                self._idle(agent)
            else:
                self._soft_hang_up(agent)
        if (call := self._calls.pop(leg.name, None)) is not None:
            self._write_down(call)

    def _write_down(self, call: Call) -> None:
        leg = call.leg
        if call.timer is not None:
            call.timer.cancel()
        self._live_numbers.discard(leg.far)
        if leg.state == UP:
            fate = f"answered {call.talked_with}" if call.talked_with else "abandoned"
            self.fates[leg.name[-4:]] = f"{leg.name} {fate}"
        ended_by = "customer" if call.by_customer else "caller"
        row = (leg.far, call.nth, call.customer.behaviour.value, call.started, call.answered, time(), ended_by)
        self._rows.writerow(row)

    def _originated(self, leg: Leg, context: str, response: str, reason: int) -> None:
        named = {"ActionID": f"originate/{leg.name}", "Response": response, "Channel": leg.channel}
        headers = {**named, "Context": context, "Exten": "s", "Reason": reason, "Uniqueid": leg.name}
        self._send(block(Event="OriginateResponse", Privilege="call,all", **headers))

    def _later(self, call: Call, seconds: float, then: Callable[[Call], None]) -> None:
        if call.timer is not None:
            call.timer.cancel()
        call.timer = self._loop.call_later(seconds, self._due, call, then, self._loop.time() + seconds)

    def _due(self, call: Call, then: Callable[[Call], None], at: float) -> None:
        self.late.append(self._loop.time() - at)
        then(call)
