"""What scenes book into the abandon account: queued customers, and those who were taken late, by the profile."""

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
