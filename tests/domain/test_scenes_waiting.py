"""Customers who wait or hang up before the talk, and what that does to agents and phones."""

from .trace import Scene


def test_a_customer_who_hangs_up_while_the_agents_phone_rings() -> None:
    """The phone stops ringing and the agent keeps their place."""
    Scene(leads=2).play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        c1 gone 16              | c1 abandoned, retry in 60 min; hang up anna; anna ready
        anna phone gone         | call c2
        """
    )


def test_a_customer_who_hangs_up_as_the_agent_picks_up() -> None:
    """The agent's phone waits for nobody: it is hung up."""
    Scene(leads=2).play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone idle         | join once c1 anna
        c1 gone 16              | c1 abandoned, retry in 60 min; hang up anna; anna ready
        anna phone gone         | call c2
        """
    )


def test_a_customer_who_hangs_up_during_the_join() -> None:
    """Only Asterisk knows whether the nailed-up phone was reached: it is asked."""
    Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        c1 gone 16              | c1 abandoned, retry in 60 min; resync; anna ready
        link up anna:idle       | call c2
        """
    )


def test_an_aborted_join_that_reached_the_phone() -> None:
    """The phone says by itself that it is idle again."""
    Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        c1 gone 16              | c1 abandoned, retry in 60 min; resync; anna ready
        anna phone idle         | call c2
        """
    )


def test_a_customer_who_hangs_up_while_waiting() -> None:
    """Nobody took them: abandoned, and tried again later."""
    Scene(leads=2, overdial_percent=100).play(
        """
        anna joins              | anna ready; call c1; call c2
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone idle         | join once c1 anna
        c1 meets anna           | anna in_call
        c2 answers              |
        c2 gone 16              | c2 abandoned, retry in 60 min
        """
    )


def test_all_agents_busy_do_not_connect() -> None:
    """Let go after answer_wait; the dialplan says the message and hangs up."""
    Scene(leads=2, overdial_percent=100, answer_wait=2.0, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1; call c2
        c1 answers              | join c1 anna; anna reserved
        c2 answers              |
        after 1.5               |
        after 0.5               | let go c2
        after 1                 |
        c2 gone 16              | c2 abandoned, retry in 60 min
        """
    )


def test_all_agents_busy_queue() -> None:
    """Hold audio, then the first agent who is free again."""
    Scene(leads=2, overdial_percent=100, when_all_busy="queue", agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1; call c2
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        c2 answers              | hold c2
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        anna saves              | anna ready; join c2 anna; anna reserved
        c2 meets anna           | anna in_call
        """
    )


def test_queued_for_too_long() -> None:
    """After queue_wait the customer is let go, and not offered to anybody while they hear why."""
    Scene(leads=2, overdial_percent=100, when_all_busy="queue", queue_wait=20, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1; call c2
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        c2 answers              | hold c2
        after 19                |
        after 1                 | let go c2
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        anna saves              | anna ready
        c2 gone 16              | c2 abandoned, retry in 60 min
        """
    )


def test_queued_customers_are_taken_in_turn() -> None:
    """Who answered first is joined first."""
    Scene(leads=3, overdial_percent=200, when_all_busy="queue", agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1; call c2; call c3
        c1 answers              | join c1 anna; anna reserved
        c3 answers              | hold c3
        c2 answers              | hold c2
        c1 gone 16              | c1 abandoned, retry in 60 min; resync; anna ready
        anna phone idle         | join c3 anna; anna reserved
        c3 gone 16              | c3 abandoned, retry in 60 min; resync; anna ready
        anna phone idle         | join c2 anna; anna reserved
        """
    )


def test_a_phone_that_says_twice_that_it_waits() -> None:
    """The second one is late: joining again would break the talk."""
    Scene().play(
        """
        anna joins                  | anna ready; call c1
        c1 answers                  | hold c1; ring anna; anna reserved
        anna phone idle             | join once c1 anna
        anna phone idle             |
        c1 meets anna               | anna in_call
        anna phone idle on ring-1-1 |
        """
    )


def test_who_is_being_let_go_is_nobody_elses() -> None:
    """The next customer is called meanwhile."""
    Scene(leads=2).play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone gone         | anna paused: phone_no_answer
        after 2                 | let go c1
        anna resumes            | anna ready; call c2
        c1 gone 16              | c1 abandoned, retry in 60 min
        """
    )
