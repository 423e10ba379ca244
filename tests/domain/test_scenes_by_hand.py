"""Calls by hand: the agent's phone first, then the customer, and afterwards back to where the agent was."""

from minidialer.domain.agent import Home

from .trace import Scene


def test_a_rung_phone_first_then_the_customer() -> None:
    Scene(leads=2, pacing_mode="manual").play(
        """
        anna joins              | anna ready
        anna calls 1            | ring anna; anna reserved
        anna phone idle         | call c1
        c1 rings                |
        c1 answers              | join once c1 anna
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone gone         |
        anna saves              | anna ready
        """
    )


def test_a_phone_that_is_up_is_not_called() -> None:
    Scene(leads=2, pacing_mode="manual", agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready
        anna calls 1            | anna reserved; call c1
        c1 answers              | join c1 anna
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        anna saves              | anna ready
        """
    )


def test_an_agent_in_no_campaign_is_in_none_afterwards() -> None:
    scene = Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna calls 2            | phone anna; anna reserved
        anna phone idle         | call c1
        c1 gone 17              | c1 busy, retry in 60 min; hang up anna; anna paused: not_joined
        """
    )
    assert scene.agent("anna").campaign_id is None
    assert scene.agent("anna").home is None


def test_a_paused_agent_is_paused_for_the_same_reason_afterwards() -> None:
    scene = Scene(leads=1, pacing_mode="manual").play(
        """
        anna joins              | anna ready
        anna pauses lunch       | anna paused: lunch
        anna calls 1            | ring anna; anna reserved
        """
    )
    assert scene.agent("anna").home == Home(1, "lunch")
    scene.play(
        """
        anna phone idle         | call c1
        c1 answers              | join once c1 anna
        c1 meets anna           | anna in_call
        anna saves              |
        c1 gone 16              | c1 answered; anna paused: lunch
        """
    )


def test_from_one_campaign_for_another_and_back() -> None:
    scene = Scene(campaigns="alpha beta", leads=1, pacing_mode="manual").play(
        """
        anna joins beta         | anna ready
        anna calls 1            | ring anna; anna reserved
        anna phone idle         | call c1
        """
    )
    assert scene.agent("anna").campaign_id == 1
    scene.play("c1 gone 17 | c1 busy, retry in 60 min; hang up anna; anna ready")
    assert scene.agent("anna").campaign_id == 2


def test_a_phone_that_does_not_answer_leaves_the_lead_as_it_was() -> None:
    Scene(leads=1, pacing_mode="manual").play(
        """
        anna joins              | anna ready
        anna calls 1            | ring anna; anna reserved
        anna phone gone         | anna paused: phone_no_answer; cancel c1
        anna calls 1            | ring anna; anna reserved
        """
    )


def test_an_agent_who_puts_the_phone_down_calls_nobody() -> None:
    Scene(leads=1, pacing_mode="manual").play(
        """
        anna joins              | anna ready
        anna calls 1            | ring anna; anna reserved
        anna phone idle         | call c1
        c1 rings                |
        anna phone gone         | hang up c1
        c1 gone 0               | c1 no_answer, retry in 60 min; anna ready
        """
    )


def test_given_up_before_the_customer_answers() -> None:
    Scene(leads=1, pacing_mode="manual").play(
        """
        anna joins              | anna ready
        anna calls 1            | ring anna; anna reserved
        anna hangs up           | hang up anna; anna ready; cancel c1
        anna calls 1            | ring anna; anna reserved
        anna phone idle         | call c2
        anna hangs up           | hang up c2
        """
    )


def test_one_to_one_beside_the_dialer() -> None:
    """Anna's call is not one of those that Bert's readiness asks for."""
    Scene(agents="anna bert", leads=3, agent_connection="nailed_up").play(
        """
        bert joins              | phone bert; bert paused: calling_phone
        bert phone idle         | bert ready; call c1
        anna calls 3            | phone anna; anna reserved
        anna phone idle         | call c2
        c1 gone 17              | c1 busy, retry in 60 min; call c3
        c2 answers              | join c2 anna
        """
    )


def test_never_two_live_attempts_to_one_number() -> None:
    Scene(agents="anna bert", leads=1, agent_connection="ring").play(
        """
        bert joins              | bert ready; call c1
        anna calls 1            |
        """
    )


def test_what_cannot_be_called() -> None:
    Scene(agents="anna bert", leads=2, pacing_mode="manual").play(
        """
        anna joins              | anna ready
        stop                    |
        anna calls 1            | refused: Nobody of campaign “alpha” can be called now: stopped.
        start                   |
        anna calls 1            | ring anna; anna reserved
        anna calls 2            | refused: Finish the present call and save its form before you call somebody.
        bert logs out           | bert logged_out
        bert calls 2            | refused: Agent bert is logged out: log in first.
        bert logs in            | bert paused: not_joined
        unassign bert           |
        bert calls 2            | refused: Campaign “alpha” is not yours to call for.
        """
    )


def test_the_five_second_limit_makes_the_customer_wait_for_their_call() -> None:
    Scene(agents="anna bert", leads=2, pacing_mode="manual", max_attempts_per_5s=1).play(
        """
        anna calls 1            | ring anna; anna reserved
        bert calls 2            | ring bert; bert reserved
        anna phone idle         | call c1
        bert phone idle         |
        after 2                 |
        after 4                 | call c2
        """
    )


def test_an_originate_is_never_repeated_after_a_restart() -> None:
    """The last run may have sent it: nobody knows."""
    Scene(leads=1, pacing_mode="manual").play(
        """
        anna calls 1            | ring anna; anna reserved
        store holds             |
        anna phone idle         | call c1
        restart                 |
        link up                 | c1 unknown, retry in 60 min; hang up anna; anna paused: not_joined
        """
    )


def test_the_agents_phone_rings_across_a_lost_link() -> None:
    Scene(leads=1, pacing_mode="manual").play(
        """
        anna calls 1            | ring anna; anna reserved
        link down               |
        link up anna            |
        tick                    | call c1
        """
    )
    Scene(leads=1, pacing_mode="manual").play(
        """
        anna calls 1            | ring anna; anna reserved
        link down               |
        after 60                |
        link up                 | anna paused: not_joined; anna paused: phone_no_answer; cancel c1
        """
    )
