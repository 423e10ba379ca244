"""How likely a ringing call is to be answered, by its age: learned second by second while calls ring.

The hazard of an answer at age j is level x shape(j). The shape has a long memory. The level has four memories of
different length, weighted by how well each of them foretold the latest answers: steady on a steady list, quick on one
that changes (prediction with expert advice by exponential weights; Vovk 1990). What rings is booked as it rings, not
when it ends: the calls nobody answers end one ring timeout late, and a short memory would take their silence for news.

Calls that end unanswered before the timeout (busy, dead numbers) compete with answers: cause-specific hazards
(Prentice et al. 1978).
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .numbers import MOST, Floats, numbers, whole_number

LONGEST = 120  # seconds of ringing that are told apart
MEMORIES = (25.0, 80.0, 300.0, 1500.0)  # answers
SHAPE_MEMORY = 4000.0  # answers
TRIAL_MEMORY = 40.0  # answers: how long a good or bad forecast counts
PRIOR_CALLS = 15.0  # what is assumed before anything is known weighs as much as this many calls
PRIOR_RATE, PRIOR_RING, PRIOR_SPREAD = 0.3, 9.0, 0.6
PRIOR_EARLY, EARLY = 0.1, 3  # share of calls that end at once, and within how many seconds
LONG = 1.5  # seconds of ringing that are booked as one
LEAST = 1e-12  # seconds of ringing
LEVEL_WEIGHT = 3.0  # answers the long run weighs in every memory
WANDERS = 0.25 / (16 * 3600)  # variance that the logarithm of the level gains in each second without calls
TRIAL_HALF_LIFE = 8 * 3600.0  # seconds without calls after which a good or bad forecast counts half

# Least and most of what is stored and cannot be 0, or is negative.
_BOUNDS = {"exposure": (LEAST, MOST), "events": (0.01, MOST), "expected": (0.01, MOST), "score": (-MOST, MOST)}
_SECONDS = np.arange(LONGEST, dtype=np.float64)


class AnswerModel:
    """Learns from calls for whoever is free; ages are seconds since the call went out."""

    def __init__(self) -> None:
        self.exposure, self.answers, self.ends = _prior()
        self.seen = 0  # answers ever
        self.version = 0  # grows whenever the estimates change
        self._events = [LEVEL_WEIGHT] * len(MEMORIES)  # lists: for four numbers an array costs ten times as much
        self._expected = [LEVEL_WEIGHT] * len(MEMORIES)
        self._score = [0.0] * len(MEMORIES)
        self._batch: list[float] = [0.0, 0.0]  # answers, and answers expected at level 1, since the last booking
        self._booked_at = -math.inf  # never: a call that ends is booked whole
        self._shape = self.answers / self.exposure
        self.shaped_at = 0  # `seen` when the shape was last taken up
        self._unforgotten = 0.0  # answers since the shape was last faded

    # -- learning ------------------------------------------------------------------------------------------------

    def ended(self, age: float, moment: float, *, answered: bool) -> None:
        """A call stopped ringing at this age."""
        self._book_ended(age, moment)
        bin_ = min(int(age), LONGEST - 1)
        if answered:
            self.answers[bin_] += 1.0
            self.seen += 1
            self._batch[0] += 1.0
        else:
            self.ends[bin_] += 1.0

    def ring(self, ages: Sequence[float], moment: float) -> None:
        """Book how long the calls that ring now have rung since this was told the last time."""
        since, self._booked_at = moment - self._booked_at, moment
        if ages and since > LONG:
            self._expose_long(np.maximum(np.array(ages), 0.0), since)
        elif ages and since > 0:
            values = np.maximum(np.array(ages), 0.0)
            spent = np.minimum(values, since)
            bins = np.minimum(values - spent / 2, LONGEST - 1.0).astype(np.int64)
            self.exposure += np.bincount(bins, weights=spent, minlength=LONGEST)
            self._batch[1] += float((self._shape[bins] * spent).sum())
        self._update_level()

    def _book_ended(self, age: float, moment: float) -> None:
        since = moment - self._booked_at
        if since > LONG:
            self._expose_long(np.array([age]), since)
        elif (spent := min(age, since)) > 0:
            bin_ = min(int(age - spent / 2), LONGEST - 1)
            self.exposure[bin_] += spent
            self._batch[1] += float(self._shape[bin_]) * spent

    def _expose_long(self, ages: Floats, since: float) -> None:
        """These rang through several seconds of age since ringing was booked the last time."""
        begin = np.minimum(np.maximum(ages - since, 0.0), LONGEST)[:, None]
        end = np.minimum(ages, LONGEST)[:, None]
        spent = (np.clip(end - _SECONDS, 0.0, 1.0) - np.clip(begin - _SECONDS, 0.0, 1.0)).sum(axis=0)
        self.exposure += spent
        self._batch[1] += float((self._shape * spent).sum())

    def rest(self, seconds: float) -> None:
        """Calls were not placed for so long: the level has wandered, and is known the less (Kalman's prediction step).

        n answers know the logarithm of a level to a variance of 1/n.
        """
        for number, events in enumerate(self._events):
            keep = 1.0 / (1.0 + max(events - LEVEL_WEIGHT, 0.0) * WANDERS * seconds)
            self._events[number] = LEVEL_WEIGHT + (events - LEVEL_WEIGHT) * keep
            self._expected[number] = LEVEL_WEIGHT + (self._expected[number] - LEVEL_WEIGHT) * keep
        self._score = [score * 0.5 ** (seconds / TRIAL_HALF_LIFE) for score in self._score]
        self.version += 1

    def _update_level(self) -> None:
        events, expected = self._batch
        if not events and expected < 0.02:
            return
        self._batch = [0.0, 0.0]
        foretold = [max(expected * was / of, 1e-6) for was, of in zip(self._events, self._expected, strict=True)]
        scores = [score + events * math.log(told) - told for score, told in zip(self._score, foretold, strict=True)]
        best = max(scores)
        self._score = [score - best for score in scores]
        weighted = sum([weight * told for weight, told in zip(self._weights(), foretold, strict=True)])
        clock = (events + weighted) / 2
        fade = math.exp(-clock / TRIAL_MEMORY)
        self._score = [score * fade for score in self._score]
        for number, memory in enumerate(MEMORIES):
            keep = math.exp(-clock / memory)
            self._events[number] = LEVEL_WEIGHT + (self._events[number] - LEVEL_WEIGHT) * keep + events
            self._expected[number] = LEVEL_WEIGHT + (self._expected[number] - LEVEL_WEIGHT) * keep + expected
        self._reshape(clock)
        self.version += 1

    def _reshape(self, clock: float) -> None:
        self._unforgotten += clock
        if self._unforgotten > 1:
            keep = math.exp(-self._unforgotten / SHAPE_MEMORY)
            self._unforgotten = 0.0
            self.exposure = np.maximum(self.exposure * keep, LEAST)  # never 0, however much is forgotten
            self.answers *= keep
            self.ends *= keep
        if self.seen >= self.shaped_at + max(1, min(20, self.seen // 10)):
            self.shaped_at = self.seen
            before, self._shape = self._shape, self.answers / self.exposure
            ratio = float((before * self.exposure).sum() / (self._shape * self.exposure).sum())
            self._expected = [LEVEL_WEIGHT + (expected - LEVEL_WEIGHT) / ratio for expected in self._expected]

    # -- kept over a restart -------------------------------------------------------------------------------------

    def dump(self) -> dict[str, Any]:
        """All of it, as JSON types."""
        return {
            **{name: list(map(float, values)) for name, values in self._kept().items()},
            "seen": self.seen,
        }

    def load(self, stored: Mapping[str, Any], keep: float, age: float) -> None:
        """Take up what `dump` gave `age` seconds ago; of the shape only the share `keep` still counts.

        Raises ValueError when it is damaged.
        """
        loaded = {
            name: numbers(stored[name], len(values), *_BOUNDS.get(name, ())) for name, values in self._kept().items()
        }
        if (loaded["answers"] > MOST * loaded["exposure"]).any():
            raise ValueError("There should be fewer answers in so little ringing.")
        self.exposure, self.answers, self.ends = (
            prior + (loaded[name] - prior) * keep
            for name, prior in zip(("exposure", "answers", "ends"), _prior(), strict=True)
        )
        loaded["score"] -= loaded["score"].max()
        self._events, self._expected, self._score = (loaded[name].tolist() for name in ("events", "expected", "score"))
        self.seen = whole_number(stored["seen"])
        self._shape, self.shaped_at = self.answers / self.exposure, self.seen
        self.rest(age)

    def _kept(self) -> dict[str, Floats | list[float]]:
        return {
            "exposure": self.exposure,
            "answers": self.answers,
            "ends": self.ends,
            "events": self._events,
            "expected": self._expected,
            "score": self._score,
        }

    # -- what was learned ----------------------------------------------------------------------------------------

    def _weights(self) -> list[float]:
        weights = [math.exp(score) for score in self._score]
        total = sum(weights)
        return [weight / total for weight in weights]

    def level(self) -> tuple[float, float]:
        """The level and the variance of its logarithm."""
        found = list(zip(self._weights(), self._events, self._expected, strict=True))
        level = sum([weight * events / expected for weight, events, expected in found])
        variance = sum(
            [weight * (events / expected**2 + (events / expected - level) ** 2) for weight, events, expected in found]
        )
        return level, variance / level**2

    def summary(self, timeout: float) -> tuple[float, float, float]:
        """The answer rate, one standard deviation of it, and the mean seconds until an answer."""
        answered, _ = self.curves(timeout, 0.5)
        rate = float(answered[-1])
        mean = float((rate - answered).sum()) * 0.5 / max(rate, 1e-9)
        return rate, rate * math.sqrt(self.level()[1]), mean

    def curves(self, timeout: float, step: float) -> tuple[Floats, Floats]:
        """Chance to have been answered, and to be ringing still, by age 0, step, 2 step ... up to the timeout.

        The first array is the cumulative chance of an answer of a fresh call; it ends with the answer rate.
        """
        level, _ = self.level()
        count = min(math.ceil(timeout), LONGEST)
        answer = self._shape[:count] * level
        end = self.ends[:count] / self.exposure[:count]
        end = end.copy()
        end[-1] = 0.0  # the timeout itself is no hazard
        total = answer + end + 1e-9
        alive = np.exp(-np.concatenate(([0.0], np.cumsum(total))))
        answered = np.concatenate(([0.0], np.cumsum(answer / total * (alive[:-1] - alive[1:]))))
        edges = np.arange(count + 1.0)
        grid = np.arange(0.0, timeout + step / 2, step)
        return np.interp(grid, edges, answered), np.interp(grid, edges, alive)


def _prior() -> tuple[Floats, Floats, Floats]:
    """Exposure, answers and other ends by second of age, as from PRIOR_CALLS calls of a usual list."""
    mu = math.log(PRIOR_RING) - PRIOR_SPREAD**2 / 2
    edges = [0.0] + [
        0.5 * math.erfc(-(math.log(second) - mu) / PRIOR_SPREAD / math.sqrt(2)) for second in range(1, LONGEST + 1)
    ]
    answers = PRIOR_CALLS * PRIOR_RATE * np.diff(np.array(edges))
    ends = np.zeros(LONGEST)
    ends[:EARLY] = PRIOR_CALLS * PRIOR_EARLY / EARLY
    alive = PRIOR_CALLS - np.cumsum(answers + ends)
    exposure = np.maximum(alive + (answers + ends) / 2, PRIOR_CALLS * 0.05)
    return exposure, answers + 1e-6, ends
