"""Failed log-ins of the last hour: when they are more than people mistype, supervisors are told."""

from collections import Counter, deque

from minidialer.domain.sentence import Sentence, sentence

HOUR = 3600.0
MANY, MANY_FOR_ONE = 50, 10  # of all accounts; of one
_REMEMBERED = 5000


class Guesses:
    """Times are seconds of any clock that only grows."""

    def __init__(self) -> None:
        self._failed: deque[tuple[float, str, str]] = deque(maxlen=_REMEMBERED)

    def failed(self, login: str, address: str, now: float) -> None:
        """One more. `login`: of an account that is there, else "": what was typed may be a password."""
        self._failed.append((now, login, address))

    def alarm(self, now: float) -> Sentence | None:
        """What supervisors should know; None when it is no more than people mistype."""
        while self._failed and now - self._failed[0][0] > HOUR:
            self._failed.popleft()
        accounts = Counter(login for _, login, _ in self._failed if login)
        login, most = accounts.most_common(1)[0] if accounts else ("-", 0)
        if len(self._failed) < MANY and most < MANY_FOR_ONE:
            return None
        address = Counter(address for *_, address in self._failed).most_common(1)[0][0]
        return sentence(
            "{count} log-ins to the agents' pages failed within an hour, most of them from {address} and as {login}: "
            "somebody may be guessing passwords.",
            count=len(self._failed),
            address=address or "-",
            login=login,
        )
