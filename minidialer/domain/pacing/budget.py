"""The abandon budget: a bank account in abandoned calls.

Every person who answers earns `target` of one; everybody who is abandoned costs one. Two accounts are kept and both
must hold: the calendar day (Ofcom counts its 24 hours from midnight to midnight) and the last 30 days (16 CFR
310.4(b)(4)(iii)).
"""

import math
from dataclasses import dataclass

WINDOW_DAYS = 30
Z95 = 1.6449  # one-sided


@dataclass(slots=True)
class Account:
    """People who answered, and those of them who were abandoned."""

    answered: int = 0
    abandoned: int = 0

    def left(self, target: float) -> float:
        """Abandoned calls that may still come; `target` is a fraction of 1. Negative: overdrawn."""
        return target * self.answered - self.abandoned

    @property
    def rate(self) -> float:
        """Abandoned of all who answered; 0 before anybody has."""
        return self.abandoned / self.answered if self.answered else 0.0

    @property
    def bound(self) -> float:
        """The true rate is below this with 95 % confidence (Wilson's score bound); 1 before anybody has answered."""
        n = self.answered
        if n == 0:
            return 1.0
        centre = self.rate + Z95 * Z95 / (2 * n)
        half = Z95 * math.sqrt(self.rate * (1 - self.rate) / n + Z95 * Z95 / (4 * n * n))
        return min(1.0, (centre + half) / (1 + Z95 * Z95 / n))


class Budget:
    """The accounts by day; a day is a number that grows by one (the ordinal of the local date)."""

    def __init__(self) -> None:
        self.days: dict[int, Account] = {}
        self.today = Account()
        self.window = Account()
        self._day = 0

    @property
    def day(self) -> int:
        """The present day."""
        return self._day

    def turn_to(self, day: int) -> None:
        """Today is this day; days beyond the window are forgotten. A clock set back changes nothing."""
        if day <= self._day:
            return
        self._day = day
        self.days = {number: account for number, account in self.days.items() if number > day - WINDOW_DAYS}
        self.today = self.days.setdefault(day, Account())
        self.window = Account(
            sum(account.answered for account in self.days.values()),
            sum(account.abandoned for account in self.days.values()),
        )

    def book(self, *, abandoned: bool) -> None:
        """A person who answered was taken, or abandoned."""
        for account in (self.today, self.window):
            account.answered += 1
            account.abandoned += abandoned

    def add(self, day: int, answered: int, abandoned: int) -> None:
        """What happened on some day of the window and was not booked as it happened."""
        if day <= self._day - WINDOW_DAYS:
            return
        account = self.days.setdefault(day, Account())
        for each in (account, self.window):
            each.answered += answered
            each.abandoned += abandoned

    def left(self, target: float) -> float:
        """Abandoned calls that may still come by both accounts."""
        return min(self.today.left(target), self.window.left(target))
