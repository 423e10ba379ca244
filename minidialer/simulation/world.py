"""The world around the dialer: it carries commands out and answers with the events Asterisk and the store would send.

The store answers at once and phones stay up (nailed_up): nothing but the network and the people takes time.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from minidialer.domain import commands, events
from minidialer.domain.agent import AgentState
from minidialer.domain.dialer import Dialer
from minidialer.domain.leg import parse_leg

from .clock import Clock
from .crew import Tell
from .customers import ANSWERED, Fate
from .lead_stock import LeadStock
from .tally import Tally

HUNG_UP = 16  # Q.850


class Callees(Protocol):
    """The people behind the numbers. Seconds are those into the shift."""

    def fate(self, second: float) -> Fate:
        """What becomes of a call placed at this second."""

    def talk(self, second: float) -> float:
        """How long a talk lasts that begins now."""

    def patience(self) -> float:
        """How long a queued customer stays."""


class Staff(Protocol):
    """The people at the phones."""

    def wrap(self, second: float) -> float:
        """How long a wrap-up lasts that begins now."""

    def plan_shift(self, tell: Tell) -> None:
        """Plan their coming, breaks and going, from now on."""


class World:
    """One dialer, its Asterisk and its store. `shift_second` is when the present shift began."""

    def __init__(self, dialer: Dialer, clock: Clock, customers: Callees, crew: Staff, tally: Tally) -> None:
        self.dialer = dialer
        self.clock = clock
        self.customers = customers
        self.crew = crew
        self.tally = tally
        self.stocks = {
            campaign.list_id: LeadStock(campaign.list_id)
            for campaign in dialer.floor.campaigns.values()
            if campaign.list_id is not None
        }
        self.shift_second = 0.0
        self._next_attempt_id = 1
        self._forms: dict[int, int] = {}  # by agent: the attempt whose form they were last seen at
        self._waiting: dict[int, bool] = {}  # customers nobody has taken yet; are they queued?
        self._to_handle: deque[events.Event] = deque()
        self._doers: dict[type[commands.Command], Callable[[Any], None]] = {
            commands.Claim: self._claim,
            commands.CancelAttempt: self._cancel,
            commands.SaveAttempt: self._save_attempt,
            commands.SaveAgent: self._save_agent,
            commands.CallCustomer: self._call_customer,
            commands.CallPhone: self._call_phone,
            commands.JoinLegs: self._join,
            commands.LetGo: self._let_go,
            commands.HangUpLeg: self._hang_up,
            commands.Resync: _nothing,
            commands.Hold: self._hold,
        }

    @property
    def second(self) -> float:
        """Seconds into the shift."""
        return self.clock.seconds - self.shift_second

    def tell(self, event: events.Event) -> None:
        """Give the dialer an event, and do what it commands; what follows at once comes before anything else.

        Raises RefusedError when the dialer refuses what a person asked for.
        """
        self._to_handle.append(event)
        while self._to_handle:
            for command in self.dialer.handle(self._to_handle.popleft(), self.clock.now):
                self._doers[type(command)](command)

    # -- the store -----------------------------------------------------------------------------------------------

    def _claim(self, command: commands.Claim) -> None:
        answer = self.stocks[command.list_id].claim(command, self._next_attempt_id)
        self._next_attempt_id += len(answer.picks)
        self._to_handle.append(answer)

    def _cancel(self, command: commands.CancelAttempt) -> None:
        self._stock_of(command.pick.lead_id).cancel(command)

    def _save_attempt(self, command: commands.SaveAttempt) -> None:
        attempt = command.attempt
        if attempt.outcome is None or attempt.live:
            return
        self._waiting.pop(attempt.id, None)
        self.tally.ended(attempt)
        stock = self._stock_of(attempt.lead_id)
        if command.lead is None:
            stock.close(attempt.lead_id)
        else:
            stock.change(attempt.lead_id, command.lead)

    def _stock_of(self, lead_id: int) -> LeadStock:
        return self.stocks[LeadStock.list_of(lead_id)]

    def _save_agent(self, command: commands.SaveAgent) -> None:
        agent = command.agent
        self.tally.agent(agent.id, agent.state, self.clock.seconds)
        if agent.state is not AgentState.WRAP_UP or agent.attempt_id is None:
            return
        if self._forms.get(agent.id) != agent.attempt_id:  # else it is saved again, and wraps up already
            self._forms[agent.id] = agent.attempt_id
            saved = events.FormSaved(agent.id, agent.attempt_id)
            self.clock.after(self.crew.wrap(self.second), lambda: self.tell(saved))

    # -- Asterisk ------------------------------------------------------------------------------------------------

    def _call_customer(self, command: commands.CallCustomer) -> None:
        self.tally.called()
        fate = self.customers.fate(self.second)
        attempt_id = command.attempt_id
        if fate.cause == ANSWERED:
            wait = command.settings.answer_wait
            self.clock.after(fate.seconds, lambda: self._answer(attempt_id, wait))
        else:
            gone = events.CustomerGone(attempt_id, fate.cause)
            self.clock.after(fate.seconds, lambda: self.tell(gone))

    def _answer(self, attempt_id: int, wait: float) -> None:
        """A person answers; the dialplan lets them go when nobody has come in time and they are not queued."""
        self._waiting[attempt_id] = False
        self.tell(events.CustomerAnswered(attempt_id))
        if attempt_id in self._waiting:
            self.clock.after(wait, lambda: self._give_up(attempt_id, queued=False))

    def _hold(self, command: commands.Hold) -> None:
        """A queued customer stays until the dialer lets them go, or they have enough."""
        attempt_id = command.attempt_id
        if attempt_id in self._waiting:
            self._waiting[attempt_id] = True
            self.clock.after(self.customers.patience(), lambda: self._give_up(attempt_id, queued=True))

    def _give_up(self, attempt_id: int, *, queued: bool) -> None:
        if self._waiting.get(attempt_id) is queued:
            self.tell(events.CustomerGone(attempt_id, HUNG_UP))

    def _let_go(self, command: commands.LetGo) -> None:
        self._to_handle.append(events.CustomerGone(command.attempt_id, HUNG_UP))

    def _join(self, command: commands.JoinLegs) -> None:
        leg, attempt_id = parse_leg(command.leg), command.attempt_id
        agent_id = leg.agent_id if leg is not None else None
        assert agent_id is not None  # noqa: S101 — the dialer joins with agents' legs
        self._waiting.pop(attempt_id, None)
        self._to_handle.append(events.Bridged(attempt_id, agent_id, command.leg))
        self.clock.after(self.customers.talk(self.second), lambda: self._talked(attempt_id, agent_id, command.leg))

    def _talked(self, attempt_id: int, agent_id: int, leg: str) -> None:
        self.tell(events.CustomerGone(attempt_id, HUNG_UP))
        self.tell(events.PhoneIdle(agent_id, leg))

    def _call_phone(self, command: commands.CallPhone) -> None:
        self._to_handle.append(events.PhoneIdle(command.agent_id, command.leg))

    def _hang_up(self, command: commands.HangUpLeg) -> None:
        leg = parse_leg(command.leg)
        if leg is not None and leg.is_customer and leg.attempt_id is not None:
            self._to_handle.append(events.CustomerGone(leg.attempt_id, HUNG_UP))


def _nothing(command: commands.Command) -> None:
    """Nothing gets lost here, so there is nothing to ask again."""
