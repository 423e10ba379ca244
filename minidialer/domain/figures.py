"""What is counted of calls, and the abandon rate.

A call counts in the time in which it went out, whatever becomes of it later: so attempts are outcomes plus those under
way, and the parts of a day add up to the day.
"""

from dataclasses import dataclass
from datetime import timedelta

from .attempt import Attempt
from .campaign import ComplianceProfile
from .compliance import late_after
from .outcome import Outcome

# 16 CFR 310.4(b)(1)(iv): a call is abandoned when nobody is put through within two seconds of the person's answer.
LATE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class CallCounts:
    """Counts of calls that went out.

    `answered`: by a person. `connected`: joined with an agent. `by_hand`: of the answered ones, those an agent placed.
    `abandoned` (a person answered, nobody was put through) and `late` (somebody was, more than LATE after the answer)
    are of the dialer's own calls alone.
    """

    attempts: int = 0
    answered: int = 0
    connected: int = 0
    abandoned: int = 0
    late: int = 0
    by_hand: int = 0

    def __add__(self, other: "CallCounts") -> "CallCounts":
        return CallCounts(
            self.attempts + other.attempts,
            self.answered + other.answered,
            self.connected + other.connected,
            self.abandoned + other.abandoned,
            self.late + other.late,
            self.by_hand + other.by_hand,
        )


def counts_of(attempt: Attempt) -> CallCounts:
    """What one attempt adds. The store's triggers say the same in SQL, and a test holds the two equal."""
    if attempt.dialled_at is None:
        return CallCounts()
    answered = attempt.outcome is not Outcome.MACHINE and (attempt.answered_at or attempt.connected_at) is not None
    late = (
        attempt.answered_at is not None
        and attempt.connected_at is not None
        and attempt.connected_at - attempt.answered_at > LATE
    )
    return CallCounts(
        attempts=1,
        answered=int(answered),
        connected=int(attempt.connected_at is not None),
        abandoned=int(attempt.outcome is Outcome.ABANDONED and not attempt.by_hand),
        late=int(late and not attempt.by_hand),
        by_hand=int(answered and attempt.by_hand),
    )


def abandon_rate(counts: CallCounts, profile: ComplianceProfile = ComplianceProfile.NONE) -> float | None:
    """Percent of the dialer's calls answered by a person that were abandoned; None while there are none.

    By the profile a person put through late was abandoned as well (see `compliance.late_after`). Calls by hand never
    count: their agent is on the line already.
    """
    answered = counts.answered - counts.by_hand
    if answered <= 0:
        return None
    abandoned = counts.abandoned + (counts.late if late_after(profile) is not None else 0)
    return 100.0 * abandoned / answered
