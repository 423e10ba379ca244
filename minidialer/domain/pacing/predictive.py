"""The predictive mode: as many calls as the abandon budget allows, each with its risk known before it is placed.

Progressive is its floor (one call for each ready agent never risks anybody), the supervisor's limits its ceiling.
overdial_percent above 0 is a ceiling too: so many calls for each agent at work. At 0 there is no such ceiling: the
budget alone decides.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from minidialer.domain.sentence import Sentence, sentence

from .budget import Budget
from .decision import Decision, Explanation, Limit
from .model import Model
from .observation import Abandoned, Dialled, Observation, Taken
from .risk import AMPLE
from .spending import Ahead, Plan, Spending
from .view import Outlook, PacingView

COLD_ANSWERS = 8  # and a full ring timeout, the latter after every rest: before that it dials 1:1
AT_WORK = 0.7  # share of their time agents are busy, for the estimate of answers to come
MOST = 10_000  # calls; more than any decision places
RAREST = 0.001  # answer rate, for the same with one call for each agent
REST = 3600.0  # seconds without a call after which the level of the answers may be another
LONGEST_GAP = 0.5  # seconds a decision is good for while nothing happens


@dataclass(frozen=True, slots=True)
class _Grant:
    """A decision that was worked out: `total` calls may be in flight."""

    moment: float
    ready: int
    in_flight: int
    total: int
    at_work: int
    seen: int  # observations made until then
    decision: Decision


class PredictivePacer:
    """Learns from every observation; decides from what it learned, the view and the budget."""

    def __init__(self, model: Model, budget: Budget, spending: Spending, age: float = 0.0) -> None:
        """age: seconds since the last of it was learned."""
        self.model = model
        self.budget = budget
        self.spending = spending
        self.plan: Plan | None = None
        self._first_dialled: float | None = -math.inf if model.answers.seen and age <= REST else None
        self._last_dialled: float | None = None
        self._grant: _Grant | None = None
        self._seen = 0  # observations, the decisions' own calls apart

    def observe(self, seen: Observation, now: datetime) -> None:
        """Learn from what happened."""
        self._seen += not isinstance(seen, Dialled)
        if isinstance(seen, Taken | Abandoned):
            abandoned = isinstance(seen, Abandoned) or seen.late
            self.budget.book(abandoned=abandoned)
            self.spending.note(now.timestamp(), abandoned=abandoned)
            if abandoned:
                self._grant = None  # it was for a fuller account
        elif isinstance(seen, Dialled):
            self._dialled(now.timestamp())
        else:
            self.model.observe(seen, now.timestamp())

    def _dialled(self, moment: float) -> None:
        self._rest(moment)
        self._last_dialled = moment
        if self._first_dialled is None:
            self._first_dialled = moment

    def _rest(self, moment: float) -> None:
        """Before the first call in a long time: what the list answers may be something else by now."""
        if self._last_dialled is not None and moment - self._last_dialled > REST:
            self.model.answers.rest(moment - self._last_dialled)
            self._first_dialled, self._last_dialled = None, moment

    def decide(self, now: datetime, view: PacingView) -> Decision:
        """How many calls to place now. What was worked out a moment ago is used again while it still holds."""
        moment, grant = now.timestamp(), self._grant
        if grant is not None and (total := self._still_granted(grant, moment, view)) is not None:
            count = self._cap(view, max(view.ready, total) - view.in_flight)
            return Decision(count, grant.decision.said, grant.decision.explanation)
        decision = self._work_out(moment, view)
        total = view.in_flight + decision.count
        self._grant = _Grant(moment, view.ready, view.in_flight, total, view.at_work, self._seen, decision)
        return decision

    def _still_granted(self, grant: _Grant, moment: float, view: PacingView) -> int | None:
        """How many calls may be in flight by what was worked out a moment ago; None when it has to be done anew.

        It holds while nothing has happened but that its calls were placed.
        """
        if not 0 <= moment - grant.moment < LONGEST_GAP:
            return None
        same = self._seen == grant.seen and view.ready == grant.ready and view.at_work == grant.at_work
        return grant.total if same and grant.in_flight <= view.in_flight <= grant.total else None

    # -- working it out ------------------------------------------------------------------------------------------

    def _work_out(self, moment: float, view: PacingView) -> Decision:
        self._rest(moment)
        outlook = view.outlook()
        self.model.book(outlook.ringing, moment)
        plan = self.plan = self._make_plan(moment, view, outlook)
        floor = max(0, view.ready - view.in_flight)
        if not view.at_work:
            return self._explained(moment, view, outlook, 0, Limit.NOBODY)
        if self._cold(outlook, moment):
            return self._explained(moment, view, outlook, floor, Limit.LEARNING)
        if plan.admitted <= 0:
            return self._explained(moment, view, outlook, floor, Limit.BUDGET)
        risk, soon_free = self.model.risk(view, outlook, moment)
        room = int(min(max(plan.bursts, 0.0), AMPLE))  # what is a loss to the model may be a burst of them
        ceiling = self._cap(view, MOST) + 1
        count, next_risk = risk.most(plan.admitted, ceiling, room)
        wanted = max(count, floor)
        limit = Limit.STEP if count < ceiling and next_risk <= plan.admitted else Limit.RISK
        return self._explained(
            moment, view, outlook, wanted, limit, risk=min(max(next_risk, 0.0), 1.0), soon_free=soon_free
        )

    def _cold(self, outlook: Outlook, moment: float) -> bool:
        if self.model.answers.seen < COLD_ANSWERS or self._first_dialled is None:
            return True
        return moment - self._first_dialled <= outlook.ring_timeout

    def _make_plan(self, moment: float, view: PacingView, outlook: Outlook) -> Plan:
        target, calls, ahead = outlook.abandon_target / 100, self.model.calls(outlook, moment), None
        if outlook.open_left is not None:
            seconds, cycle = outlook.open_left * view.at_work, self.model.cycle
            ahead = Ahead(seconds * AT_WORK / cycle, seconds / (cycle + calls.ringing / max(calls.rate, RAREST)))
        left = self.budget.left(target) - self._at_stake(view, outlook, moment)
        return self.spending.plan(target, self.budget.today.answered, left, ahead, moment)

    def _at_stake(self, view: PacingView, outlook: Outlook, moment: float) -> float:
        """Losses that what is under way may still bring: customers nobody is free for, and twice what calls risk."""
        answers = view.in_flight * self.model.calls(outlook, moment).rate / 2
        return max(0, outlook.waiting - view.ready) + 2 * answers * self.spending.expected()

    def _cap(self, view: PacingView, count: int) -> int:
        """The supervisor's limits."""
        count = min(count, view.starts_left, view.trunk_left)
        if view.overdial_percent > 0:
            count = min(count, view.at_work * (100 + view.overdial_percent) // 100 - view.in_flight)
        return max(0, count) if view.at_work else 0

    # -- saying why ----------------------------------------------------------------------------------------------

    def _explained(
        self,
        moment: float,
        view: PacingView,
        outlook: Outlook,
        wanted: int,
        limit: Limit,
        *,
        risk: float | None = None,
        soon_free: float | None = None,
    ) -> Decision:
        count = self._cap(view, wanted)
        if count < wanted:
            limit = self._supervisors_limit(view, count)
        calls = self.model.calls(outlook, moment)
        explanation = Explanation(
            ready=view.ready,
            soon_free=soon_free,
            in_flight=view.in_flight,
            waiting=outlook.waiting,
            answer_rate=calls.rate,
            answer_rate_error=calls.rate * math.sqrt(calls.log_variance),
            risk=risk,
            admitted_risk=self.plan.admitted if self.plan is not None else 0.0,
            count=count,
            limit=limit,
        )
        return Decision(count, partial(_reason, explanation), explanation)

    @staticmethod
    def _supervisors_limit(view: PacingView, count: int) -> Limit:
        if count == view.starts_left:
            return Limit.FIVE_SECONDS
        return Limit.TRUNK if count == view.trunk_left else Limit.OVERDIAL


def _reason(why: Explanation) -> Sentence:
    values = {
        "ready": why.ready,
        "in_flight": why.in_flight,
        "rate": round(why.answer_rate * 100),
        "error": max(1, round(why.answer_rate_error * 100)),
        "limit": _limit(why),
    }
    if why.soon_free is None:
        return sentence("{ready} ready, {in_flight} under way, {rate}±{error} % answer; {limit}", **values)
    return sentence(
        "{ready} ready, {soon} soon free, {in_flight} under way, {rate}±{error} % answer; {limit}",
        soon=round(why.soon_free, 1),
        **values,
    )


def _limit(why: Explanation) -> Sentence:
    match why.limit:
        case Limit.LEARNING:
            return sentence("one call for each ready agent: too few calls were seen lately")
        case Limit.NOBODY:
            return sentence("nobody is at work")
        case Limit.BUDGET:
            return sentence("one call for each ready agent: the abandon budget is empty")
        case Limit.FIVE_SECONDS:
            return sentence("limit 5 s holds it at {count}", count=why.count)
        case Limit.TRUNK:
            return sentence("the trunk holds it at {count}", count=why.count)
        case Limit.OVERDIAL:
            return sentence("the overdial limit holds it at {count}", count=why.count)
        case Limit.STEP:
            return sentence("{count} more for now, further ones with the next event", count=why.count)
        case Limit.RISK:
            return sentence(
                "{count} more; the risk of one beyond is {risk} %, admitted {admitted} %",
                count=why.count,
                risk=round((why.risk or 0.0) * 100, 1),
                admitted=round(why.admitted_risk * 100, 1),
            )
