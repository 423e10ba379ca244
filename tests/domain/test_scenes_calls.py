"""One call, from the first ring to the saved form: every path of docs/call-flow.md."""

from .trace import Scene


def test_ring_a_talk_from_end_to_end() -> None:
    """The agent's phone rings for this customer only; both legs are hung up afterwards."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 rings                |
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone idle         | join once c1 anna
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone gone         |
        anna saves              | anna ready
        """
    )


def test_nailed_up_a_talk_from_end_to_end() -> None:
    """The phone is called once, at join; the customer is joined without a ring."""
    Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 rings                |
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        anna saves              | anna ready; call c2
        """
    )


def test_an_agent_hangs_up() -> None:
    """The agent's button hangs up the customer; the rest follows from that."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        anna hangs up           | refused: There is no call to hang up.
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone idle         | join once c1 anna
        c1 meets anna           | anna in_call
        anna hangs up           | hang up c1
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone gone         |
        """
    )


def test_an_agent_hangs_up_the_phone() -> None:
    """With ring the talk is over; with the form still open the agent is not called again."""
    Scene(leads=2).play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone idle         | join once c1 anna
        c1 meets anna           | anna in_call
        anna phone gone         |
        c1 gone 16              | c1 answered; anna wrap_up
        anna saves              | anna ready; call c2
        """
    )


def test_an_agent_hangs_up_a_phone_that_stays_up() -> None:
    """It is called again before the next customer."""
    Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        anna phone gone         |
        c1 gone 16              | c1 answered; anna wrap_up
        anna saves              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c2
        """
    )


def test_a_phone_that_does_not_answer() -> None:
    """Its agent is paused and says when they are back; the customer goes to the next one."""
    Scene(agents="anna bert", leads=2).play(
        """
        anna joins              | anna ready; call c1
        bert joins              | bert ready; call c2
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone gone         | anna paused: phone_no_answer; ring bert; bert reserved
        bert phone idle         | join once c1 bert
        c1 meets bert           | bert in_call
        anna resumes            | anna ready
        """
    )


def test_a_phone_that_does_not_answer_and_nobody_else() -> None:
    """The customer is let go once the wait for an agent is over."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna phone gone         | anna paused: phone_no_answer
        after 2                 | let go c1
        c1 gone 16              | c1 abandoned, retry in 60 min
        """
    )


def test_a_nailed_up_phone_that_does_not_answer() -> None:
    """No call is placed for such an agent."""
    Scene(agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone gone         | anna paused: phone_no_answer
        anna resumes            | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        """
    )


def test_a_nailed_up_phone_hung_up_between_calls() -> None:
    """The agent is paused with that reason."""
    Scene(agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        anna phone gone         | anna paused: phone_hung_up
        c1 answers              |
        after 2.1               | let go c1
        c1 gone 16              | c1 abandoned, retry in 60 min
        """
    )


def test_the_longest_ready_comes_first() -> None:
    """First free is who became ready first, not who was called first."""
    Scene(agents="anna bert", leads=2).play(
        """
        bert joins              | bert ready; call c1
        anna joins              | anna ready; call c2
        c2 answers              | hold c2; ring bert; bert reserved
        c1 answers              | hold c1; ring anna; anna reserved
        """
    )


def test_saved_during_the_talk() -> None:
    """The form is saved already: the agent is free as the customer hangs up."""
    Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        anna saves              |
        c1 gone 16              | c1 answered; anna ready
        anna phone idle         | call c2
        """
    )


def test_a_machine() -> None:
    """The dialplan hangs up; no agent is bothered."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 picks up             |
        c1 is a machine         |
        c1 gone 16              | c1 machine, retry in 60 min
        """
    )


def test_a_person_whom_the_detection_took_for_a_machine() -> None:
    """A person is a person, whatever was said before."""
    scene = Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 is a machine         |
        c1 answers              | hold c1; ring anna; anna reserved
        """
    )
    assert scene.store.attempts[1].attempt.outcome is None, "no outcome before the end"


def test_gone_before_the_dialplan_knew_who_answered() -> None:
    """Somebody picked up and was not joined: abandoned."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 picks up             |
        c1 gone 16              | c1 abandoned, retry in 60 min
        """
    )


def test_no_agent_is_called_for_a_dead_number() -> None:
    """Closed for good."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 gone 1               | c1 invalid, closed
        """
    )


def test_the_wrap_up_limit() -> None:
    """The form is saved by itself; asked again when that failed."""
    Scene(wrap_up_limit=30, default_disposition_id=1, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        after 29                |
        after 1                 | save c1 for anna
        after 4                 |
        after 1                 | save c1 for anna
        anna saves              | anna ready
        """
    )
