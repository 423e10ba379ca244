"""What agents ask for with and without a call: pause, leave, log out, and take back."""

from .trace import Scene


def test_pause_while_reserved() -> None:
    """The customer is talked with first; then the agent is paused."""
    Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        anna pauses lunch       |
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        anna saves              | anna paused: lunch
        """
    )


def test_pause_while_reserved_and_no_talk_comes() -> None:
    """The customer hangs up: the agent is paused at once."""
    Scene(leads=2).play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna pauses lunch       |
        c1 gone 16              | c1 abandoned, retry in 60 min; hang up anna; anna paused: lunch
        anna phone gone         |
        """
    )


def test_pause_in_wrap_up() -> None:
    """Once the form is saved, the agent is paused."""
    Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        anna pauses lunch       |
        anna saves              | anna paused: lunch
        """
    )


def test_leave_while_reserved() -> None:
    """The customer is talked with first; then the agent is out of the campaign."""
    Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        anna leaves             |
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        anna saves              | hang up anna; anna paused: not_joined
        """
    )


def test_leave_while_reserved_and_no_talk_comes() -> None:
    """The customer hangs up: the agent is out of the campaign at once."""
    Scene(leads=2).play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna leaves             |
        c1 gone 16              | c1 abandoned, retry in 60 min; hang up anna; hang up anna; anna paused:
                                | not_joined
        anna phone gone         |
        """
    )


def test_leave_in_wrap_up() -> None:
    """Once the form is saved, the agent is out of the campaign."""
    Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        anna leaves             |
        anna saves              | hang up anna; anna paused: not_joined
        """
    )


def test_log_out_while_reserved() -> None:
    """The customer is talked with first; then the agent is logged out."""
    Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        anna logs out           |
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        anna saves              | hang up anna; anna logged_out
        """
    )


def test_log_out_while_reserved_and_no_talk_comes() -> None:
    """The customer hangs up: the agent is logged out at once."""
    Scene(leads=2).play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna logs out           |
        c1 gone 16              | c1 abandoned, retry in 60 min; hang up anna; hang up anna; anna logged_out
        anna phone gone         |
        """
    )


def test_log_out_in_wrap_up() -> None:
    """Once the form is saved, the agent is logged out."""
    Scene(leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        c1 answers              | join c1 anna; anna reserved
        c1 meets anna           | anna in_call
        c1 gone 16              | c1 answered; anna wrap_up
        anna phone idle         |
        anna logs out           |
        anna saves              | hang up anna; anna logged_out
        """
    )


def test_leave_while_the_phone_rings() -> None:
    """The phone does not answer: the agent is out, not paused for it; the customer is let go."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna leaves             |
        anna phone gone         | anna paused: not_joined
        after 2                 | let go c1
        """
    )


def test_a_pause_is_taken_back() -> None:
    """The last word counts."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna pauses lunch       |
        anna resumes            |
        c1 gone 16              | c1 abandoned, retry in 60 min; hang up anna; anna ready
        anna phone gone         |
        """
    )


def test_a_log_out_is_taken_back_by_a_log_in() -> None:
    """A new page takes over the seat."""
    Scene().play(
        """
        anna joins              | anna ready; call c1
        c1 answers              | hold c1; ring anna; anna reserved
        anna logs out           |
        anna logs in            |
        c1 gone 16              | c1 abandoned, retry in 60 min; hang up anna; anna ready
        anna phone gone         |
        """
    )


def test_without_a_call_wishes_come_true_at_once() -> None:
    """And a phone that stayed up is hung up."""
    Scene(leads=0, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready
        anna pauses lunch       | anna paused: lunch
        anna pauses tea         | anna paused: tea
        anna resumes            | anna ready
        anna leaves             | hang up anna; anna paused: not_joined
        anna joins              | phone anna; anna paused: calling_phone
        anna logs out           | hang up anna; anna logged_out
        anna resumes            | refused: Agent anna is logged out: log in first.
        """
    )


def test_joining_another_campaign() -> None:
    """The phone is hung up and called anew; not with a form open."""
    Scene(campaigns="alpha beta", leads=2, agent_connection="nailed_up").play(
        """
        anna joins              | phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c1
        anna joins beta         | hang up anna; phone anna; anna paused: calling_phone
        anna phone idle         | anna ready; call c2
        c2 answers              | join c2 anna; anna reserved
        anna joins alpha        | refused: Save the form of the present call before you join another campaign.
        """
    )


def test_what_cannot_be_asked() -> None:
    """Each refusal says what to do."""
    Scene().play(
        """
        anna resumes            | refused: Join a campaign first.
        anna pauses lunch       | refused: You are in no campaign, so no call can reach you.
        anna hangs up           | refused: There is no call to hang up.
        anna logs out           | anna logged_out
        anna joins              | refused: Agent anna is logged out: log in first.
        anna logs in            | anna paused: not_joined
        unassign anna           |
        anna joins              | refused: Agent anna is not assigned to campaign “alpha”: ask a supervisor.
        """
    )
