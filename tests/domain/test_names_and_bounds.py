"""Names of legs, and the bounds of compliance profiles."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minidialer.domain.campaign import CampaignSettings, ComplianceProfile
from minidialer.domain.compliance import BOUNDS, violations
from minidialer.domain.leg import Leg, customer_leg, is_ring_leg, nailed_up_leg, parse_leg, ring_leg

ids = st.integers(0, 10**18 - 1)


@given(ids, ids)
def test_a_leg_says_whose_it_is(attempt_id: int, agent_id: int) -> None:
    assert parse_leg(customer_leg(attempt_id)) == Leg(attempt_id, None)
    assert parse_leg(ring_leg(attempt_id, agent_id)) == Leg(attempt_id, agent_id)
    assert parse_leg(nailed_up_leg(agent_id, attempt_id)) == Leg(None, agent_id)


@given(ids, ids, ids, ids)
def test_no_living_leg_begins_another(attempt: int, later: int, agent: int, other: int) -> None:
    """Asterisk takes a name for any longer one that begins with it: two agents' legs never do, nor two kinds."""
    if agent != other:
        assert not ring_leg(later, other).startswith(ring_leg(attempt, agent))
        assert not nailed_up_leg(other, later).startswith(nailed_up_leg(agent, attempt))
    kinds = [customer_leg(attempt), ring_leg(later, agent), nailed_up_leg(agent, attempt)]
    assert not any(one is not two and two.startswith(one) for one in kinds for two in kinds)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "1764000000.17",  # Asterisk's own
        "12\n",
        " 12",
        "-12",
        "+12",
        "1e3",
        "１２",  # digits of another script
        "12;ring-1-2",
        "ring-1",
        "ring-1-2-3",
        "ring--1",
        "nailed-1",
        "nailed-x-1",
        "NAILED-1-2",
        "9" * 19,
        "../../etc/passwd",
        "ring-1-2\r\nAction: Command",
    ],
)
def test_strangers_are_not_ours(name: str) -> None:
    assert parse_leg(name) is None


@given(st.text(max_size=40))
def test_whatever_is_read_as_a_leg_is_written_the_same(name: str) -> None:
    leg = parse_leg(name)
    if leg is not None and leg.attempt_id is not None:
        written = customer_leg(leg.attempt_id) if leg.agent_id is None else ring_leg(leg.attempt_id, leg.agent_id)
        assert parse_leg(written) == leg


def test_only_an_agents_leg_for_one_customer_is_a_ring_leg() -> None:
    assert [is_ring_leg(name) for name in ("ring-1-2", "nailed-1-2", "12", "", "x")] == [
        True,
        False,
        False,
        False,
        False,
    ]


GOOD = CampaignSettings(
    compliance_profile=ComplianceProfile.OFCOM, safe_message="sorry", ring_timeout=15, answer_wait=2.0
)


@pytest.mark.parametrize("profile", [*BOUNDS])
@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({}, []),
        ({"abandon_target": 3.1}, ["abandon_target"]),
        ({"answer_wait": 2.1}, ["answer_wait"]),
        ({"ring_timeout": 14}, ["ring_timeout"]),
        ({"safe_message": ""}, ["safe_message"]),
        ({"safe_message": "", "answer_wait": 9.0}, ["answer_wait", "safe_message"]),
    ],
)
def test_each_setting_outside_its_bounds_is_named(
    profile: ComplianceProfile, changes: dict[str, object], named: list[str]
) -> None:
    settings = replace(GOOD, compliance_profile=profile, **changes)  # type: ignore[arg-type]
    assert [str(found).split()[0] for found in violations(settings)] == named


def test_no_profile_no_bounds() -> None:
    assert not violations(CampaignSettings(abandon_target=99, answer_wait=60, ring_timeout=1))
    assert set(BOUNDS) == set(ComplianceProfile) - {ComplianceProfile.NONE}
