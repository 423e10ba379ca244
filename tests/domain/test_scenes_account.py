"""What scenes book into the abandon account: queued customers, those taken late by the profile, and private leads."""

from typing import Any

import pytest

from .trace import Scene


def account(scene: Scene) -> tuple[int, int]:
    """People who answered today, and those of them who were abandoned."""
    today = scene.floor.run(1).pacing.predictive.budget.today
    return today.answered, today.abandoned


def queued(profile: str = "none", **settings: Any) -> Scene:
    """Anna talks with c1, and c2 has been put into the queue."""
    scene = Scene(
        leads=2, overdial_percent=100, when_all_busy="queue", agent_connection="nailed_up",
        compliance_profile=profile, **settings,
    )  # fmt: skip
    for line in (*("anna joins", "anna phone idle", "c1 answers", "c1 meets anna", "c2 answers"),):
        scene.step(line)
    assert account(scene) == (1, 0)
    return scene


def anna_is_free(scene: Scene) -> None:
    for line in ("c1 gone 16", "anna phone idle", "anna saves", "c2 meets anna"):
        scene.step(line)


def test_who_waits_in_the_queue_is_not_abandoned_until_they_hang_up() -> None:
    scene = queued(queue_wait=60)
    scene.step("after 50")
    assert account(scene) == (1, 0)
    scene.step("c2 gone 16")
    assert account(scene) == (2, 1)


def test_who_passes_the_limit_is_abandoned_once() -> None:
    scene = queued(queue_wait=20)
    scene.step("after 19")
    assert account(scene) == (1, 0)
    for line in ("after 1", "after 1", "c2 gone 16", "after 1"):
        scene.step(line)
    assert account(scene) == (2, 1)


@pytest.mark.parametrize(("profile", "abandoned"), [("none", 0), ("ofcom", 0), ("ftc", 1)])
def test_who_is_taken_late_counts_by_the_profile(profile: str, abandoned: int) -> None:
    scene = queued(profile)
    scene.step("after 30")
    anna_is_free(scene)
    assert account(scene) == (2, abandoned)


@pytest.mark.parametrize("profile", ["none", "ofcom", "ftc"])
def test_who_is_taken_in_time_is_not_abandoned(profile: str) -> None:
    scene = queued(profile)
    scene.step("after 1")
    anna_is_free(scene)
    assert account(scene) == (2, 0)


def one_to_one(**settings: Any) -> Scene:
    """Anna's own lead is called for her alone, and answers."""
    scene = Scene(owners={1: "anna"}, private_leads="automatic", agent_connection="nailed_up", **settings)
    for line in ("anna joins", "anna phone idle"):
        scene.step(line)
    return scene


def learned(scene: Scene) -> int:
    """Answers from which the answer rate was learned."""
    return scene.floor.run(1).pacing.predictive.model.answers.seen


def test_a_private_lead_that_is_taken_earns_and_teaches_no_answer_rate() -> None:
    scene = one_to_one()
    for line in ("c1 answers", "c1 meets anna"):
        scene.step(line)
    assert (account(scene), learned(scene)) == ((1, 0), 0)


def test_a_private_lead_whose_owner_is_gone_is_abandoned_like_any_other() -> None:
    scene = one_to_one()
    for line in ("c1 rings", "anna phone gone", "c1 answers", "anna phone gone", "after 2.5", "c1 gone 16"):
        scene.step(line)
    assert (account(scene), learned(scene)) == ((1, 1), 0)


def test_a_private_callback_counts_each_time() -> None:
    """Both the first call and the one its agent asked for are people who answered."""
    scene = Scene(private_leads="automatic", agent_connection="nailed_up")
    for line in ("anna joins", "anna phone idle", "c1 answers", "c1 meets anna", "c1 gone 16", "anna phone idle"):
        scene.step(line)
    scene.step("anna saves mine")
    assert account(scene) == (1, 0)
    assert scene.lead(1).owner_id == 1
    scene.step("after 3700")
    for line in ("c2 answers", "c2 meets anna"):
        scene.step(line)
    assert account(scene) == (2, 0)
    assert learned(scene) == 1, "the second call was dialled for anna alone"
