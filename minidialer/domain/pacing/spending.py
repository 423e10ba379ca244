"""Spending: from the budget to the risk one more call may have.

When the calling window tells how long the day goes on, the answers still to come are estimated from the team at
work, and with them how many whole losses the day will have paid for. These are spent evenly over the answers to
come, but for a reserve, and what one call for each agent would earn from now on may, in part, be spent ahead.
Without that knowledge nothing is spent that is not earned. While one more loss would break the budget, the admitted
risk is zero. Where losses have come in bursts, or more often than foretold, the last bursts that fit are risked one
at a time.

The reserve: what risk yields falls as it grows (utilisation goes about with the square root of the share lost, and
the first per mille gives most), so to stand at zero for the rest of a day costs more than the last loss is worth.
When n answers are to come and k whole losses are left, the value v(n, k) of going on has the best rate c(k) / n with
c(1) about a half, c(k) about k - (1 + ln k) / 2. Whole losses matter where a day has six of them: the fraction of one
that is left over at night buys nothing. Dynamic programming over the measured yield agrees within 0.05 % utilisation.

Equal risk, moment by moment, gives the most, for the same reason. The share of answers that is really
lost for an admitted risk is learned: calls placed later may take the agent an earlier one was placed for.
"""

import math
from dataclasses import dataclass

LOST_FOR_RISK = 1.3  # losses for an admitted risk of 1, before any is seen
PRIOR_ANSWERS = 300.0
MEMORY = 3000.0  # answers
LEAST_LOST, MOST_LOST = 0.5, 6.0
USUALLY_LOST = 1.6  # at most, for an admitted risk of 1, on a list that can be foretold
BURST_MEMORY = 20.0  # losses
CHANCE = 0.1  # of the usual time between two losses: those nearer to each other than that came at once
BLUR = 12.0  # seconds between the call that was risked and what came of it
TOP = 2.0  # a rate of spending, in targets
LAST = 4.0  # answers: what is left is spent over so many at least
HIGHEST_RISK = 0.5


@dataclass(frozen=True, slots=True)
class Ahead:
    """Answers to come today: as many as are expected, and with one call for each ready agent."""

    answers: float
    one_to_one: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What may be spent now."""

    room: float  # abandoned calls that may come, credit included
    credit: float  # of them, not earned yet
    bursts: float  # as many losses as come at once, the day will surely pay for: beyond them the budget breaks
    rate: float  # share of the answers to be lost from now on
    admitted: float  # risk of the last call


class Spending:
    """Learns what an admitted risk costs, and plans."""

    def __init__(self) -> None:
        self.lost = 0.0
        self.risked = 0.0
        self.burst = 1.0  # losses that come together: the mean place of a loss in its run
        self._run, self._lost_at, self._lost_every = 0, -math.inf, 10 * BLUR
        self._admitted = 0.0
        self._blurred = 0.0
        self._planned_at: float | None = None

    def note(self, moment: float, *, abandoned: bool) -> None:
        """A person who answered was taken, or abandoned."""
        if abandoned:
            since, self._lost_at = moment - self._lost_at, moment
            self._run = self._run + 1 if since < min(BLUR, CHANCE * self._lost_every) else 1
            self.burst += (self._run - self.burst) / BURST_MEMORY
            self._lost_every += (min(since, 4 * self._lost_every) - self._lost_every) / BURST_MEMORY
        keep = 1 - 1 / MEMORY
        self.lost = self.lost * keep + abandoned
        self.risked = self.risked * keep + self._blurred

    def lost_for_risk(self) -> float:
        """The share of answers lost for an admitted risk of 1."""
        prior = PRIOR_ANSWERS * 0.02
        found = (self.lost + prior * LOST_FOR_RISK) / (self.risked + prior)
        return min(max(found, LEAST_LOST), MOST_LOST)

    @property
    def at_once(self) -> float:
        """Losses that may come before anything can be done about them, one at least.

        More of them where more was lost than the risks foretold: that list changes faster than it can be learned.
        """
        return (1.0 + 2.0 * (self.burst - 1.0)) * max(1.0, self.lost_for_risk() / USUALLY_LOST)

    def expected(self) -> float:
        """The share of the answers under way that is lost, as it was admitted."""
        return self._blurred * self.lost_for_risk()

    def plan(self, target: float, answered: int, left: float, ahead: Ahead | None, moment: float) -> Plan:
        """`left`: earned and not spent; `answered`: today; `ahead`: None when nobody knows how long the day goes on."""
        self._blur(moment)
        if ahead is not None:
            # What is owed must be earned even if nothing more is risked from now on.
            sure = target * max(0.0, 0.9 * ahead.one_to_one - 1.2 * math.sqrt(ahead.one_to_one))
            credit = min(sure, 1.0 + math.sqrt(target * (answered + ahead.answers)))
            losses = _whole(left + target * ahead.answers, 0.8 * target * math.sqrt(ahead.answers))
            rate = self._kept_back(losses) / max(ahead.answers, LAST)
        else:
            sure = credit = 0.0
            over = 40.0 + 8.0 * math.sqrt(answered)
            rate = target + (left - 1 - 2.5 * math.sqrt(target * over / 2)) / over
        room = left + credit
        if left < 0 < credit:  # what was spent ahead is paid back evenly: standing at zero for a while costs more
            rate *= max(room, 0.0) / credit
        rate = min(max(rate, 0.1 * target), TOP * target) if room >= 1 else 0.0
        self._admitted = min(rate / self.lost_for_risk(), HIGHEST_RISK)
        return Plan(room, credit, (left + sure) / self.at_once, rate, self._admitted)

    def _kept_back(self, losses: float) -> float:
        """What of so many losses is to be spent evenly over the answers to come."""
        if losses <= 0:
            return 0.0
        reserve = max(0.6 + 0.5 * math.log(max(losses, 1.0)), 0.12 * math.sqrt(losses), 0.8 * self.at_once)
        return max(losses - reserve, 0.4 * losses)

    def _blur(self, moment: float) -> None:
        """The risk admitted lately: what comes of a call is seen some seconds after it was placed."""
        if self._planned_at is not None and moment > self._planned_at:
            self._blurred += (1 - math.exp((self._planned_at - moment) / BLUR)) * (self._admitted - self._blurred)
        self._planned_at = moment


def _whole(balance: float, spread: float) -> float:
    """The whole losses that are expected to fit into a balance known with this standard deviation."""
    if spread > 0.5:
        return max(0.0, balance - 0.5)
    floor = math.floor(balance)
    part, scale = balance - floor, max(spread, 0.01) * math.sqrt(2.0)
    return max(0.0, floor - 0.5 * math.erfc(part / scale) + 0.5 * math.erfc((1 - part) / scale))
