"""Several campaigns on one trunk: none starves, and what is scarce goes to one call for each agent first."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from minidialer.domain.flow.outlook import pacing_view
from minidialer.domain.trunk import Trunk

from .test_scenes_predictive import BOLD, train
from .trace import Scene

NAMES = ("alpha", "beta", "gamma", "delta")


def trunk(channels: int = 1000, calls_per_second: int = 1000) -> Trunk:
    return Trunk("carrier", "PJSIP/{digits}@carrier", channels, calls_per_second)


def shop(teams: Sequence[int], carrier: Trunk, leads: int = 400, **given: Any) -> Scene:
    """Campaigns with so many agents each, all ready."""
    names = NAMES[: len(teams)]
    people = {f"{name}{number}": name for name, count in zip(names, teams, strict=True) for number in range(count)}
    options: dict[str, Any] = {"pacing_mode": "progressive", "max_attempts_per_5s": 1000, **given}
    scene = Scene(agents=" ".join(people), campaigns=" ".join(names), leads=leads, trunk=carrier, **options)
    for person, name in people.items():
        scene.step(f"{person} joins {name}")
    return scene


def calls(scene: Scene) -> Counter[int]:
    """Live ones by campaign."""
    return Counter(attempt.campaign_id for attempt in scene.floor.attempts.values())


def oldest_ends(scene: Scene) -> int:
    """The oldest call ends; the campaign whose call is placed instead, 0 for none."""
    before = set(scene.floor.attempts)
    scene.step(f"c{min(before)} gone 17")
    new = [attempt.campaign_id for key, attempt in scene.floor.attempts.items() if key not in before]
    return new[0] if new else 0


def test_a_channel_that_is_free_goes_to_them_in_turn() -> None:
    """However regularly the events come."""
    scene = shop((2, 2), trunk(channels=1))
    assert [oldest_ends(scene) for _ in range(6)] in ([2, 1, 2, 1, 2, 1], [1, 2, 1, 2, 1, 2])
    scene = shop((9, 1, 1), trunk(channels=2))
    taken = [oldest_ends(scene) for _ in range(12)]
    assert {key: taken.count(key) for key in (1, 2, 3)} == {1: 4, 2: 4, 3: 4}


def test_a_second_that_is_scarce_goes_to_them_in_turn() -> None:
    scene = shop((9, 9, 9), trunk(calls_per_second=2))
    for _ in range(8):
        scene.step("after 1")
    assert max(calls(scene).values()) - min(calls(scene)[key] for key in (1, 2, 3)) <= 2


def test_beyond_one_to_one_a_second_that_is_scarce_is_left_to_who_lacks_calls() -> None:
    scene = shop((2, 4), trunk(calls_per_second=2), pacing_mode="power", overdial_percent=400)
    for _ in range(6):
        scene.step("after 1")
        if calls(scene)[2] < 4:
            assert calls(scene)[1] <= 2 + 2, "what it placed before the others came, and one for each agent"
    assert calls(scene)[2] >= 4


def test_who_has_nothing_to_call_keeps_no_room() -> None:
    """The list of beta is dry, and later outside its hours: alpha may have the whole trunk."""
    scene = shop((1, 3), trunk(channels=4), pacing_mode="power", overdial_percent=300, leads=60)
    scene.step("set beta calling_window=sun 1:00-1:01")
    for _ in range(6):
        oldest_ends(scene)
    assert calls(scene) == {1: 4}
    scene.step("set beta calling_window=")
    for _ in range(3):
        oldest_ends(scene)
    assert calls(scene) == {1: 1, 2: 3}, "one for each agent"


def test_a_private_lead_is_one_of_the_calls_that_come_first() -> None:
    """Its owner is kept out of the outlook; the call they lack is left to them all the same."""
    scene = Scene(
        agents="anna bea", campaigns="alpha beta", leads=60, owners={1: "anna"}, trunk=trunk(channels=3),
        pacing_mode="predictive", private_leads="automatic", **BOLD,
    )  # fmt: skip
    train(scene, 2)
    for line in ("bea logs in", "bea joins beta", "after 1", "after 1"):
        scene.step(line)
    assert calls(scene) == {2: 3}, "alone, beta may fill the trunk"
    scene.step("anna logs in")
    scene.step("anna joins")
    assert pacing_view(scene.floor, scene.floor.campaigns[2], scene.now).trunk_left == 0
    assert oldest_ends(scene) == 1
    (mine,) = [attempt for attempt in scene.floor.attempts.values() if attempt.campaign_id == 1]
    assert (mine.owner_id, mine.lead_id) == (scene.agent_ids["anna"], 1)


modes = st.sampled_from(
    [
        {"pacing_mode": "progressive"},
        {"pacing_mode": "power", "overdial_percent": 150},
        {"pacing_mode": "power", "overdial_percent": 900},
        {"pacing_mode": "predictive"},
    ]
)


@given(
    st.lists(st.integers(1, 5), min_size=2, max_size=4),
    st.integers(1, 6),
    st.integers(1, 4),
    st.lists(modes, min_size=4, max_size=4),
    st.lists(st.integers(0, 2), min_size=30, max_size=30),
)
@settings(max_examples=60, deadline=None)
def test_no_campaign_starves(
    teams: list[int], channels: int, per_second: int, chosen: list[dict[str, object]], rhythm: list[int]
) -> None:
    """Whatever the modes, the team sizes, the trunk and the rhythm of calls that end: everybody's turn comes.

    And while somebody lacks a call for a free agent, nobody gets one beyond one for each of theirs.
    """
    scene = shop(teams, trunk(channels, per_second))
    for name, mode in zip(NAMES, chosen, strict=False):
        for setting, value in mode.items():
            if name in scene.campaign_ids:
                scene.step(f"set {name} {setting}={value}")
    waited = Counter[int]()
    for ends in rhythm:
        before = calls(scene)
        short = {key for key, team in enumerate(teams, 1) if before[key] < team}
        known = set(scene.floor.attempts)
        for _ in range(min(ends, len(known))):
            scene.step(f"c{min(scene.floor.attempts)} gone 17")
        scene.step("after 1")
        placed = Counter(it.campaign_id for key, it in scene.floor.attempts.items() if key not in known)
        now = calls(scene)
        for key, team in enumerate(teams, 1):
            lacks = key in short and now[key] < team
            waited[key] = waited[key] + 1 if lacks and not placed[key] and ends else 0 if placed[key] else waited[key]
            assert waited[key] <= len(teams), f"{key} waits while others are served"
        if any(now[key] < team for key, team in enumerate(teams, 1)):
            over = [key for key, team in enumerate(teams, 1) if placed[key] and now[key] > max(team, before[key])]
            assert not over, f"{over} have more than they need while others lack"
