"""Predictive pacing on a floor: private leads, several campaigns on one trunk, agents who will not be back."""

from datetime import timedelta
from typing import Any

from minidialer.domain.campaign import PacingMode
from minidialer.domain.flow.outlook import pacing_view
from minidialer.domain.pacing.observation import Answered, Dialled, Taken, TalkEnded, Unanswered, WrapUpEnded
from minidialer.domain.pacing.view import Outlook, PacingView
from minidialer.domain.trunk import Trunk

from .trace import Scene

BOLD: dict[str, Any] = {"abandon_target": 40, "max_attempts_per_5s": 100}


def view_of(scene: Scene, campaign_id: int = 1) -> PacingView:
    return pacing_view(scene.floor, scene.floor.campaigns[campaign_id], scene.now)


def outlook_of(scene: Scene) -> Outlook:
    return view_of(scene).outlook()


def train(scene: Scene, campaign_id: int = 1, answers: int = 300) -> None:
    """The campaign has seen days on which one call of three was answered and nobody abandoned."""
    for _ in range(answers):
        scene.now += timedelta(seconds=100)
        for seen in (Dialled(), Unanswered(30.0), Dialled(), Unanswered(30.0), Dialled(), Answered(8.0), Taken(0.1)):
            scene.floor.observe(campaign_id, seen, scene.now)
        for done in (TalkEnded(1, 60.0), WrapUpEnded(1, 25.0)):
            scene.floor.observe(campaign_id, done, scene.now)


def test_it_begins_with_one_call_for_each_agent() -> None:
    Scene(agents="anna bea", leads=9, pacing_mode="predictive").play("""
        anna logs in  |
        anna joins    | anna ready; call c1
        bea logs in   |
        bea joins     | bea ready; call c2
        c1 gone 17    | c1 busy, retry in 60 min; call c3
    """)


def test_agents_who_will_not_be_back_are_not_counted_on() -> None:
    scene = Scene(agents="anna bea", leads=9, pacing_mode="predictive", agent_connection="nailed_up")
    for name in ("anna", "bea"):
        for what in ("logs in", "joins", "phone idle"):
            scene.step(f"{name} {what}")
    for attempt, name in (("c1", "anna"), ("c2", "bea")):
        scene.step(f"{attempt} answers")
        scene.step(f"{attempt} meets {name}")
    assert len(outlook_of(scene).talking) == 2
    scene.step("bea pauses lunch")
    assert len(outlook_of(scene).talking) == 1
    assert view_of(scene).at_work == 2
    scene.step("bea resumes")
    assert len(outlook_of(scene).talking) == 2


def test_a_private_lead_is_called_although_calls_are_placed_ahead() -> None:
    """Its owner is not counted on from the moment it may be due, so they are free for it."""
    scene = Scene(
        agents="anna bea", leads=30, owners={1: "anna"}, pacing_mode="predictive", private_leads="automatic", **BOLD
    )
    train(scene)
    for name in ("anna", "bea"):
        scene.step(f"{name} logs in")
        scene.step(f"{name} joins")
    private = [attempt for attempt in scene.floor.attempts.values() if attempt.owner_id == scene.agent_ids["anna"]]
    assert [attempt.lead_id for attempt in private] == [1]
    others = [attempt for attempt in scene.floor.attempts.values() if attempt.owner_id is None]
    assert len(others) > 1, "bea's calls are placed ahead meanwhile"
    assert view_of(scene).in_flight == len(others), "a call for one agent alone is no call for whoever is free"


def test_one_call_for_each_ready_agent_of_every_campaign_comes_before_anybodys_second() -> None:
    scene = Scene(
        agents="anna bea",
        leads=60,
        campaigns="alpha beta",
        trunk=Trunk("carrier", "PJSIP/{digits}@carrier", channels=4, calls_per_second=100),
        pacing_mode="predictive",
        **BOLD,
    )
    train(scene)
    for line in ("anna logs in", "anna joins", "after 1", "after 1"):
        scene.step(line)
    assert len(scene.floor.attempts) == 4, "alone, alpha may fill the trunk"
    scene.step("bea logs in")
    scene.step("bea joins beta")
    assert view_of(scene, 2).trunk_left == 0
    scene.step("c1 gone 17")
    per_campaign = [sum(a.campaign_id == key for a in scene.floor.attempts.values()) for key in (1, 2)]
    assert per_campaign == [3, 1], "the channel that is free goes to the campaign whose ready agent has no call"


def test_a_change_of_mode_is_obeyed_at_once() -> None:
    scene = Scene(agents="anna", leads=60, pacing_mode="predictive", **BOLD)
    train(scene)
    for line in ("anna logs in", "anna joins", "after 1", "after 1"):
        scene.step(line)
    ahead = len(scene.floor.attempts)
    assert ahead > 1
    scene.step("set pacing_mode=progressive")
    scene.step("c1 gone 17")
    assert len(scene.floor.attempts) == ahead - 1
    assert view_of(scene).mode is PacingMode.PROGRESSIVE
